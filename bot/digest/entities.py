"""Which names are one body: persons, countries, places and organisations of an article, and over articles."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.digest.countries import country_of, fold
from bot.digest.model import Body, BodyKind, Mention, Span
from bot.digest.names import Name, names
from bot.digest.reference import meant
from bot.digest.unification import unify

if TYPE_CHECKING:
    from spacy.tokens import Token

    from bot.digest.language import Paragraph, Parsed

__all__ = ["bodies", "country_of", "unify"]

_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "poss", "pobj", "dobj", "conj"})


def bodies(parsed: Parsed) -> tuple[tuple[Body, ...], tuple[Mention, ...]]:
    """The named bodies of an article, and every place where one is named or meant, in the order of the text.

    Mentions may nest: "Norland's Ministry of Fisheries" holds a mention of Norland.
    """
    register = _Register()
    found = [names(paragraph) for paragraph in parsed.paragraphs]
    every = [name for several in found for name in several]
    votes = Counter((name.key, name.kind is BodyKind.PERSON) for name in every)
    for name in every:
        register.introduce(name, person=votes[name.key, True] >= votes[name.key, False])
    placed = []
    for paragraph, several in zip(parsed.paragraphs, found, strict=True):
        here = [*several, *_overlooked(paragraph, several, register)]
        here.sort(key=lambda name: (name.span.start, -name.span.end))
        placed += [(name, register.place(name)) for name in here]
    listed, order = register.finished()
    named = [(name, Mention(span=name.span, body=order[entry])) for name, entry in placed]
    mentions = [mention for _, mention in named]
    mentions += meant(parsed, listed, named)
    return listed, tuple(sorted(mentions, key=lambda mention: (mention.span.start, -mention.span.end)))


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A body while the names are read; ``words`` are those of its full name."""

    key: str
    kind: BodyKind
    words: tuple[str, ...]
    surfaces: Counter[str] = field(default_factory=Counter)
    votes: Counter[BodyKind] = field(default_factory=Counter)


class _Register:
    """The bodies of one article while its names are read."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._by_key: dict[str, int] = {}
        self._by_acronym: dict[str, int] = {}
        self._people: dict[str, list[int]] = defaultdict(list)
        self._last: dict[str, int] = {}

    def introduce(self, name: Name, *, person: bool) -> None:
        """Notes a full name before the text is read, so that a short form may come first.

        ``person``: most of the article's namings take it for a person.
        """
        if name.kind is BodyKind.PERSON and len(name.words) < 2:
            return
        index = self._entry(name)
        entry = self._entries[index]
        if name.kind is BodyKind.PERSON and person and entry.kind is not BodyKind.COUNTRY:
            entry.kind = BodyKind.PERSON
            for word in dict.fromkeys((name.words[0], name.words[-1])):
                if index not in self._people[word] and not _is_initials(name, word):
                    self._people[word].append(index)
        if name.acronym:
            self._by_acronym.setdefault(name.acronym, index)
        elif name.kind is BodyKind.ORGANISATION and len(name.words) > 2:
            self._by_acronym.setdefault(_initials(name.text), index)

    def is_short_for_someone(self, word: str) -> bool:
        """Whether a folded word is the first or last name of a person whom the article names in full."""
        return word in self._people

    def is_acronym(self, word: str) -> bool:
        """Whether the article introduced ``word`` in brackets after a name, or it is made of a name's initials."""
        return len(word) > 1 and word.isupper() and word in self._by_acronym

    def place(self, name: Name) -> int:
        """The entry that this naming belongs to; a short name is that of the person last named in full that fits."""
        index = self._by_acronym.get(name.text.replace(".", "")) if len(name.words) == 1 else None
        if index is None and len(name.words) == 1 and name.kind is not BodyKind.COUNTRY and not name.seat:
            fitting = self._people.get(name.words[0])
            if fitting:
                index = self._last.get(name.words[0], fitting[0])
        if index is None:
            index = self._entry(name)
        entry = self._entries[index]
        entry.surfaces[name.text] += 1
        entry.votes[name.kind] += 1
        if entry.kind is BodyKind.PERSON:
            for word in {entry.words[0], entry.words[-1]} if len(name.words) > 1 else ():
                self._last[word] = index
        return index

    def finished(self) -> tuple[tuple[Body, ...], dict[int, int]]:
        """The bodies in order of introduction, and where each entry stands among them."""
        listed: list[Body] = []
        order: dict[int, int] = {}
        for index, entry in enumerate(self._entries):
            if entry.surfaces:
                order[index] = len(listed)
                listed.append(_body(entry))
        return tuple(listed), order

    def _entry(self, name: Name) -> int:
        key = name.key
        if key not in self._by_key:
            self._by_key[key] = len(self._entries)
            self._entries.append(_Entry(key=key, kind=name.kind, words=name.words))
        return self._by_key[key]


def _body(entry: _Entry) -> Body:
    fullest = max(entry.surfaces, key=lambda text: (len(text.split()), entry.surfaces[text], text))
    settled = entry.kind in {BodyKind.COUNTRY, BodyKind.PERSON}
    kind = entry.kind if settled else entry.votes.most_common(1)[0][0]
    return Body(name=fullest, kind=kind, aliases=tuple(sorted(entry.surfaces)), key=entry.key)


def _is_initials(name: Name, word: str) -> bool:
    """Whether a word of a mixed-case name is in capitals, so that it is no surname ("Indiana GOP")."""
    return word.upper() in name.text.split() and not name.text.isupper() and len(word) > 1


def _initials(text: str) -> str:
    return "".join(word[0] for word in text.split() if word[0].isupper())


def _overlooked(paragraph: Paragraph, found: Sequence[Name], register: _Register) -> Iterator[Name]:
    """Short names of known persons and bodies that the model did not see as names."""
    starts = [name.span.start for name in found]
    reach: list[int] = []
    for name in found:
        reach.append(max(name.span.end, reach[-1]) if reach else name.span.end)
    for token in paragraph.doc:
        if not token.text[0].isupper():
            continue
        word = fold(token.text)
        person = register.is_short_for_someone(word) and _may_name(token)
        if not person and not register.is_acronym(token.text):
            continue
        offset = paragraph.start + token.idx
        before = bisect_right(starts, offset)
        if before and reach[before - 1] > offset:
            continue
        yield Name(
            span=Span(start=offset, end=offset + len(token)),
            text=token.text,
            words=(word,),
            kind=BodyKind.PERSON if person else BodyKind.ORGANISATION,
            key=word,
        )


def _may_name(token: Token) -> bool:
    """Whether a capitalised word may be a name: at a sentence's start the model often takes a rare one for a noun."""
    return token.pos_ == "PROPN" or (token.pos_ == "NOUN" and token.dep_ in _ARGUMENTS)
