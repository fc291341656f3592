"""Commands with words and days, and plain questions: what people get, and how often the right thing comes first."""

from __future__ import annotations

import asyncio
import io
import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from functools import cache
from html import unescape

import pytest

from bot.desk import indexes
from bot.desk.answers import Answers
from bot.desk.vocabulary import Vocabulary
from bot.digest.model import Digest, Report
from bot.digest.stretches import stretch
from bot.render.check import problems
from bot.render.message import CALLBACK_LIMIT, Message, Question
from bot.sandbox.world import Button, Role
from bot.sandbox.world import Message as Shown
from bot.stories import MAIN, StoryName
from storage.codec import JsonPacking
from tests.conftest import Stage
from tests.people import labels
from tests.story import ROOT, article, digest_of, seed_digest, seed_reports, shipped_trackers

TODAY = date(2024, 11, 12)  #: a Tuesday, the day of the latest seeds
FLOOR = 0.95  #: share of the seeds' questions whose right answer comes first


class Shelf:
    """A store with the story of the seeds, which counts how often it is taken out."""

    def __init__(self) -> None:
        self.taken = 0
        self.packing = JsonPacking()

    async def digest(self, story: StoryName = MAIN) -> Digest:
        return seed_digest()

    async def packed_story(self, story: StoryName = MAIN) -> Mapping[int, str]:
        return {number: self.packing.report(report) for number, report in enumerate(seed_reports(), 1)}

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        self.taken += 1
        return dict(enumerate(seed_reports(), 1))


@cache
def seeds() -> Answers:
    """The desk's answers about the seeds."""
    return Answers(store=Shelf(), trackers=shipped_trackers())


def gold() -> list[dict[str, object]]:
    return list(tomllib.loads((ROOT / "tests" / "gold" / "questions.toml").read_text(encoding="utf-8"))["question"])


def visible(message: Message) -> str:
    """What is read before any tap."""
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<blockquote.*?</blockquote>", "", message.html, flags=re.DOTALL)))


def first_item(message: Message) -> str:
    """The first statement with the date above it and the source below, on one line."""
    parts = [part for part in visible(message).split("\n\n") if "• " in part]
    return " ".join(parts[0].split()) if parts else ""


def title(message: Message) -> str:
    return visible(message).split("\n")[0]


TITLES = {"summary": "Summary", "timeline": "Timeline", "conflicts": "Conflicts", "sources": "Sources"} | {
    tracker.command: tracker.title for tracker in shipped_trackers()
}


def is_right(question: dict[str, object], message: Message) -> bool:
    first = first_item(message)
    if "command" in question:
        return title(message) == TITLES[str(question["command"])] and str(question.get("first", "")) in first
    if title(message) != "Search":
        return False
    if "nothing" in question:
        return first == "" and "No article holds enough of these words." in visible(message)
    right = question["right"]
    assert isinstance(right, list)
    numbers = {source.article.id[:3]: source.number for source in seed_digest().sources}
    return any(f"[{numbers[name]}]" in first and " ".join(words.split()) in first for name, words in right)


async def test_the_right_answer_comes_first_for_nearly_all_questions_about_the_seeds() -> None:
    questions = gold()

    wrong = [
        question["ask"]
        for question in questions
        if not is_right(question, (await seeds().talk(str(question["ask"]), TODAY))[0])
    ]

    assert len(questions) >= 60
    assert len(wrong) <= (1 - FLOOR) * len(questions), wrong


async def test_every_answer_to_a_question_passes_the_check_and_fits_its_buttons() -> None:
    asked = [str(question["ask"]) for question in gold() if "nothing" not in question]

    messages = [message for ask in asked for message in await seeds().talk(ask, TODAY) if "• " in message.html]

    assert len(messages) > 50
    found = {message.html: problems(message.html, seed_digest(), shipped_trackers()) for message in messages}
    assert {html: faults for html, faults in found.items() if faults} == {}
    data = [button.data for message in messages for row in message.buttons for button in row]
    assert max(len(each.encode()) for each in data) <= CALLBACK_LIMIT


async def test_the_articles_are_indexed_once_a_digest() -> None:
    shelf = Shelf()
    answers = Answers(store=shelf, trackers=shipped_trackers())

    for ask in ("Who is Hong Min?", "Yang Moo-jin", "What does Article 4 say?"):
        await answers.talk(ask, TODAY)

    assert shelf.taken == 1


@pytest.mark.parametrize(
    ("changed", "to"),
    [("11 Nov", "10 Nov"), ("12 Nov 2024, the", "11 Nov 2024, the"), ("“yesterday”", "“today”")],
)
async def test_a_changed_day_in_what_was_understood_is_caught(changed: str, to: str) -> None:
    (message,) = await seeds().tell("timeline", "yesterday", date(2026, 3, 1))
    head = message.html.split("\n\n")[0]

    assert problems(head, seed_digest(), shipped_trackers()) == ()
    assert changed in head
    assert problems(head.replace(changed, to, 1), seed_digest(), shipped_trackers()) != ()


