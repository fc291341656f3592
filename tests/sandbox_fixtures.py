"""A sandbox for tests, bots that talk to it, and the little echo bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.sandbox.clock import SandboxClock
from bot.sandbox.state import SandboxState

COMMANDS = [("start", "Says hello"), ("quote", "A long quotation"), ("formats", "Every format"), ("ask", "Asks back")]
QUOTE = (
    "<b>Heading</b>\n<blockquote expandable>"
    + "\n".join(f"Line {number} of a long quotation." for number in range(1, 10))
    + "</blockquote>\nafter the quotation"
)
FORMATS = (
    "<b>bold</b> <i>italic</i> <u>under</u> <s>struck</s> <tg-spoiler>secret</tg-spoiler> <b><i>both</i></b> "
    '<a href="https://example.org/a?b=1&amp;c=2">a link</a> <code>x &lt; y</code>\n'
    '<pre><code class="language-python">print("&lt;script&gt;")</code></pre>\n'
    "<blockquote>short quote</blockquote>\nsee /quote"
)
KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Toast", callback_data="toast"), InlineKeyboardButton("Alert", callback_data="alert")],
        [InlineKeyboardButton("Edit", callback_data="edit"), InlineKeyboardButton("Web", url="https://example.org")],
    ]
)


def new_state() -> SandboxState:
    """A fresh sandbox that starts at real time."""
    return SandboxState(clock=SandboxClock(lambda: datetime.now(UTC)), bot_name="Echo", bot_username="echo_bot")


@asynccontextmanager
async def connected_bot(state: SandboxState, address: str) -> AsyncIterator[Bot]:
    """python-telegram-bot's own Bot, unmodified, talking to the sandbox."""
    async with Bot(state.token, base_url=f"{address}/bot", base_file_url=f"{address}/file/bot") as bot:
        yield bot


async def _start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    await update.effective_message.reply_text("Hello!", reply_markup=KEYBOARD)


async def _quote(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    await update.effective_message.reply_html(QUOTE)


async def _formats(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    await update.effective_message.reply_html(FORMATS, disable_notification=True)


async def _ask(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    await update.effective_message.reply_text("What is it?", reply_markup=ForceReply())


async def _keys(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    keys = ReplyKeyboardMarkup([[KeyboardButton("Where I am", request_location=True), "Nowhere"]])
    await update.effective_message.reply_text("Where are you?", reply_markup=keys)


async def _place(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    assert update.effective_message.location
    words = f"So far north: {update.effective_message.location.latitude}"
    await update.effective_message.reply_text(words, reply_markup=ReplyKeyboardRemove())


async def _file(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    assert update.effective_message.document
    await update.effective_message.reply_text(f"You sent {update.effective_message.document.file_name}")


async def _offer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.inline_query
    words = update.inline_query.query
    results = [
        InlineQueryResultArticle(str(number), f"{words} {number}", InputTextMessageContent(f"About {words}, {number}"))
        for number in (1, 2)
    ]
    await update.inline_query.answer(results)


async def _echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    await update.effective_message.reply_text(f"You said: {update.effective_message.text}")


async def _press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query
    if query.data == "edit":
        await query.answer()
        await query.edit_message_text("Edited.", reply_markup=KEYBOARD)
    else:
        await query.answer(f"This is the {query.data}.", show_alert=query.data == "alert")


@asynccontextmanager
async def echo_bot(state: SandboxState, address: str) -> AsyncIterator[None]:
    """A bot that repeats what it hears and knows ``COMMANDS``, polling the sandbox while the block runs."""
    builder = Application.builder().token(state.token).base_url(f"{address}/bot")
    application = builder.base_file_url(f"{address}/file/bot").build()
    posts_too = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    for name, callback in {"start": _start, "quote": _quote, "formats": _formats, "ask": _ask}.items():
        application.add_handler(CommandHandler(name, callback, filters=posts_too))
    application.add_handler(CommandHandler("keys", _keys))
    application.add_handler(CallbackQueryHandler(_press))
    application.add_handler(InlineQueryHandler(_offer))
    application.add_handler(MessageHandler(filters.LOCATION, _place))
    application.add_handler(MessageHandler(filters.Document.ALL, _file))
    application.add_handler(MessageHandler(filters.TEXT & posts_too, _echo))
    async with application:
        await application.bot.set_my_commands(COMMANDS)
        await application.start()
        assert application.updater
        await application.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        try:
            yield
        finally:
            await application.updater.stop()
            await application.stop()
