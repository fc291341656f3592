"""What a folder's manifest says of its articles, and what is proposed when it says nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from bot.digest.model import Basis, Published
from bot.errors import Problem

MANIFEST = "manifest.toml"
TEXTS = ("title", "publisher", "byline", "language", "url")
MONTHS = "january february march april may june july august september october november december".split()
HEAD = 600  #: characters of an article in which its date of publication may be printed

ISO_DATE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_./]?(?P<m>0[1-9]|1[0-2])[-_./]?(?P<d>[0-3]\d)(?!\d)")
DAY_MONTH = re.compile(r"\b(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\s+(?P<m>[A-Za-z]{3,9})\.?,?\s+(?P<y>(?:19|20)\d\d)\b")
MONTH_DAY = re.compile(r"\b(?P<m>[A-Za-z]{3,9})\.?\s+(?P<d>[0-3]?\d)(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one article beside its text; None where the manifest is silent."""

    published: Published | None = None
    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    language: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The entries that hold, by file name, and what is wrong with the others."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_manifest(text: str, where: str) -> Manifest:
    """A manifest: one table a file, with ``published`` (a date or an aware date-time), ``basis`` and ``TEXTS``.

    A broken key is a problem and counts as absent; the rest of the entry is kept.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        broken = Problem(where=where, expected="a TOML file", got=str(error), fix="Mend this place.")
        return Manifest(problems=(broken,))
    problems: list[Problem] = []
    entries: dict[str, Entry] = {}
    for name, table in tables.items():
        if isinstance(table, dict):
            entries[name] = _entry(table, f'{where}: ["{name}"]', problems)
        else:
            problems.append(_wrong(f"{where}: {name}", 'a table headed by a file name, like ["first.txt"]', table))
    return Manifest(entries=entries, problems=tuple(problems))


def proposal(published: Mapping[str, tuple[Published, str]]) -> str:
    """A manifest to correct by hand: for each file its inferred date, and the reason."""
    lines = [
        "# Proposed by sitrep: no manifest was found, so the dates are guesses. Correct them and keep this file",
        f"# as {MANIFEST} beside the articles. basis: stated | manifest | feed | inferred.",
        "# More keys: title, publisher, byline, language, url.",
    ]
    for name, (moment, reason) in published.items():
        shown = name.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", f'["{shown}"]', f"published = {moment.day.isoformat()}  # from {reason}", 'basis = "inferred"']
    return "\n".join(lines) + "\n"


def inferred(name: str, text: str, modified: datetime) -> tuple[Published, str]:
    """When an article probably appeared, and from what: its file name, a full date in its head, or the file's age."""
    for words, reason in ((name, "the file name"), (text[:HEAD], "a date at its beginning")):
        day = _first_date(words)
        if day is not None and day <= modified.date():
            return _midnight(day, Basis.INFERRED), reason
    return _midnight(modified.date(), Basis.INFERRED), "the file's time of change"


def _entry(table: Mapping[str, Any], where: str, problems: list[Problem]) -> Entry:
    known = {"published", "basis", *TEXTS}
    expected = f"one of {', '.join(sorted(known))}"
    problems.extend(_wrong(f"{where}: {key}", expected, key) for key in sorted(table.keys() - known))
    texts: dict[str, str | None] = {}
    for key in TEXTS:
        value = table.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            problems.append(_wrong(f"{where}: {key}", "a text that is not empty", value))
            value = None
        texts[key] = value
    return Entry(published=_published(table, where, problems), **texts)


def _published(table: Mapping[str, Any], where: str, problems: list[Problem]) -> Published | None:
    basis = Basis.MANIFEST
    if "basis" in table:
        try:
            basis = Basis(table["basis"])
        except ValueError:
            problems.append(_wrong(f"{where}: basis", f"one of {', '.join(Basis)}", table["basis"]))
            basis = Basis.INFERRED
    match table.get("published"):
        case None:
            return None
        case datetime() as moment if moment.tzinfo is not None:
            return Published(moment=moment.astimezone(UTC), basis=basis)
        case date() as day if not isinstance(day, datetime):
            return _midnight(day, basis)
        case other:
            problems.append(
                _wrong(f"{where}: published", "a date like 2024-11-12, or a date and time with a zone", other)
            )
            return None


def _first_date(words: str) -> date | None:
    found = [(match.start(), match) for form in (ISO_DATE, DAY_MONTH, MONTH_DAY) for match in form.finditer(words)]
    for _, match in sorted(found, key=lambda item: item[0]):
        month = _month(match["m"])
        if month is None:
            continue
        try:
            return date(int(match["y"]), month, int(match["d"]))
        except ValueError:
            continue
    return None


def _month(words: str) -> int | None:
    if words.isdecimal():
        return int(words)
    low = words.lower()
    named = [number for number, month in enumerate(MONTHS, 1) if month == low or month[:3] == low or month[:4] == low]
    return named[0] if named else None


def _midnight(day: date, basis: Basis) -> Published:
    return Published(moment=datetime(day.year, day.month, day.day, tzinfo=UTC), basis=basis)


def _wrong(where: str, expected: str, got: object) -> Problem:
    return Problem(where=where, expected=expected, got=repr(got), fix="Change it there.")
