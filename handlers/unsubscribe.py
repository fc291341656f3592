"""/unsubscribe: no more briefings, or none at one time of day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.times import read_time
from bot.desk.typed import as_carried
from bot.render.message import Message
from bot.render.notices import unsubscribed, wrong_time
from bot.render.words import phrase
from handlers.people import App, Asked, for_administrators


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"unsubscribe": phrase("No more daily briefings")}


def register(application: App, desk: FrontDesk) -> None:
    """Ends the subscription of the chat that is meant."""

    async def unsubscribe(asked: Asked) -> Sequence[Message]:
        words, name = " ".join(as_carried(asked.words)), asked.subject.name
        at = read_time(words)
        if at is None and words.lower() not in ("", "all"):
            return [wrong_time(words, name)]
        return [unsubscribed(await desk.subscriptions.unsubscribe(asked.subject.place.chat, at), at, name)]

    application.add_handler(for_administrators("unsubscribe", desk, unsubscribe))
