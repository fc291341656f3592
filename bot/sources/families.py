"""Who belongs together: the papers of one owner, and the agencies whose text many papers print."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.digest.model import Article
from bot.errors import Problem
from bot.sources.links import site

SHIPPED = Path(__file__).with_name("families.toml")
CREDIT = 400  #: characters at the beginning and at the end of a text in which a paper credits an agency
_DATELINE = re.compile(r"^[^\n.]{2,80}?[(—–-]\s*(?P<name>[A-Z][\w' ]{1,40}?)\s*[)—–:-]", re.MULTILINE)
_CREDITED = re.compile(
    r"(?:\((?:with\s+)?|\b(?i:source|reporting by|by|from|via)\s*:?\s+(?:[Tt]he\s+)?"
    r"|(?:©|\b[Cc]opyright)(?:\s*\d{4})?\s+(?:[Tt]he\s+)?)"
    r"(?P<name>[A-Z][\w' ]{1,40}?)(?=\s*(?:[).,;|\n]|$|\d))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """Families by the names and hosts of their members, in lower case; ``wires`` are those that are agencies."""

    members: Mapping[str, str] = field(default_factory=dict)
    wires: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def of(self, publisher: str | None, url: str | None = None) -> str | None:
        """The family of a publisher, by name, else by the host of ``url`` or one above it; None when it has none."""
        if publisher is not None and (family := self.members.get(_folded(publisher))) is not None:
            return family
        host = site(url) if url else ""
        while "." in host:
            if (family := self.members.get(host)) is not None:
                return family
            host = host.partition(".")[2]
        return None

    def house(self, article: Article) -> str | None:
        """Whose text an article is: the agency that its byline or dateline names, else the publisher's family, else the
        publisher; None when nothing is known."""
        house = self._author(article) or self.of(article.publisher, article.url) or article.publisher
        return None if house is None else house.casefold()

    def _author(self, article: Article) -> str | None:
        """The agency in the byline or the dateline; one that is only thanked at the end did not write the text."""
        credited = re.split(r"[;,/|]|\band\b|\bby\b", article.byline or "", flags=re.IGNORECASE)
        credited += [match["name"] for match in _DATELINE.finditer(article.text[:CREDIT])]
        return next((family for name in credited if (family := self._agency(name)) is not None), None)

    def wire(self, text: str, byline: str | None = None) -> str | None:
        """The agency that an article credits for its text: in the byline, the dateline, or at either end."""
        if byline is not None:
            for part in re.split(r"[;,/|]|\band\b|\bby\b", byline, flags=re.IGNORECASE):
                if (family := self._agency(part)) is not None:
                    return family
        for end in (text[:CREDIT], text[-CREDIT:]):
            for form in (_DATELINE, _CREDITED):
                for match in form.finditer(end):
                    if (family := self._agency(match["name"])) is not None:
                        return family
        return None

    def _agency(self, name: str) -> str | None:
        family = self.members.get(_folded(name))
        return family if family in self.wires else None


def read_families(text: str, where: str) -> Families:
    """Families from TOML: a table for each, with ``names``, ``hosts`` and, for an agency, ``wire = true``.

    A broken part is a problem and counts as absent.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Families(problems=(_problem(where, "a TOML file", str(error)),))
    members: dict[str, str] = {}
    wires: set[str] = set()
    problems: list[Problem] = []
    for family, table in tables.items():
        if not isinstance(table, dict):
            problems.append(_problem(f"{where}: {family}", "a table for each family", repr(table)))
            continue
        for key, value in table.items():
            place = f"{where}: [{family}] {key}"
            if key == "wire" and isinstance(value, bool):
                wires |= {family} if value else set()
            elif key in {"names", "hosts"} and isinstance(value, list) and all(isinstance(one, str) for one in value):
                for member in value:
                    taken = members.setdefault(_folded(member), family)
                    if taken != family:
                        problems.append(_problem(place, "a member of one family", f"{member!r}, also in {taken}"))
            else:
                expected = "names or hosts, lists of texts, or wire, true or false"
                problems.append(_problem(place, expected, repr(value)[:60]))
        members.setdefault(_folded(family), family)
    return Families(members=members, wires=frozenset(wires), problems=tuple(problems))


def shipped_families() -> Families:
    """The families that come with the program."""
    return read_families(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split()).removeprefix("the ")


def _problem(where: str, expected: str, got: str) -> Problem:
    return Problem(where=where, expected=expected, got=got, fix="Change it there.")
