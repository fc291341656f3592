"""What people, and those who arrange their world, do in the sandbox, as JSON objects in and out."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from bot.sandbox.faults import Fault
from bot.sandbox.limits import Mode
from bot.sandbox.params import Upload
from bot.sandbox.state import SandboxState
from bot.sandbox.uploads import document, photo
from bot.sandbox.world import Chat, Message, Place, Role, User
from bot.sandbox.writing import NotAllowedError, Spot

NextBriefing = Callable[[], Awaitable[datetime | None]]  #: when the bot will next send by itself; aware
NONE_SCHEDULED = "No briefing is scheduled. To get one, send /subscribe 08:00 Europe/Kyiv in a chat."

Body = Mapping[str, object]
Deed = Callable[[Body], Awaitable[dict[str, object]]]


class Deeds:
    """What a person does; each takes the request's JSON object and returns the answer's.

    ``as`` is the id of the person who does it; left out it is the sandbox's own, or whose private chat it is.
    """

    def __init__(self, state: SandboxState, next_briefing: NextBriefing | None) -> None:
        self._state = state
        self._next_briefing = next_briefing

    def by_name(self) -> dict[str, Deed]:
        """Every deed by the last part of its address."""
        return {
            "say": self.say,
            "send_file": self.send_file,
            "place": self.place,
            "forward": self.forward,
            "press": self.press,
            "inline": self.inline,
            "choose_inline": self.choose_inline,
            "group_link": self.group_link,
            "person": self.person,
            "deactivate": self.deactivate,
            "bot_role": self.bot_role,
            "own_role": self.own_role,
            "role": self.role,
            "anonymous": self.anonymous,
            "members_may_write": self.members_may_write,
            "topic": self.topic,
            "open_topic": self.open_topic,
            "delete_topic": self.delete_topic,
            "upgrade": self.upgrade,
            "clock": self.clock,
            "faults": self.faults,
            "latency": self.latency,
            "mode": self.mode,
            "next_briefing": self.next_briefing,
            "start_over": self.start_over,
        }

    async def say(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``text``, perhaps ``topic_id``, ``reply_to``, and ``is_html``."""
        message = self._state.say(
            self._chat(body),
            str(body["text"]),
            sender=self._sender(body),
            topic_id=_integer(body, "topic_id"),
            reply_to=_integer(body, "reply_to"),
            is_html=bool(body.get("is_html")),
        )
        return {"message_id": message.id}

    async def send_file(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``name``, ``media_type``, ``content`` in Base64, perhaps ``caption``, ``topic_id``,
        ``reply_to``, and ``is_photo``, with which it is sent as a picture.
        """
        upload = Upload(
            name=str(body["name"]),
            media_type=str(body.get("media_type") or "application/octet-stream"),
            content=base64.b64decode(str(body["content"]), validate=True),
        )
        message = self._state.send_file(
            self._chat(body),
            photo(upload) if body.get("is_photo") else document(upload),
            caption=str(body.get("caption", "")),
            sender=self._sender(body),
            spot=_spot(body),
        )
        return {"message_id": message.id}

    async def place(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``latitude`` and ``longitude`` in degrees."""
        place = Place(latitude=float(str(body["latitude"])), longitude=float(str(body["longitude"])))
        message = self._state.share_place(self._chat(body), place, sender=self._sender(body), spot=_spot(body))
        return {"message_id": message.id}

    async def forward(self, body: Body) -> dict[str, object]:
        """``chat_id`` and ``message_id`` of the message, ``to`` the chat it goes to."""
        to = self._chat({"chat_id": body["to"]})
        return {"message_id": self._state.forward(self._message(body), to, sender=self._sender(body)).id}

    async def press(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``message_id``, ``row`` and ``column`` of the button, or ``label``, a part of its text."""
        message = self._message(body)
        if "label" in body:
            button = message.button(str(body["label"]))
        else:
            button = message.buttons[int(str(body["row"]))][int(str(body["column"]))]
        return {"query_id": self._state.press(message, button, sender=self._sender(body)).id}

    async def inline(self, body: Body) -> dict[str, object]:
        """``chat_id``, and ``text``: the words after the bot's name."""
        query = self._state.ask_inline(
            self._chat(body), str(body["text"]), sender=self._sender(body), topic_id=_integer(body, "topic_id")
        )
        return {"query_id": query.id}

    async def choose_inline(self, body: Body) -> dict[str, object]:
        """``query_id`` and ``result_id``: sends one of the things offered."""
        query = self._state.inline_queries.get(str(body["query_id"]))
        if query is None:
            raise NotAllowedError("the offer is gone")
        return {"message_id": self._state.choose_inline(query, str(body["result_id"])).id}

    async def group_link(self, body: Body) -> dict[str, object]:
        """``chat_id`` of the group or channel chosen, ``payload``, perhaps ``as_administrator``."""
        said = self._state.follow_group_link(
            self._chat(body),
            str(body.get("payload", "")),
            by=self._sender(body) or self._state.person,
            as_administrator=bool(body.get("as_administrator")),
        )
        return {"message_id": said.id if said else None}

    async def person(self, body: Body) -> dict[str, object]:
        """``first_name`` of somebody new, with a private chat; perhaps their ``language_code``."""
        chat = self._state.add_person(str(body["first_name"]), str(body.get("language_code", "en")))
        return {"chat_id": chat.id}

    async def deactivate(self, body: Body) -> dict[str, object]:
        """``user_id`` whose account is deleted, or with ``is_deactivated`` false brought back."""
        self._state.set_deactivated(self._user(body), is_deactivated=bool(body.get("is_deactivated", True)))
        return {}

    async def bot_role(self, body: Body) -> dict[str, object]:
        """``chat_id`` and ``role``: blocks, removes, adds, promotes the bot."""
        self._state.set_bot_role(self._chat(body), Role(str(body["role"])), by=self._sender(body))
        return {}

    async def own_role(self, body: Body) -> dict[str, object]:
        """``chat_id`` and ``role``: what the person is in a group or channel."""
        return await self.role({**body, "user_id": (self._sender(body) or self._state.person).id})

    async def role(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``user_id`` and ``role``: what somebody is in a group or channel."""
        self._state.set_role(self._chat(body), self._user(body), Role(str(body["role"])), by=self._sender(body))
        self._state.tell_menus()
        return {}

    async def anonymous(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``user_id`` and ``is_anonymous``: whether an administrator writes as the group."""
        is_anonymous = bool(body["is_anonymous"])
        self._state.set_anonymous(self._chat(body), self._user(body), is_anonymous=is_anonymous)
        return {}

    async def members_may_write(self, body: Body) -> dict[str, object]:
        """``chat_id`` and ``they_may``: whether ordinary members, and so the bot, may write in a group."""
        self._state.set_members_may_write(self._chat(body), they_may=bool(body["they_may"]))
        return {}

    async def topic(self, body: Body) -> dict[str, object]:
        """``chat_id``, ``topic_id`` (none is General) and ``is_closed``."""
        is_closed, by = bool(body["is_closed"]), self._sender(body)
        self._state.set_topic_closed(self._chat(body), _integer(body, "topic_id"), is_closed=is_closed, by=by)
        return {}

    async def open_topic(self, body: Body) -> dict[str, object]:
        """``chat_id`` of a forum and ``name``."""
        return {"topic_id": self._state.open_topic(self._chat(body), str(body["name"]), by=self._sender(body)).id}

    async def delete_topic(self, body: Body) -> dict[str, object]:
        """``chat_id`` and ``topic_id``."""
        self._state.delete_topic(self._chat(body), int(str(body["topic_id"])))
        return {}

    async def upgrade(self, body: Body) -> dict[str, object]:
        """``chat_id`` of the basic group that becomes a supergroup."""
        new = self._state.upgrade(self._chat(body), by=self._sender(body))
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
            if (moment := await self._next_moment()) is None:
                return self._state.shown_clock() | {"status": NONE_SCHEDULED}
            clock.move_to(moment)
        else:
            clock.follow_real_time()
        self._state.tell_clock()
        return self._state.shown_clock()

    async def next_briefing(self, _body: Body) -> dict[str, object]:
        """``moment``: when the bot will next send by itself; None when nothing is scheduled or nobody can tell."""
        moment = await self._next_moment()
        return {"moment": moment.isoformat() if moment else None}

    async def faults(self, body: Body) -> dict[str, object]:
        """One :class:`Fault`'s fields, or ``faults`` with several, ``delay`` in seconds; a ``seed`` for those with a
        ``chance``. An empty object lets everything work again."""
        faults = self._state.faults
        if not body:
            faults.clear()
            self._state.tell_faults()
            return self._state.shown_faults()
        fields = dict(body)
        if "seed" in fields:
            faults.draw_from(int(str(fields.pop("seed"))))
        several = fields.pop("faults", None)
        given = [*several, *([fields] if fields else [])] if isinstance(several, list) else [fields]
        for fault in [_fault(one) for one in given]:
            faults.add(fault)
        self._state.tell_faults()
        return self._state.shown_faults()

    async def latency(self, body: Body) -> dict[str, object]:
        """``seconds`` every request and answer take together, and up to ``jitter`` seconds more."""
        self._state.set_latency(_seconds(body.get("seconds", 0)), _seconds(body.get("jitter", 0)))
        return {}

    async def mode(self, body: Body) -> dict[str, object]:
        """``mode``: strict or fast, and perhaps ``per_second``, the one rate of the fast mode."""
        self._state.set_mode(Mode(str(body["mode"])), _integer(body, "per_second"))
        return self._state.shown_mode()

    async def start_over(self, _body: Body) -> dict[str, object]:
        """Empties the chats."""
        self._state.start_over()
        return {}

    async def _next_moment(self) -> datetime | None:
        return await self._next_briefing() if self._next_briefing else None

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

    def _user(self, body: Body) -> User:
        user = self._state.users.get(_integer(body, "user_id") or 0)
        if user is None:
            raise LookupError("there is no such person")
        return user

    def _sender(self, body: Body) -> User | None:
        return self._user({"user_id": body["as"]}) if body.get("as") is not None else None


def _spot(body: Body) -> Spot:
    return Spot(topic_id=_integer(body, "topic_id"), reply_to=_integer(body, "reply_to"))


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