async def test_a_word_said_to_be_in_no_article_is_in_none() -> None:
    (message,) = await seeds().talk("Did Putin sign the treaty over a pizza?", TODAY)
    head = message.html.split("\n\n")[0]

    assert "In no article: “pizza”" in visible(message)
    assert problems(head.replace("“pizza”", "“treaty”"), seed_digest(), shipped_trackers()) != ()


async def test_words_narrow_a_tracker_to_owner_place_speaker_or_number() -> None:
    async def claims(words: str) -> list[str]:
        found = []
        for page in range(5):
            for message in await seeds().ask(Question(command="troops", words=words, page=page)):
                parts = visible(message).split("\n\n")
                found += [part for part in parts if part.startswith("• ")]
        return list(dict.fromkeys(found))

    assert (await claims("Blinken"))[0].startswith("• around 10,000 North Korean soldiers are currently in Russia")
    assert all("Blinken" in claim for claim in await claims("Blinken"))
    assert all("Kursk" in claim for claim in await claims("Kursk"))
    assert all("50,000" in claim for claim in await claims("50000"))
    assert all("Zelensky" in claim and "11,000" in claim for claim in await claims("zelenskiy 11,000"))
    everything = await seeds().whole("troops")
    assert 0 < len(await claims("Kursk")) < sum(visible(message).count("\n\n• ") for message in everything)


@pytest.mark.parametrize(
    ("words", "shown", "left_out"),
    [
        ("november", ["≈ Wed 6 Nov 2024", "≈ Mon 11 Nov 2024"], ["Feb 2022", "Jun 2024"]),
        ("2024-11-06", ["≈ Wed 6 Nov 2024"], ["≈ Mon 11 Nov 2024"]),
        ("since monday", ["≈ Mon 11 Nov 2024", "≈ Tue 12 Nov 2024"], ["6 Nov 2024", "Jun 2024"]),
        ("Choe", ["≈ Mon 4 Nov 2024"], ["Feb 2022"]),
        ("Choe november", ["≈ Mon 4 Nov 2024"], ["≈ Wed 6 Nov 2024"]),
    ],
)
async def test_words_and_days_narrow_the_timeline(words: str, shown: list[str], left_out: list[str]) -> None:
    messages: list[Message] = []
    for page in range(5):
        messages += await seeds().ask(Question(command="timeline", words=words, today=TODAY, page=page))

    days = [line for message in messages for line in visible(message).split("\n")[4:]]
    assert [day for day in shown if day not in days] == []
    assert [line for line in days for day in left_out if line.endswith(day)] == []


async def test_a_summary_of_some_days_has_what_they_brought() -> None:
    (message, *_) = await seeds().tell("summary", "since monday", TODAY)

    told = visible(message)
    assert "“since monday”: from 11 Nov 2024, counted from Tue 12 Nov 2024" in told
    assert not re.search(r"^\[[25]\]", told, re.MULTILINE)  # the articles of 9 and 10 November
    assert told.count("• ") >= 4


async def test_days_of_an_old_story_are_counted_from_its_latest_article_and_this_is_said() -> None:
    (message,) = await seeds().tell("timeline", "yesterday", date(2026, 3, 1))

    assert "“yesterday”: ≈ Mon 11 Nov 2024, counted from ≈ Tue 12 Nov 2024, the day of the latest article" in visible(
        message
    )
    assert "On Monday, North Korea’s leader" in visible(message)


async def test_words_narrow_sources_and_conflicts() -> None:
    (sources,) = await seeds().tell("sources", "joongang", TODAY)
    conflicts = await seeds().tell("conflicts", "Blinken", TODAY)

    assert {*re.findall(r"^\[(\d)\]", visible(sources), re.MULTILINE)} == {"4"}
    parts = [part for message in conflicts for part in visible(message).split("\n\n") if "• " in part]
    assert parts
    assert all("Blinken" in part for part in parts)


async def test_a_long_question_keeps_its_rarest_words_and_can_be_paged_through() -> None:
    long = "Could you be so kind as to tell me what the spokesperson of the Chinese Foreign Ministry, Lin Jian, said?"

    message = (await seeds().talk(long, TODAY))[0]

    assert "Lin Jian" in visible(message).split("\n")[1]
    (context,) = [button for row in message.buttons for button in row if "context" in button.label]
    (shown,) = await seeds().ask(Question.read(context.data))
    assert "downplayed the concerns" in shown.html


