"""/feeds and /add, files and forwarded posts: where articles come from, for operators in their private chat."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    Document,
    Message,
    MessageEntity,
    MessageOriginChannel,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import CommandHandler, ContextTypes, MessageHandler, filters

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.replies import Place
from bot.desk.sources import EXPORT, is_readable
from bot.render import feeds as render
from bot.render.feeds import PREFIX, Press, read_press
from bot.render.message import Message as Shown
from handlers.people import WRITTEN, App, place_of, words_of
from handlers.presses import OUTDATED, answering, pressed_in

log = structlog.get_logger(__name__)

LARGEST = 20_000_000  #: bytes of a file that a bot may fetch (Bot API)
DOWNLOADING = 60  #: seconds for a file

Context = ContextTypes.DEFAULT_TYPE


def menu(_: Answers) -> Mapping[str, str]:
    """Not in the menu that everybody sees."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Answers operators, and tells others that it is not for them."""
    private = filters.ChatType.PRIVATE
    operator = private & filters.User(user_id=desk.operators.users)
    posts = filters.FORWARDED & _FROM_CHANNEL
    files = filters.Document.ALL

    async def feeds(update: Update, context: Context) -> None:
        await _feeds(desk, update, context)

    async def add(update: Update, context: Context) -> None:
        place, words = place_of(update), words_of(update)
        if place is None:
            return
        if len(words) != 1:
            await desk.replies.say(place, [render.how_to_add()])
        else:
            await _answer(desk, place, desk.sources.bring_link(words[0]))

    async def post(update: Update, context: Context) -> None:
        place, message = place_of(update), update.effective_message
        if place is not None and message is not None:
            await _answer(desk, place, _post(desk, message))

    async def file(update: Update, context: Context) -> None:
        place, message = place_of(update), update.effective_message
        if place is not None and message is not None and message.document is not None:
            await _answer(desk, place, _file(desk, message, message.document))

    async def refuse(update: Update, _: Context) -> None:
        place = place_of(update)
        if place is not None:
            await desk.replies.say(place, [render.only_operators()])

    async def press(_: Update, query: CallbackQuery) -> str | None:
        return await _press(desk, query) if query.from_user.id in desk.operators.users else OUTDATED

    # What goes to the network may take long: whoever asked it can ask other things meanwhile.
    application.add_handler(CommandHandler("feeds", feeds, WRITTEN & operator, block=False))
    application.add_handler(CommandHandler("add", add, WRITTEN & operator, block=False))
    application.add_handler(MessageHandler(WRITTEN & operator & posts, post, block=False))
    application.add_handler(MessageHandler(WRITTEN & operator & files, file, block=False))
    asked = filters.UpdateType.MESSAGE & (private | filters.ChatType.GROUPS)
    application.add_handler(CommandHandler(["feeds", "add"], refuse, asked))
    application.add_handler(MessageHandler(WRITTEN & private & (posts | files), refuse))
    application.add_handler(answering(press, rf"^{PREFIX}"))


class _FromChannel(filters.MessageFilter):
    """Messages that were forwarded from a channel."""

    def filter(self, message: Message) -> bool:
        return isinstance(message.forward_origin, MessageOriginChannel)


_FROM_CHANNEL = _FromChannel()


async def _feeds(desk: FrontDesk, update: Update, context: Context) -> None:
    place = place_of(update)
    if place is None:
        return
    sources, bot = desk.sources, context.bot
    match words_of(update):
        case []:
            await desk.replies.say(place, [await sources.page(0)])
        case ["add", address, *name]:
            await _answer(desk, place, sources.add(address, " ".join(name) or None))
        case ["export"]:
            await _export(desk, bot, place)
        case ["pause", number] if number.isdecimal():
            await desk.replies.say(place, [await sources.pause(int(number))])
        case ["resume", number] if number.isdecimal():
            await desk.replies.say(place, [await sources.resume(int(number))])
        case ["remove", number] if number.isdecimal():
            await desk.replies.say(place, [await sources.ask_to_remove(int(number), 0)])
        case _:
            await desk.replies.say(place, [render.how_to_feeds()])


async def _export(desk: FrontDesk, bot: Bot, place: Place) -> None:
    content, count = await desk.sources.exported()
    if not count:
        await desk.replies.say(place, [render.nothing_to_export()])
        return
    await bot.send_document(place.chat, document=content, filename=EXPORT, caption=render.exported(count))


async def _post(desk: FrontDesk, message: Message) -> Shown:
    origin = message.forward_origin
    if not isinstance(origin, MessageOriginChannel):
        raise TypeError("expected a message forwarded from a channel")
    channel = origin.chat
    entities = message.parse_entities() if message.text else message.parse_caption_entities()
    links = [entity.url for entity in entities if entity.type == MessageEntity.TEXT_LINK and entity.url]
    return await desk.sources.bring_post(
        message.text or message.caption or "",
        channel=channel.title,
        sent=origin.date,
        link=f"https://t.me/{channel.username}/{origin.message_id}" if channel.username else None,
        links=links,
    )


async def _file(desk: FrontDesk, message: Message, document: Document) -> Shown:
    name = document.file_name or "file"
    if not is_readable(name):
        return render.file_of_no_kind(name)
    if (document.file_size or 0) > LARGEST:
        return render.file_too_large(name, document.file_size or 0, LARGEST)
    try:
        file = await document.get_file()
        body = await file.download_as_bytearray(read_timeout=DOWNLOADING)
    except TelegramError as error:
        log.warning("a file could not be fetched", reason=error.message)
        return render.file_not_fetched(name)
    return await desk.sources.bring_file(name, bytes(body), message.date)


async def _answer(desk: FrontDesk, place: Place, work: Awaitable[Shown]) -> None:
    """Says what comes of ``work``; whoever waits sees that somebody is at it."""
    desk.replies.attend(place, render.takes_a_while)
    await desk.replies.say(place, [await work])


async def _press(desk: FrontDesk, query: CallbackQuery) -> str | None:
    """Does what a button asks, and puts the page, or the question, in the place of the message."""
    try:
        what, number, page = read_press(query.data or "")
    except ValueError:
        return OUTDATED
    where = pressed_in(query)
    if where is None:
        return OUTDATED
    place, at = where
    match what:
        case Press.REMOVE:
            await desk.replies.replace(place, at, await desk.sources.ask_to_remove(number, page))
            return None
        case Press.PAUSE:
            await desk.sources.pause(number)
        case Press.RESUME:
            await desk.sources.resume(number)
        case Press.REMOVED:
            await desk.sources.remove(number)
        case Press.PAGE:
            pass
    await desk.replies.replace(place, at, await desk.sources.page(page))
    return None
