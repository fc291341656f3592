"""The bot is blocked, removed, added or let in again."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import (
    Bot,
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Update,
)
from telegram.constants import ChatType
from telegram.ext import ChatMemberHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.replies import Place
from bot.outbox import ChatId
from bot.render.notices import hello_group, may_post
from bot.render.settings import times_offered
from handlers.people import App, named_chat, place_of

INSIDE = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Holds back and lets go what the chat gets; greets a group, and tells a channel's administrator how to set it."""

    async def change(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        changed, place = update.my_chat_member, place_of(update)
        if changed is None or place is None:
            return
        if not _is_inside(changed.new_chat_member, changed.chat):
            await desk.subscriptions.shut_out(place.chat, changed.new_chat_member.status)
            return
        await desk.subscriptions.let_in(place.chat)
        if _is_inside(changed.old_chat_member, changed.chat):
            return
        if changed.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
            await desk.subscriptions.keep_language(place.chat)
            await desk.replies.say(place, [hello_group(desk.answers.commands())])
        elif changed.chat.type == ChatType.CHANNEL:
            await _offer(desk, context.bot, changed)

    application.add_handler(ChatMemberHandler(change, ChatMemberHandler.MY_CHAT_MEMBER))


async def _offer(desk: FrontDesk, bot: Bot, changed: ChatMemberUpdated) -> None:
    """Tells whoever gave the bot a channel what they can do now; Telegram refuses that if they never started it."""
    user = changed.from_user
    subject = await named_chat(bot, ChatId(changed.chat.id), user.id)
    if subject is None or subject.name is None or user.is_bot:
        return
    chat = await desk.subscriptions.chat(subject.place.chat)
    buttons = times_offered(desk.panels.view(subject, chat))
    await desk.replies.say(Place(chat=ChatId(user.id)), [may_post(subject.name, subject.title, buttons)])


def _is_inside(member: ChatMember, chat: Chat) -> bool:
    """Whether the bot may write in the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    if chat.type == ChatType.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    return member.status in INSIDE