@pytest.mark.parametrize("words", ["“<b>&", "a:b:c", '"', "' OR 1=1 --", "NEAR(x", "*", "(", "{text}: x", "\0", "한국"])
async def test_any_sign_may_be_asked_for(words: str) -> None:
    for command in ("search", "troops", "timeline", "summary", "sources", "conflicts"):
        assert await seeds().tell(command, words, TODAY)
    assert await seeds().talk(words, TODAY)


@pytest.mark.parametrize(
    ("words", "first", "last", "rest"),
    [
        ("november", date(2024, 11, 1), date(2024, 11, 30), ""),
        ("june", date(2024, 6, 1), date(2024, 6, 30), ""),
        ("Kursk since monday", date(2024, 11, 11), None, "Kursk"),
        ("before nov 5", None, date(2024, 11, 4), ""),
        ("after June 19", date(2024, 6, 20), None, ""),
        ("from 5 to 9 november", date(2024, 11, 5), date(2024, 11, 9), ""),
        ("2010-01-12", date(2010, 1, 12), date(2010, 1, 12), ""),
        ("2010-01", date(2010, 1, 1), date(2010, 1, 31), ""),
        ("the last 3 days", date(2024, 11, 9), TODAY, ""),
        ("last week", date(2024, 11, 4), date(2024, 11, 10), ""),
        ("What happened on Tuesday?", TODAY, TODAY, "What happened"),
        ("in may", date(2024, 5, 1), date(2024, 5, 31), ""),
    ],
)
def test_days_are_read_as_people_write_them(words: str, first: date | None, last: date | None, rest: str) -> None:
    found = stretch(words, TODAY)

    assert found is not None
    assert (found.when.first, found.when.last, found.rest) == (first, last, rest)


@pytest.mark.parametrize("words", ["11,000 troops", "8000", "What may happen?", "Article 4", "they march on", "second"])
def test_words_that_are_no_days_are_left_alone(words: str) -> None:
    assert stretch(words, TODAY) is None


def test_one_body_is_one_token_whatever_it_is_called() -> None:
    text = "Maria Ferreira, head of the World Data Office (WDO), spoke in Norway. Norwegian officials met Ferreira."
    vocabulary = Vocabulary(digest_of(article(text, day=TODAY)).names)

    def looked_for(words: str) -> set[str]:
        return {token for term in vocabulary.terms(words) for token in term.tokens if token.startswith("ent")}

    assert looked_for("Ferreira") & looked_for("maria ferreira") & looked_for("FERREYRA") != set()
    assert looked_for("norwegian") == looked_for("Norway") != set()
    assert looked_for("WDO") & looked_for("world data office") != set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("11,000", "11000"),
        ("defence", "defense"),
        ("organisation", "organization"),
        ("café", "cafe"),
        ("the treaty's", "treaty"),
        ("Nov.", "november"),
    ],
)
def test_spellings_are_folded(one: str, other: str) -> None:
    vocabulary = Vocabulary(())

    assert [term.tokens for term in vocabulary.terms(one)] == [term.tokens for term in vocabulary.terms(other)]


def test_a_hyphen_is_no_difference() -> None:
    vocabulary = Vocabulary(())

    assert {*vocabulary.indexed("front-line").split()} >= {"front", "line", "frontline"}
    assert "frontline" in [token for term in vocabulary.terms("front-line") for token in term.tokens]


async def test_a_plain_question_in_private_is_answered_with_citations(bot: Stage) -> None:
    first, *_ = await bot.state.ask(bot.state.private, "What did Lin Jian say?")

    assert first.text.startswith("Search\nAsked: “What did Lin Jian say”")
    assert "[4] Korea JoongAng Daily" in first.text


async def test_the_nearest_command_answers_a_question(bot: Stage) -> None:
    troops, *_ = await bot.state.ask(bot.state.private, "how many troops are in Kursk?")
    tuesday, *_ = await bot.state.ask(bot.state.private, "what happened on Tuesday?")
    conflicts, *_ = await bot.state.ask(bot.state.private, "who disagrees?")

    assert troops.text.startswith("People under arms\nHolding “Kursk”")
    assert tuesday.text.startswith("Timeline\n“on Tuesday”: Tue 12 Nov 2024, counted from Tue 12 Nov 2024")
    assert conflicts.text.startswith("Conflicts\n")


async def test_a_command_takes_words(bot: Stage) -> None:
    troops, *_ = await bot.state.ask(bot.state.private, "/troops Kursk")
    search, *_ = await bot.state.ask(bot.state.private, "/search sacred struggle")

    assert troops.text.startswith("People under arms\nHolding “Kursk”")
    assert "sacred struggle" in search.text.split("\n\n")[1]


