"""/settings: one message with buttons that changes itself in place, or words that do the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from telegram import CallbackQuery, Update
from telegram.helpers import create_deep_linked_url

from bot.chats import NotUnderstood
from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.links import settings_payload
from bot.desk.panels import Subject
from bot.render.message import Message
from bot.render.notices import ONLY_ADMINISTRATORS, expectation, not_understood, set_in_private
from bot.render.settings import PREFIX, Press
from bot.render.words import phrase
from handlers.menus import speak_as_chosen
from handlers.people import App, Asked, for_administrators, may_change_chat, named_chat
from handlers.presses import OUTDATED, answering, pressed_in


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"settings": phrase("Times, zone, quiet hours and what a briefing holds")}


def register(application: App, desk: FrontDesk) -> None:
    """Shows and changes the settings."""

    async def settings(asked: Asked) -> Sequence[Message]:
        if asked.words:
            return [await _by_words(desk, asked)]
        return [pointer(asked) if asked.is_channel else await desk.panels.show(asked.subject)]

    application.add_handler(for_administrators("settings", desk, settings))
    application.add_handler(answering(partial(_press, desk), rf"^{PREFIX}-?\d*:"))


def pointer(asked: Asked) -> Message:
    """Where a channel is set: in private, for its subscribers need not read of it."""
    chat = asked.subject.place.chat
    return set_in_private(str(chat), create_deep_linked_url(asked.bot, settings_payload(chat)))


async def _by_words(desk: FrontDesk, asked: Asked) -> Message:
    chosen = await desk.subscriptions.choose(asked.subject.place, asked.words)
    if isinstance(chosen, NotUnderstood):
        return not_understood(chosen, "settings", asked.subject.name)
    await speak_as_chosen(desk, asked.update)
    return await desk.panels.show(asked.subject)


async def _press(desk: FrontDesk, update: Update, query: CallbackQuery) -> str | None:
    """Does what the button says, and what to tell who pressed it when that is not possible."""
    try:
        press = Press.read(query.data or "")
    except ValueError:
        return OUTDATED
    where = pressed_in(query)
    if where is None:
        return OUTDATED
    place, at = where
    subject: Subject | None = Subject(place=place)
    if press.about is not None:
        subject = await named_chat(update.get_bot(), press.about, query.from_user.id)
    if subject is None or not await may_change_chat(update):
        return ONLY_ADMINISTRATORS
    wrong = await desk.panels.choose(subject, press)
    if wrong is not None:
        return expectation(wrong)
    await speak_as_chosen(desk, update)
    await desk.replies.replace(place, at, await desk.panels.show(subject, press))
    return None
