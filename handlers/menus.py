"""The menu of a chat that reads it in another language than its people's Telegram, or that operators have."""

from __future__ import annotations

import structlog
from telegram import Bot, BotCommandScopeChat, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.desk.front import FrontDesk
from bot.outbox import ChatId
from bot.render.words import SOURCE, languages, say, speaking
from handlers.operators import COMMANDS, SOURCE_COMMANDS
from handlers.people import speak

log = structlog.get_logger(__name__)


async def speak_as_chosen(desk: FrontDesk, update: Update) -> None:
    """Goes on in the language of the chat, and gives it the menu in the one it chose; called again after a choice.

    A menu stays with Telegram, and may be of an older bot; so each chat's is set once after the start.
    """
    chat = await speak(desk, update)
    seen = update.effective_chat
    if chat is None or seen is None or seen.type == ChatType.CHANNEL:
        return
    chosen = chat.choices.language
    if desk.menus.get(chat.id) == chosen:
        return
    desk.menus[chat.id] = chosen
    if chat.id in desk.operators.users:
        await set_operators_menu(update.get_bot(), desk, chat.id)
    else:
        await _set_menu(update.get_bot(), desk, chat.id, chosen)


async def set_menus(bot: Bot, desk: FrontDesk) -> None:
    """Gives everybody, and each operator, the menu as it is now; called again when there are other commands."""
    desk.menus.clear()
    try:
        for code in languages():
            with speaking(code):
                menu = [(command, say(words)) for command, words in desk.short_menu.items()]
            await bot.set_my_commands(menu, language_code=None if code == SOURCE else code)
    except TelegramError as error:  # the bot works without; the next start tries again
        log.warning("the command menu could not be set", reason=error.message)
    for operator in desk.operators.users:
        await set_operators_menu(bot, desk, operator)


async def set_operators_menu(bot: Bot, desk: FrontDesk, user: int) -> None:
    """Gives an operator a menu that has their commands too; one who never wrote to the bot has no chat for it yet."""
    chosen = (await desk.subscriptions.chat(ChatId(user))).choices.language
    try:
        for code in languages():
            with speaking(chosen or code):
                theirs = {**desk.short_menu, **COMMANDS, **SOURCE_COMMANDS}
                menu = [(command, say(words)) for command, words in theirs.items()]
            await bot.set_my_commands(
                menu, scope=BotCommandScopeChat(user), language_code=None if code == SOURCE else code
            )
    except TelegramError as error:
        log.info("an operator's menu could not be set", reason=error.message)


async def _set_menu(bot: Bot, desk: FrontDesk, chat: ChatId, chosen: str | None) -> None:
    """The menu in the language that a chat chose, for everybody in it; without one each sees it in their Telegram's."""
    scope = BotCommandScopeChat(chat)
    try:
        if chosen is None:
            await bot.delete_my_commands(scope=scope)
            return
        with speaking(chosen):
            menu = [(command, say(words)) for command, words in desk.short_menu.items()]
        await bot.set_my_commands(menu, scope=scope)
    except TelegramError as error:
        log.info("a chat's menu could not be set", reason=error.message)
