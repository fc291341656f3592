"""The order in which updates are handled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 256  #: updates handled side by side, of one chat always one


class OneAtATime(BaseUpdateProcessor):
    """Handles many chats side by side, and the updates of one chat in the order they came."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Waits for the chat's turn."""
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else 0
        turn = self._turns.setdefault(chat, asyncio.Lock())
        async with turn:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""
