"""Words made comparable: one spelling, one token for one body, whatever it is called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

from bot.digest.model import Body, BodyKind
from bot.digest.stop_words import STOP_WORDS
from bot.digest.unification import sound

Words = tuple[str, ...]
"""Words in a row, made comparable."""

T = TypeVar("T")

ENTITY = "ent"  #: before a body's number; a token no article holds
_WORD = re.compile(r"[^\W_]+(?:[.’'&-][^\W_]+)*")
_THOUSANDS = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"(?<=\d)[.](?=\d)")
_POSSESSIVE = re.compile(r"['’]s?$|['’]s(?=-)")
_MONTHS = {
    name[:3]: name
    for name in "january february march april may june july august september october november december".split()
} | {"sept": "september"}
_SPELLINGS = (
    (re.compile(r"(defen|offen|licen|preten)ce$"), r"\1se"),
    (re.compile(r"(\w{3})is(e[sdr]?|ing|ations?)$"), r"\1iz\2"),
    (re.compile(r"(cent|theat|fib|lust|spect|met|lit|calib)re(s?)$"), r"\1er\2"),
    (re.compile(r"(col|lab|fav|hon|hum|vap|rum|harb|arm|neighb|behavi|endeav)our"), r"\1or"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"programme"), "program"),
)  #: what British and American spelling write differently
_SOUNDING = 5  #: letters from which a name is also known by its sound


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Something that is looked for: ``said`` as it was written, and the tokens of which any is enough.

    A token of several words is a phrase. ``bodies`` are the numbers (`number_of`) of the bodies that it names, if any.
    """

    said: str
    tokens: tuple[str, ...]
    bodies: tuple[int, ...] = ()

    def match(self) -> str:
        """The term as a full-text expression."""
        return " OR ".join(f'"{token}"' for token in self.tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """What some words in a row name: the numbers of the bodies, in the order of their keys.

    ``is_loose``: a single word that may also stand for something else. ``in_capitals``: an abbreviation that is a word
    when written small.
    """

    numbers: tuple[int, ...]
    is_loose: bool
    in_capitals: bool


_NOTHING = _Name(numbers=(), is_loose=False, in_capitals=False)


class Vocabulary:
    """The names of a story, by what the articles call them, by parts of a person's name and by sound.

    Made of the vocabulary ``before``, which stays as it is, it costs what the bodies differ. ``changed`` are the words
    in a row that name others than before: no text without any of them is indexed otherwise.
    """

    def __init__(self, bodies: Sequence[Body], before: Vocabulary | None = None) -> None:
        self._bodies = {body.key: body for body in bodies}
        self._called: dict[Words, dict[str, bool]] = {}  # by alias the keys, and whether it is an abbreviation there
        self._parts: dict[Words, frozenset[str]] = {}  # keys by the first or last word of a person's name
        self._sounding: dict[str, frozenset[str]] = {}  # keys by the sound of such a word
        self._names: dict[Words, _Name] = {}
        self._firsts: dict[str, int] = {}  # the first word of a name -> at least the most words of one
        known: dict[str, Body] = {}
        if before is not None:
            known = before._bodies
            self._called, self._parts = before._called.copy(), before._parts.copy()
            self._sounding = before._sounding.copy()
            self._names, self._firsts = before._names.copy(), before._firsts.copy()
        touched: set[Words] = set()
        for key in known.keys() | self._bodies.keys():
            old, new = known.get(key), self._bodies.get(key)
            if old is not new and old != new:
                touched |= self._put(key, old, new)
        self.changed = frozenset(words for words in touched if self._renew(words))

    def _put(self, key: str, old: Body | None, new: Body | None) -> set[Words]:
        """Takes a body in, in the place of what it was; returns the words in a row that it is or was known by."""
        gone, come = _calls(old), _calls(new)
        for words in gone.keys() | come.keys():
            called = {other: short for other, short in self._called.get(words, {}).items() if other != key}
            self._called[words] = called | ({key: come[words]} if words in come else {})
        parts = {*_parts(old), *_parts(new)}
        for part in parts:
            _set(self._parts, (part,), key, is_in=part in _parts(new))
        for sounding in {*_sounds(old), *_sounds(new)}:
            _set(self._sounding, sounding, key, is_in=sounding in _sounds(new))
        return {*gone, *come, *((part,) for part in parts)}

    def _renew(self, words: Words) -> bool:
        """Works out what some words name; whether a text that holds them is indexed otherwise now."""
        old = self._names.pop(words, _NOTHING)
        new = self._meaning(words)
        if new.numbers:
            self._names[words] = new
            self._firsts[words[0]] = max(self._firsts.get(words[0], 0), len(words))
        return (old.numbers, old.in_capitals) != (new.numbers, new.in_capitals)

    def _meaning(self, words: Words) -> _Name:
        called = self._called.get(words)
        if called:
            return _Name(
                numbers=_numbers(called),
                is_loose=any(called.values()),
                in_capitals=len(words) == 1 and (words[0] in STOP_WORDS or len(words[0]) < 3),
            )
        if words in self._parts and words[0] not in STOP_WORDS:
            return _Name(numbers=_numbers(self._parts[words]), is_loose=True, in_capitals=False)
        return _NOTHING

    def indexed(self, text: str) -> str:
        """A text as it is put into the index: its words, then a token for each body that it names."""
        words = [*_words(text)]
        tokens = [folded for _, folded in words]
        tokens += [joined for written, folded in words if (joined := _joined(written, folded))]
        tokens += [token_of(number) for _, _, numbers in self._named(words, strict=True) for number in numbers]
        return " ".join(tokens)

    def terms(self, words: str) -> tuple[Term, ...]:
        """What somebody's words look for, without the words of the question itself; each once."""
        written = [*_words(words)]
        found: dict[tuple[str, ...], Term] = {}
        at = 0
        for start, end, numbers in (*self._named(written, strict=False), (len(written), len(written), ())):
            for word, folded in written[at:start]:
                if folded not in STOP_WORDS and (len(folded) > 1 or folded.isdecimal()):
                    term = self._plain(word, folded)
                    found.setdefault(term.tokens, term)
            at = end
            if numbers:
                loose = [folded for _, folded in written[start:end] if end - start == 1 and self._is_loose(folded)]
                named = Term(
                    said=" ".join(word for word, _ in written[start:end]),
                    tokens=(*(token_of(number) for number in numbers), *loose),
                    bodies=tuple(numbers),
                )
                found.setdefault(named.tokens, named)
        return tuple(found.values())

    def _plain(self, word: str, folded: str) -> Term:
        """A word that is no name; one that sounds like a name is taken for it."""
        sounds_like_a_name = len(folded) >= _SOUNDING and not folded.isdecimal()
        numbers = _numbers(self._sounding.get(sound(folded), ())) if sounds_like_a_name else ()
        tokens = [folded, *filter(None, [_joined(word, folded)]), *(token_of(number) for number in numbers)]
        return Term(said=word, tokens=tuple(dict.fromkeys(tokens)), bodies=numbers)

    def _is_loose(self, word: str) -> bool:
        return self._names.get((word,), _NOTHING).is_loose

    def _named(self, words: Sequence[tuple[str, str]], *, strict: bool) -> Iterator[tuple[int, int, Sequence[int]]]:
        """The stretches of words that are a name, the longest first, and the bodies so named.

        ``strict``: a name begins with a capital, as articles print it; in a chat it need not.
        """
        at = 0
        while at < len(words):
            written, first = words[at]
            longest = self._firsts.get(first, 0) if not strict or written[:1].isupper() else 0
            for length in range(min(longest, len(words) - at), 0, -1):
                name = self._names.get(tuple(folded for _, folded in words[at : at + length]))
                if name is not None and (not name.in_capitals or written.replace(".", "").isupper()):
                    yield at, at + length, name.numbers
                    at += length - 1
                    break
            at += 1


@lru_cache(maxsize=50_000)
def number_of(key: str) -> int:
    """The number of a body, by its key alone, so that it stays the same while a story grows; 48 bits."""
    return int.from_bytes(blake2b(key.encode(), digest_size=6).digest())


def token_of(number: int) -> str:
    """The token of a body in the index; made of such letters and digits, it has no other form."""
    return f"{ENTITY}{number}"


def _numbers(keys: Iterable[str]) -> tuple[int, ...]:
    return tuple(number_of(key) for key in sorted(keys))


def _set(keys: dict[T, frozenset[str]], at: T, key: str, *, is_in: bool) -> None:
    """Puts a key among those of ``at``, or takes it away."""
    left = keys.pop(at, frozenset()) - {key}
    if is_in or left:
        keys[at] = left | {key} if is_in else left


def _calls(body: Body | None) -> dict[Words, bool]:
    """The words in a row that a body is called by, and whether they are one abbreviation."""
    found: dict[Words, bool] = {}
    for alias in () if body is None else (*body.aliases, body.key):
        words = folded(alias)
        words = words[1:] if words[:1] == ("the",) else words
        if words:
            found[words] = found.get(words, False) or (len(words) == 1 and alias.replace(".", "").isupper())
    return found


def _parts(body: Body | None) -> frozenset[str]:
    """The first and the last word of a person's name."""
    words = [] if body is None or body.kind is not BodyKind.PERSON else body.key.split()
    return frozenset((words[0], words[-1])) if len(words) > 1 else frozenset()


def _sounds(body: Body | None) -> frozenset[str]:
    return frozenset(sound(part) for part in _parts(body) if len(part) >= _SOUNDING)


def content(words: str) -> tuple[str, ...]:
    """The folded words of a text that say what it is about."""
    return tuple(folded for _, folded in _words(words) if folded not in STOP_WORDS)


def folded(words: str) -> tuple[str, ...]:
    """All words of a text, made comparable."""
    return tuple(folded for _, folded in _words(words))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each word as written and made comparable; the parts of a word with a hyphen apart."""
    for match in _WORD.finditer(_DECIMAL.sub("point", _THOUSANDS.sub("", text))):
        written = match[0]
        for part in re.split(r"[-&]", written) if "-" in written or "&" in written else (written,):
            if part:
                yield written, _fold(part)


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    """Lower case without accents, dots and a possessive ending, months in full, in one of two spellings."""
    bare = _POSSESSIVE.sub("", word.lower()).replace(".", "").replace("’", "").replace("'", "")
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    bare = _MONTHS.get(bare, bare)
    if len(bare) > 4:
        for pattern, spelling in _SPELLINGS:
            bare = pattern.sub(spelling, bare)
    return bare


def _joined(written: str, folded_part: str) -> str | None:
    """A word with a hyphen as if it had none, once: beside its first part."""
    parts = [_fold(part) for part in written.split("-") if part]
    return "".join(parts) if len(parts) > 1 and parts[0] == folded_part else None


def number_tokens(values: Iterable[float | None]) -> str:
    """Whole numbers as the index holds them."""
    return " ".join(str(int(value)) for value in values if value is not None and value == int(value))
