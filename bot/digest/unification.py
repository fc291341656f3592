"""One key for one body over all articles: spelling variants, surnames and acronyms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

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
    unification = Unification()
    for bodies in bodies_by_article:
        unification.add(bodies)
    same = unification.same()
    return {key: same.get(key, key) for key in sorted({body.key for bodies in bodies_by_article for body in bodies})}


class Unification:
    """The bodies of a growing story; adding an article costs what the article names, not what the story does."""

    def __init__(self) -> None:
        self._census = _Census()
        self._people = _People()
        self._organisations = _Alike(words=1)

    def add(self, bodies: Iterable[Body]) -> None:
        """Counts the bodies of one article."""
        for body in bodies:
            known = body.key in self._census.counts
            before = self._census.kind(body.key) if known else None
            self._census.count(body)
            after = self._census.kind(body.key)
            if before is not after:
                for kind, names in ((BodyKind.PERSON, self._people), (BodyKind.ORGANISATION, self._organisations)):
                    if before is kind:
                        names.remove(body.key)
                    elif after is kind:
                        names.add(body.key)

    def same(self) -> dict[str, str]:
        """The canonical key of every key that is not its own."""
        groups = _Groups(self._census.counts)
        for one, other in (*self._people.pairs(), *self._organisations.pairs()):
            groups.join(one, other)
        for short, full in (*_acronyms(self._census), *self._people.surnames(groups)):
            groups.join(short, full)
        return groups.renamed()


@dataclass(slots=True, kw_only=True)
class _Census:
    """How often each key stands in the articles, as what, and under which short forms."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[BodyKind]] = field(default_factory=dict)
    acronyms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def count(self, body: Body) -> None:
        """Counts one article's body."""
        self.counts[body.key] += 1
        self.kinds.setdefault(body.key, Counter())[body.kind] += 1
        for alias in body.aliases:
            short = alias.replace(".", "")
            if short.isupper() and _abbreviates(short.lower(), body.key):
                self.acronyms[fold(alias)].add(body.key)

    def kind(self, key: str) -> BodyKind:
        """What most articles take the body for."""
        votes = self.kinds[key]
        return next(iter(votes)) if len(votes) == 1 else min(votes, key=lambda kind: (-votes[kind], kind.value))


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
        self._parent: dict[str, str] = {}
        self._best: dict[str, str] = {}

    def root(self, key: str) -> str:
        """The key that stands for the group inside this object."""
        parent = self._parent
        while (above := parent.get(key, key)) != key:
            parent[key] = parent.get(above, above)
            key = above
        return key

    def join(self, one: str, other: str) -> None:
        """Makes the two keys' groups one."""
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._best[first] = max(self.canonical(first), self.canonical(second), key=self._rank)
            self._parent[second] = first

    def canonical(self, key: str) -> str:
        """The key that the group is known by."""
        root = self.root(key)
        return self._best.get(root, root)

    def renamed(self) -> dict[str, str]:
        """The canonical key of every joined key that is known by another."""
        canonical = {key: self.canonical(key) for key in {*self._parent, *self._best}}
        return {key: known for key, known in sorted(canonical.items()) if key != known}

    def _rank(self, key: str) -> tuple[bool, int, int, tuple[int, ...]]:
        return " " in key, self._counts[key], len(key), tuple(-ord(letter) for letter in key)


