"""The settings of a chat as its administrators see and press them, in the chat itself or from a private one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.chats import Chat, NotUnderstood
from bot.desk.replies import Place
from bot.desk.subscriptions import Subscriptions
from bot.desk.times import zones_near, zones_to_offer
from bot.render.message import Message
from bot.render.settings import Panel, Press, View, settings_panel
from bot.render.stories import Standing
from bot.render.words import tag

FIRST = Press(panel=Panel.MAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The chat that somebody means: where its briefings go.

    Of one that is set from elsewhere, ``name`` is how a command names it, and ``title`` how people do.
    """

    place: Place
    name: str | None = None
    title: str = ""


async def no_choice() -> tuple[Standing, ...]:
    """For a bot of one story, where nothing is said about stories."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Shows the settings and does what is pressed; ``trackers`` are titles by name.

    ``stories`` tells what there is to choose, if there are several.
    """

    subscriptions: Subscriptions
    trackers: Mapping[str, str]
    stories: Callable[[], Awaitable[tuple[Standing, ...]]] = no_choice

    async def show(self, subject: Subject, press: Press = FIRST) -> Message:
        """A panel as things are now."""
        view = self.view(subject, await self.subscriptions.chat(subject.place.chat))
        return settings_panel(replace(view, stories=await self.stories()), press)

    async def choose(self, subject: Subject, press: Press) -> NotUnderstood | None:
        """Chooses what a button says, if it chooses anything."""
        chosen = await self.subscriptions.choose(subject.place, press.words.split()) if press.words else None
        return chosen if isinstance(chosen, NotUnderstood) else None

    def view(self, subject: Subject, chat: Chat) -> View:
        """What panels show of a chat."""
        return View(
            chat=chat,
            trackers=self.trackers,
            zones=zones_to_offer(),
            now=self.subscriptions.clock.now(),
            name=subject.name,
            title=subject.title,
            near=zones_near(tag()),
        )
