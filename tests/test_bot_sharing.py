"""What people take from the bot to other chats: inline offers, links to facts, copied citations."""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import replace

import pytest
from telegram import InlineQuery, Update, User

from bot.desk import inline
from bot.digest.model import Digest, Line, Span
from bot.render.answer import sound
from bot.render.check import problems
from bot.render.facts import PAYLOAD, citation_text, fact_key, fact_page, no_link
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Button, Message
from bot.sandbox.writing import InlineAnswer
from bot.telegram.turns import OneAtATime
from tests.conftest import Stage
from tests.people import BEN, pressed
from tests.story import seed_digest, shipped_trackers

ADDRESS = re.compile(rf"https://t\.me/\w+\?start=({PAYLOAD}[A-Za-z0-9_-]{{16}})")
SENTENCES = [Line(citation=claim.citation, pieces=(claim.citation.sentence,)) for claim in seed_digest().claims]


async def offered(state: SandboxState, words: str, offset: str = "", by: int | None = None) -> InlineAnswer:
    """What the bot offers to somebody who types its name and words in a group."""
    sender = None if by is None else state.users[by]
    query = state.ask_inline(state.group, words, offset=offset, sender=sender)
    await state.wait_until(lambda: query.answer is not None)
    assert query.answer is not None
    return query.answer


def copies(message: Message) -> list[Button]:
    return [button for row in message.buttons for button in row if button.copied]


async def test_words_offer_cited_claims_that_become_messages_of_their_own(bot: Stage) -> None:
    state = bot.state
    query = state.ask_inline(state.group, "troops Kursk")
    await state.wait_until(lambda: query.answer is not None)
    assert query.answer is not None
    first = query.answer.results[0]

    sent = state.choose_inline(query, first.id)

    assert first.title.rstrip("…") in sent.text.replace("• ", "")
    assert re.search(r" · \[\d\] .+ · (≈ )?\d+ \w+ 2024$", first.description)
    assert "“" in sent.text
    (button,) = (button for row in sent.buttons for button in row)
    assert ADDRESS.fullmatch(button.url or "")


async def test_every_offered_message_passes_the_check(bot: Stage) -> None:
    answers = [await offered(bot.state, words) for words in ("", "troops", "timeline", "conflicts", "who is Zelenskyy")]

    assert all(answer.results for answer in answers)
    digest = seed_digest()
    for result in (result for answer in answers for result in answer.results):
        words = result.content.text
        assert any(
            " ".join(source.article.text.split()).find(" ".join(quoted.split())) >= 0
            for quoted in re.findall(r"^“\u200a?(.{20,}?)”$", words, re.MULTILINE)
            for source in digest.sources
        ), words


async def test_no_words_offer_the_summary_and_pages_follow_each_other(
    bot: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "PAGE", 10)
    summary = await offered(bot.state, "")
    first = await offered(bot.state, "timeline")
    second = await offered(bot.state, "timeline", offset=first.next_offset)

    assert len(summary.results) == len(seed_digest().summary)
    assert (len(first.results), first.next_offset) == (10, "10")
    assert (len(second.results), second.next_offset) == (6, "")
    assert not {one.title for one in first.results} & {one.title for one in second.results}


@pytest.mark.parametrize("words", ["xyzzy plugh", "єноти", "x" * 256])
async def test_what_is_not_found_leads_to_the_bot(bot: Stage, words: str) -> None:
    answer = await offered(bot.state, words)

    assert (answer.results, answer.start_words) == ((), "Nothing found. Ask me in our chat")
    (welcome,) = await bot.state.ask(bot.state.private, f"/start {answer.start_parameter}")
    assert welcome.text.startswith("I read the news")


async def test_an_empty_story_leads_to_the_bot(stage: Stage) -> None:
    shutil.rmtree(stage.data)
    stage.data.mkdir()
    async with stage.bot():
        answer = await offered(stage.state, "troops")

    assert (answer.results, answer.start_words) == ((), "No articles yet. Ask me in our chat")


