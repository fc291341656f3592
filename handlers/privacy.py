"""/privacy and /forget: what is kept, and the end of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from telegram import CallbackQuery, Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.delivery import DEAD_KEPT, SENT_KEPT
from bot.desk.front import FrontDesk
from bot.desk.panels import Subject
from bot.desk.subscriptions import SHUT_OUT_KEPT
from bot.render.message import Message
from bot.render.notices import ONLY_ADMINISTRATORS
from bot.render.privacy import PREFIX, confirm_forgetting, forgotten, kept, privacy, read_press
from bot.render.words import phrase
from handlers.people import WRITTEN, App, Asked, for_administrators, may_change_chat, named_chat, place_of
from handlers.presses import OUTDATED, answering, pressed_in


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of them."""
    return {"privacy": phrase("What I keep, why and how long"), "forget": phrase("Deletes everything about this chat")}


def register(application: App, desk: FrontDesk) -> None:
    """Tells, asks again, and deletes."""

    async def tell(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is not None:
            await desk.replies.say(place, [privacy(SENT_KEPT, DEAD_KEPT, SHUT_OUT_KEPT)])

    async def forget(asked: Asked) -> Sequence[Message]:
        about = asked.subject.place.chat if asked.subject.name else None
        return [confirm_forgetting(about, asked.subject.title)]

    application.add_handler(CommandHandler("privacy", tell, WRITTEN))
    application.add_handler(for_administrators("forget", desk, forget))
    application.add_handler(answering(partial(_press, desk), rf"^{PREFIX}-?\d*:"))


async def _press(desk: FrontDesk, update: Update, query: CallbackQuery) -> str | None:
    try:
        about, is_meant = read_press(query.data or "")
    except ValueError:
        return OUTDATED
    where = pressed_in(query)
    if where is None:
        return OUTDATED
    place, at = where
    subject: Subject | None = Subject(place=place)
    if about is not None:
        subject = await named_chat(update.get_bot(), about, query.from_user.id)
    if subject is None or not await may_change_chat(update):
        return ONLY_ADMINISTRATORS
    if is_meant:
        await desk.subscriptions.forget(subject.place.chat)
    await desk.replies.replace(place, at, forgotten() if is_meant else kept())
    return None
