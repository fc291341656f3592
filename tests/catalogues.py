"""The catalogues of the bot's languages: what of the code stands in them.

``python -m tests.catalogues`` brings every catalogue up to date with the code: new phrases come in untranslated, those
that are not said any more go. ``python -m tests.catalogues pl`` begins a new one.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from bot.render.words import CATALOGUES
from bot.settings import ROOT

ONE = ("say", "said", "phrase")  #: functions that take a phrase
MANY = ("say_many", "said_many", "pattern_many")  #: functions that take one in the singular and in the plural
SAYING = ("bot/render", "bot/desk", "handlers")  #: the command line speaks English
WIDTH = 120


def template() -> Catalog:
    """Every phrase of the code and of the shipped trackers."""
    catalogue = Catalog(charset="utf-8")
    for folder in SAYING:
        for file in sorted((ROOT / folder).rglob("*.py")):
            lines = file.read_text(encoding="utf-8").splitlines()
            for words, line in _said("\n".join(lines)):
                catalogue.add(words, auto_comments=_comment(lines[: line - 1]))
    for words in _of_trackers():
        catalogue.add(words)
    return catalogue


def _said(code: str) -> Iterator[tuple[str | tuple[str, ...], int]]:
    """The phrases in some code with their lines, in order. Babel's own reader misses calls in arguments of calls."""
    found: list[tuple[str | tuple[str, ...], int]] = []
    for call in ast.walk(ast.parse(code)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        words = tuple(text for one in call.args for text in _texts(one))
        if call.func.id in ONE:
            found += [(one, call.lineno) for one in words]
        elif call.func.id in MANY and len(words) == 2:
            found.append((words, call.lineno))
    yield from sorted(found, key=lambda one: one[1])


def _texts(argument: ast.expr) -> Iterator[str]:
    """What an argument may be: a text, or one of two."""
    match argument:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)


def _comment(before: list[str]) -> list[str]:
    """What the lines right above a phrase tell those who translate it."""
    found: list[str] = []
    for line in reversed(before):
        if not line.startswith("# "):
            return []
        found.insert(0, line.removeprefix("# "))
        if found[0].startswith("translators: "):
            return [found[0].removeprefix("translators: "), *found[1:]]
    return []


def catalogues() -> dict[str, Catalog]:
    """Every catalogue as it stands in its file, by its language."""
    return {file.stem: read(file) for file in sorted(CATALOGUES.glob("*.po"))}


def read(file: Path) -> Catalog:
    """A catalogue as it stands in its file."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.stem)


def _of_trackers() -> Iterator[str]:
    """What is read of a tracker: its title, the button that asks for it, its statuses."""
    declared = tomllib.loads((ROOT / "bot" / "trackers.toml").read_text(encoding="utf-8"))
    for tracker in declared.values():
        yield tracker["title"]
        yield tracker["command"].capitalize()
        yield from tracker.get("statuses", {})


def _update(code: str) -> None:
    """Brings a catalogue up to date; what stands above its first phrase stays as it is."""
    file = CATALOGUES / f"{code}.po"
    catalogue = read(file) if file.exists() else Catalog(locale=code)
    head = file.read_text(encoding="utf-8").partition("\n\n")[0] if file.exists() else _head(catalogue)
    catalogue.update(template(), no_fuzzy_matching=True)
    written = BytesIO()
    write_po(written, catalogue, width=WIDTH, no_location=True, omit_header=True, ignore_obsolete=True)
    file.write_text(f"{head}\n\n{written.getvalue().decode().strip()}\n", encoding="utf-8")


def _head(catalogue: Catalog) -> str:
    """What a new catalogue begins with: room for a glossary, and its plural forms as Unicode gives them."""
    return "\n".join(
        [
            "# Glossary:",
            "#",
            'msgid ""',
            'msgstr ""',
            f'"Language: {catalogue.locale_identifier}\\n"',
            f'"Plural-Forms: {catalogue.plural_forms}\\n"',
            '"Content-Type: text/plain; charset=utf-8\\n"',
        ]
    )


if __name__ == "__main__":
    for code in sys.argv[1:] or catalogues():
        _update(code)
