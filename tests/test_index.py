"""The index of a story that grows: the same as one built from scratch, and nobody sees half of it."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.answers import Answers
from bot.desk.indexes import FEW, Indexes
from bot.desk.indexing import Tables, read
from bot.desk.searching import Index
from bot.desk.vocabulary import Term, Vocabulary, number_of, token_of
from bot.digest.merging import Merging, merge
from bot.digest.model import ArticleId, Digest, Report
from bot.digest.patching import difference, patched
from bot.stories import MAIN, StoryName
from storage.codec import JsonPacking
from tests.story import seed_reports, shipped_trackers
from tests.test_growth import TEXTS, pool
from tests.test_search import TODAY, gold

ALL = 10_000  #: more rows than any story here has


def grown(reports: Sequence[Report], steps: Collection[int]) -> Tables:
    """The tables of a story that was indexed after so many articles as ``steps`` say, and at the end."""
    merging, tables, digest = Merging(), Tables(), Digest()
    for place, report in enumerate(reports, 1):
        merging.add(report)
        if place in steps or place == len(reports):
            digest = patched(digest, difference(digest, merging.digest()))
            assert tables.may_grow_into(digest)
            new = range(len(tables.digest.sources) + 1, place + 1)
            tables = tables.grown(digest, [read(number, reports[number - 1]) for number in new])
    return tables


def built(reports: Sequence[Report]) -> Tables:
    """The tables of a story, made at once."""
    return grown(reports, ())


def told(tables: Tables) -> Mapping[str, object]:
    """What there is to be found under each word and each name, and how much it weighs."""
    texts = [tables.words(row) for row in range(len(tables.sentences))]
    words = {word for text in texts for word in tables.vocabulary.indexed(text).split()}
    return {word: _under(tables, Term(said=word, tokens=(word,))) for word in words | _names(tables)}


def _names(tables: Tables) -> set[str]:
    return {token_of(number_of(body.key)) for body in tables.digest.names}


def _under(tables: Tables, term: Term) -> tuple[object, ...]:
    held = tables.telling_texts.holding(term, "text")
    return (
        tables.texts.ranked([term], ALL),
        tables.texts.holding(term, "near"),
        tables.claim_texts.holding(term, "text"),
        {(telling.entry, telling.row) for telling in tables.tellings if telling.text in held},
        tables.source_texts.holding(term, "text"),
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, len(TEXTS) + 4), min_size=1, max_size=12), st.data())
def test_an_index_grown_in_any_steps_is_the_index_built_from_scratch(numbers: list[int], chance: st.DataObject) -> None:
    reports = [pool()[number] for number in numbers]
    steps = chance.draw(st.sets(st.integers(1, len(reports))))

    one, other = grown(reports, steps), built(reports)

    assert one.sentences == other.sentences
    assert one.claims == other.claims
    assert told(one) == told(other)


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(len(TEXTS))), st.data())
def test_a_grown_vocabulary_is_the_one_built_from_scratch(order: list[int], chance: st.DataObject) -> None:
    first, second = (chance.draw(st.integers(0, len(order))) for _ in range(2))
    before, after = (merge([pool()[place] for place in order[:count]]).names for count in (first, second))

    one, other = Vocabulary(after, Vocabulary(before)), Vocabulary(after)

    for text in TEXTS:
        assert one.indexed(text) == other.indexed(text)
        assert one.terms(text) == other.terms(text)


def test_a_name_that_comes_to_mean_another_is_found_as_that_in_articles_that_were_there() -> None:
    mayor, again, lawyer = (pool()[place] for place in (0, 1, 4))

    before, after = (Index(grown(reports, (1, 2, 3))) for reports in ([mayor, again], [mayor, again, lawyer]))

    def found(index: Index) -> int:
        return len(index.search("Oleksandra Kovalenko").hits)

    assert found(before) > found(after) > 0


def test_a_pronoun_is_found_as_whoever_it_turns_out_to_mean() -> None:
    told_otherwise = []
    for report in seed_reports():
        for key in sorted(key for key in _meant_from_afar(report) if " " in key):
            stories = [report, *[_respelled(report, key)] * 2]
            first, later = grown([report], ()), grown(stories, (1, 2, 3))

            assert told(later) == told(built(stories))
            spelling = Term(said=key, tokens=(token_of(number_of(key + key[-1])),))
            if first.texts.holding(spelling, "near") == set() != later.texts.holding(spelling, "near"):
                told_otherwise.append(key)

    assert told_otherwise


def _respelled(report: Report, key: str) -> Report:
    """The report with a name that sounds the same, and is the name of all once it is the more usual one."""
    bodies = [replace(body, key=key + key[-1]) if body.key == key else body for body in report.bodies]
    return replace(report, bodies=tuple(bodies))


def _meant_from_afar(report: Report) -> set[str]:
    """Whom pronouns mean that the sentence before does not name."""
    tables = built([report])
    return {
        key
        for row, sentence in enumerate(tables.sentences)
        for key in sentence.meant
        if sentence.place and token_of(number_of(key)) not in tables.vocabulary.indexed(tables.words(row - 1)).split()
    }


async def test_what_is_answered_while_the_index_grows_is_answered_from_the_one_before() -> None:
    reports = seed_reports()
    questions = [str(question["ask"]) for question in gold()]
    tables = built(reports[:4])
    index = Index(tables)
    before = [index.search(question) for question in questions]

    growing = asyncio.create_task(asyncio.to_thread(tables.grown, merge(reports), [read(5, reports[4])]))
    during = await asyncio.gather(*(asyncio.to_thread(index.search, question) for question in questions))
    later = await growing

    assert during == before == [index.search(question) for question in questions]
    assert [Index(later).search(question) for question in questions] != before


async def test_every_question_about_the_seeds_is_answered_alike_however_the_index_grew() -> None:
    shelf = Shelf(seed_reports()[:1])
    growing = Answers(store=shelf, trackers=shipped_trackers())
    for report in seed_reports()[1:]:
        await growing.talk("What happened?", TODAY)
        shelf.add(report)
    at_once = Answers(store=Shelf(seed_reports()), trackers=shipped_trackers())

    for question in (str(question["ask"]) for question in gold()):
        assert await growing.talk(question, TODAY) == await at_once.talk(question, TODAY)

    assert shelf.taken == [(1,), (2,), (3,), (4,), (5,)]


async def test_only_the_new_articles_are_read_for_the_next_question() -> None:
    shelf = Shelf(pool()[:8])
    indexes = Indexes(shelf)

    first = await indexes.of(MAIN)
    shelf.add(pool()[8])
    second = await indexes.of(MAIN)

    assert first is not second is await indexes.of(MAIN)
    assert shelf.taken == [(*range(1, 9),), (9,)]


async def test_an_index_of_a_story_that_lost_an_article_is_built_anew() -> None:
    shelf = Shelf(pool()[:8])
    indexes = Indexes(shelf)
    await indexes.of(MAIN)

    shelf.replace([*pool()[:3], *pool()[4:8]])
    index = await indexes.of(MAIN)

    assert index is not None
    assert told(index.tables) == told(built([*pool()[:3], *pool()[4:8]]))


async def test_an_index_of_articles_that_were_read_by_another_reader_is_built_anew() -> None:
    def without_names(report: Report) -> Report:
        return replace(report, bodies=(), mentions=(), attributions=(), figures=(), events=())

    shelf = Shelf(pool()[:5])
    indexes = Indexes(shelf)
    await indexes.of(MAIN)
    read_again = [without_names(report) for report in pool()[:5]]

    shelf.replace(read_again)
    index = await indexes.of(MAIN)

    assert index is not None
    assert told(index.tables) == told(built(read_again))


async def test_nobody_meets_a_story_that_is_replaced_in_the_middle_of_a_question() -> None:
    shelf = Shelf(pool()[:5])
    answers = Answers(store=shelf, trackers=shipped_trackers())
    shelf.behind = 2  # so often the reports are later than the digest, as while a step is being recorded

    shelf.replace([*pool()[:2], *pool()[3:6]])
    messages = await answers.talk("Who resigned?", TODAY)

    assert messages == await Answers(store=Shelf(shelf.stored), trackers=shipped_trackers()).talk(
        "Who resigned?", TODAY
    )


async def test_a_story_that_lost_its_last_article_is_said_to_have_none() -> None:
    shelf = Shelf(pool()[:2])
    answers = Answers(store=shelf, trackers=shipped_trackers())
    await answers.talk("Who resigned?", TODAY)

    shelf.replace([])

    assert await answers.talk("Who resigned?", TODAY) == await answers.tell("summary", "", TODAY)


def repeated(times: int) -> list[Report]:
    """The articles there are, each so many times."""
    return [
        replace(report, article=replace(report.article, id=ArticleId(f"{report.article.id}-{turn}")))
        for turn in range(times)
        for report in pool()
    ]


async def test_a_long_story_is_indexed_in_a_process_of_its_own_and_found_as_otherwise() -> None:
    reports = repeated(4)
    shelf = Shelf(reports)

    index = await Indexes(shelf).of(MAIN)

    assert len(reports) > FEW
    assert index is not None
    assert told(index.tables) == told(built(reports))
    assert shelf.taken == []


async def test_the_index_of_a_long_story_is_made_ahead_of_questions_and_that_of_a_short_one_is_not() -> None:
    long, short = Shelf(repeated(4)), Shelf(pool()[:5])
    for shelf in (long, short):
        await Indexes(shelf).warm([MAIN])

    assert (long.packed, long.taken) == (1, [])
    assert (short.packed, short.taken) == (0, [])


async def test_the_first_question_to_a_long_story_finds_the_index_that_was_made_ahead() -> None:
    shelf = Shelf(repeated(4))
    indexes = Indexes(shelf)

    await indexes.warm([MAIN])
    await indexes.of(MAIN)

    assert (shelf.packed, shelf.taken) == (1, [])


def test_tables_that_were_sent_grow_on() -> None:
    reports = pool()[:6]
    sent = pickle.loads(pickle.dumps(built(reports[:5]))).of(merge(reports[:5]))

    assert told(sent.grown(merge(reports), [read(6, reports[5])])) == told(built(reports))


class Shelf:
    """A store with one story, which notes what reports were taken out of it, and how often all of them as text.

    ``behind`` is how often its digest is still the one before.
    """

    def __init__(self, reports: Sequence[Report]) -> None:
        self.packing = JsonPacking()
        self.taken: list[tuple[int, ...]] = []
        self.packed = 0
        self.behind = 0
        self.replace(reports)

    def replace(self, reports: Sequence[Report]) -> None:
        """Has another story, made of nothing."""
        self.stored = list(reports)
        self._before, self._digest = getattr(self, "_digest", Digest()), merge(self.stored)

    def add(self, report: Report) -> None:
        """Has one more article, by a patch as the bot gets it."""
        self.stored.append(report)
        self._digest = patched(self._digest, difference(self._digest, merge(self.stored)))

    async def digest(self, story: StoryName = MAIN) -> Digest:
        if self.behind:
            self.behind -= 1
            return self._before
        return self._digest

    async def packed_story(self, story: StoryName = MAIN) -> Mapping[int, str]:
        self.packed += 1
        return {number: self.packing.report(report) for number, report in enumerate(self.stored, 1)}

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        wanted = range(1, len(self.stored) + 1) if numbers is None else [*numbers]
        self.taken.append((*wanted,))
        return {number: self.stored[number - 1] for number in wanted if number <= len(self.stored)}
