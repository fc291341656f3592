"""What the handlers may ask: the desk, seen from the street."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.desk.alerts import Alerts
from bot.desk.answers import Answers
from bot.desk.briefings import Briefings
from bot.desk.broadcasts import Broadcasts
from bot.desk.exports import Exports
from bot.desk.following import Stories
from bot.desk.inline import Offers
from bot.desk.newsdesk import Newsdesk
from bot.desk.operators import Operators
from bot.desk.panels import Panels
from bot.desk.pictures import Pictures
from bot.desk.replies import Replies
from bot.desk.sources import Sources
from bot.desk.subscriptions import Subscriptions
from bot.outbox import ChatId
from bot.stories import StoryName

#: in /help, not in the menu
SELDOM = frozenset({"unsubscribe", "unwatch", "language", "pause", "resume", "privacy", "forget", "start"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDesk:
    """The services for people.

    ``menus`` are the languages in which chats that chose one got their menu since the start.
    """

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
    stories: Stories
    full_menu: Callable[[], Mapping[str, str]]
    menus: dict[ChatId, str | None] = field(default_factory=dict)

    @property
    def menu(self) -> Mapping[str, str]:
        """Every command with what is said of it, as things are now."""
        return self.full_menu()

    async def story_of(self, chat: ChatId) -> StoryName:
        """The story that a chat follows."""
        return self.stories.of(await self.subscriptions.chat(chat)).name

    @property
    def short_menu(self) -> Mapping[str, str]:
        """What the menu shows to everybody: short, so that a newcomer reads it."""
        return {command: words for command, words in self.menu.items() if command not in SELDOM}
