"""One key for one body over all articles: spelling variants, surnames and acronyms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bot.digest.countries import fold
from bot.digest.model import Body, BodyKind

#: what transliterations into English write differently, one spelling for all
_SOUNDS = (
    (re.compile(r"[^a-z0-9]"), ""),
    (re.compile(r"ph"), "f"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"kh"), "h"),
    (re.compile(r"tch"), "ch"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"dj|dzh"), "j"),
    (re.compile(r"ou|oo"), "u"),
    (re.compile(r"ee"), "i"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"w"), "v"),
    (re.compile(r"[yj]?i[yj]*|y[yij]*"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_LONG = 6  #: letters from which two spellings may differ in one
_NAMES = 8  #: letters from which organisations may be compared without their spaces


def unify(bodies_by_article: Sequence[Sequence[Body]]) -> dict[str, str]:
    """The canonical key of every key over all articles: spelling variants, surnames and acronyms made one.

    Independent of the order of the articles. Two persons who merely share a surname stay two.
    """
    census = _census(bodies_by_article)
    groups = _Groups(census.counts)
    people = sorted(key for key in census.counts if census.kind(key) is BodyKind.PERSON)
    for one, other in (*_same_sound(people, 2), *_one_letter(people), *_middle_names(people), *_lead_ins(people)):
        groups.join(one, other)
    others = sorted(key for key in census.counts if census.kind(key) is BodyKind.ORGANISATION)
    for one, other in _same_sound(others, 1):
        groups.join(one, other)
    for short, full in (*_acronyms(census), *_surnames(people, groups)):
        groups.join(short, full)
    return {key: groups.canonical(key) for key in sorted(census.counts)}


@dataclass(slots=True, kw_only=True)
class _Census:
    """How often each key stands in the articles, as what, and under which short forms."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[BodyKind]] = field(default_factory=lambda: defaultdict(Counter))
    acronyms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def kind(self, key: str) -> BodyKind:
        """What most articles take the body for."""
        return min(self.kinds[key], key=lambda kind: (-self.kinds[key][kind], kind.value))


def _census(bodies_by_article: Sequence[Sequence[Body]]) -> _Census:
    census = _Census()
    for body in (body for article in bodies_by_article for body in article):
        census.counts[body.key] += 1
        census.kinds[body.key][body.kind] += 1
        for alias in body.aliases:
            short = alias.replace(".", "")
            if short.isupper() and _abbreviates(short.lower(), body.key):
                census.acronyms[fold(alias)].add(body.key)
    return census


def _abbreviates(short: str, key: str) -> bool:
    """Whether a short form is made of first letters of a name's words, in their order."""
    words = key.replace(":", "").split()
    if not 2 <= len(short) <= len(words) + 2 or len(words) < 2:
        return False
    initials = iter("".join(word[0] for word in words))
    return sum(letter in initials for letter in short) >= max(2, len(short) - 1)


class _Groups:
    """Keys joined into groups; a group's canonical key is its most frequent, then longest, then first by alphabet."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._parent = {key: key for key in counts}
        self._best = {key: key for key in counts}

    def root(self, key: str) -> str:
        """The key that stands for the group inside this object."""
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        """Makes the two keys' groups one."""
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._parent[second] = first
            self._best[first] = max(self._best[first], self._best[second], key=self._rank)

    def canonical(self, key: str) -> str:
        """The key that the group is known by."""
        return self._best[self.root(key)]

    def _rank(self, key: str) -> tuple[bool, int, int, tuple[int, ...]]:
        return " " in key, self._counts[key], len(key), tuple(-ord(letter) for letter in key)


def sound(words: str) -> str:
    """A spelling that transliterations of one name share: without spaces, doubled letters and vowel digraphs."""
    bare = fold(words).replace(" ", "")
    for pattern, spelling in _SOUNDS:
        bare = pattern.sub(spelling, bare)
    return bare


def _same_sound(keys: Iterable[str], words: int) -> Iterator[tuple[str, str]]:
    """Pairs of keys of at least so many words that sound the same."""
    heard: dict[str, str] = {}
    for key in keys:
        if len(key.split()) < words or len(key) < _NAMES:
            continue
        known = heard.setdefault(_prefix(key) + sound(key.rpartition(": ")[2]), key)
        if known != key:
            yield known, key


def _prefix(key: str) -> str:
    return key.rpartition(": ")[0]


def _one_letter(people: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of full names alike but for one letter inside one long word."""
    by_part: dict[tuple[int, str], list[str]] = defaultdict(list)
    for key in people:
        words = key.split()
        if len(words) == 2:
            by_part[0, sound(words[0])].append(key)
            by_part[1, sound(words[1])].append(key)
    for (place, _), keys in sorted(by_part.items()):
        for one, other in combinations(keys, 2):
            if _nearly_same(sound(one.split()[1 - place]), sound(other.split()[1 - place])):
                yield one, other


def _nearly_same(one: str, other: str) -> bool:
    """Whether two long words differ by one letter that is neither the first nor the last.

    The last letter tells a man's name from a woman's in many languages.
    """
    if min(len(one), len(other)) < _LONG or one[0] != other[0] or one[-1] != other[-1]:
        return False
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    if len(one) == len(other):
        return one[same + 1 :] == other[same + 1 :]
    short, long = sorted((one, other), key=len)
    return short[same:] == long[same + 1 :]


def _middle_names(people: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A name of two words, and the only longer one that begins and ends as it does."""
    longer: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in people:
        words = key.split()
        if len(words) > 2:
            longer[sound(words[0]), sound(words[-1])].append(key)
    for key in people:
        words = key.split()
        fitting = longer.get((sound(words[0]), sound(words[-1])), []) if len(words) == 2 else []
        if len(fitting) == 1:
            yield key, fitting[0]


def _lead_ins(people: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A name with a stray word or an unknown title before it, and the full name that it ends with."""
    known = set(people)
    for key in people:
        words = key.split()
        for start in range(1, len(words) - 1):
            if " ".join(words[start:]) in known:
                yield key, " ".join(words[start:])
                break


def _acronyms(census: _Census) -> Iterator[tuple[str, str]]:
    """Keys that are the short form of exactly one other body in any article."""
    for short, full in sorted(census.acronyms.items()):
        if short in census.counts and len(full) == 1:
            yield short, next(iter(full))


def _surnames(people: Sequence[str], groups: _Groups) -> Iterator[tuple[str, str]]:
    """Keys of one word and the only person, over all articles, whose last or else first word it is."""
    last: dict[str, set[str]] = defaultdict(set)
    first: dict[str, set[str]] = defaultdict(set)
    for key in people:
        words = key.split()
        if len(words) > 1:
            last[sound(words[-1])].add(groups.canonical(key))
            first[sound(words[0])].add(groups.canonical(key))
    for key in people:
        if " " not in key:
            fitting = last[sound(key)] | first[sound(key)]
            if len(fitting) == 1:
                yield key, min(fitting)
