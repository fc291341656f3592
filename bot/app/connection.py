"""The way into Telegram and out of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TypeVar

import structlog
from telegram.error import InvalidToken, NetworkError

from bot.errors import SitrepError
from bot.telegram.application import App

log = structlog.get_logger(__name__)

T = TypeVar("T")

LONGEST_WAIT = timedelta(minutes=1)  #: between two attempts to reach Telegram at the start


class NotStartedError(SitrepError):
    """Telegram does not let the bot in."""


async def initialize(application: App) -> None:
    """Asks Telegram who the bot is, patiently while it is out of reach."""
    wait = timedelta(seconds=1)
    while True:
        try:
            await application.initialize()
        except InvalidToken as error:
            raise NotStartedError(
                "SITREP_TOKEN: expected a token that Telegram knows, got one that it refuses. "
                "Ask @BotFather for the token again."
            ) from error
        except NetworkError as error:
            log.warning("telegram out of reach", reason=error.message, next_attempt_in=str(wait))
            await asyncio.sleep(wait.total_seconds())
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            return


async def stop(application: App) -> None:
    """Takes leave of Telegram: what came in is still answered, nothing more is taken."""
    updater = there(application.updater)
    if updater.running:
        await updater.stop()
    if application.running:
        await application.stop()
    await application.shutdown()


def there(part: T | None) -> T:
    """An optional part of PTB's application that this one always has."""
    if part is None:
        raise TypeError("expected an application with a job queue and an updater")
    return part
