"""What every handler of buttons says to who pressed one."""

from __future__ import annotations

from contextlib import suppress

from telegram import CallbackQuery
from telegram.error import BadRequest

OUTDATED = "This button is from an older version. Please ask again."


async def stop_waiting(query: CallbackQuery, words: str | None, *, is_alert: bool = False) -> None:
    """Ends the wait of who pressed a button, with words or without."""
    with suppress(BadRequest):  # the press is too old to be answered; nobody waits any more
        await query.answer(words, show_alert=is_alert)