class _Alike:
    """Keys by how they sound, those of at least so many words."""

    def __init__(self, *, words: int) -> None:
        self._words = words
        self._heard: dict[str, set[str]] = defaultdict(set)

    def add(self, key: str) -> None:
        """Puts the key among those that sound the same."""
        if self._counts(key):
            self._heard[_heard(key)].add(key)

    def remove(self, key: str) -> None:
        """Takes it away again."""
        if self._counts(key):
            self._heard[_heard(key)].discard(key)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The keys that sound the same, each with the first of them."""
        for keys in self._heard.values():
            if len(keys) > 1:
                first = min(keys)
                yield from ((first, key) for key in keys if key != first)

    def _counts(self, key: str) -> bool:
        return len(key) >= _NAMES and len(key.split()) >= self._words


class _People:
    """The keys that stand for persons, by their names."""

    def __init__(self) -> None:
        self._alike = _Alike(words=2)
        self._all: set[str] = set()
        self._single: set[str] = set()  # names of one word
        self._long: set[str] = set()  # names of more than two
        self._by_part: dict[tuple[int, str], set[str]] = defaultdict(set)  # names of two words by one of them
        self._by_ends: dict[tuple[str, str], set[str]] = defaultdict(set)  # names of more by the first and last
        self._by_end: dict[str, set[str]] = defaultdict(set)  # all but the single ones by the first, and by the last
        self._near: dict[str, set[str]] = defaultdict(set)

    def add(self, key: str) -> None:
        """Makes the key one of a person."""
        words = key.split()
        self._all.add(key)
        self._alike.add(key)
        if len(words) == 2:
            self._near[key] = set(self._one_letter_off(words))
            for other in self._near[key]:
                self._near[other].add(key)
        for index in self._indexes(words):
            index.add(key)

    def remove(self, key: str) -> None:
        """Makes it none."""
        self._all.discard(key)
        self._alike.remove(key)
        for other in self._near.pop(key, ()):
            self._near[other].discard(key)
        for index in self._indexes(key.split()):
            index.discard(key)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Pairs of keys that are one person by themselves."""
        yield from self._alike.pairs()
        for key, others in self._near.items():
            yield from ((key, other) for other in others)
        yield from self._middle_names()
        yield from self._lead_ins()

    def surnames(self, groups: _Groups) -> Iterator[tuple[str, str]]:
        """Keys of one word and the only person, over all articles, whose last or else first word it is."""
        for key in self._single:
            fitting: set[str] = set()
            for full in self._by_end.get(sound(key), ()):
                fitting.add(groups.canonical(full))
                if len(fitting) > 1:
                    break
            if len(fitting) == 1:
                yield key, fitting.pop()

    def _indexes(self, words: Sequence[str]) -> Iterator[set[str]]:
        """Where a name of these words belongs."""
        if len(words) < 2:
            yield self._single
            return
        first, last = sound(words[0]), sound(words[-1])
        yield self._by_end[first]
        yield self._by_end[last]
        if len(words) == 2:
            yield self._by_part[0, first]
            yield self._by_part[1, last]
        else:
            yield self._long
            yield self._by_ends[first, last]

    def _one_letter_off(self, words: Sequence[str]) -> Iterator[str]:
        """The known names of two words alike but for one letter inside one long word."""
        sounds = [sound(word) for word in words]
        for place in (0, 1):
            for other in self._by_part.get((place, sounds[place]), ()):
                if _nearly_same(sounds[1 - place], sound(other.split()[1 - place])):
                    yield other

    def _middle_names(self) -> Iterator[tuple[str, str]]:
        """A name of two words, and the only longer one that begins and ends as it does."""
        for (first, last), longer in self._by_ends.items():
            if len(longer) == 1:
                (full,) = longer
                fitting = self._by_part.get((0, first), set()) & self._by_part.get((1, last), set())
                yield from ((key, full) for key in fitting)

    def _lead_ins(self) -> Iterator[tuple[str, str]]:
        """A name with a stray word or an unknown title before it, and the full name that it ends with."""
        for key in self._long:
            words = key.split()
            for start in range(1, len(words) - 1):
                ending = " ".join(words[start:])
                if ending in self._all:
                    yield key, ending
                    break


@lru_cache(maxsize=1 << 16)
def sound(words: str) -> str:
    """A spelling that transliterations of one name share: without spaces, doubled letters and vowel digraphs."""
    bare = fold(words).replace(" ", "")
    for pattern, spelling in _SOUNDS:
        bare = pattern.sub(spelling, bare)
    return bare


def _heard(key: str) -> str:
    """How a key sounds; what stands before a colon is kept as it is."""
    before, _, name = key.rpartition(": ")
    return before + sound(name)


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


def _acronyms(census: _Census) -> Iterator[tuple[str, str]]:
    """Keys that are the short form of exactly one other body in any article."""
    for short, full in sorted(census.acronyms.items()):
        if short in census.counts and len(full) == 1:
            yield short, next(iter(full))
