"""An unexpected error: logged in full, apologised for without details."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from telegram import Update
from telegram.error import Conflict, NetworkError
from telegram.ext import ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.notices import apology
from handlers.people import App, place_of

log = structlog.get_logger(__name__)


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Takes what the other handlers and the jobs let fall."""

    async def fail(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        if isinstance(error, Conflict):
            log.error("another program polls with this token", fix="stop it, or use another bot")
        elif isinstance(error, NetworkError) and not isinstance(update, Update):
            log.warning("telegram out of reach", reason=error.message)
        else:
            log.error("unexpected error", update=getattr(update, "update_id", None), exc_info=error)
        place = place_of(update) if isinstance(update, Update) else None
        if place is not None:
            await desk.replies.say(place, [apology()])

    application.add_error_handler(fail)
