"""PTB's application on our transport and limits."""

from __future__ import annotations

from functools import partial
from typing import Any

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import Application, ApplicationBuilder, Defaults, ExtBot, JobQueue

from bot.ports import RateStore
from bot.telegram.limiter import Limiter
from bot.telegram.limits import Rates
from bot.telegram.shared_limiter import SharedLimiter
from bot.telegram.transport import AiohttpRequest
from bot.telegram.turns import OneAtATime
from bot.vitals import Part, Vitals

App = Application[Any, Any, Any, Any, Any, JobQueue[Any]]

CONNECTIONS = 512  #: to Telegram at once; delivery uses fewer, so that replies find one
POLLING = 2  #: connections for getUpdates
DEFAULTS = Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))


def connect(
    token: str,
    base_url: str | None = None,
    rates: Rates | None = None,
    vitals: Vitals | None = None,
    shared: RateStore | None = None,
) -> App:
    """An application for a bot: Telegram's own, or with ``base_url`` the one of a server on this machine.

    A server on this machine is asked directly, whatever proxies the environment names. ``vitals`` hear of every answer.
    With a ``shared`` store all processes that have it keep to the limits together.
    """
    by_proxy = base_url is None
    rates = rates or Rates()
    alive = partial((vitals or Vitals()).beat, Part.TELEGRAM)
    builder = (
        ApplicationBuilder()
        .token(token)
        .request(AiohttpRequest(CONNECTIONS, by_proxy=by_proxy, on_answer=alive))
        .get_updates_request(AiohttpRequest(POLLING, by_proxy=by_proxy, on_answer=alive))
        .rate_limiter(Limiter(rates) if shared is None else SharedLimiter(rates, shared))
        .defaults(DEFAULTS)
        .concurrent_updates(OneAtATime())
    )
    if base_url is not None:
        builder = builder.base_url(f"{base_url}/bot").base_file_url(f"{base_url}/file/bot")
    return builder.build()


def limiter_of(application: App) -> Limiter:
    """The limiter of an application that `connect` made."""
    bot = application.bot
    if not isinstance(bot, ExtBot) or not isinstance(bot.rate_limiter, Limiter):
        raise TypeError("expected an application made by connect()")
    return bot.rate_limiter
