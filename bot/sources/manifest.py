"""What a folder's manifest says of its articles, and what is proposed when it says nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from bot.digest.model import Basis, Published
from bot.errors import Problem

MANIFEST = "manifest.toml"
TEXTS = ("title", "publisher", "byline", "language", "url")
MONTHS = "january february march april may june july august september october november december".split()
HEAD_LINES = 5  #: with a letter or a digit, among which the date of publication may be printed
HEAD = 600  #: characters of these that are searched

ISO_DATE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_./]?(?P<m>0[1-9]|1[0-2])[-_./]?(?P<d>[0-3]\d)(?!\d)")
DAY_MONTH = re.compile(r"\b(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\s+(?P<m>[A-Za-z]{3,9})\.?,?\s+(?P<y>(?:19|20)\d\d)\b")
MONTH_DAY = re.compile(r"\b(?P<m>[A-Za-z]{3,9})\.?\s+(?P<d>[0-3]?\d)(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]*\s*)?"
_CLOCK = r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
_BEGIN = re.compile(
    r"(?P<cue>(?:(?:first|last|originally)\s+)?(?P<word>published|posted|issued|released|filed|dated?|pub_?date|updated"
    rf"|modified)(?:\s+(?:on|at|by\s[^:|]{{1,60}}))?\s*[:,|–—-]?\s*{_WEEKDAY}(?:{_CLOCK}[\s,]*(?:[A-Z]{{2,5}}[\s,]*)?)?)"
    rf"|(?P<byline>by:?\s[^.!?]{{2,60}}?[\s,|·•–—(-]\s*{_WEEKDAY})"
    rf"|(?P<bare>[\W_]*{_WEEKDAY})"
    rf"|(?P<named>(?:\S+\s+){{0,6}}?\S*[,|·•–—(/-]\s*{_WEEKDAY})",
    re.IGNORECASE,
)  #: of a line, up to its date: a word for publishing, a byline, nothing, or the name of a place or a paper
_REST = re.compile(
    rf"[\W_]*$|\s*[)|·•–—(/-]|T\d\d:\d\d|[\s,]*(?:(?:at\s+)?{_CLOCK}\b|(?:last\s+)?(?:updated|by)\b)", re.IGNORECASE
)  #: of a line, after its date, when the line tells of the article and not of an event
_IN_PROSE = frozenset("on in at by since until till before after from as for with during between when".split())
_UPDATES = frozenset({"updated", "modified"})


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
    """A manifest to correct by hand: for each file its date, and what it is from."""
    lines = [
        "# Proposed by sitrep for articles that no manifest dates. Correct the guesses (inferred) and keep this file",
        f"# as {MANIFEST} beside the articles. basis: stated | manifest | feed | inferred.",
        "# More keys: title, publisher, byline, language, url.",
    ]
    for name, (moment, reason) in published.items():
        shown = name.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", f'["{shown}"]', f"published = {moment.day.isoformat()}  # from {reason}"]
        lines.append(f'basis = "{moment.basis}"')
    return "\n".join(lines) + "\n"


def dated(name: str, text: str, modified: datetime) -> tuple[Published, str]:
    """When an article appeared as far as it can be told without a manifest, and from what.

    A date printed as that of publication is stated. Else it is inferred from a full date in the file's name or in the
    article's first lines, the latest that is not after ``modified``, else from ``modified``, the file's own date.
    """
    head = _head(text)
    printed = _printed(head)
    if printed is not None:
        return _midnight(printed, Basis.STATED), "the date printed in it"
    for words, reason in ((name, "the file's name"), ("\n".join(head), "a date in its first lines")):
        days = [day for day, _ in _dates(words) if day <= modified.date()]
        if days:
            return _midnight(max(days), Basis.INFERRED), reason
    return _midnight(modified.date(), Basis.INFERRED), "the file's own date"


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
        case datetime() as moment if moment.tzinfo is not None and date.min < moment.date() < date.max:
            return Published(moment=moment.astimezone(UTC), basis=basis)
        case date() as day if not isinstance(day, datetime):
            return _midnight(day, basis)
        case other:
            problems.append(
                _wrong(f"{where}: published", "a date like 2024-11-12, or a date and time with a zone", other)
            )
            return None


def _head(text: str) -> list[str]:
    """The first lines that say something, without the marks of Markdown around them."""
    lines = (re.sub(r"[*_#>`\"]+", " ", line).strip() for line in text[:HEAD].splitlines())
    return [line for line in lines if any(letter.isalnum() for letter in line)][:HEAD_LINES]


def _printed(head: Sequence[str]) -> date | None:
    """The day that one of the lines gives as the article's own; that of an update only when there is no other."""
    updates: list[date] = []
    for line in head:
        for day, match in _dates(line):
            begin = _BEGIN.fullmatch(line[: match.start()])
            if begin is None or not _is_of_article(begin, line[match.end() :]):
                continue
            if begin["cue"] is None or begin["word"].lower() not in _UPDATES:
                return day
            updates.append(day)
    return updates[0] if updates else None


def _is_of_article(begin: re.Match[str], rest: str) -> bool:
    """Whether the words around a date make it the line's subject, not a part of what the line tells."""
    if begin["cue"] is not None and " by " not in begin["cue"].lower():
        return True
    if _REST.match(rest) is None:
        return False
    words = re.findall(r"[^\W\d_]+", begin["named"] or "")
    return not any(word.lower() in _IN_PROSE or (word.islower() and len(word) > 3) for word in words)


def _dates(words: str) -> list[tuple[date, re.Match[str]]]:
    """The full dates in ``words``, in their order, each with the place where it is written."""
    matches = (match for form in (ISO_DATE, DAY_MONTH, MONTH_DAY) for match in form.finditer(words))
    found = []
    for match in sorted(matches, key=lambda match: match.start()):
        month = _month(match["m"])
        if month is None:
            continue
        try:
            found.append((date(int(match["y"]), month, int(match["d"])), match))
        except ValueError:
            continue
    return found


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
