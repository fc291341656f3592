"""The bot's name and words, typed in any chat: cited items to send there. Nothing is told of any chat."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes, InlineQueryHandler

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.outbox import ChatId
from bot.render.inline import NO_STORY, NOTHING_FOUND, Offered
from bot.render.words import say
from handlers.people import App

CACHED = timedelta(minutes=1)  #: how long Telegram answers the same words of the same person by itself
START = "inline"  #: what the button to the bot's chat says with /start, which greets


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Offers what the articles say."""

    async def offer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.inline_query
        if query is None:
            return
        story = await desk.story_of(ChatId(query.from_user.id))
        found = await desk.offers.offer(query.query, query.offset, story)
        button = None
        if not found.items and not query.offset:
            words = NOTHING_FOUND if found.has_story else NO_STORY
            button = InlineQueryResultsButton(text=say(words), start_parameter=START)
        with suppress(BadRequest):  # the query is too old to be answered; nobody waits any more
            await query.answer(
                [_article(f"{query.offset or 0}-{number}", one) for number, one in enumerate(found.items)],
                cache_time=CACHED,
                is_personal=True,  # it is in the language of who asks, and of their story
                next_offset=found.following or None,
                button=button,
            )

    application.add_handler(InlineQueryHandler(offer))


def _article(key: str, one: Offered) -> InlineQueryResultArticle:
    rows = [[InlineKeyboardButton(button.label, url=button.url) for button in row] for row in one.message.buttons]
    return InlineQueryResultArticle(
        id=key,
        title=one.title,
        description=one.description,
        input_message_content=InputTextMessageContent(one.message.html, parse_mode=ParseMode.HTML),
        reply_markup=InlineKeyboardMarkup(rows) if rows else None,
    )
