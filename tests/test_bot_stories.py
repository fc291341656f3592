"""A bot that follows two stories, whole, against the sandbox: who follows which is told of it, and of no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.errors import ConfigurationError
from bot.outbox import ChatId
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.settings import SANDBOX
from bot.stories import MAIN, StoryName
from bot.telegram.application import connect
from tests.conftest import START, TICK, AtWork, settings_for
from tests.people import answered, labels, now, pressed

LONG = timedelta(minutes=2)  #: for an answer that waits until every article found its stories, on a busy machine
FLOOD = {"title": "The Brell flood", "any": ["flood", "Brell"]}
STRIKE = {"title": "The rail strike", "any": ["strike"]}
BOTH = {"flood": FLOOD, "strike": STRIKE}
ARTICLES = {
    "a.txt": "Published 10 November 2024\n\nFlood in Brell\n\n"
    "The river Brell burst its banks on Saturday. Mayor Ann Lee said 300 people had left their homes.",
    "b.txt": "Published 11 November 2024\n\nTrain drivers strike\n\n"
    "Train drivers began a strike on Monday. Their union said 4,000 drivers stayed at home.",
    "c.txt": "Published 11 November 2024\n\nStrike goes on despite the flood\n\n"
    "The strike goes on although the flood has reached the depot. Union leader Tom Reed said no train would leave.",
    "d.txt": "Published 11 November 2024\n\nA new museum\n\nThe museum of glass opened in Oster on Sunday.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A sandbox and a folder of articles, on which bots come and go."""

    state: SandboxState
    clock: SandboxClock
    address: str
    folder: Path

    @asynccontextmanager
    async def bot(self, stories: Mapping[str, Mapping[str, object]]) -> AsyncIterator[AtWork]:
        """A bot whose configuration declares these stories; the person of the private chat operates it."""
        settings = settings_for(self.folder / "data", self.folder / "articles")
        settings = settings.model_copy(update={"operators": (self.state.private.id,), "stories": stories})
        parts = await asyncio.to_thread(app.open_parts, settings, SANDBOX)
        try:
            await parts.read(lambda _: None)
            async with app.running(connect(self.state.token, self.address), parts, self.clock, TICK) as briefings:
                yield AtWork(briefings=briefings, store=parts.store)
        finally:
            await asyncio.to_thread(parts.store.close)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A sandbox whose clock says ``START``, and four articles."""
    (tmp_path / "articles").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "articles" / name).write_text(text)
    clock = SandboxClock(lambda: datetime.now(UTC))
    clock.move_to(START)
    state = SandboxState(clock=clock)
    async with serving(state) as address:
        yield Scene(state=state, clock=clock, address=address, folder=tmp_path)


async def test_status_counts_the_articles_of_every_story(scene: Scene) -> None:
    async with scene.bot(BOTH):
        (status,) = await scene.state.ask(scene.state.private, "/status", within=LONG)

    assert "Stories: 4 articles: The Brell flood 2, The rail strike 2; in no story 1" in status.text.splitlines()


async def test_two_chats_on_two_stories_are_answered_and_briefed_of_their_own(scene: Scene) -> None:
    state, mine = scene.state, scene.state.private
    theirs = state.add_person("Reader")
    async with scene.bot(BOTH) as bot:
        await state.ask(mine, "/subscribe 12:00 UTC")
        await state.ask(theirs, "/subscribe 12:00 UTC")
        await state.ask(theirs, "/story strike")
        (my_sources,), (their_sources,) = await state.ask(mine, "/sources"), await state.ask(theirs, "/sources")
        (my_summary,) = await state.ask(mine, "/summary")
        (their_plain,) = await state.ask(theirs, "How many drivers stayed at home?")
        (my_search,) = await state.ask(mine, "/search drivers")
        scene.clock.move_to(START + timedelta(hours=3, minutes=1))
        await bot.drained()
        told = [state.messages(chat)[-1].text for chat in (mine, theirs)]

    assert "📰 The Brell flood" in my_sources.text
    assert "📰 The rail strike" in their_sources.text
    assert [text.count("independent origin") for text in (my_sources.text, their_sources.text)] == [1, 1]
    assert "2 articles" in my_sources.text
    assert "Flood in Brell" in my_sources.text
    assert "Strike goes on" in my_sources.text
    assert "Strike goes on" in their_sources.text
    assert "Flood in Brell" not in their_sources.text
    assert "museum" not in my_sources.text + their_sources.text
    assert "300" in my_summary.text
    assert "4,000" in their_plain.text
    assert "4,000" not in my_search.text
    assert "300 people" in told[0]
    assert "4,000 drivers" not in told[0]
    assert "4,000 drivers" in told[1]
    assert "300 people" not in told[1]


async def test_the_buttons_of_an_answer_stay_of_the_story_that_it_was_of(scene: Scene) -> None:
    state, chat = scene.state, scene.state.private
    async with scene.bot(BOTH):
        (answer,) = await state.ask(chat, "/summary")
        await state.ask(chat, "/story strike")
        context = await pressed(state, answer, "📖 Read in context")

    assert "burst its banks" in context.text
    assert "drivers began" not in context.text
    assert all(len(button.data.encode()) <= 64 for row in answer.buttons for button in row)


async def test_a_story_is_chosen_by_a_button_that_tells_what_it_has(scene: Scene) -> None:
    state, chat = scene.state, scene.state.private
    async with scene.bot(BOTH) as bot:
        (choice,) = await state.ask(chat, "/story")
        (unknown,) = await state.ask(chat, "/story footbal")
        after = await pressed(state, choice, "The rail strike")
        kept = await bot.store.chat(ChatId(chat.id))
        (settings,) = await state.ask(chat, "/settings")

    assert "The Brell flood: 2 articles, the latest of 11 November 2024" in choice.text
    assert labels(choice)[0] == ["✓ The Brell flood"]
    assert labels(after)[1] == ["✓ The rail strike"]
    assert kept is not None
    assert kept.story == "strike"
    assert "There is no story footbal" in unknown.text
    assert "/story flood" in unknown.text
    assert "Story: The rail strike" in settings.text


async def test_with_one_story_nothing_is_said_of_stories(scene: Scene) -> None:
    state, chat = scene.state, scene.state.private
    async with scene.bot({}) as bot:
        (help_text,) = await state.ask(chat, "/help")
        (unknown,) = await state.ask(chat, "/story flood")
        (settings,) = await state.ask(chat, "/settings")
        (by_words,) = await state.ask(chat, "/settings story flood")
        (sources,) = await state.ask(chat, "/sources")
        digest = await bot.store.digest(MAIN)

    assert "/story" not in help_text.text.replace("/stories", "")
    assert "I follow one story, so there is none to choose. /summary tells it." in unknown.text
    assert "Story" not in settings.text + "".join(map(str, labels(settings)))
    assert "story" not in by_words.text.partition("; I got")[0]
    assert "📰" not in sources.text
    assert len(digest.sources) == 4


async def test_a_chat_whose_story_is_gone_is_told_so_once_and_follows_the_first(scene: Scene) -> None:
    state, chat = scene.state, scene.state.private
    async with scene.bot(BOTH):
        await state.ask(chat, "/subscribe 12:00 UTC")
        await state.ask(chat, "/story strike")
        (answer,) = await state.ask(chat, "/summary")
    async with scene.bot({"flood": FLOOD}) as bot:
        await bot.drained()
        told = [one.text for one in state.messages(chat) if one.by_bot and "has ended here" in one.text]
        refused = await answered(state, now(state, answer), "📖 Read in context")
        (sources,) = await state.ask(chat, "/sources")
    async with scene.bot({"flood": FLOOD}) as bot:
        await bot.drained()
        again = [one.text for one in state.messages(chat) if one.by_bot and "has ended here" in one.text]

    assert told == ["The story that this chat followed has ended here. From now on it follows: The Brell flood"]
    assert again == told
    assert refused == "The story that this was about is no longer followed."
    assert "Flood in Brell" in sources.text


async def test_a_chat_that_comes_back_to_a_story_is_told_what_is_new_there_since(scene: Scene) -> None:
    state, chat = scene.state, scene.state.private
    async with scene.bot(BOTH) as bot:
        await state.ask(chat, "/subscribe 12:00 UTC")
        for day, story in enumerate(("flood", "strike", "flood")):
            await state.ask(chat, f"/story {story}")
            scene.clock.move_to(START + timedelta(days=day, hours=3, minutes=1))
            await bot.drained()
        told = state.messages(chat)[-1].text

    assert "Nothing new since the last briefing." in told
    assert "The Brell flood" in told


async def test_an_operator_adds_a_story_and_removes_it_again(scene: Scene) -> None:
    state, chat = scene.state, scene.state.private
    async with scene.bot({}) as bot:
        (wrong,) = await state.ask(chat, "/stories add Glass! museum", within=LONG)
        (added,) = await state.ask(chat, '/stories add glass "The museum" museum -football', within=LONG)
        (shown,) = await state.ask(chat, "/stories")
        await state.ask(chat, "/story glass")
        (sources,) = await state.ask(chat, "/sources")
        digest = await bot.store.digest(StoryName("glass"))
    async with scene.bot({}) as bot:
        (kept,) = await state.ask(chat, "/sources")
        (removed,) = await state.ask(chat, "/stories remove glass", within=LONG)
        (back,) = await state.ask(chat, "/sources")

    assert "a name of 1 to 24 of a-z, 0-9 and -" in wrong.text
    assert "Followed now: The museum, 1 article." in added.text
    assert "• A new museum" in added.text or "museum" in added.text
    assert "glass – The museum (an operator's): 1 article" in shown.text
    assert [source.article.id for source in digest.sources] == ["d.txt"]
    assert "📰 The museum" in sources.text
    assert "1 article," in kept.text
    assert "No longer followed: The museum" in removed.text
    assert "4 articles" in back.text


async def test_only_operators_declare_stories(scene: Scene) -> None:
    state = scene.state
    reader = state.add_person("Reader")
    async with scene.bot(BOTH) as bot:
        (refused,) = await state.ask(reader, "/stories add glass museum")
        topics = await bot.store.topics()

    assert "There is no command /stories" in refused.text
    assert topics == ()


async def test_a_proposal_is_confirmed_or_dismissed_for_good(scene: Scene) -> None:
    state, chat = scene.state, scene.state.private
    for number in range(6):
        (scene.folder / "articles" / f"e{number}.txt").write_text(
            f"Published {number + 1} November 2024\n\nThe Oster election, day {number}\n\n"
            f"Voters cast ballots in the Oster election. The candidate led the count by {number + 2} points. "
            "The recount of ballots goes on, and turnout was high among voters."
        )
        (scene.folder / "articles" / f"f{number}.txt").write_text(
            f"Published {number + 1} November 2024\n\nFire season, day {number}\n\n"
            f"A wildfire burnt {number + 2} hectares of pine forest. Firemen fought the wildfire with aircraft. "
            "Smoke from the wildfire hid the sun, and the forest is closed to walkers."
        )
    async with scene.bot(BOTH) as bot:
        _, *offers = await state.ask(chat, "/stories", 3)
        election = next(one for one in offers if "election" in one.text)
        fire = next(one for one in offers if "Fire season" in one.text)
        confirmed = await pressed(state, election, "✓ Confirm")
        dismissed = await pressed(state, fire, "✗ Dismiss")
        old = await answered(state, now(state, fire), "✗ Dismiss") if labels(now(state, fire)) else "gone"
        (after,) = await state.ask(chat, "/stories")
        topics = await bot.store.topics()
        (choice,) = await state.ask(chat, "/story")

    assert "6 articles look like one story" in election.text
    assert "These words take 6 articles." in election.text
    assert "Followed now:" in confirmed.text
    assert "6 articles." in confirmed.text
    assert dismissed.text == "Dismissed: it is not proposed again."
    assert old == "gone"
    assert "Other articles do not look like a story of their own." in after.text
    assert [topic.by_operator for topic in topics] == [True]
    assert f"{topics[0].title}: 6 articles" in choice.text


async def test_the_terminal_asks_the_story_that_is_named(scene: Scene) -> None:
    settings = settings_for(scene.folder / "data", scene.folder / "articles").model_copy(update={"stories": BOTH})
    parts = await asyncio.to_thread(app.open_parts, settings, SANDBOX)
    try:
        await parts.read(lambda _: None)
        first = await app.story_named(parts, None)
        strike = await app.story_named(parts, "The rail strike")
        told = [await app.ask(parts, "/sources", START.date(), story) for story in (first, strike)]
        with pytest.raises(ConfigurationError, match="expected one of flood, strike, got 'fire'"):
            await app.story_named(parts, "fire")
    finally:
        await asyncio.to_thread(parts.store.close)

    assert (first, strike) == ("flood", "strike")
    assert [["Flood in Brell" in message.html for message in reply.messages] for reply in told] == [[True], [False]]