async def test_an_article_asked_for_by_its_number_is_shown_with_what_it_says(bot: Stage) -> None:
    (shown,) = await bot.state.ask(bot.state.private, "/sources 4")
    (beyond,) = await bot.state.ask(bot.state.private, "/sources [6]")

    assert "[4] Korea JoongAng Daily\nNorth Korea ratifies military alliance" in shown.text
    assert "[5]" not in shown.text
    assert "\n\n• North Korea ratified a recent treaty" in shown.text
    assert ["📖 Read in context"] in labels(shown)
    assert "No article has the number [6]: the last is [5].\n\nThere is:\n/sources: 5 articles" in beyond.text


async def test_when_nothing_fits_it_is_said_and_the_rest_is_offered(bot: Stage) -> None:
    (reply,) = await bot.state.ask(bot.state.private, "/troops pizza")
    assert reply.text.startswith("People under arms\nHolding “pizza”\nNothing here fits.")

    bot.state.press(reply, "All of /troops")
    below, *_ = await bot.state.wait_for_messages(bot.state.private, after=reply)
    assert below.text.startswith("People under arms\n5 articles")

    bot.state.press(reply, "Search “pizza”")
    (found,) = await bot.state.wait_for_messages(bot.state.private, after=below)
    assert "No article holds enough of these words." in found.text
    assert "/timeline: 14 dated events" in found.text


@pytest.mark.parametrize("greeting", ["what can you tell me?", "hello", "Hi there!", "Good morning", "help me"])
async def test_a_greeting_is_told_what_to_ask(bot: Stage, greeting: str) -> None:
    (reply,) = await bot.state.ask(bot.state.private, greeting)

    assert reply.text.startswith("Ask me in your own words")
    assert "/summary: " in reply.text


async def test_after_a_start_the_index_of_a_long_story_is_ready_before_anybody_asks(
    stage: Stage, spoken: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "FEW", 3)

    async with stage.bot(), asyncio.timeout(60):
        while "indexed ahead of questions" not in spoken.getvalue():  # noqa: ASYNC110  (nobody else is told of it)
            await asyncio.sleep(0.05)

    assert stage.state.messages(stage.state.private) == []


async def test_in_a_group_a_mention_or_a_reply_is_answered(bot: Stage) -> None:
    mentioned, *_ = await bot.state.ask(bot.state.group, "@sandbox_bot who is Hong Min?")
    assert "Hong Min, a senior researcher" in mentioned.text

    said = bot.state.say(bot.state.group, "And Yang Moo-jin?", reply_to=mentioned.id)
    replied, *_ = await bot.state.wait_for_messages(bot.state.group, after=said)
    assert "Yang Moo-jin, president" in replied.text


@pytest.mark.parametrize("where", ["group", "channel"])
async def test_what_is_not_meant_for_the_bot_is_left_alone_even_where_it_may_read_all(bot: Stage, where: str) -> None:
    chat = bot.state.group if where == "group" else bot.state.channel
    bot.state.set_bot_role(chat, Role.ADMINISTRATOR)

    said = bot.state.say(chat, "Who is Hong Min?")
    await bot.state.ask(chat, "/help@sandbox_bot")  # one chat is answered in order

    answers = [message.text for message in bot.state.messages(chat) if message.by_bot and message.id > said.id]
    assert [answer.split("\n")[0] for answer in answers] == ["What you can ask"]


async def test_a_narrowed_answer_is_paged_through_after_a_restart(stage: Stage) -> None:
    async with stage.bot():
        first, *_ = await stage.state.ask(stage.state.private, "/timeline november")

    async with stage.bot():
        (forward,) = [button for row in first.buttons for button in row if button.text.startswith("Page 2")]
        second = await turned(stage, first, forward)
        (back,) = [button for row in second.buttons for button in row if button.text.endswith("Page 1")]
        again = await turned(stage, second, back)

    assert second.text != first.text
    assert (again.text, again.buttons) == (first.text, first.buttons)


async def turned(stage: Stage, message: Shown, button: Button) -> Shown:
    """The message after a press has changed it."""
    stage.state.press(message, button)
    await stage.state.wait_until(lambda: stage.state.message(stage.state.private, message.id) != message)
    shown = stage.state.message(stage.state.private, message.id)
    assert shown is not None
    return shown


async def test_yesterday_is_counted_from_the_day_it_was_written_whenever_the_button_is_pressed(stage: Stage) -> None:
    async with stage.bot():
        first, *_ = await stage.state.ask(stage.state.private, "/timeline yesterday")
        (context,) = [button for row in first.buttons for button in row if "context" in button.text]
        stage.clock.move_to(datetime(2024, 11, 14, tzinfo=UTC))
        in_context = await turned(stage, first, context)
        (back,) = [button for row in in_context.buttons for button in row if "Back" in button.text]
        again = await turned(stage, in_context, back)

    assert "“yesterday”: Mon 11 Nov 2024" in first.text
    assert again.text == first.text
