"""What the bot says of its own, in the reader's language: phrases are written in English and looked up in a catalogue.

The reader's language is a context variable, as the precision is in ``decimal``: the desk sets it for the chat that is
answered or briefed, and asyncio hands it to every task and thread that works on the answer. A parameter would stand in
the signature of nearly every function of this package. What is kept beyond one answer must be kept by `language`, and
a process pool is told by ``speaking``.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.core import Locale
from babel.dates import parse_pattern, tokenize_pattern
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

SOURCE = "en"  #: the language that phrases are written in; it needs no catalogue
CATALOGUES = Path(__file__).parent.parent / "locale"  #: one file a language: <code>.po
NUMBER = r"\d[\d\s.,’]*"  #: how a number may look in any language
_SAMPLE = range(120)  #: numbers that between them take every plural form of a language
_A_WEEK = [date(2024, 1, day) for day in range(1, 8)]  #: from a Monday on
_A_YEAR = [date(2024, month, 1) for month in range(1, 13)]
_language: ContextVar[str] = ContextVar("language", default=SOURCE)
_tag: ContextVar[str | None] = ContextVar("tag", default=None)

Value = str | int | date


def phrase(words: str) -> str:
    """The words as they are: they are said later, by ``say``; so they come into the catalogues."""
    return words


# translators: the language's own name, in the language itself
OWN_NAME = phrase("English")


def say(words: str, /, **values: Value) -> str:
    """A phrase in the reader's language, its ``{fields}`` filled.

    Numbers are written as the language writes them. A date takes a pattern of Unicode's after a colon, which every
    catalogue gives anew: "{day:d MMM y}". Without values the fields stay.
    """
    template = _translations(language()).gettext(words) if words else ""
    return _filled(template, values) if values else template


def say_many(one: str, many: str, number: int, /, **values: Value) -> str:
    """A phrase about a number of things, in the form that the language has for so many; ``{number}`` is the number."""
    template = _translations(language()).ngettext(one, many, number)
    return _filled(template, {"number": number, **values})


def language() -> str:
    """The code of the reader's language: "en", "uk"."""
    return _language.get()


def tag() -> str:
    """How Telegram names the reader's language, "en-GB" or "de" where English is spoken to them; else its code."""
    given = _tag.get()
    return given if given is not None and nearest(given) == language() else language()


def use(code: str, tag: str | None = None) -> None:
    """Speaks this language from now on, in this task and what it starts, to somebody of whom Telegram gives ``tag``."""
    _language.set(code)
    _tag.set(tag)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speaks this language while the block runs."""
    before = _language.set(code)
    try:
        yield
    finally:
        _language.reset(before)


@cache
def languages() -> Mapping[str, str]:
    """Every language there is, by its code: what it calls itself. Reads all catalogues, once, some tens of ms."""
    codes = [SOURCE, *sorted(file.stem for file in CATALOGUES.glob("*.po"))]
    return {code: _translations(code).gettext(OWN_NAME) for code in codes}


def nearest(tag: str | None) -> str:
    """The language there is for a tag as Telegram gives it, "uk" or "pt-br"; English for others."""
    known = {code.lower(): code for code in languages()}
    whole = (tag or "").lower().replace("-", "_")
    return known.get(whole) or known.get(whole.partition("_")[0]) or SOURCE


def number(value: int) -> str:
    """A whole number as the reader's language writes it."""
    return str(format_decimal(value, locale=_locale(language())))


def pattern(words: str, /, **fields: str) -> re.Pattern[str]:
    """What a phrase looks like in the reader's language once its fields are filled: each with what its pattern allows.

    A date needs no pattern: what its own one in the catalogue can write is allowed.
    """
    return _pattern(language(), (_translations(language()).gettext(words),), tuple(fields.items()))


def pattern_many(one: str, many: str, /, **fields: str) -> re.Pattern[str]:
    """The same of a phrase about a number of things, in all its plural forms; names of fields may then not be asked."""
    return _pattern(language(), _forms(language(), one, many), tuple({"number": NUMBER, **fields}.items()))


def read_date(words: str, text: str, field: str) -> date | None:
    """The day that stands where ``field`` of a phrase does in ``text``; None when the text is not the phrase."""
    found = pattern(words).fullmatch(text)
    if found is None:
        return None
    months = [name.lower() for name in _names("M", 3, language())]
    given = {key.removeprefix(f"{field}_"): value for key, value in found.groupdict().items()}
    month = int(given["M"]) if given["M"].isdecimal() else months.index(given["M"].lower()) + 1
    try:
        return date(int(given["y"]), month, int(given["d"]))
    except ValueError:
        return None


class _Moment:
    """A date or a moment that a phrase writes by the pattern it gives for it."""

    def __init__(self, value: date) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        return _dated(language(), spec, self._value)


def _filled(template: str, values: Mapping[str, Value]) -> str:
    return template.format(**{name: _shown(value) for name, value in values.items()})


def _shown(value: Value) -> str | _Moment:
    match value:
        case datetime():
            return _Moment(value.replace(tzinfo=None))  # equal moments of two zones are written differently
        case date():
            return _Moment(value)
        case int():
            return number(value)
        case _:
            return value


@lru_cache(maxsize=1024)
def _dated(code: str, spec: str, day: date) -> str:
    return str(parse_pattern(spec).apply(day, _locale(code)))


@cache
def _translations(code: str) -> gettext.NullTranslations:
    """A language's phrases; the English ones are their own.

    Raises:
        FileNotFoundError: there is no such catalogue.
    """
    if code == SOURCE:
        return gettext.NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@cache
def _forms(code: str, one: str, many: str) -> tuple[str, ...]:
    """Every form that a phrase about a number of things takes."""
    return tuple(dict.fromkeys(_translations(code).ngettext(one, many, count) for count in _SAMPLE))


@cache
def _pattern(code: str, templates: tuple[str, ...], fields: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    known = dict(fields)
    if len(templates) == 1:
        return re.compile(_regex(templates[0], known, code))
    return re.compile("|".join(re.sub(r"\?P<\w+>", "?:", _regex(template, known, code)) for template in templates))


def _regex(template: str, fields: Mapping[str, str], code: str) -> str:
    parts: list[str] = []
    for literal, name, spec, _ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name:
            parts.append(_date_regex(name, spec, code) if spec else f"(?P<{name}>{fields[name]})")
    return "".join(parts)


def _date_regex(name: str, spec: str, code: str) -> str:
    """What a date's pattern can write; each of its parts is a group: name, "_", and the pattern's letter."""
    parts = []
    for _, part in tokenize_pattern(spec):
        if isinstance(part, str):
            parts.append(re.escape(part))
        else:
            letter, width = part
            parts.append(f"(?P<{name}_{letter.replace('L', 'M')}>{_allowed(letter, width, code)})")
    return "".join(parts)


def _allowed(letter: str, width: int, code: str) -> str:
    """What a field of a date's pattern may be: "d" a number of one or two digits, "EEE" a day's short name."""
    if letter == "y":
        return r"\d{4}"
    if letter in "dHm" or width < 3:
        return r"\d{2}" if width == 2 else r"\d{1,2}"
    return "|".join(map(re.escape, sorted(_names(letter, width, code), key=len, reverse=True)))


def _names(letter: str, width: int, code: str) -> list[str]:
    """The names of days or months, Monday or January first, as this field of a pattern writes them."""
    named = parse_pattern(letter * width)
    return [str(named.apply(day, _locale(code))) for day in (_A_WEEK if letter == "E" else _A_YEAR)]
