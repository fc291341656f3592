"""A story to take away: JSON by its published schema, Markdown, HTML, and its dated events as a calendar."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import jsonschema
import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt

from bot.digest.model import Change, Digest, Revision
from bot.render.export.document import as_json, exported, schema
from bot.render.export.events import as_calendar
from bot.render.export.pages import as_html, as_markdown, markdown
from bot.render.html import Html
from bot.settings import ROOT
from tests.story import seed_digest, shipped_trackers

TRACKERS = shipped_trackers()
NOW = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)
SCHEMA = ROOT / "docs" / "export-schema.json"


@pytest.fixture(scope="module")
def digest() -> Digest:
    return seed_digest()


@pytest.fixture(scope="module")
def updated(digest: Digest) -> Digest:
    """The story, in which the article of the first line came three times."""
    cited = digest.summary[0].citation
    now = " ".join(cited.sentence.of(digest.sources[cited.source - 1].article.text).split())
    first = Revision(number=1, at=NOW, sentences=1, changes=(Change(before="Nobody knew yet."),), title="Early")
    changes = (Change(before="It was said.", after=now),)
    second = Revision(number=2, at=NOW + timedelta(hours=1), sentences=4, changes=changes)
    return replace(
        digest,
        sources=tuple(
            replace(source, revisions=(first, second)) if source.number == cited.source else source
            for source in digest.sources
        ),
    )


def words_of(page: str) -> str:
    """What a reader sees of HTML, with single spaces."""
    reader = _Words()
    reader.feed(page)
    return " ".join("".join(reader.words).split())


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_the_document_holds_to_the_schema_and_its_quotations_are_the_articles_words(digest: Digest) -> None:
    document = json.loads(as_json(exported(digest, TRACKERS, "A story", NOW)))

    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    texts = {source.number: source.article.text for source in digest.sources}
    tellings = [telling for event in document["events"] for telling in event["tellings"]]
    for piece in [*document["summary"], *document["figures"], *tellings]:
        cited = piece["cited"]
        assert texts[cited["source"]][cited["start"] : cited["end"]] == cited["quote"]
        for shown in piece.get("pieces", [piece.get("as_printed")]):
            assert shown in cited["quote"]
    assert len(document["figures"]) == len(digest.claims)
    assert len(document["events"]) == len(digest.timeline) + len(digest.undated)
    conflicts = [finding for finding in document["findings"] if finding["is_conflict"]]
    assert len(conflicts) == sum(finding.kind.is_conflict for finding in digest.findings) > 0


def test_an_empty_story_is_a_document_too() -> None:
    jsonschema.validate(json.loads(as_json(exported(Digest(), TRACKERS, "Nothing", NOW))), schema())


def test_the_page_has_every_citation_and_loads_nothing(digest: Digest) -> None:
    page = as_html(digest, TRACKERS, "A <story> & more", NOW)

    assert words_of(page).startswith("A <story> & more")
    for line in digest.summary:
        text = digest.sources[line.citation.source - 1].article.text
        assert " ".join(line.citation.sentence.of(text).split()) in words_of(page)
    assert not re.search(r"<(?:script|img|link|iframe)|url\(|@import", page)


def test_markdown_says_what_the_page_says(digest: Digest) -> None:
    rendered = MarkdownIt("commonmark").render(as_markdown(digest, TRACKERS, "A story", NOW))

    page = words_of(as_html(digest, TRACKERS, "A story", NOW))
    assert words_of(rendered) == page


def test_the_document_has_what_later_versions_of_an_article_changed(updated: Digest) -> None:
    document = json.loads(as_json(exported(updated, TRACKERS, "A story", NOW)))

    jsonschema.validate(document, schema())
    number = updated.summary[0].citation.source
    first, second = document["sources"][number - 1]["revisions"]
    assert first == {
        "number": 1,
        "taken": "2024-11-12T09:00:00Z",
        "sentences": 1,
        "title_was": "Early",
        "changes": [{"before": "Nobody knew yet.", "after": None}],
    }
    assert (second["number"], second["sentences"], second["changes"][0]["before"]) == (2, 4, "It was said.")
    assert [one["revisions"] for one in document["sources"] if one["number"] != number] == [[]] * 4


def test_a_page_has_every_update_of_an_article_and_no_command_for_the_rest(updated: Digest) -> None:
    page = words_of(as_html(updated, TRACKERS, "A story", NOW))
    rendered = MarkdownIt("commonmark").render(as_markdown(updated, TRACKERS, "A story", NOW))

    assert words_of(rendered) == page
    assert "updated 12 Nov 2024, 10:00 UTC: 4 sentences changed · 2 updates so far" in page
    assert "was: “It was said.”" in page
    assert "title was: “Early”" in page
    assert "taken out: “Nobody knew yet.”" in page
    assert "more was changed than I kept" in page
    assert "/sources" not in page


@pytest.mark.parametrize("words", ["a*b_c", "[x](y)", "# no heading", "1 < 2", "`code`", "a|b", "back\\slash"])
def test_no_word_becomes_a_mark(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    rendered = MarkdownIt("commonmark").render("x " + markdown(Html(escaped)))

    assert words_of(rendered) == f"x {words}"


def test_the_calendar_has_every_dated_event_on_its_days(digest: Digest) -> None:
    events = Calendar.from_ical(as_calendar(digest, "A story", NOW)).events

    spans = [(entry.when.first or entry.when.last, entry.when.last or entry.when.first)
             for entry in digest.timeline if entry.when is not None]  # fmt: skip
    assert [(event.decoded("dtstart"), event.decoded("dtend") - timedelta(days=1)) for event in events] == spans
    assert all(type(event.decoded("dtstart")) is date for event in events)
    assert len({str(event["uid"]) for event in events}) == len(events)
    first, account = events[0], digest.timeline[0].accounts[0]
    quoted = account.citation.sentence.of(digest.sources[account.citation.source - 1].article.text)
    assert " ".join(quoted.split()) in " ".join(str(first["description"]).split())


def test_the_same_event_keeps_its_id_so_that_a_calendar_updates_it(digest: Digest) -> None:
    before = Calendar.from_ical(as_calendar(digest, "A story", NOW)).events
    after = Calendar.from_ical(as_calendar(digest, "Another name", NOW + timedelta(days=1))).events

    assert [event["uid"] for event in before] == [event["uid"] for event in after]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden = tag in ("style", "title")
        if tag in ("p", "h1", "h2", "h3", "blockquote", "br", "li"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag in ("p", "h1", "h2", "h3", "blockquote"):
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def test_the_page_about_the_format_names_every_field() -> None:
    told = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    properties = [set(schema()["properties"]), *(set(one["properties"]) for one in schema()["$defs"].values())]

    missing = {name for names in properties for name in names if f"`{name}`" not in told and f'"{name}"' not in told}

    assert len(properties) > 5
    assert missing == set()
