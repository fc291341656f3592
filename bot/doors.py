"""How updates come in and how machines look in: long polling or a webhook, health and metrics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, CallbackContext, TypeHandler, Updater

from bot.asgi import served
from bot.desk.leading import Leading
from bot.errors import SitrepError
from bot.ports import OperatorStore, Sender, SharedStore
from bot.settings import LISTEN, OFF, Settings, address_of
from bot.surface.routes import surface
from bot.surface.webhook import Webhook, secret_of
from bot.telegram.application import App
from bot.vitals import Part, Vitals
from bot.watchdog import ServiceManager

log = structlog.get_logger(__name__)

UPDATES = (Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER)
ASK_AFTER = timedelta(seconds=60)  #: without a word from Telegram, whoever asks whether it is reachable has it asked
FIRST_GROUP = -1000  #: of handlers; what is decided there is decided before any other sees the update
ASK_WITHIN = timedelta(seconds=5)


class DoorError(SitrepError):
    """The address that the settings name cannot be served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What of the bot is open to others; ``listen`` None: nothing. ``webhook`` needs ``listen``.

    ``is_asked``: somebody chose the address, so the bot does not start without it.
    """

    listen: tuple[str, int] | None = None
    is_asked: bool = False
    webhook: str | None = None
    manager: ServiceManager = field(default_factory=ServiceManager)
    vitals: Vitals = field(default_factory=Vitals)


def doors_of(settings: Settings, manager: ServiceManager, *, live: bool) -> Doors:
    """The doors that the settings open; in the sandbox none unless they are named."""
    listen = settings.listen or (LISTEN if live else OFF)
    return Doors(
        listen=None if listen == OFF else address_of(listen),
        is_asked=settings.listen is not None or settings.webhook is not None,
        webhook=settings.webhook if live else None,
        manager=manager,
    )


@asynccontextmanager
async def open_to(
    application: App,
    doors: Doors,
    store: OperatorStore,
    sender: Sender,
    now: Callable[[], datetime],
    *,
    takes_updates: bool = True,
    shared: SharedStore | None = None,
) -> AsyncIterator[None]:
    """Takes updates, and serves what the doors name, while the block runs; ``now`` is real time.

    Of the processes that have a ``shared`` store one asks Telegram for updates, and each update is answered once.

    Raises:
        DoorError: the address cannot be had, or Telegram does not take the webhook.
    """
    webhook = None
    if doors.webhook is not None and takes_updates:
        webhook = Webhook(url=doors.webhook, secret=secret_of(application.bot.token), take=_taker(application))
    async with AsyncExitStack() as stack:
        if doors.listen is not None:
            routes = surface(
                doors.vitals,
                _troubles(doors.vitals, store, sender),
                store.depth,
                now,
                reading=shared.reading_depth if shared is not None else None,
                looking=shared.looking_depth if shared is not None else None,
                webhook=webhook,
            )
            try:
                await stack.enter_async_context(served(routes, *doors.listen))
            except OSError as error:
                host, port = doors.listen
                if doors.is_asked:
                    raise DoorError(
                        f"SITREP_LISTEN: expected an address that is free, got {host}:{port}: {error.strerror}. "
                        "Name another one, or off."
                    ) from error
                log.warning("health and metrics are not served", address=f"{host}:{port}", reason=error.strerror)
        if takes_updates and shared is not None:
            application.add_handler(TypeHandler(Update, _first_of_all(shared)), group=FIRST_GROUP)
        if webhook is not None:
            await _tell_telegram(application, webhook)
        elif takes_updates and shared is not None:
            await stack.enter_async_context(_polling_in_turn(application, shared))
        elif takes_updates:
            await _poll(application)
        yield


async def _poll(application: App) -> None:
    await _updater(application).start_polling(allowed_updates=UPDATES, bootstrap_retries=-1)


def _updater(application: App) -> Updater:
    if application.updater is None:
        raise TypeError("expected an application with an updater")
    return application.updater


@asynccontextmanager
async def _polling_in_turn(application: App, shared: SharedStore) -> AsyncIterator[None]:
    """Asks for updates whenever no other process does, while the block runs."""

    async def poll(_: int) -> None:
        await _poll(application)
        try:
            await asyncio.Event().wait()
        finally:
            await _updater(application).stop()

    leading = asyncio.create_task(Leading(store=shared, name="updates").run(poll))
    try:
        yield
    finally:
        leading.cancel()
        await asyncio.wait([leading])


def _first_of_all(shared: SharedStore) -> Callable[[Update, CallbackContext[Any, Any, Any, Any]], Any]:
    async def take(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        if not await shared.take_update(context.bot.id, update.update_id):
            log.info("an update was answered by another process", update=update.update_id)
            raise ApplicationHandlerStop

    return take


async def _tell_telegram(application: App, webhook: Webhook) -> None:
    try:
        await application.bot.set_webhook(webhook.url, allowed_updates=UPDATES, secret_token=webhook.secret)
    except TelegramError as error:
        raise DoorError(
            f"SITREP_WEBHOOK: expected an address that Telegram takes, got {webhook.url}: {error.message}."
        ) from error


def _taker(application: App) -> Callable[[Mapping[str, Any]], Any]:
    async def take(update: Mapping[str, Any]) -> None:
        found = Update.de_json(dict(update), application.bot)
        await application.update_queue.put(found)

    return take


def _troubles(vitals: Vitals, store: OperatorStore, sender: Sender) -> Callable[[], Any]:
    async def troubles() -> tuple[str, ...]:
        silence = vitals.silence(Part.TELEGRAM)
        if silence is None or silence > ASK_AFTER:
            try:
                async with asyncio.timeout(ASK_WITHIN.total_seconds()):
                    await sender.is_reachable()  # the answer itself is the sign of life
            except TimeoutError:
                pass
        trouble = await store.trouble()
        return (*vitals.troubles(), *([f"store: {trouble}"] if trouble is not None else []))

    return troubles
