"""/start: what this is, with an example; and what links to the bot ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import CommandHandler, ContextTypes
from telegram.helpers import create_deep_linked_url

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.links import SETTINGS, ShowFact, ShowSettings, SubscribeAt, read_link
from bot.desk.panels import Subject
from bot.desk.replies import Place
from bot.outbox import ChatId
from bot.render.message import Message
from bot.render.notices import not_theirs, only_administrators, welcome
from bot.render.words import phrase
from bot.stories import MAIN
from handlers.menus import set_operators_menu
from handlers.people import WRITTEN, App, may_change_chat, named_chat, place_of, words_of
from handlers.subscribe import answer_subscribe


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"start": phrase("What this bot does, with an example")}


def register(application: App, desk: FrontDesk) -> None:
    """Greets, or goes on from the link that was followed."""

    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is None:
            return
        await desk.subscriptions.let_in(place.chat)
        user = update.effective_user
        if user is not None and user.id in desk.operators.users and user.id == place.chat:
            await set_operators_menu(context.bot, desk, user.id)
        link = read_link("".join(words_of(update)[:1]))
        if link is None:
            await desk.replies.say(place, [await _welcome(desk, update, context.bot.username)])
        elif isinstance(link, ShowFact):
            await desk.replies.say(place, await desk.answers.fact(link.key, await desk.story_of(place.chat)))
        elif not await may_change_chat(update):
            await desk.replies.say(place, [only_administrators()])
        else:
            await desk.replies.say(place, await _follow(desk, update, place, link))

    application.add_handler(CommandHandler("start", start, WRITTEN))


async def _welcome(desk: FrontDesk, update: Update, username: str) -> Message:
    is_private = update.effective_chat is not None and update.effective_chat.type == ChatType.PRIVATE
    group_link = create_deep_linked_url(username, SETTINGS, group=True) if is_private else None
    story = MAIN if update.effective_chat is None else await desk.story_of(ChatId(update.effective_chat.id))
    return welcome(await desk.answers.sample(story), desk.answers.commands(), group_link)


async def _follow(desk: FrontDesk, update: Update, place: Place, link: SubscribeAt | ShowSettings) -> Sequence[Message]:
    match link:
        case SubscribeAt(at=at):
            return [await answer_subscribe(desk, Subject(place=place), [f"{at:%H:%M}"])]
        case ShowSettings(chat=None):
            return [await desk.panels.show(Subject(place=place))]
        case ShowSettings(chat=chat):
            user = update.effective_user
            subject = (
                await named_chat(update.get_bot(), chat, user.id) if user is not None and chat is not None else None
            )
            return [not_theirs(str(chat)) if subject is None else await desk.panels.show(subject)]
