"""What the handlers may ask: the desk, seen from the street."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.desk.alerts import Alerts
from bot.desk.answers import Answers
from bot.desk.briefings import Briefings
from bot.desk.broadcasts import Broadcasts
from bot.desk.exports import Exports
from bot.desk.inline import Offers
from bot.desk.newsdesk import Newsdesk
from bot.desk.operators import Operators
from bot.desk.panels import Panels
from bot.desk.pictures import Pictures
from bot.desk.replies import Replies
from bot.desk.sources import Sources
from bot.desk.subscriptions import Subscriptions

#: in /help, not in the menu
SELDOM = frozenset({"unsubscribe", "unwatch", "language", "pause", "resume", "privacy", "forget", "start"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDesk:
    """The services for people; ``menu`` is every command with what is said of it."""

    answers: Answers
    newsdesk: Newsdesk
    subscriptions: Subscriptions
    panels: Panels
    briefings: Briefings
    alerts: Alerts
    broadcasts: Broadcasts
    replies: Replies
    pictures: Pictures
    exports: Exports
    offers: Offers
    operators: Operators
    sources: Sources
    menu: Mapping[str, str]

    @property
    def short_menu(self) -> Mapping[str, str]:
        """What the menu shows to everybody: short, so that a newcomer reads it."""
        return {command: words for command, words in self.menu.items() if command not in SELDOM}
