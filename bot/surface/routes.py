"""Whether the process lives, whether it can do its work, and what it counts; and the webhook, when there is one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, Gauge
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.metrics import LIVE_SECONDS, OUTBOX_AGE, OUTBOX_MESSAGES, TO_LOOK_AT, TO_READ, exposition
from bot.outbox import State
from bot.ports import Depth, WorkDepth
from bot.surface.webhook import Webhook
from bot.vitals import Part, Vitals

Troubles = Callable[[], Awaitable[tuple[str, ...]]]
DepthNow = Callable[[], Awaitable[Depth]]
WorkNow = Callable[[], Awaitable[WorkDepth]]


def surface(
    vitals: Vitals,
    troubles: Troubles,
    depth: DepthNow,
    now: Callable[[], datetime],
    *,
    reading: WorkNow | None = None,
    looking: WorkNow | None = None,
    webhook: Webhook | None = None,
) -> Starlette:
    """The application.

    ``/healthz`` answers 200 as long as the process answers at all. ``/readyz`` answers 200 when the store can be
    written, the scheduler ticks and Telegram was reached lately, else 503 with what is wrong. ``/metrics`` is in
    Prometheus' format.

    Args:
        troubles: what keeps the bot from its work, in words; none when it can do it.
        now: real time, to tell the age of what waits.
        reading: what waits to be read, where processes read for each other.
        looking: the sources that wait to be looked at, where processes look for each other.
    """

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_: Request) -> Response:
        found = await troubles()
        status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
        return JSONResponse({"ready": not found, "troubles": list(found)}, status_code=status)

    async def metrics(_: Request) -> Response:
        _measure(await depth(), vitals, now())
        if reading is not None:
            _measure_work(TO_READ, await reading())
        if looking is not None:
            _measure_work(TO_LOOK_AT, await looking())
        return Response(exposition(), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    if webhook is not None:
        routes.append(Route(webhook.path, webhook.receive, methods=["POST"]))
    return Starlette(routes=routes)


def _measure(depth: Depth, vitals: Vitals, now: datetime) -> None:
    """What is not counted as it happens."""
    for state in State:
        OUTBOX_MESSAGES.labels(state.value).set(depth.by_state.get(state, 0))
    OUTBOX_AGE.set((now - depth.oldest).total_seconds() if depth.oldest is not None else 0)
    for part in Part:
        if (silence := vitals.silence(part)) is not None:
            LIVE_SECONDS.labels(part.value).set(silence.total_seconds())


def _measure_work(gauge: Gauge, depth: WorkDepth) -> None:
    gauge.labels("waiting").set(depth.waiting)
    gauge.labels("under_way").set(depth.under_way)
    gauge.labels("stalled").set(depth.stalled)
