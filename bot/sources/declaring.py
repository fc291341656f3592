"""Which sources there are: the ``[[sources]]`` tables of the configuration, addresses that people give, and OPML."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import Problem
from bot.ports import Declared, SourceKind
from bot.sources.addresses import Allowed, web_address
from bot.sources.links import site, tidy
from bot.sources.opml import FeedList, Listed, read_opml
from bot.sources.text import line

KEYS = ("kind", "url", "path", "name", "private")
OPML = "opml"
LONGEST_SHOWN = 200  #: characters of a wrong value that a problem repeats
_FIX = "Change it there."


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """The sources that hold, each once, and what is wrong with the others."""

    sources: tuple[Declared, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def allowed(self) -> Allowed:
        """The hosts that were declared private."""
        return Allowed(hosts=frozenset(host_of(one.place) for one in self.sources if one.private))


def read_declarations(tables: Sequence[object], where: str, base: Path) -> Declarations:
    """The sources that ``[[sources]]`` tables declare; ``where`` names the file, relative paths begin at ``base``.

    A table has ``kind`` (feed, page, folder or opml), ``url`` or ``path``, and may have ``name`` and ``private``. An
    opml table stands for the feeds of its file.
    """
    sources: dict[str, Declared] = {}
    problems: list[Problem] = []
    for number, table in enumerate(tables, 1):
        place = f"{where}: [[sources]] no. {number}"
        if not isinstance(table, Mapping):
            problems.append(_wrong(place, "a table with kind and url", table))
            continue
        for declared in _declared(table, place, base, problems):
            name = identity(declared)
            if name in sources:
                problems.append(_wrong(f"{place}: {declared.place}", "each source once", "the same again", shown=True))
            else:
                sources[name] = declared
    return Declarations(sources=tuple(sources.values()), problems=tuple(problems))


def declared_address(
    kind: SourceKind, text: str, name: str | None = None, allowed: Allowed | None = None
) -> Declared | Problem:
    """A feed or a page by the address a person gave, with or without ``https://``; what is wrong with it otherwise."""
    text = text.strip()
    given = text if "://" in text else f"https://{text}"
    address = web_address(given, allowed or Allowed())
    if isinstance(address, Problem):
        return address
    return Declared(kind=kind, place=str(address.url), name=line(name or "") or site(given) or given)


def identity(declared: Declared) -> str:
    """What is the same for two declarations of one source, however its address is spelt."""
    if declared.kind is SourceKind.FOLDER:
        return f"{declared.kind}:{Path(declared.place).resolve()}"
    return f"{declared.kind}:{tidy(declared.place) or declared.place}"


def host_of(url: str) -> str:
    """The host of an address as it is compared with allowed ones."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def listed(sources: Sequence[Declared]) -> tuple[Listed, ...]:
    """The feeds among the sources, for an OPML file."""
    return tuple(Listed(url=one.place, name=one.name) for one in sources if one.kind is SourceKind.FEED)


def _declared(table: Mapping[str, Any], where: str, base: Path, problems: list[Problem]) -> list[Declared]:
    for key in table.keys() - set(KEYS):
        close = difflib.get_close_matches(key, KEYS, 1, 0)
        fix = f"Did you mean {close[0]}?" if close else _FIX
        problems.append(Problem(where=f"{where}: {key}", expected=f"one of {', '.join(KEYS)}", got=repr(key), fix=fix))
    kind, private, name = table.get("kind"), table.get("private", False), table.get("name", "")
    if not isinstance(private, bool):
        problems.append(_wrong(f"{where}: private", "true or false", private))
        private = False
    if not isinstance(name, str):
        problems.append(_wrong(f"{where}: name", "a text", name))
        name = ""
    if kind == OPML:
        return _of_list(table, where, base, private, problems)
    if kind == SourceKind.FOLDER:
        return _folder(table, where, base, name, problems)
    if kind not in (SourceKind.FEED, SourceKind.PAGE):  # of whatever type it is
        problems.append(_wrong(f"{where}: kind", f"one of {', '.join([*SourceKind, OPML])}", kind))
        return []
    url = table.get("url")
    if not isinstance(url, str):
        problems.append(_wrong(f"{where}: url", "a web address", url))
        return []
    allowed = Allowed(hosts=frozenset({host_of(url)})) if private else Allowed()
    found = declared_address(SourceKind(kind), url, name, allowed)
    if isinstance(found, Problem):
        fix = "Correct it, or add private = true when the host is in your own network."
        problems.append(Problem(where=f"{where}: url", expected=found.expected, got=found.got, fix=fix))
        return []
    return [Declared(kind=found.kind, place=found.place, name=found.name, private=private)]


def _folder(table: Mapping[str, Any], where: str, base: Path, name: str, problems: list[Problem]) -> list[Declared]:
    path = _path(table, where, base, problems)
    if path is None:
        return []
    if not path.is_dir():
        problems.append(_wrong(f"{where}: path", "a folder", str(path)))  # and yet it may come back, as a disk does
    return [Declared(kind=SourceKind.FOLDER, place=str(path), name=line(name) or path.name)]


def _of_list(
    table: Mapping[str, Any], where: str, base: Path, private: bool, problems: list[Problem]
) -> list[Declared]:
    path = _path(table, where, base, problems)
    if path is None:
        return []
    try:
        found: FeedList | Problem = read_opml(path.read_bytes(), str(path))
    except OSError as error:
        problems.append(_wrong(f"{where}: path", "a file that can be read", f"{path}: {error.strerror}", shown=True))
        return []
    if isinstance(found, Problem):
        problems.append(found)
        return []
    sources: list[Declared] = []
    for feed in found.feeds:
        allowed = Allowed(hosts=frozenset({host_of(feed.url)})) if private else Allowed()
        declared = declared_address(SourceKind.FEED, feed.url, feed.name, allowed)
        if isinstance(declared, Problem):
            problems.append(
                Problem(where=f"{path}: {feed.name}", expected=declared.expected, got=declared.got, fix=_FIX)
            )
        else:
            sources.append(Declared(kind=SourceKind.FEED, place=declared.place, name=declared.name, private=private))
    return sources


def _path(table: Mapping[str, Any], where: str, base: Path, problems: list[Problem]) -> Path | None:
    path = table.get("path")
    if isinstance(path, str) and path.strip() and "\0" not in path:
        return base / Path(path).expanduser()
    problems.append(_wrong(f"{where}: path", "the path of a folder or of an OPML file", path))
    return None


def _wrong(where: str, expected: str, got: object, *, shown: bool = False) -> Problem:
    return Problem(where=where, expected=expected, got=str(got) if shown else _shown(repr(got)), fix=_FIX)


def _shown(words: str) -> str:
    """A value as found, cut when it is very long."""
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"
