"""The bot is blocked, removed, added or let in again."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatType
from telegram.ext import ChatMemberHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.notices import hello_group
from handlers.people import App, place_of

INSIDE = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Pauses and resumes the chat; a group that adds the bot is greeted."""

    async def change(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        changed, place = update.my_chat_member, place_of(update)
        if changed is None or place is None:
            return
        if not _is_inside(changed.new_chat_member):
            await desk.subscriptions.shut_out(place.chat, changed.new_chat_member.status)
            return
        await desk.subscriptions.let_in(place.chat)
        if _entered_group(changed):
            await desk.replies.say(place, [hello_group(desk.answers.commands())])

    application.add_handler(ChatMemberHandler(change, ChatMemberHandler.MY_CHAT_MEMBER))


def _entered_group(changed: ChatMemberUpdated) -> bool:
    is_group = changed.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
    return is_group and not _is_inside(changed.old_chat_member)


def _is_inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    if isinstance(member, ChatMemberAdministrator) and member.can_post_messages is False:  # None outside channels
        return False
    return member.status in INSIDE
