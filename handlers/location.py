"""A location shared in a private chat: its time zone becomes the chat's."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.panels import FIRST, Subject
from bot.desk.whereabouts import zone_at
from bot.render.settings import Panel, Press
from handlers.people import WRITTEN, App, place_of


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Sets the zone, and shows what comes next: the times, or everything when there are some."""

    async def locate(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place, message = place_of(update), update.effective_message
        if place is None or message is None or message.location is None:
            return
        zone = await zone_at(message.location.latitude, message.location.longitude)
        await desk.subscriptions.choose(place, ["zone", zone])
        chat = await desk.subscriptions.chat(place.chat)
        press = FIRST if chat.schedules else Press(panel=Panel.TIMES)
        await desk.replies.say(place, [await desk.panels.show(Subject(place=place), press)])

    application.add_handler(MessageHandler(WRITTEN & filters.ChatType.PRIVATE & filters.LOCATION, locate))
