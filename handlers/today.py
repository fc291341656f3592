"""/today: the briefing now, beside those that come by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.message import Message
from bot.render.notices import not_sent_there, sent_there
from bot.render.words import phrase
from handlers.people import App, Asked, for_administrators


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"today": phrase("Your briefing now")}


def register(application: App, desk: FrontDesk) -> None:
    """Answers here, or sends another chat its briefing."""

    async def today(asked: Asked) -> Sequence[Message]:
        subject = asked.subject
        chat = await desk.subscriptions.chat(subject.place.chat)
        messages = await desk.briefings.now(chat)
        if subject.name is None:
            return messages
        there = replace(subject.place, thread=chat.thread, silent=chat.choices.silent)
        is_sent = await desk.replies.say(there, messages)
        return [sent_there(subject.name) if is_sent else not_sent_there(subject.name)]

    application.add_handler(for_administrators("today", desk, today, lambda asked: asked.subject.name is None))
