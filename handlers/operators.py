"""/status, /chats, /broadcast, /ban and /unban, to operators in private; for anybody else there is no such command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import structlog
from telegram import CallbackQuery, Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.outbox import ChatId, Stage
from bot.render import operators as render
from bot.render.html import Html
from bot.render.message import Message
from bot.render.operators import (
    CHATS,
    PREFIX,
    SEND,
    banned,
    broadcast_over,
    confirm_broadcast,
    how_to_ban,
    how_to_broadcast,
    not_sent,
    operators_stay,
    read_press,
    status,
    unbanned,
)
from bot.render.words import phrase
from handlers.people import WRITTEN, App, place_of, words_of
from handlers.presses import OUTDATED, answering, pressed_in

log = structlog.get_logger(__name__)

COMMANDS = {
    "status": phrase("How the bot is"),
    "chats": phrase("Who the bot's chats are"),
    "broadcast": phrase("A message to everybody"),
    "ban": phrase("No answers to a chat"),
    "unban": phrase("Lets a chat be again"),
    "stories": phrase("Which stories there are, and which are proposed"),
    "backup": phrase("The store as a file"),
}  #: command -> what the operators' own menu says of it
SOURCE_COMMANDS = {
    "feeds": phrase("Where articles come from"),
    "add": phrase("Reads one article by its link"),
}  #: likewise; others are told that only operators have them


def menu(_: Answers) -> Mapping[str, str]:
    """Not in the menu that everybody sees."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Answers operators; others go on to the answer for unknown commands."""
    is_operator = filters.ChatType.PRIVATE & filters.User(user_id=desk.operators.users)

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place, message = place_of(update), update.effective_message
        if place is None or message is None:
            return
        command = (message.text or "").split()[0].removeprefix("/").partition("@")[0].lower()
        await desk.replies.say(place, await _answer(desk, command, words_of(update), message.text_html))

    async def press(_: Update, query: CallbackQuery) -> str | None:
        return await _press(desk, query) if query.from_user.id in desk.operators.users else OUTDATED

    commands = [command for command in COMMANDS if command not in {"backup", "stories"}]
    application.add_handler(CommandHandler(commands, answer, WRITTEN & is_operator))
    application.add_handler(answering(press, rf"^{PREFIX}", is_alert=False))


async def _answer(desk: FrontDesk, command: str, words: Sequence[str], html: str) -> Sequence[Message]:
    match command:
        case "status":
            return [status(await desk.operators.status())]
        case "chats":
            return [render.register(await desk.operators.register(0))]
        case "broadcast":
            return await _draft(desk, html)
        case _ if len(words) != 1 or not re.fullmatch(r"-?\d{1,20}", words[0]):
            return [how_to_ban(command)]
        case "ban":
            chat = ChatId(int(words[0]))
            return [banned(chat) if await desk.operators.ban(chat) else operators_stay()]
        case _:
            chat = ChatId(int(words[0]))
            return [unbanned(chat, was_banned=await desk.operators.unban(chat))]


async def _draft(desk: FrontDesk, html: str) -> Sequence[Message]:
    """The message as everybody would get it, and the question whether they shall."""
    command, _, rest = html.partition(" ") if " " in html.partition("\n")[0] else html.partition("\n")
    if not command.startswith("/") or not rest.strip():
        return [how_to_broadcast()]
    draft = await desk.broadcasts.draft(rest.strip())
    return [
        Message(html=Html(draft.broadcast.html)),
        confirm_broadcast(draft.broadcast.number, draft.recipients),
    ]


async def _press(desk: FrontDesk, query: CallbackQuery) -> str | None:
    try:
        what, number = read_press(query.data or "")
    except ValueError:
        return OUTDATED
    where = pressed_in(query)
    if where is None:
        return OUTDATED
    place, at = where
    if what == CHATS:
        await desk.replies.replace(place, at, render.register(await desk.operators.register(number)))
        return None
    if what == SEND:
        begun = await desk.broadcasts.confirm(number, place.chat, at)
        if begun is None:
            return broadcast_over()
        await desk.replies.replace(place, at, begun)
        return None
    stage = await desk.broadcasts.call_back(number)
    if stage is None:
        return broadcast_over()
    if stage is Stage.DRAFT:
        await desk.replies.replace(place, at, not_sent())
    return None
