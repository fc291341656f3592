"""The chat page: its files, its live changes, and what a person does on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox.faults import Fault
from bot.sandbox.state import NotAllowedError, SandboxState
from bot.sandbox.world import Chat, Message, Role

NextBriefing = Callable[[], Awaitable[datetime | None]]  #: when the bot will next send by itself; aware
NONE_SCHEDULED = "No briefing is scheduled. To get one, send /subscribe 08:00 Europe/Kyiv in a chat."
STATIC = Path(__file__).parent / "static"
HEARTBEAT = timedelta(
    seconds=15
)  #: real time after which an idle event stream tells the time, in case the clock was moved elsewhere
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
MEDIA_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SHOWN_INLINE = frozenset({"image/png", "image/jpeg"})

Body = Mapping[str, object]
Deed = Callable[[Body], Awaitable[dict[str, object]]]


def page_routes(state: SandboxState, next_briefing: NextBriefing | None) -> list[BaseRoute]:
    """The page under ``/``, its files under ``/static/``, everything it asks under ``/sandbox/``."""

    async def events(_request: Request) -> Response:
        return StreamingResponse(_stream(state), media_type="text/event-stream", headers=SECURITY)

    async def page_state(_request: Request) -> Response:
        return JSONResponse(state.page(), headers=SECURITY)

    async def picture(request: Request) -> Response:
        file = state.files.get(request.path_params["file_id"])
        if file is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        disposition = "inline" if file.media_type in SHOWN_INLINE else "attachment"
        return Response(
            file.content, media_type=file.media_type, headers=SECURITY | {"Content-Disposition": disposition}
        )

    deeds = _Deeds(state, next_briefing)
    return [
        Route("/", _static("index.html")),
        *[Route(f"/static/{file.name}", _static(file.name)) for file in sorted(STATIC.iterdir())],
        Route("/sandbox/state", page_state),
        Route("/sandbox/events", events),
        Route("/sandbox/files/{file_id}", picture),
        *[Route(f"/sandbox/{name}", _post(deed), methods=["POST"]) for name, deed in deeds.by_name().items()],
    ]


def _static(name: str) -> Callable[[Request], Awaitable[Response]]:
    """A file of the page, read once."""
    content = (STATIC / name).read_bytes()

    async def serve(_request: Request) -> Response:
        return Response(content, media_type=MEDIA_TYPES[Path(name).suffix], headers=SECURITY)

    return serve


def _post(deed: Deed) -> Callable[[Request], Awaitable[Response]]:
    """A deed as an endpoint. It takes JSON only, which no foreign site's form can send."""

    async def serve(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _complaint(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected application/json")
        try:
            body = await request.json()
            if not isinstance(body, dict):
                return _complaint(HTTPStatus.BAD_REQUEST, "expected a JSON object")
            return JSONResponse(await deed(body), headers=SECURITY)
        except NotAllowedError as error:
            return _complaint(HTTPStatus.CONFLICT, str(error))
        except (LookupError, ValueError, TypeError) as error:
            return _complaint(HTTPStatus.BAD_REQUEST, str(error))

    return serve


def _complaint(status: HTTPStatus, reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status, headers=SECURITY)


async def _stream(state: SandboxState) -> AsyncIterator[str]:
    """Server-sent events: the whole page first, then every change."""
    with state.changes.watching() as changes:
        yield _event("page", state.page())
        while True:
            try:
                change = await asyncio.wait_for(changes.get(), HEARTBEAT.total_seconds())
            except TimeoutError:
                yield _event("clock", state.shown_clock())
                continue
            if change is None:
                return
            yield _event("page", state.page()) if change.kind == "reset" else _event(change.kind, change.payload)


def _event(kind: str, payload: Mapping[str, object]) -> str:
    return f"event: {kind}\ndata: {json.dumps(payload)}\n\n"


class _Deeds:
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
        """A :class:`Fault`'s fields, ``delay`` in seconds; an empty object lets everything work again."""
        if not body:
            self._state.faults.clear()
            return {}
        fields = dict(body)
        delay = timedelta(seconds=float(str(fields.pop("delay", 0))))
        self._state.faults.add(Fault(delay=delay, **fields))  # type: ignore[arg-type]  # a wrong name is a TypeError
        return {}

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
