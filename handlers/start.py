"""/start: what this is, step by step with an example; and what links to the bot ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from telegram import Bot, CallbackQuery, Update, User
from telegram.constants import ChatType
from telegram.ext import CommandHandler, ContextTypes
from telegram.helpers import create_deep_linked_url

from bot.chats import NotUnderstood
from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.links import SETTINGS, ShowFact, ShowSettings, SubscribeAt, read_link
from bot.desk.panels import Subject
from bot.desk.replies import Place
from bot.desk.times import zones_near
from bot.render.message import Message
from bot.render.notices import expectation, not_theirs, only_administrators, welcome
from bot.render.tour import PREFIX, Step, TourPress, Visit, briefed, greeting, in_context, tour_step
from bot.render.words import phrase, tag
from handlers.menus import set_operators_menu
from handlers.people import WRITTEN, App, may_change_chat, named_chat, place_of, words_of
from handlers.presses import OUTDATED, answering, pressed_in
from handlers.subscribe import answer_subscribe


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"start": phrase("What this bot does, with an example")}


def register(application: App, desk: FrontDesk) -> None:
    """Greets, or goes on from the link that was followed; turns the steps."""

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
            await desk.replies.say(place, [await _greet(desk, update, place)])
        elif isinstance(link, ShowFact):
            await desk.replies.say(place, await desk.answers.fact(link.key, await desk.story_of(place.chat)))
        elif not await may_change_chat(update):
            await desk.replies.say(place, [only_administrators()])
        else:
            await desk.replies.say(place, await _follow(desk, update, place, link))

    application.add_handler(CommandHandler("start", start, WRITTEN))
    application.add_handler(answering(partial(_press, desk), rf"^{PREFIX}"))


async def _greet(desk: FrontDesk, update: Update, place: Place) -> Message:
    """The first step in private, where nobody else has to read the others; elsewhere all in one."""
    if update.effective_chat is None or update.effective_chat.type != ChatType.PRIVATE:
        return welcome(await desk.answers.sample(await desk.story_of(place.chat)), desk.answers.commands())
    return greeting(await _visit(desk, update.get_bot(), place, update.effective_user))


async def _visit(desk: FrontDesk, bot: Bot, place: Place, user: User | None) -> Visit:
    """What the steps are told from, as things are now."""
    chat = await desk.subscriptions.chat(place.chat)
    return Visit(
        chat=chat,
        story=desk.answers.commands(),
        example=await desk.answers.sample(await desk.story_of(place.chat)),
        group_link=create_deep_linked_url(bot.username, SETTINGS, group=True),
        zones=zones_near(tag()),
        username=bot.username if bot.supports_inline_queries else None,
        is_operator=user is not None and user.id in desk.operators.users,
    )


async def _press(desk: FrontDesk, update: Update, query: CallbackQuery) -> str | None:
    """Shows the step that a button asks for, once what it chooses is chosen."""
    try:
        press = TourPress.read(query.data or "")
    except ValueError:
        return OUTDATED
    where = pressed_in(query)
    if where is None:
        return OUTDATED
    place, at = where
    bot, user = update.get_bot(), query.from_user
    if press.step is Step.CONTEXT:
        *_, page = await desk.answers.fact(press.words, await desk.story_of(place.chat))
        await desk.replies.replace(place, at, in_context(page))
        return None
    if press.step is not Step.BRIEFING or not press.words:
        visit = await _visit(desk, bot, place, user)
        await desk.replies.replace(place, at, tour_step(visit, press.step, press.words))
        return None
    chosen = await desk.subscriptions.choose(place, press.words.split())
    if isinstance(chosen, NotUnderstood):
        return expectation(chosen)
    await desk.replies.replace(place, at, briefed(await _visit(desk, bot, place, user)))
    return None


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
