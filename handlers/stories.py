"""/story: which story the chat follows, when there are several; /stories, to operators: which there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from telegram import Bot, CallbackQuery, Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot.chats import NotUnderstood
from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render import expected
from bot.render import stories as render
from bot.render.message import Message
from bot.render.notices import not_understood
from bot.render.settings import Panel, Press
from bot.render.stories import CONFIRM, NOT_PROPOSED, PREFIX
from bot.render.words import phrase, say
from bot.stories import StoryTopic
from handlers.menus import set_menus
from handlers.people import WRITTEN, App, Asked, for_administrators, place_of
from handlers.presses import OUTDATED, answering, pressed_in
from handlers.settings import pointer

log = structlog.get_logger(__name__)

STORY = "story"


def menu(answers: Answers) -> Mapping[str, str]:
    """What the menu says of it, when there is anything to choose."""
    return {STORY: phrase("Which story this chat follows")} if len(answers.topics()) > 1 else {}


def register(application: App, desk: FrontDesk) -> None:
    """Lets administrators choose a story, and operators say which there are."""
    is_operator = filters.ChatType.PRIVATE & filters.User(user_id=desk.operators.users)
    application.add_handler(
        for_administrators(STORY, desk, partial(_choose, desk), lambda asked: not desk.stories.are_several)
    )

    async def declare(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        place, message = place_of(update), update.effective_message
        if place is None or message is None:
            return
        _, _, words = (message.text or "").partition(" ")
        await desk.replies.say(place, await _declare(desk, context.bot, words.strip()))

    async def press(update: Update, query: CallbackQuery) -> str | None:
        if query.from_user.id not in desk.operators.users:
            return OUTDATED
        return await _press(desk, update.get_bot(), query)

    application.add_handler(CommandHandler("stories", declare, WRITTEN & is_operator))
    application.add_handler(answering(press, rf"^{PREFIX}", is_alert=False))


async def _choose(desk: FrontDesk, asked: Asked) -> Sequence[Message]:
    if not desk.stories.are_several:
        return [render.only_story()]
    if asked.words:
        chosen = await desk.subscriptions.choose(asked.subject.place, [STORY, *asked.words])
        if isinstance(chosen, NotUnderstood):
            return [render.no_such_story(" ".join(asked.words), desk.stories.topics())]
    elif asked.is_channel:
        return [pointer(asked)]
    return [await desk.panels.show(asked.subject, Press(panel=Panel.STORY))]


async def _declare(desk: FrontDesk, bot: Bot, words: str) -> Sequence[Message]:
    what, _, rest = words.partition(" ")
    match what.lower():
        case "":
            return render.register(await desk.stories.standings(), await desk.stories.offers())
        case "add":
            return [await _added(desk, bot, await desk.stories.add(rest))]
        case "remove":
            topic = await desk.stories.remove(rest.strip())
            if topic is None:
                return [render.not_an_operators(rest.strip() or "?")]
            await set_menus(bot, desk)
            return [render.removed(topic)]
        case _:
            wrong = NotUnderstood(expected=expected.one_of(["add", "remove"]), got=what, example="remove flood")
            return [not_understood(wrong, "stories")]


async def _added(desk: FrontDesk, bot: Bot, topic: StoryTopic | NotUnderstood) -> Message:
    if isinstance(topic, NotUnderstood):
        return not_understood(topic, "stories")
    await set_menus(bot, desk)
    taken, titles = (0, ()) if topic.words is None else await desk.stories.preview(topic.words)
    return render.added(topic, taken, titles)


async def _press(desk: FrontDesk, bot: Bot, query: CallbackQuery) -> str | None:
    try:
        what, key = render.read_press(query.data or "")
    except ValueError:
        return OUTDATED
    where = pressed_in(query)
    if where is None:
        return OUTDATED
    place, at = where
    if what == CONFIRM:
        topic = await desk.stories.confirm(key)
        if topic is None:
            return say(NOT_PROPOSED)
        await desk.replies.replace(place, at, await _added(desk, bot, topic))
    elif not await desk.stories.dismiss(key):
        return say(NOT_PROPOSED)
    else:
        await desk.replies.replace(place, at, render.dismissed())
    return None
