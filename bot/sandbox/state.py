"""The sandbox as one object: its contents, the bot's connection, and everything a person can do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.sandbox import wire
from bot.sandbox.clock import SandboxClock
from bot.sandbox.commands import CommandMenus
from bot.sandbox.faults import Faults
from bot.sandbox.limits import FloodLimits, Mode, limits_of
from bot.sandbox.network import Network
from bot.sandbox.rooms import Rooms
from bot.sandbox.sent import SentLog
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import ABSENT, Chat, Message, User

TOKEN = "2000000000:sandbox-token-that-opens-nothing-else"  # noqa: S105  no secret: it fits only this sandbox
PATIENCE = timedelta(seconds=90)  #: real time a test waits for the bot by default


class SandboxState(Rooms):
    """One bot, a few people and chats. Lives in one event loop and keeps everything in memory.

    Args:
        clock: the time messages are stamped with; share it with the bot.
        token: what the bot must show; its number is the bot's id.
        mode: whether Telegram's flood limits hold.
        per_second: the one rate of the fast mode; None for none.
    """

    def __init__(
        self,
        *,
        clock: SandboxClock,
        token: str = TOKEN,
        bot_name: str = "Sandbox bot",
        bot_username: str = "sandbox_bot",
        mode: Mode = Mode.FAST,
        per_second: int | None = None,
    ) -> None:
        bot = User(id=int(token.partition(":")[0]), first_name=bot_name, username=bot_username, is_bot=True)
        super().__init__(clock, bot)
        self.token = token
        self.set_mode(mode, per_second)
        self.menus = CommandMenus()
        self.faults = Faults()
        self.network = Network()
        self.sent = SentLog()
        self.webhook: Webhook | None = None  #: None while the bot polls
        self.description = ""  #: what an empty chat says about the bot
        self._opened = clock.now()

    def set_mode(self, mode: Mode, per_second: int | None = None) -> None:
        """Counts what the bot sends from now on as this mode does.

        Raises:
            ValueError: a rate was given for the strict mode, or is not positive.
        """
        self.limits: FloodLimits | None = limits_of(mode, per_second)
        self.mode = mode
        self.per_second = per_second
        self.changes.publish("mode", self.shown_mode)

    def shown_mode(self) -> dict[str, object]:
        """How the sandbox counts, for the page."""
        return {"mode": self.mode.value, "per_second": self.per_second}

    def set_latency(self, latency: timedelta, jitter: timedelta) -> None:
        """How long every request and answer take together, and up to how much more."""
        self.network.latency = latency
        self.network.jitter = jitter
        self.changes.publish("latency", lambda: {"seconds": latency.total_seconds()})

    def shown_faults(self) -> dict[str, object]:
        """How many requests have yet to fail."""
        return {"waiting": sum(fault.times for fault in self.faults.waiting)}

    def tell_faults(self) -> None:
        """Tells the pages how many requests have yet to fail."""
        self.changes.publish("faults", self.shown_faults)

    def set_description(self, description: str) -> None:
        """What an empty chat says about the bot, set by the bot; empty for nothing."""
        self.description = description
        self.changes.publish("description", lambda: {"description": description})

    def start_over(self) -> None:
        """Empties the chats and forgets the others; menus and description stay: a bot sets them as it starts.

        As with a history deleted in Telegram's app, the bot may go on writing to people who once wrote to it; it is
        told that it is let in again where it had been shut out.
        """
        shut_out = {chat.id: role for chat in self.chats.values() if (role := chat.role(self.bot.id)) in ABSENT}
        self._populate()
        self._opened = self.clock.now()
        self.queries.clear()
        self.inline_queries.clear()
        self.updates.drop_all()
        for chat_id in shut_out.keys() & self.chats.keys():
            chat = self.chats[chat_id]
            self._tell_own_role(chat, shut_out[chat_id], self.author(chat))
        self.faults.clear()
        self.network = Network()
        self.sent.clear()
        self.changes.publish("reset", dict)

    def reset(self) -> None:
        """Back to the first state: empty chats in real time, and nobody who ever wrote to the bot."""
        self.clock.follow_real_time()
        self.acquainted.clear()
        self.start_over()

    async def wait_until(self, is_so: Callable[[], bool], within: timedelta = PATIENCE) -> None:
        """Waits, in real time, until ``is_so()`` after some change.

        Raises:
            TimeoutError: it did not become so.
        """
        with self.changes.watching() as changes:
            async with asyncio.timeout(within.total_seconds()):
                while not is_so():
                    await changes.get()

    async def wait_for_messages(
        self, chat: Chat, number: int = 1, *, after: Message | None = None, within: timedelta = PATIENCE
    ) -> list[Message]:
        """The bot's messages in ``chat`` (later than ``after``), once there are ``number`` of them.

        Raises:
            TimeoutError: fewer came; what came is shown.
        """

        def found() -> list[Message]:
            past = after.id if after else 0
            return [message for message in self.messages(chat) if message.by_bot and message.id > past]

        try:
            await self.wait_until(lambda: len(found()) >= number, within)
        except TimeoutError:
            texts = [message.text for message in found()]
            raise TimeoutError(f"expected {number} messages in {chat.title}, got {len(texts)}: {texts}") from None
        return found()

    async def ask(self, chat: Chat, text: str, number: int = 1, *, within: timedelta = PATIENCE) -> list[Message]:
        """Says ``text`` and waits for the bot's ``number`` answers."""
        said = self.say(chat, text)
        return await self.wait_for_messages(chat, number, after=said, within=within)

    async def close_webhook(self) -> None:
        """Ends the webhook, if there is one."""
        webhook, self.webhook = self.webhook, None
        if webhook is not None:
            await webhook.close()

    def close(self) -> None:
        """Ends every wait of pages and pollers, so that a server can stop."""
        self.updates.close()
        self.changes.close()

    def open(self) -> None:
        """Lets pages and pollers wait again."""
        self.updates.open()
        self.changes.open()

    def page(self) -> dict[str, object]:
        """Everything an opening page needs to show."""
        return {
            "session": f"{self._opened:%Y%m%dT%H%M%S%f}",
            "bot": wire.user_json(self.bot),
            "people": self.shown_people(),
            "chats": [self.shown_chat(chat) for chat in self.shown_chats()],
            "messages": [self.shown_message(message) for chat in self.shown_chats() for message in self.messages(chat)],
            "menus": self.shown_menus(),
            "description": self.description,
            "clock": self.shown_clock(),
            "mode": self.shown_mode(),
            "faults": self.shown_faults(),
            "latency": self.network.latency.total_seconds(),
        }

    def shown_menus(self) -> dict[str, object]:
        """Each chat's command menu as each person sees it, by the person's and the chat's id."""
        return {
            str(person.id): {
                str(chat.id): [
                    {"command": command.name, "description": command.description}
                    for command in self.menus.shown(chat, person)
                ]
                for chat in self.shown_chats()
            }
            for person in self.people
        }

    def shown_clock(self) -> dict[str, object]:
        """The sandbox's present and how far it is from real time, in milliseconds and seconds."""
        return {
            "now": int(self.clock.now().timestamp() * 1000),
            "offset": self.clock.offset.total_seconds(),
        }

    def tell_menus(self) -> None:
        """Tells the pages that the command menu has changed."""
        self.changes.publish("menus", self.shown_menus)

    def tell_clock(self) -> None:
        """Tells the pages that the clock was moved."""
        self.changes.publish("clock", self.shown_clock)