async def test_who_is_banned_gets_nothing(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot(operators=(private.id,)):
        await stage.state.ask(private, f"/ban {BEN}")
        refused = stage.state.ask_inline(stage.state.group, "troops", sender=stage.state.users[BEN])
        await offered(stage.state, "troops")

    assert refused.answer is None


async def test_an_offer_is_in_the_language_that_the_person_chose(bot: Stage) -> None:
    await bot.state.ask(bot.state.private, "/language uk")

    answer = await offered(bot.state, "xyzzy")

    assert answer.start_words.startswith("Нічого не знайдено")


async def test_of_words_typed_fast_only_the_newest_are_answered() -> None:
    turns, handled = OneAtATime(), []
    busy = asyncio.Event()

    async def handle(number: int) -> None:
        handled.append(number)
        if number == 1:
            await busy.wait()

    def typed(number: int, user: int = 7) -> Update:
        who = User(id=user, first_name="X", is_bot=False)
        return Update(update_id=number, inline_query=InlineQuery(id=str(number), from_user=who, query="x", offset=""))

    async def other(number: int) -> None:
        handled.append(number)

    running = [asyncio.create_task(turns.do_process_update(typed(number), handle(number))) for number in (1, 2, 3, 4)]
    await asyncio.sleep(0)
    await turns.do_process_update(typed(9, user=8), other(9))  # somebody else does not wait
    busy.set()
    await asyncio.gather(*running)

    assert handled in ([1, 9, 4], [9, 4], [4, 9])


async def test_a_link_opens_the_fact_with_its_sentence_in_context(bot: Stage) -> None:
    answer = await offered(bot.state, "troops Kursk")
    address = answer.results[0].buttons[0][0].url or ""
    found = ADDRESS.fullmatch(address)
    assert found

    page = (await bot.state.ask(bot.state.private, f"/start {found[1]}"))[-1]

    assert answer.results[0].title.rstrip("…") in page.text
    assert any(entity.kind == "underline" for entity in page.content.entities)
    (copy,) = copies(page)
    assert copy.text == "📋 Copy the citation"
    assert copy.copied.endswith(address)


@pytest.mark.parametrize("payload", ["f-AAAAAAAAAAAAAAAA", "f-x"])
async def test_a_link_to_what_is_gone_says_so_and_leads_on(bot: Stage, payload: str) -> None:
    (said,) = await bot.state.ask(bot.state.private, f"/start {payload}")

    assert said.text.startswith("This link leads to a sentence that I do not have")
    assert [button.text for row in said.buttons for button in row] == ["Summary", "Troops", "Timeline"]


async def test_below_sentences_in_context_each_can_be_copied(bot: Stage) -> None:
    (summary,) = (await bot.state.ask(bot.state.private, "/summary"))[:1]

    shown = await pressed(bot.state, summary, "Read in context")

    assert 1 <= len(copies(shown)) <= 4
    for button in copies(shown):
        quotation = re.match(r"“(.+?)( \[…\])?” — ", button.copied)
        assert quotation
        assert quotation[1] in " ".join(shown.text.split())
        assert ADDRESS.search(button.copied)


def test_every_fact_has_a_page_that_passes_the_check_and_a_citation_that_fits() -> None:
    digest, trackers = seed_digest(), shipped_trackers()
    for line in SENTENCES:
        key = fact_key(digest, line.citation)
        pages = fact_page(digest, key, SENTENCES, trackers, sound=sound, link_to=no_link)
        assert pages
        assert [problems(page.html, digest, trackers) for page in pages if "expandable" in page.html] == [()]
        cited = citation_text(
            digest, line.citation, lambda payload: f"https://t.me/a_long_name_for_a_bot?start={payload}"
        )
        assert 60 < len(cited.encode("utf-16-le")) // 2 <= 256
        assert cited.endswith(f"?start={PAYLOAD}{key}")


def test_a_key_is_of_the_words_and_not_of_where_they_stand() -> None:
    digest = seed_digest()
    keys = {(line.citation.source, line.citation.sentence): fact_key(digest, line.citation) for line in SENTENCES}

    assert len(set(keys.values())) == len(keys)
    moved = shifted(digest)
    assert [fact_key(moved, replace(line.citation, sentence=later(line.citation.sentence))) for line in SENTENCES] == [
        fact_key(digest, line.citation) for line in SENTENCES
    ]


def shifted(digest: Digest) -> Digest:
    """The story with a line more at the head of each article."""
    sources = [
        replace(source, article=replace(source.article, text=f"Update.\n{source.article.text}"))
        for source in digest.sources
    ]
    return Digest(sources=tuple(sources))


def later(span: Span) -> Span:
    return Span(start=span.start + 8, end=span.end + 8)
