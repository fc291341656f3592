"""The chat page: its files, its live changes, and the addresses of what people do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox.contents import UNSEEN
from bot.sandbox.control import Control
from bot.sandbox.deeds import Body, Deed, Deeds, NextBriefing
from bot.sandbox.newsdesk import DeskDeeds, NewsDesk
from bot.sandbox.refusals import Refusal
from bot.sandbox.state import SandboxState
from bot.sandbox.writing import NotAllowedError

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
LARGEST_BODY = 80_000_000  #: bytes of a request of the page: the largest file of Telegram, in Base64
MEDIA_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SHOWN_INLINE = frozenset({"image/png", "image/jpeg"})


def page_routes(
    state: SandboxState, next_briefing: NextBriefing | None, desk: NewsDesk | None = None
) -> list[BaseRoute]:
    """The page under ``/``, its files under ``/static/``, everything it asks under ``/sandbox/``.

    The same stands under ``/control/`` for other programs, with what only they need.
    """

    def page() -> dict[str, object]:
        return state.page() | {"has_desk": desk is not None}

    async def events(_request: Request) -> Response:
        return StreamingResponse(_stream(state, page), media_type="text/event-stream", headers=SECURITY)

    async def page_state(_request: Request) -> Response:
        return JSONResponse(page(), headers=SECURITY)

    async def reset(_body: Body) -> dict[str, object]:
        if at_desk is not None:
            await at_desk.reset()
        state.reset()
        return {}

    async def picture(request: Request) -> Response:
        file = state.files.get(request.path_params["file_id"])
        if file is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        disposition = "inline" if file.media_type in SHOWN_INLINE else "attachment"
        return Response(
            file.content, media_type=file.media_type, headers=SECURITY | {"Content-Disposition": disposition}
        )

    async def sent(request: Request) -> Response:
        return JSONResponse(control.sent(request.query_params))

    control = Control(state)
    at_desk = DeskDeeds(desk) if desk is not None else None
    deeds = Deeds(state, next_briefing).by_name() | {"reset": reset} | (at_desk.by_name() if at_desk else {})
    return [
        Route("/", _static("index.html")),
        *[Route(f"/static/{file.name}", _static(file.name)) for file in sorted(STATIC.iterdir())],
        Route("/sandbox/state", page_state),
        Route("/sandbox/events", events),
        Route("/sandbox/files/{file_id}", picture),
        *[Route(f"/sandbox/{name}", _post(deed), methods=["POST"]) for name, deed in deeds.items()],
        Route("/control/sent", sent),
        Route("/control/state", page_state),
        *[
            Route(f"/control/{name}", _post(deed), methods=["POST"])
            for name, deed in {**deeds, **control.by_name()}.items()
        ],
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
            received = await _received(request)
            if received is None:
                return _complaint(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"expected at most {LARGEST_BODY:,} bytes")
            body = json.loads(received)
            if not isinstance(body, dict):
                return _complaint(HTTPStatus.BAD_REQUEST, "expected a JSON object")
            return JSONResponse(await deed(body), headers=SECURITY)
        except NotAllowedError as error:
            return _complaint(HTTPStatus.CONFLICT, str(error))
        except Refusal as refusal:
            return _complaint(HTTPStatus.BAD_REQUEST, refusal.description)
        except (LookupError, ValueError, TypeError) as error:
            return _complaint(HTTPStatus.BAD_REQUEST, str(error))

    return serve


async def _received(request: Request) -> bytes | None:
    """The body; None when it is too large, of which the rest is not read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _complaint(status: HTTPStatus, reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status, headers=SECURITY)


async def _stream(state: SandboxState, page: Callable[[], dict[str, object]]) -> AsyncIterator[str]:
    """Server-sent events: the whole page first, then every change."""
    with state.changes.watching() as changes:
        yield _event("page", page())
        while True:
            try:
                change = await asyncio.wait_for(changes.get(), HEARTBEAT.total_seconds())
            except TimeoutError:
                yield _event("clock", state.shown_clock())
                continue
            if change is None:
                return
            if change.kind == UNSEEN:
                continue
            yield _event("page", page()) if change.kind == "reset" else _event(change.kind, change.payload)


def _event(kind: str, payload: Mapping[str, object]) -> str:
    return f"event: {kind}\ndata: {json.dumps(payload)}\n\n"
