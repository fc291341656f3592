"""The Bot API's HTTP side: requests in any of its encodings in, answers, refusals and faults out."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.sandbox.faults import Fault
from bot.sandbox.methods import call
from bot.sandbox.params import Params, Upload
from bot.sandbox.refusals import Refusal, bad_request, not_found, too_many_requests, unauthorized
from bot.sandbox.state import SandboxState


def bot_api_routes(state: SandboxState) -> list[Route]:
    """Methods under ``/bot<token>/``, the bot's files under ``/file/bot<token>/``."""

    async def method(request: Request) -> Response:
        try:
            return await _answer(state, request)
        except Refusal as refusal:
            return _refused(refusal)

    async def file(request: Request) -> Response:
        kept = state.files.get(request.path_params["file_id"])
        if request.path_params["token"] != state.token or kept is None:
            return _refused(not_found())
        return Response(kept.content, media_type=kept.media_type)

    return [
        Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{folder}/{file_id}", file),
    ]


async def _answer(state: SandboxState, request: Request) -> Response:
    if request.path_params["token"] != state.token:
        raise unauthorized()
    name = request.path_params["method"]
    params = await _params(request)
    fault = state.faults.take(name.lower(), params.text("chat_id"))
    if fault is None:
        return _done(await call(state, name, params))
    await asyncio.sleep(fault.delay.total_seconds())
    if not fault.fails:
        return _done(await call(state, name, params))
    if fault.is_done_first:
        await call(state, name, params)
    return _broken(fault)


def _done(result: object) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _refused(refusal: Refusal) -> Response:
    return JSONResponse(refusal.to_json(), status_code=refusal.code)


def _broken(fault: Fault) -> Response:
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
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": int(HTTPStatus.OK), "headers": headers})


async def _params(request: Request) -> Params:
    values: dict[str, object] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad_request("can't parse request body as JSON") from None
        if not isinstance(body, dict):
            raise bad_request("expected a JSON object as request body")
        return Params(values | body)
    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form() as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            return Params(values | fields, await _uploads(form))
    return Params(values)


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
