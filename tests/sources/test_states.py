"""Declared sources: what the configuration says, and where each stands after what was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from bot import settings
from bot.desk.rounds import due, resumed
from bot.errors import Problem
from bot.ports import Declared, Seen, SourceKind, SourceState, Validators
from bot.sources.declaring import declared_address, listed, read_declarations
from bot.sources.opml import Listed, write_opml
from bot.sources.outcomes import Fetched, NotModified, Outcome, Refused, RetryAt
from bot.sources.state import HOPELESS, PACE, after, failed, known
from tests.sources.misbehaving import NOW

FEED = Declared(kind=SourceKind.FEED, place="https://gazette.example/feed", name="Gazette")
PROBLEM = Problem(where="https://gazette.example/feed", expected="a page", got="status 503", fix="Wait.")
TRIED = SourceState(
    declared=FEED, validators=Validators(etag='"1"'), failures=2, reason="before", url="https://b.example/"
)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "changes"),
    [
        (
            Fetched(url="x", body=b"", media_type="", validators=Validators(etag='"2"'), fresh_for=HOUR, moved="https://c.example/"),
            {"last_success": NOW, "next_try": NOW + HOUR, "failures": 0, "reason": None,
             "validators": Validators(etag='"2"'), "url": "https://c.example/"},
        ),
        (
            Fetched(url="x", body=b"", media_type=""),
            {"last_success": NOW, "next_try": NOW + PACE[SourceKind.FEED], "failures": 0, "reason": None,
             "validators": Validators()},
        ),
        (
            NotModified(validators=Validators(etag='"1"')),
            {"last_success": NOW, "next_try": NOW + PACE[SourceKind.FEED], "failures": 0, "reason": None},
        ),
        (RetryAt(at=NOW + HOUR, problem=PROBLEM), {"next_try": NOW + HOUR, "failures": 3, "reason": str(PROBLEM)}),
        (
            Refused(problem=PROBLEM),
            {"next_try": NOW + 4 * HOPELESS, "failures": 3, "reason": str(PROBLEM), "validators": Validators()},
        ),
    ],
)  # fmt: skip
def test_an_answer_moves_a_source_on(outcome: Outcome, changes: dict[str, object]) -> None:
    assert after(TRIED, outcome, NOW) == replace(TRIED, last_try=NOW, **changes)  # type: ignore[arg-type]


def test_what_waiting_does_not_help_is_asked_at_least_once_a_day() -> None:
    state = SourceState(declared=FEED)
    waits = []
    for _ in range(6):
        state = failed(state, PROBLEM, NOW)
        assert state.next_try is not None
        waits.append((state.next_try - NOW) / HOUR)

    assert waits == [6, 12, 24, 24, 24, 24]


def test_only_what_is_due_and_not_paused_is_looked_at_the_longest_waiting_first() -> None:
    new = SourceState(declared=FEED)
    late, later, soon = (replace(new, next_try=NOW + wait, reason=str(wait)) for wait in (-2 * HOUR, -HOUR, HOUR))
    paused = replace(new, paused=True)

    assert due([soon, later, paused, late, new], NOW) == (new, late, later)
    assert due([resumed(paused)], NOW) == (new,)


def test_a_source_keeps_its_state_while_it_is_declared_whatever_its_name() -> None:
    other = Declared(kind=SourceKind.PAGE, place="https://b.example/", name="B")
    stored = SourceState(declared=FEED, failures=3, seen=(Seen(link="https://a.example/", stamp="1"),))
    renamed = replace(FEED, name="New name", place="https://GAZETTE.example/feed?utm_source=x")

    assert known([renamed, other], [stored, SourceState(declared=replace(other, place="https://gone.example/"))]) == (
        replace(stored, declared=renamed),
        SourceState(declared=other),
    )


def test_the_configuration_declares_feeds_pages_folders_and_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "list.opml").write_bytes(write_opml([Listed(url="https://c.example/f", name="C")], "x"))
    (tmp_path / "sitrep.toml").write_text(
        '[[sources]]\nkind = "feed"\nurl = "https://a.example/feed"\nname = "A"\n'
        '[[sources]]\nkind = "page"\nurl = "b.example/live"\n'
        '[[sources]]\nkind = "folder"\npath = "news"\n'
        '[[sources]]\nkind = "opml"\npath = "list.opml"\n'
        '[[sources]]\nkind = "feed"\nurl = "http://10.0.0.7:9000/feed"\nname = "Intranet"\nprivate = true\n'
    )
    monkeypatch.chdir(tmp_path)

    read = read_declarations(settings.read({}).sources, "sitrep.toml", tmp_path)

    assert read.problems == ()
    assert read.sources == (
        Declared(kind=SourceKind.FEED, place="https://a.example/feed", name="A"),
        Declared(kind=SourceKind.PAGE, place="https://b.example/live", name="b.example"),
        Declared(kind=SourceKind.FOLDER, place=str(tmp_path / "news"), name="news"),
        Declared(kind=SourceKind.FEED, place="https://c.example/f", name="C"),
        Declared(kind=SourceKind.FEED, place="http://10.0.0.7:9000/feed", name="Intranet", private=True),
    )
    assert read.allowed.hosts == {"10.0.0.7"}
    assert [feed.url for feed in listed(read.sources)] == [
        "https://a.example/feed",
        "https://c.example/f",
        "http://10.0.0.7:9000/feed",
    ]


def test_a_state_can_be_stored_and_comes_back() -> None:
    form = TypeAdapter(SourceState)
    state = replace(TRIED, last_try=NOW, next_try=NOW + HOUR, seen=(Seen(link="https://a.example/", stamp="1"),))

    assert form.validate_json(form.dump_json(state)) == state


@pytest.mark.parametrize(
    ("table", "where", "expected", "got"),
    [
        ({"kind": "fed", "url": "https://a.example/"}, "kind", "one of feed, page, folder, opml", "'fed'"),
        ({"url": "https://a.example/"}, "kind", "one of feed, page, folder, opml", "None"),
        ({"kind": "feed"}, "url", "a web address", "None"),
        ({"kind": "feed", "url": 5}, "url", "a web address", "5"),
        ({"kind": "feed", "url": "http://10.0.0.7/"}, "url", "an address on the public internet", "http://10.0.0.7/"),
        ({"kind": "folder", "path": "nowhere"}, "path", "a folder", "'{base}/nowhere'"),
        ({"kind": "folder"}, "path", "the path of a folder or of an OPML file", "None"),
        ({"kind": "folder", "path": "a\0b"}, "path", "the path of a folder or of an OPML file", "'a\\x00b'"),
        ({"kind": "opml", "path": "x.opml"}, "path", "a file that can be read",
         "{base}/x.opml: No such file or directory"),
        ({"kind": "feed", "url": "https://a.example/", "nmae": "A"}, "nmae", "one of kind, url, path, name, private",
         "'nmae'"),
        ({"kind": "feed", "url": "https://a.example/", "name": 5}, "name", "a text", "5"),
        ({"kind": "feed", "url": "https://a.example/", "private": "yes"}, "private", "true or false", "'yes'"),
    ],
)  # fmt: skip
def test_each_wrong_key_is_named_with_what_it_should_be(
    tmp_path: Path, table: dict[str, object], where: str, expected: str, got: str
) -> None:
    (problem,) = read_declarations([table], "sitrep.toml", tmp_path).problems

    assert (problem.where, problem.expected, problem.got) == (
        f"sitrep.toml: [[sources]] no. 1: {where}",
        expected,
        got.replace("{base}", str(tmp_path)),
    )


def test_one_source_declared_twice_is_named(tmp_path: Path) -> None:
    table = {"kind": "feed", "url": "https://a.example/feed"}
    read = read_declarations([table, {**table, "url": "HTTPS://A.example/feed#x"}, "odd"], "sitrep.toml", tmp_path)

    assert len(read.sources) == 1
    assert [problem.got for problem in read.problems] == ["the same again", "'odd'"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (" gazette.example/feed ", "https://gazette.example/feed"),
        ("http://gazette.example", "http://gazette.example"),
        ("localhost/feed", None),
        ("file:///etc/passwd", None),
        ("not an address", None),
        ("", None),
    ],
)
def test_an_address_that_a_person_gives_is_checked(text: str, place: str | None) -> None:
    declared = declared_address(SourceKind.FEED, text)

    assert (declared.place if isinstance(declared, Declared) else None) == place
