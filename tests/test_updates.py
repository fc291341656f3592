"""Articles that came in another version, and copies of one text, as a reader meets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.desk.answers import Answers
from bot.digest.alert import AlertKind
from bot.digest.alerts import alerts
from bot.digest.changes import changes
from bot.digest.merging import merge
from bot.digest.model import Article, ArticleId, Digest, Report
from bot.digest.reading import read
from bot.digest.revisions import KEPT, MOST_WORDS, revised
from bot.render.answer import answer, briefing
from bot.render.check import problems
from bot.render.facts import key_of
from bot.render.message import Question
from bot.render.revisions import WHOLE
from bot.render.search import Narrowed
from bot.render.understood import Request
from bot.render.words import speaking
from storage.tinydb_store import TinyStore
from tests.stores import opened, step_of
from tests.story import article, shipped_trackers

DAY = date(2024, 11, 12)
AT = datetime(2024, 11, 12, 14, 5, tzinfo=UTC)
LANGUAGES = ("en", "uk", "ru", "ko")
TEXT = (
    "The river burst its banks at dawn on Monday and took two bridges with it. Police said 12 soldiers were stationed "
    "in Larne. Engineers had warned of the old levee since the spring. Mayor Ivan Kovalenko called for calm in the old "
    "town. Schools will stay shut until the end of the week, and trains stopped on both sides of the valley."
)
WARNED = "Engineers had warned of the old levee since the spring."
UPDATED = TEXT.replace("12 soldiers", "14 soldiers").replace(f"{WARNED} ", "")
OWN = "The Red Cross said 12 soldiers were stationed in Larne. A nurse told how she waded to the clinic with a lamp."


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    found = opened(tmp_path)
    yield found
    found.close()


def post(text: str = TEXT) -> Article:
    told = article(text, day=DAY, name="post", publisher="The Post")
    return replace(told, title="A river rises", url="https://p.example/1")


def herald(text: str = TEXT) -> Article:
    return replace(article(text, day=DAY, name="herald", publisher="The Herald"), url="https://h.example/7")


def own() -> Article:
    return article(OWN, day=DAY, name="own", publisher="The Valley Post")


def reports(*articles: Article) -> list[Report]:
    return [read(each, shipped_trackers()) for each in articles]


def updated(*versions: Article) -> Report:
    """The report of the last version, each of which took the place of the one before."""
    first, *later = reports(*versions)
    for report in later:
        first = replace(report, revisions=revised(first, report, AT))
    return first


def shown(digest: Digest, command: str, number: int | None = None) -> str:
    """The answer to a command; of /sources, about one article."""
    narrowed = None if number is None else Narrowed(request=Request(), digest=digest, sources=frozenset({number}))
    pages = answer(digest, Question(command=command), shipped_trackers(), narrowed)
    return "\n\n".join(page.html for page in pages)


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_an_update_shows_when_it_came_and_the_words_before_beside_those_now() -> None:
    digest = merge([updated(post(), replace(post(UPDATED), title="A river falls"))])

    told = plain(shown(digest, "sources"))

    assert told.endswith(
        "✏️ updated 12 Nov 2024, 14:05 UTC: 2 sentences changed, another title\n"
        "title was: “A river rises”\n"
        "was: “Police said 12 soldiers were stationed in Larne.”\n"
        "now: “Police said 14 soldiers were stationed in Larne.”\n"
        "taken out: “Engineers had warned of the old levee since the spring.”"
    )


def test_of_two_long_sentences_what_differs_is_shown_with_some_words_around_it() -> None:
    long = "The council met in the old town hall and " + "and ".join(f"heard speaker {n} at length " for n in range(20))
    digest = merge([updated(post(f"{long}of 12 in all."), post(f"{long}of 14 in all."))])

    told = plain(shown(digest, "sources"))

    assert "was: “[…] heard speaker 18 at length and heard speaker 19 at length of 12 in all.”" not in told
    assert re.search(r"was: “\[…\] [^”]{20,120} of 12 in all\.”\nnow: “\[…\] [^”]{20,120} of 14 in all\.”", told)


def test_an_article_by_itself_shows_all_that_is_kept_of_its_updates() -> None:
    versions = [post(TEXT.replace("12 soldiers", f"{count} soldiers")) for count in range(12, 18)]
    digest = merge([updated(*versions), *reports(own())])

    listed, alone = plain(shown(digest, "sources")), plain(shown(digest, "sources", 1))

    assert listed.count("✏️") == 1
    assert "1 sentence changed · 5 updates so far" in listed
    assert alone.count("✏️") == KEPT
    assert [number for number in range(12, 18) if f"was: “Police said {number}" in alone] == [14, 15, 16]
    assert "The Valley Post" not in alone


def test_an_article_that_was_written_anew_fits_a_message_and_says_that_there_is_more() -> None:
    first = " ".join(f"Speaker number {n} told the council about the levee at gate {n}." for n in range(300))
    second = " ".join(f"Nobody at quay {n} believed what the harbour master wrote to ship {n}." for n in range(300))
    report = updated(post(first), post(second))
    digest = merge([report])

    listed, alone = plain(shown(digest, "sources")), plain(shown(digest, "sources", 1))

    (revision,) = report.revisions
    assert revision.sentences == 600
    assert sum(len(change.before or "") + len(change.after or "") for change in revision.changes) <= MOST_WORDS
    assert "600 sentences changed" in listed
    assert listed.endswith("the rest: /sources 1")
    assert "more was changed than I kept" in alone
    assert len(alone) > WHOLE > len(listed)


def changed_words(html: str) -> Iterator[str]:
    """The message with each of its digits, and each of its longer words, another."""
    text = re.sub(r"<[^>]+>", lambda tag: "\0" * len(tag[0]), html)
    for found in re.finditer(r"\d|[A-Za-z]{5,}", text):
        other = str((int(found[0]) + 1) % 10) if found[0].isdigit() else found[0][::-1]
        yield html[: found.start()] + other + html[found.end() :]


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_said_of_updates_and_copies_is_checked_in_every_language(code: str) -> None:
    digest = merge([updated(post(), replace(post(UPDATED), title="A river falls")), *reports(herald(UPDATED), own())])

    with speaking(code):
        pages = [shown(digest, "sources"), shown(digest, "sources", 1), shown(digest, "sources", 2)]
        wrong = [other for html in pages for other in changed_words(html)]
        unsound = [found for html in pages if (found := problems(html, digest, shipped_trackers()))]
        passed = [other for other in wrong if not problems(other, digest, shipped_trackers())]

    assert unsound == []
    assert len(wrong) > 100
    assert passed == []


def test_words_now_that_the_article_does_not_hold_are_noticed() -> None:
    digest = merge([updated(post(), post(UPDATED))])
    html = shown(digest, "sources")

    (source,) = digest.sources
    other = replace(digest, sources=(replace(source, article=post(UPDATED.replace("14 soldiers", "15 soldiers"))),))

    assert any("14 soldiers" in problem for problem in problems(html, other, shipped_trackers()))


async def test_a_link_to_a_sentence_that_was_changed_tells_what_became_of_it(store: TinyStore) -> None:
    report = updated(post(), post(UPDATED))
    await store.record(step_of({1: report}, reader="1"))
    answers = Answers(store=store, trackers=shipped_trackers())

    async def told(sentence: str) -> str:
        return "\n".join(plain(message.html) for message in await answers.fact(key_of(report.article.id, sentence)))

    was = "was: “Police said 12 soldiers were stationed in Larne.”\nnow: “Police said 14 soldiers"
    former = await told("Police said 12 soldiers were stationed in Larne.")
    now = await told("Police said 14 soldiers were stationed in Larne.")
    gone = await told(WARNED)
    unknown = await told("Nobody said this.")

    assert was in former
    assert "a sentence that the article does not have any more" in former
    assert was in now
    assert "taken out: “Engineers had warned" in gone
    assert "I do not have" in unknown


async def test_an_article_is_asked_for_by_the_number_that_its_citations_print(store: TinyStore) -> None:
    await store.record(step_of({1: updated(post(), post(UPDATED)), 2: reports(own())[0]}, reader="1"))
    answers = Answers(store=store, trackers=shipped_trackers())

    for words in ("2", "[2]"):
        (page,) = await answers.tell("sources", words, DAY)

        assert "The Valley Post" in page.html
        assert "The Post</b>" not in page.html.replace("The Valley Post</b>", "")
        assert "“2”" not in page.html


def test_a_text_posted_again_is_named_below_the_first_and_supports_nothing() -> None:
    alone = merge(reports(post(), own()))
    digest = merge(reports(post(), herald(f"LARNE — {TEXT} All rights reserved."), own()))

    sources, troops = shown(digest, "sources"), shown(digest, "troops")

    assert [source.copy_of for source in digest.sources] == [None, 1, None]
    assert 'also at: <a href="https://h.example/7">[2] The Herald</a>' in sources
    assert "<b>[2] The Herald</b>" not in sources
    assert "3 articles, 2 independent origins" in sources
    assert "Herald" not in troops
    assert troops.count("Police said <b>12</b>") == shown(alone, "troops").count("Police said <b>12</b>") == 1
    assert troops.count("🤝 Same number, different speakers") == 1
    assert "says what [1] The Post says, nearly word for word: one origin, not two" in shown(digest, "sources", 2)


def test_copies_alone_never_agree_nor_stand_before_what_more_origins_tell() -> None:
    copies = [
        replace(herald(TEXT.replace("Police said", words)), id=ArticleId(f"copy {place}"), publisher=f"Paper {place}")
        for place, words in enumerate(("Police said", "Police said", "Police said"))
    ]
    digest = merge(reports(post(), *copies))

    assert digest.findings == ()
    assert [len(group.claims) for group in digest.groups] == [1]
    assert "🤝" not in shown(digest, "troops")


@pytest.mark.parametrize("command", ["timeline", "summary"])
def test_what_copies_tell_is_told_once(command: str) -> None:
    alone, digest = merge(reports(post())), merge(reports(post(), herald()))

    told = shown(digest, command).partition("\n\n")[2]

    assert "[2]" not in told
    assert told == shown(alone, command).partition("\n\n")[2]


def test_a_briefing_tells_of_a_copy_only_what_it_has_of_its_own() -> None:
    same = merge(reports(post(), herald()))
    more = merge(reports(post(), herald(f"{TEXT} The mayor said 700 more people had left the town by Sunday night.")))

    (nothing,), (something,) = (briefing(digest, 1, shipped_trackers()) for digest in (same, more))

    assert "Nothing new since the last briefing." in nothing.html
    assert "700 more people" in something.html
    assert "The river burst" not in something.html


def test_an_article_with_much_of_its_own_beside_a_copied_text_is_no_copy() -> None:
    more = " ".join(f"A reporter at gate {n} wrote down what farmer {n} lost that night." for n in range(12))

    digest = merge(reports(post(), herald(f"{TEXT} {more}")))

    assert [(source.origin, source.copy_of) for source in digest.sources] == [(1, None), (1, None)]


@pytest.mark.parametrize("first", [True, False])
def test_a_number_that_an_update_corrects_is_still_an_alert_in_the_first_as_in_a_copy(first: bool) -> None:
    old = merge(reports(post(), herald()))
    if first:
        new = merge([updated(post(), post(UPDATED)), *reports(herald())])
    else:
        new = merge([*reports(post()), updated(herald(), herald(UPDATED))])

    found = alerts(old, new, changes(old, new), set())

    assert [alert.kind for alert in found if alert.kind is AlertKind.CORRECTION] == [AlertKind.CORRECTION]


def test_a_story_s_title_over_a_message_is_known_and_no_other_is() -> None:
    digest = merge(reports(post()))
    (page,) = answer(digest, Question(command="sources"), shipped_trackers(), None, "Floods & rain")

    assert problems(page.html, digest, shipped_trackers(), story="Floods & rain") == ()
    assert problems(page.html, digest, shipped_trackers(), story="Floods") == ("no template: 📰 Floods & rain",)
