"""/alerts, /watch, /unwatch: what a chat is told between briefings; /news: what there was of late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from telegram import CallbackQuery, Update

from bot.chats import NotUnderstood
from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.message import Message
from bot.render.news import PREFIX
from bot.render.notices import not_understood
from bot.render.settings import Panel, Press
from bot.render.words import phrase
from handlers.people import App, Asked, for_administrators
from handlers.presses import OUTDATED, answering, pressed_in
from handlers.settings import pointer


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of them."""
    return {
        "alerts": phrase("News between briefings: on, off, and which"),
        "watch": phrase("Words to watch for, for example ferry"),
        "unwatch": phrase("Watches for them no more"),
        "news": phrase("The alerts of the last days"),
    }


def register(application: App, desk: FrontDesk) -> None:
    """Chooses and shows alerts."""
    for command, panel in (("alerts", Panel.ALERTS), ("watch", Panel.WATCHES), ("unwatch", Panel.WATCHES)):
        application.add_handler(for_administrators(command, desk, partial(_choose, desk, command, panel)))

    async def news(asked: Asked) -> Sequence[Message]:
        chat = asked.subject.place.chat
        shown = await desk.alerts.recent(await desk.subscriptions.chat(chat), 0)
        await desk.subscriptions.has_read_news(chat)
        return [shown]

    application.add_handler(for_administrators("news", desk, news, lambda asked: asked.subject.name is None))
    application.add_handler(answering(partial(_turn, desk), rf"^{PREFIX}\d+$"))


async def _choose(desk: FrontDesk, command: str, panel: Panel, asked: Asked) -> Sequence[Message]:
    """Does what the words say, and shows how it stands then."""
    if asked.words:
        chosen = await desk.subscriptions.choose(asked.subject.place, [command, *asked.words])
        if isinstance(chosen, NotUnderstood):
            word, _, rest = chosen.example.partition(" ")
            return [not_understood(replace(chosen, example=rest), word, asked.subject.name)]
    elif asked.is_channel:
        return [pointer(asked)]
    return [await desk.panels.show(asked.subject, Press(panel=panel))]


async def _turn(desk: FrontDesk, update: Update, query: CallbackQuery) -> str | None:
    """Shows another page of the alerts."""
    where = pressed_in(query)
    if where is None:
        return OUTDATED
    place, at = where
    page = int((query.data or "").removeprefix(PREFIX))
    shown = await desk.alerts.recent(await desk.subscriptions.chat(place.chat), page)
    await desk.replies.replace(place, at, shown)
    return None
