"""/subscribe HH:MM Zone: a daily briefing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.chats import EVERY_DAY, Chat, NotUnderstood
from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.panels import Subject
from bot.desk.times import NoTime, NoZone
from bot.render.message import Message
from bot.render.notices import how_to_subscribe, not_understood, subscribed, wrong_time, wrong_zone
from bot.render.settings import Panel, Press, times_offered, typed
from bot.render.words import phrase
from handlers.people import App, Asked, for_administrators
from handlers.settings import pointer


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"subscribe": phrase("A daily briefing, for example 08:00 Kyiv")}


def register(application: App, desk: FrontDesk) -> None:
    """Subscribes the chat that is meant."""

    async def subscribe(asked: Asked) -> Sequence[Message]:
        if asked.is_channel and not asked.words:
            return [pointer(asked)]
        return [await answer_subscribe(desk, asked.subject, asked.words)]

    application.add_handler(for_administrators("subscribe", desk, subscribe, lambda asked: not asked.words))


async def answer_subscribe(desk: FrontDesk, subject: Subject, words: Sequence[str]) -> Message:
    """Does what the words after /subscribe say, and the message that tells of it."""
    if not words:
        chat = await desk.subscriptions.chat(subject.place.chat)
        return how_to_subscribe(chat, times_offered(desk.panels.view(subject, chat)), subject.name)
    match await desk.subscriptions.subscribe(subject.place, words):
        case Chat() as chat:
            return subscribed(chat, subject.name)
        case NoTime(got=got):
            return wrong_time(got, subject.name)
        case NoZone(at=at, days=days, got="") if days == EVERY_DAY:
            return await desk.panels.show(subject, Press(panel=Panel.ZONE, argument=f"{at:%H:%M}"))
        case NoZone(at=at, days=days, got=got, close=close):
            return wrong_zone(got, typed(at, days), close, subject.name)
        case NotUnderstood() as wrong:
            return not_understood(wrong, "settings", subject.name)
        case never:
            assert_never(never)
