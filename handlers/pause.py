"""/pause 3d and /resume: nothing unasked for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.times import read_while
from bot.desk.typed import while_as_carried
from bot.render.message import Message
from bot.render.notices import paused, resumed, wrong_while
from bot.render.words import phrase
from handlers.people import App, Asked, for_administrators


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of them."""
    return {"pause": phrase("Nothing for a while, for example 3d"), "resume": phrase("Ends a pause")}


def register(application: App, desk: FrontDesk) -> None:
    """Pauses and resumes the chat that is meant."""

    async def pause(asked: Asked) -> Sequence[Message]:
        words, name = " ".join(asked.words), asked.subject.name
        during = read_while(while_as_carried(words))
        if words and during is None:
            return [wrong_while(words, name)]
        chat = await desk.subscriptions.go_away(asked.subject.place.chat, during)
        return [paused(chat.away.until if chat.away else None, chat.zone, name)]

    async def resume(asked: Asked) -> Sequence[Message]:
        was_paused, chat = await desk.subscriptions.come_back(asked.subject.place.chat)
        return [resumed(chat, was_paused=was_paused, name=asked.subject.name)]

    application.add_handler(for_administrators("pause", desk, pause))
    application.add_handler(for_administrators("resume", desk, resume))
