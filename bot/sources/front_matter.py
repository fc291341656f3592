"""What a text file says of itself before its text: TOML between ``+++``, or ``key: value`` lines between ``---``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.digest.model import Basis, Published
from bot.errors import Problem
from bot.sources.links import tidy
from bot.sources.manifest import Entry
from bot.sources.moments import moment
from bot.sources.text import line

KEYS = {
    "title": "title",
    "publisher": "publisher",
    "site": "publisher",
    "published": "published",
    "date": "published",
    "author": "byline",
    "byline": "byline",
    "link": "url",
    "url": "url",
    "language": "language",
    "lang": "language",
}  #: those that are read, and the field of an entry that each fills; others are passed over
LONGEST = 10_000  #: characters of front matter
_MARKS = {"---": "---", "+++": "+++"}  #: the first line, and the line that ends it
_PAIR = re.compile(r"(?P<key>[A-Za-z][A-Za-z_-]{0,30})\s*:(?:\s+(?P<value>.*?))?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What front matter says, where the text begins, and which of its keys do not hold."""

    entry: Entry
    begin: int = 0
    problems: tuple[Problem, ...] = ()


def read_front_matter(text: str, where: str) -> Matter:
    """The front matter of ``text``; an empty one, and the text from its beginning, when it has none.

    Front matter that does not end, or that is not TOML under ``+++``, is a problem, and all of it stays in the text.
    """
    first, _, rest = text.partition("\n")
    end = _MARKS.get(first.strip())
    if end is None:
        return Matter(entry=Entry())
    closing = re.search(rf"^{re.escape(end)}[ \t]*\r?(?:\n|\Z)", rest[:LONGEST], re.MULTILINE)
    if closing is None:
        if end == "---":
            return Matter(entry=Entry())  # a rule above the text
        problem = _wrong(where, f"a line {end} that ends what begins in the first line", "none")
        return Matter(entry=Entry(), problems=(problem,))
    inside = rest[: closing.start()].replace("\r\n", "\n")
    begin = len(first) + 1 + closing.end()
    problems: list[Problem] = []
    if end == "+++":
        try:
            given: dict[str, Any] = tomllib.loads(inside)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            return Matter(entry=Entry(), problems=(_wrong(where, "TOML between +++ lines", str(error)),))
    else:
        pairs = _pairs(inside)
        if pairs is None:
            return Matter(entry=Entry())  # text between two rules
        given = dict(pairs)
    return Matter(entry=_entry(given, where, problems), begin=begin, problems=tuple(problems))


def _pairs(inside: str) -> list[tuple[str, str]] | None:
    """The ``key: value`` lines, without what is nested, indented or with a dash; None when it is other text."""
    found: list[tuple[str, str]] = []
    for row in inside.split("\n"):
        if not row.strip() or row.lstrip().startswith("#") or row[0] in " \t-":
            continue
        pair = _PAIR.fullmatch(row)
        if pair is None:
            return None
        value = (pair["value"] or "").strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if value:
            found.append((pair["key"], value))
    return found


def _entry(given: dict[str, Any], where: str, problems: list[Problem]) -> Entry:
    values: dict[str, Any] = {}
    for key, value in given.items():
        name = KEYS.get(key.lower())
        if name is None or name in values:
            continue
        read = _value(name, value)
        if read is None:
            expected = "a date like 2025-06-04, or a date and time" if name == "published" else "a text"
            problems.append(_wrong(f"{where}: {key}", expected if name != "url" else "a web address", repr(value)[:80]))
        else:
            values[name] = read
    return Entry(**values)


def _value(name: str, value: object) -> str | Published | None:
    """A value as its field wants it; None when it is not of that kind."""
    if name == "published":
        found = _moment(value)
        return Published(moment=found, basis=Basis.STATED) if found is not None else None
    if not isinstance(value, str):
        return None
    return tidy(value) if name == "url" else line(value) or None


def _moment(value: object) -> datetime | None:
    """A time without zone is UTC's."""
    match value:
        case datetime():
            return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case str():
            return moment(value)
        case _:
            return None


def _wrong(where: str, expected: str, got: str) -> Problem:
    return Problem(where=where, expected=expected, got=got, fix="Change it there.")
