"""The Bot API's HTTP side: requests in any of its encodings in, answers, refusals and faults out.

Plain ASGI: requests for methods are what a benchmark counts, and a router would cost as much as the rest.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.faults import Fault
from bot.sandbox.methods import call
from bot.sandbox.params import Params, Upload
from bot.sandbox.refusals import Refusal, bad_request, not_found, too_many_requests, unauthorized
from bot.sandbox.state import SandboxState

JSON_HEADERS = (b"content-type", b"application/json")
_encode = json.JSONEncoder(separators=(",", ":")).encode


class BotApi:
    """Methods under ``/bot<token>/``, the bot's files under ``/file/bot<token>/``."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state

    @staticmethod
    def serves(path: str) -> bool:
        """Whether a request for ``path`` belongs here."""
        return path.startswith(("/bot", "/file/bot"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = scope["path"].split("/")
        if len(parts) == 3:
            await self._method(parts[1].removeprefix("bot"), parts[2], scope, receive, send)
        else:
            await self._file(parts)(scope, receive, send)

    def _file(self, parts: list[str]) -> Response:
        """Of ``/file/bot<token>/<folder>/<file id>``."""
        kept = self._state.files.get(parts[-1])
        if len(parts) != 5 or parts[2].removeprefix("bot") != self._state.token or kept is None:
            return _refused(not_found())
        return Response(kept.content, media_type=kept.media_type)

    async def _method(self, token: str, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        state = self._state
        method = name.lower()
        try:
            if token != state.token:
                raise unauthorized()
            params = await _params(scope, receive)
            await state.network.pause(method)
            fault = state.faults.take(method, params.text("chat_id"))
            answer = await self._broken(fault, method, params) if fault is not None else None
            result = await call(state, method, params) if answer is None else None
            await state.network.pause(method)
        except Refusal as refusal:
            answer = _refused(refusal)
        if answer is not None:
            state.sent.answers[f"{method} {'cut' if isinstance(answer, _CutResponse) else answer.status_code}"] += 1
            await answer(scope, receive, send)
            return
        state.sent.answers[f"{method} 200"] += 1
        body = _encode({"ok": True, "result": result}).encode()
        headers = [JSON_HEADERS, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _broken(self, fault: Fault, method: str, params: Params) -> Response | None:
        """The answer of a request that fails; None if it is only late."""
        self._state.tell_faults()
        await asyncio.sleep(fault.delay.total_seconds())
        if not fault.fails:
            return None
        if fault.is_done_first:
            await call(self._state, method, params)
        return _failure(fault)


def _refused(refusal: Refusal) -> Response:
    return JSONResponse(refusal.to_json(), status_code=refusal.code)


def _failure(fault: Fault) -> Response:
    if fault.cuts:
        return _CutResponse()
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _refused(too_many_requests(fault.retry_after))
    status = HTTPStatus(fault.status)
    if status in {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}:
        # These come from the proxy before Telegram's servers, which speaks no JSON.
        return PlainTextResponse(f"<html><h1>{status.value} {status.phrase}</h1></html>", status_code=status)
    return _refused(Refusal(status, fault.description or status.phrase))


class _CutResponse(Response):
    """Promises more than it sends, upon which the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [JSON_HEADERS, (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": int(HTTPStatus.OK), "headers": headers})


async def _params(scope: Scope, receive: Receive) -> Params:
    values: dict[str, object] = dict(_pairs(scope["query_string"]))
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"").partition(b";")[0]
    match kind.strip().lower():
        case b"application/json":
            return Params(values | _object(await _body(receive)))
        case b"application/x-www-form-urlencoded":
            return Params(values | dict(_pairs(await _body(receive))))
        case b"multipart/form-data":
            async with Request(scope, receive).form() as form:
                fields = {name: value for name, value in form.items() if isinstance(value, str)}
                return Params(values | fields, await _uploads(form))
        case _:
            return Params(values)


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    return parse_qsl(encoded.decode("utf-8", "replace"), keep_blank_values=True) if encoded else []


def _object(body: bytes) -> dict[str, object]:
    try:
        given = json.loads(body)
    except ValueError:
        raise bad_request("can't parse request body as JSON") from None
    if not isinstance(given, dict):
        raise bad_request("expected a JSON object as request body")
    return given


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


async def _uploads(form: FormData) -> dict[str, Upload]:
    return {
        name: Upload(
            name=value.filename or name,
            media_type=value.content_type or "application/octet-stream",
            content=await value.read(),
        )
        for name, value in form.items()
        if isinstance(value, UploadFile)
    }
