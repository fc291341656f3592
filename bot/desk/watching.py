"""What people write after /watch: plain words, "phrases", +must and -not; no regular expressions: pure."""

from __future__ import annotations

import re

from bot.chats import NotUnderstood
from bot.digest.watched import Watch, stems
from bot.render import expected

MOST_WATCHES = 10  #: a chat
MOST_TERMS = 8  #: words and phrases in one watch
LONGEST = 60  #: characters of a word or phrase
SHORTEST = 2  #: characters of a word
EXAMPLE = 'ferry "port of Larne" +strike -football'
_QUOTES = str.maketrans("“”„‟«»", '""""""')  # what phones and other languages write for "
_DASHES = str.maketrans("−–—", "---")
_TERM = re.compile(r'(?P<sign>[+-]?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_EMPTY = frozenset(
    "a an the and or but of to in on at by for from with as is are was were be been it its this that he she".split()
)


def read_watch(text: str) -> Watch | NotUnderstood:
    """The watch that ``text`` asks for; the same word twice counts once."""
    plain = " ".join(text.translate(_QUOTES).split())
    if plain.count('"') % 2:
        return _wrong(expected.a_phrase(), plain)
    found: dict[str, list[str]] = {"": [], "+": [], "-": []}
    at = 0
    for match in _TERM.finditer(plain):
        if plain[at : match.start()].strip():
            return _wrong(expected.spaces(), plain[at : match.end()])
        at = match.end()
        sign, words = _signed(match)
        if (problem := _problem(words)) is not None:
            return problem
        if words not in found[sign]:
            found[sign].append(words)
    if not found[""] and not found["+"]:
        return _wrong(expected.a_word(), plain)
    if sum(map(len, found.values())) > MOST_TERMS:
        return _wrong(expected.few_terms(MOST_TERMS), plain)
    return Watch(any_of=tuple(found[""]), must=tuple(found["+"]), must_not=tuple(found["-"]))


def _signed(match: re.Match[str]) -> tuple[str, str]:
    """A term's sign and its words; a long dash at its beginning is a minus."""
    if match["phrase"] is not None:
        return match["sign"], match["phrase"].strip()
    word = match["word"].translate(_DASHES) if not match["sign"] else match["word"]
    if not match["sign"] and word[:1] == "-":
        return "-", word[1:]
    return match["sign"], word.strip(",;")


def _problem(words: str) -> NotUnderstood | None:
    """What is wrong with a word or phrase."""
    if len(words) > LONGEST:
        return _wrong(expected.short_term(LONGEST), words)
    if any(sign in words for sign in "*?[](){}|\\^$"):
        return _wrong(expected.plain_words(), words)
    found = stems(words)
    if not found or sum(map(len, found)) < SHORTEST:
        return _wrong(expected.a_word(), words)
    if all(word in _EMPTY for word in words.lower().split()):
        return _wrong(expected.rare_word(), words)
    return None


def _wrong(what: str, got: str) -> NotUnderstood:
    return NotUnderstood(expected=what, got=got, example=EXAMPLE)
