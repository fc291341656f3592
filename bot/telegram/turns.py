"""The order in which updates are handled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.metrics import UPDATE_SECONDS, UPDATES

AT_ONCE = 256  #: updates handled side by side, of one chat always one


class OneAtATime(BaseUpdateProcessor):
    """Handles many chats side by side, and the updates of one chat in the order they came.

    What belongs to no chat waits for its person's turn. Of the words that somebody types inline only the newest are
    handled: an answer to those before would come to nobody.
    """

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._typed: dict[int, int] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Waits for the turn of the chat, or of the person."""
        turn = self._turns.setdefault(_whose(update), asyncio.Lock())
        if isinstance(update, Update) and update.inline_query is not None:
            self._typed[_whose(update)] = update.update_id
        UPDATES.labels(_kind(update)).inc()
        with UPDATE_SECONDS.time():
            async with turn:
                if self._is_overtaken(update):
                    _close(coroutine)
                else:
                    await coroutine

    def _is_overtaken(self, update: object) -> bool:
        """Whether whoever typed this has typed more since."""
        if not isinstance(update, Update) or update.inline_query is None:
            return False
        if self._typed.get(_whose(update)) != update.update_id:
            return True
        del self._typed[_whose(update)]
        return False

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


def _close(work: Awaitable[Any]) -> None:
    """Lets go of work that is not begun."""
    if isinstance(work, Coroutine):
        work.close()


def _whose(update: object) -> int:
    """The id of the chat, or of the person, of an update; 0 for neither."""
    if not isinstance(update, Update):
        return 0
    one = update.effective_chat or update.effective_user
    return 0 if one is None else one.id


def _kind(update: object) -> str:
    """The field that an update carries, as the Bot API names it."""
    if not isinstance(update, Update):
        return "other"
    return next((kind for kind in Update.ALL_TYPES if getattr(update, kind, None) is not None), "other")
