"""Words made comparable: one spelling, one token for one body, whatever it is called."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.digest.model import Body, BodyKind
from bot.digest.stop_words import STOP_WORDS
from bot.digest.unification import sound

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

    A token of several words is a phrase. ``bodies`` are the numbers of the bodies that it names, if any.
    """

    said: str
    tokens: tuple[str, ...]
    bodies: tuple[int, ...] = ()

    def match(self) -> str:
        """The term as a full-text expression."""
        return " OR ".join(f'"{token}"' for token in self.tokens)


class Vocabulary:
    """The names of a story, by what the articles call them, by parts of a person's name and by sound."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self._aliases: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._firsts: dict[str, int] = {}  # the first word of an alias -> the most words of one
        self._capitals: set[tuple[str, ...]] = set()  # abbreviations that are words when written small
        self._loose: set[str] = set()  # single words that may also stand for something else
        self._sounds: dict[str, list[int]] = defaultdict(list)
        self._numbers = {body.key: number for number, body in enumerate(bodies)}
        parts: dict[str, list[int]] = defaultdict(list)
        for number, body in enumerate(bodies):
            for alias in (*body.aliases, body.key):
                self._name(alias, number)
            names = body.key.split()
            if body.kind is BodyKind.PERSON and len(names) > 1:
                for part in {names[0], names[-1]}:
                    parts[part].append(number)
        for part, numbers in parts.items():
            if (part,) not in self._aliases and part not in STOP_WORDS:
                self._loose.add(part)
                self._aliases[part,] = numbers
                self._firsts.setdefault(part, 1)
            if len(part) >= _SOUNDING:
                self._sounds[sound(part)] += numbers

    def number(self, key: str) -> int | None:
        """The number of a body by its key."""
        return self._numbers.get(key)

    def indexed(self, text: str) -> str:
        """A text as it is put into the index: its words, then a token for each body that it names."""
        words = [*_words(text)]
        tokens = [folded for _, folded in words]
        tokens += [joined for written, folded in words if (joined := _joined(written, folded))]
        tokens += [f"{ENTITY}{number}" for _, _, numbers in self._names(words, strict=True) for number in numbers]
        return " ".join(tokens)

    def terms(self, words: str) -> tuple[Term, ...]:
        """What somebody's words look for, without the words of the question itself; each once."""
        written = [*_words(words)]
        found: dict[tuple[str, ...], Term] = {}
        at = 0
        for start, end, numbers in (*self._names(written, strict=False), (len(written), len(written), ())):
            for word, folded in written[at:start]:
                if folded not in STOP_WORDS and (len(folded) > 1 or folded.isdecimal()):
                    term = self._plain(word, folded)
                    found.setdefault(term.tokens, term)
            at = end
            if numbers:
                loose = [folded for _, folded in written[start:end] if end - start == 1 and folded in self._loose]
                named = Term(
                    said=" ".join(word for word, _ in written[start:end]),
                    tokens=(*(f"{ENTITY}{number}" for number in numbers), *loose),
                    bodies=tuple(numbers),
                )
                found.setdefault(named.tokens, named)
        return tuple(found.values())

    def _plain(self, word: str, folded: str) -> Term:
        """A word that is no name; one that sounds like a name is taken for it."""
        numbers = self._sounds.get(sound(folded), []) if len(folded) >= _SOUNDING and not folded.isdecimal() else []
        tokens = [folded, *filter(None, [_joined(word, folded)]), *(f"{ENTITY}{number}" for number in numbers)]
        return Term(said=word, tokens=tuple(dict.fromkeys(tokens)), bodies=tuple(dict.fromkeys(numbers)))

    def _name(self, alias: str, number: int) -> None:
        words = tuple(folded for _, folded in _words(alias))
        words = words[1:] if words[:1] == ("the",) else words
        if not words:
            return
        if number not in self._aliases[words]:
            self._aliases[words].append(number)
        self._firsts[words[0]] = max(self._firsts.get(words[0], 0), len(words))
        if len(words) == 1 and alias.replace(".", "").isupper():
            self._loose.add(words[0])
        if len(words) == 1 and (words[0] in STOP_WORDS or len(words[0]) < 3):
            self._capitals.add(words)

    def _names(self, words: Sequence[tuple[str, str]], *, strict: bool) -> Iterator[tuple[int, int, Sequence[int]]]:
        """The stretches of words that are a name, the longest first, and the bodies so named.

        ``strict``: a name begins with a capital, as articles print it; in a chat it need not.
        """
        at = 0
        while at < len(words):
            written, first = words[at]
            longest = self._firsts.get(first, 0) if not strict or written[:1].isupper() else 0
            for length in range(min(longest, len(words) - at), 0, -1):
                name = tuple(folded for _, folded in words[at : at + length])
                if name in self._aliases and (name not in self._capitals or written.replace(".", "").isupper()):
                    yield at, at + length, self._aliases[name]
                    at += length - 1
                    break
            at += 1


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
