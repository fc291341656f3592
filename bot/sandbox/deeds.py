"""What people, and those who arrange their world, do in the sandbox, as JSON objects in and out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from bot.sandbox.faults import Fault
from bot.sandbox.limits import Mode
from bot.sandbox.state import NotAllowedError, SandboxState
from bot.sandbox.world import Chat, Message, Role

NextBriefing = Callable[[], Awaitable[datetime | None]]  #: when the bot will next send by itself; aware
NONE_SCHEDULED = "No briefing is scheduled. To get one, send /subscribe 08:00 Europe/Kyiv in a chat."

Body = Mapping[str, object]
Deed = Callable[[Body], Awaitable[dict[str, object]]]


class Deeds:
    """What a person does on the page; each takes the request's JSON object and returns the answer's."""

    def __init__(self, state: SandboxState, next_briefing: NextBriefing | None) -> None:
        self._state = state
        self._next_briefing = next_briefing

    def by_name(self) -> dict[str, Deed]:
        """Every deed by the last part of its address."""
        return {
            "say": self.say,
            "press": self.press,
            "bot_role": self.bot_role,
            "own_role": self.own_role,
            "topic": self.topic,
            "upgrade": self.upgrade,
            "clock": self.clock,
            "faults": self.faults,
            "latency": self.latency,
            "mode": self.mode,
            "start_over": self.start_over,
        }

    async def say(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``text``, perhaps ``topic_id`` and ``reply_to``."""
        message = self._state.say(
            self._chat(body),
            str(body["text"]),
            topic_id=_integer(body, "topic_id"),
            reply_to=_integer(body, "reply_to"),
        )
        return {"message_id": message.id}

    async def press(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``message_id``, ``row`` and ``column`` of the button."""
        message = self._message(body)
        button = message.buttons[int(str(body["row"]))][int(str(body["column"]))]
        return {"query_id": self._state.press(message, button).id}

    async def bot_role(self, body: Body) -> dict[str, object]:
        """``chat_id`` and ``role``: blocks, removes, adds, promotes the bot."""
        self._state.set_bot_role(self._chat(body), Role(str(body["role"])))
        return {}

    async def own_role(self, body: Body) -> dict[str, object]:
        """``chat_id`` and ``role``: what the person is in a group."""
        self._state.set_own_role(self._chat(body), Role(str(body["role"])))
        self._state.tell_menus()
        return {}

    async def topic(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``topic_id`` and ``is_closed``."""
        topic_id = _integer(body, "topic_id")
        if topic_id is None:
            raise NotAllowedError("the General topic stays open")
        self._state.set_topic_closed(self._chat(body), topic_id, is_closed=bool(body["is_closed"]))
        return {}

    async def upgrade(self, body: Body) -> dict[str, object]:
        """``chat_id`` of the basic group that becomes a supergroup."""
        new = self._state.upgrade(self._chat(body))
        self._state.tell_menus()
        return {"chat_id": new.id}

    async def clock(self, body: Body) -> dict[str, object]:
        """``by`` seconds, ``to`` a moment with zone, ``to_next_briefing``, or ``to_real_time``.

        The answer has a ``status`` where a person must be told why nothing moved.
        """
        clock = self._state.clock
        if "by" in body:
            clock.move_by(timedelta(seconds=float(str(body["by"]))))
        elif "to" in body:
            clock.move_to(datetime.fromisoformat(str(body["to"])))
        elif body.get("to_next_briefing"):
            moment = await self._next_briefing() if self._next_briefing else None
            if moment is None:
                return self._state.shown_clock() | {"status": NONE_SCHEDULED}
            clock.move_to(moment)
        else:
            clock.follow_real_time()
        self._state.tell_clock()
        return self._state.shown_clock()

    async def faults(self, body: Body) -> dict[str, object]:
        """One :class:`Fault`'s fields, or ``faults`` with several, ``delay`` in seconds; a ``seed`` for those with a
        ``chance``. An empty object lets everything work again."""
        faults = self._state.faults
        if not body:
            faults.clear()
            return {}
        fields = dict(body)
        if "seed" in fields:
            faults.draw_from(int(str(fields.pop("seed"))))
        several = fields.pop("faults", None)
        given = [*several, *([fields] if fields else [])] if isinstance(several, list) else [fields]
        for fault in [_fault(one) for one in given]:
            faults.add(fault)
        return {"waiting": len(faults.waiting)}

    async def latency(self, body: Body) -> dict[str, object]:
        """``seconds`` every request and answer take together, and up to ``jitter`` seconds more."""
        self._state.network.latency = _seconds(body.get("seconds", 0))
        self._state.network.jitter = _seconds(body.get("jitter", 0))
        return {}

    async def mode(self, body: Body) -> dict[str, object]:
        """``mode``: strict or fast, and perhaps ``per_second``, the one rate of the fast mode."""
        self._state.set_mode(Mode(str(body["mode"])), _integer(body, "per_second"))
        return self._state.shown_mode()

    async def start_over(self, _body: Body) -> dict[str, object]:
        """Empties the chats."""
        self._state.start_over()
        return {}

    def _chat(self, body: Body) -> Chat:
        chat = self._state.chats.get(_integer(body, "chat_id") or 0)
        if chat is None:
            raise LookupError("there is no such chat")
        return chat

    def _message(self, body: Body) -> Message:
        message = self._state.message(self._chat(body), _integer(body, "message_id"))
        if message is None:
            raise NotAllowedError("the message is gone")
        return message


def _integer(body: Body, name: str) -> int | None:
    value = body.get(name)
    return int(str(value)) if value is not None else None


def _seconds(given: object) -> timedelta:
    return timedelta(seconds=float(str(given)))


def _fault(given: object) -> Fault:
    if not isinstance(given, dict):
        raise TypeError("expected a fault as a JSON object")
    fields = dict(given)
    return Fault(delay=_seconds(fields.pop("delay", 0)), **fields)
