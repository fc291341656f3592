"""Which names are one body: persons, countries, places and organisations of an article, and over articles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.digest import countries
from bot.digest.countries import Form, country_of, fold
from bot.digest.lexicon import OFFICES, TITLES
from bot.digest.model import Body, BodyKind, Mention, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.language import Paragraph, Parsed

__all__ = ["bodies", "country_of", "unify"]

_KINDS = {
    "PERSON": BodyKind.PERSON,
    "GPE": BodyKind.PLACE,
    "LOC": BodyKind.PLACE,
    "FAC": BodyKind.PLACE,
    "ORG": BodyKind.ORGANISATION,
    "NORP": BodyKind.GROUP,
    "PRODUCT": BodyKind.OTHER,
    "EVENT": BodyKind.OTHER,
    "LAW": BodyKind.OTHER,
    "WORK_OF_ART": BodyKind.OTHER,
}
_SUFFIXES = frozenset("jr sr ii iii iv phd md esq".split())
_COMPANY = frozenset("inc corp co ltd llc plc gmbh ag sa nv limited incorporated corporation company".split())
_SPELLINGS = (("defence", "defense"), ("centre", "center"), ("labour", "labor"), ("organisation", "organization"))
_OFFICE_OF = re.compile(r"^(?:(?P<field>.+) )?(?P<office>ministry|department|bureau|office|agency)$")
_HE_SHE = frozenset("he him his himself she her hers herself".split())
_RELATIVE = frozenset("who whom whose which that".split())
_IT = frozenset("it its itself".split())
_THEY = frozenset("they them their theirs themselves".split())
_SEE_BACK = 3  #: sentences that a pronoun's antecedent may lie back


def bodies(parsed: Parsed) -> tuple[tuple[Body, ...], tuple[Mention, ...]]:
    """The named bodies of an article, and every place where one is named or meant, in the order of the text.

    Mentions may nest: "South Korea's Ministry of Defence" holds a mention of South Korea.
    """
    named = [name for paragraph in parsed.paragraphs for name in _names(paragraph)]
    register = _Register()
    for name in named:
        if name.kind is not BodyKind.PERSON or len(name.words) > 1:
            register.introduce(name)
    placed = [(name, register.place(name)) for name in named]
    found, order = register.finished()
    mentions = [Mention(span=name.span, body=order[index]) for name, index in placed if index in order]
    mentions += _meant(parsed, found, mentions)
    return found, tuple(sorted(mentions, key=lambda mention: (mention.span.start, -mention.span.end)))


def unify(bodies_by_article: Sequence[Sequence[Body]]) -> dict[str, str]:
    """The canonical key of every key over all articles: spelling variants, surnames and acronyms made one.

    Independent of the order of the articles. Two persons who merely share a surname stay two.
    """
    kinds: dict[str, Counter[BodyKind]] = defaultdict(Counter)
    aliases: dict[str, set[str]] = defaultdict(set)
    for article in bodies_by_article:
        for body in article:
            kinds[body.key][body.kind] += 1
            aliases[body.key].update(fold(alias) for alias in body.aliases)
    canonical = {key: key for key in kinds}
    return dict(sorted(canonical.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A name as it stands in the text; ``words`` are its folded words without titles."""

    span: Span
    text: str
    words: tuple[str, ...]
    kind: BodyKind
    key: str


@dataclass(slots=True, kw_only=True)
class _Entry:
    key: str
    kind: BodyKind
    surfaces: Counter[str] = field(default_factory=Counter)
    votes: Counter[BodyKind] = field(default_factory=Counter)


class _Register:
    """The bodies of one article while its names are read."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._by_key: dict[str, int] = {}
        self._people: dict[str, list[int]] = defaultdict(list)
        self._last: dict[str, int] = {}

    def introduce(self, name: _Name) -> int:
        """The entry of a full name, new if need be."""
        if name.key not in self._by_key:
            self._by_key[name.key] = len(self._entries)
            self._entries.append(_Entry(key=name.key, kind=name.kind))
            if name.kind is BodyKind.PERSON and len(name.words) > 1:
                for word in {name.words[0], name.words[-1]}:
                    self._people[word].append(self._by_key[name.key])
        return self._by_key[name.key]

    def place(self, name: _Name) -> int:
        """The entry that this naming belongs to; a short name is that of the person last named in full that fits."""
        index = self._by_key.get(name.key)
        if len(name.words) == 1 and name.words[0] in self._people and name.kind is not BodyKind.COUNTRY:
            word = name.words[0]
            index = self._last.get(word, self._people[word][0])
        if index is None:
            index = self.introduce(name)
        entry = self._entries[index]
        entry.surfaces[name.text] += 1
        entry.votes[name.kind] += 1
        if entry.kind is BodyKind.PERSON and len(name.words) > 1:
            for word in (name.words[0], name.words[-1]):
                self._last[word] = index
        return index

    def finished(self) -> tuple[tuple[Body, ...], dict[int, int]]:
        """The bodies in order of introduction, and where each entry stands among them."""
        found, order = [], {}
        for index, entry in enumerate(self._entries):
            if not entry.surfaces:
                continue
            order[index] = len(found)
            fullest = max(entry.surfaces, key=lambda text: (len(text.split()), entry.surfaces[text], text))
            kind = entry.kind if entry.kind is BodyKind.COUNTRY else entry.votes.most_common(1)[0][0]
            found.append(Body(name=fullest, kind=kind, aliases=tuple(sorted(entry.surfaces)), key=entry.key))
        return tuple(found), order


def _names(paragraph: Paragraph) -> Iterator[_Name]:
    doc = paragraph.doc
    taken = {}
    for start, end, kind in _entities(doc):
        for index in range(start, end):
            taken[index] = (start, end, kind)
    for start, end, country in _countries(doc, taken):
        text = doc[start:end].text
        kind = BodyKind.ORGANISATION if country.union else BodyKind.COUNTRY
        yield _Name(span=_span(paragraph, start, end), text=text, words=(country.key,), kind=kind, key=country.key)
    for start, end, kind in sorted(set(taken.values())):
        text = doc[start:end].text
        if country_of(text) is not None:
            continue
        words = tuple(fold(text).split())
        if kind is BodyKind.PERSON:
            words = person_words(words)
        if not words:
            continue
        key = " ".join(words) if kind is not BodyKind.ORGANISATION else organisation_key(text)
        yield _Name(span=_span(paragraph, start, end), text=text, words=words, kind=kind, key=key)


def person_words(words: Iterable[str]) -> tuple[str, ...]:
    """A person's folded name without initials in the middle and suffixes such as "jr"."""
    kept = [word for word in words if word not in _SUFFIXES]
    return tuple(word for place, word in enumerate(kept) if len(word) > 1 or place in {0, len(kept) - 1})


def organisation_key(name: str) -> str:
    """A comparable key of an organisation: "south korea: ministry of defense" for "South Korea’s Defence Ministry"."""
    words = fold(name).split()
    country, rest = leading_country(words)
    bare = " ".join(word for place, word in enumerate(rest) if place == 0 or word not in _COMPANY)
    for british, american in _SPELLINGS:
        bare = bare.replace(british, american)
    office = _OFFICE_OF.match(bare)
    if office and office["field"] and not office["field"].endswith(" of"):
        bare = f"{office['office']} of {office['field']}"
    return f"{country}: {bare}" if country and bare else bare or country or fold(name)


def leading_country(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The country that folded words open with, and the words after it."""
    for length in range(min(countries.longest(), len(words)), 0, -1):
        opening = " ".join(words[:length]).removesuffix("'s").removesuffix("'")
        key = country_of(opening.upper() if opening in {"us", "uk"} else opening.title())
        if key:
            rest = list(words[length:])
            return key, rest[1:] if rest[:1] == ["'s"] else rest
    return None, list(words)


def _entities(doc: Doc) -> Iterator[tuple[int, int, BodyKind]]:
    for entity in doc.ents:
        kind = _KINDS.get(entity.label_)
        if kind is None:
            continue
        start, end = entity.start, entity.end
        while start < end and (not doc[start].text[0].isalnum() or doc[start].lower_ in {"the", "a", "an"}):
            start += 1
        while end > start and (doc[end - 1].lower_ in {"'s", "’s", "'", "’"} or not doc[end - 1].text[-1].isalnum()):
            end -= 1
        if kind is BodyKind.PERSON:
            while start < end - 1 and _is_title(doc[start]):
                start += 1
            while end < len(doc) and _continues_name(doc[end - 1], doc[end]):
                end += 1
        if start < end and any(token.text[0].isupper() for token in doc[start:end]):
            yield start, end, kind


def _is_title(token: Token) -> bool:
    return token.lower_.rstrip(".") in TITLES or country_of(token.text) is not None or token.text == "of"


def _continues_name(last: Token, token: Token) -> bool:
    return bool(
        token.pos_ == "PROPN" and token.ent_type_ in {"", "PERSON"} and token.text[0].isupper() and last.whitespace_
    )


def _countries(doc: Doc, taken: dict[int, tuple[int, int, BodyKind]]) -> Iterator[tuple[int, int, countries.Country]]:
    opening = countries.opening_words()
    start = 0
    while start < len(doc):
        token = doc[start]
        if not token.text[0].isupper() or fold(token.text).split("'")[0] not in opening:
            start += 1
            continue
        for end in range(min(start + countries.longest(), len(doc)), start, -1):
            found = countries.lookup(doc[start:end].text)
            if found and not _within_person(doc, start, end, taken):
                yield start, end, found
                start = end - 1
                break
        start += 1


def _within_person(doc: Doc, start: int, end: int, taken: dict[int, tuple[int, int, BodyKind]]) -> bool:
    first, last, kind = taken.get(start, (start, end, BodyKind.OTHER))
    return kind is BodyKind.PERSON and last - first > end - start


def _span(paragraph: Paragraph, start: int, end: int) -> Span:
    first, last = paragraph.doc[start], paragraph.doc[end - 1]
    return Span(start=paragraph.start + first.idx, end=paragraph.start + last.idx + len(last))


def _meant(parsed: Parsed, found: Sequence[Body], mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Pronouns and short forms ("the ministry") resolved to the body last named that fits."""
    by_start = {mention.span.start: mention for mention in mentions}
    person: tuple[int, int] | None = None
    office: dict[str, int] = {}
    number = 0
    for paragraph in parsed.paragraphs:
        for token in paragraph.doc:
            number += bool(token.is_sent_start)
            offset = paragraph.start + token.idx
            mention = by_start.get(offset)
            if mention is not None:
                body = found[mention.body]
                if body.kind is BodyKind.PERSON:
                    person = (mention.body, number)
                elif body.kind is BodyKind.ORGANISATION:
                    for word in body.key.replace(":", "").split():
                        if word in OFFICES:
                            office[word] = mention.body
            elif token.lower_ in _HE_SHE and person and number - person[1] <= _SEE_BACK:
                yield Mention(span=Span(start=offset, end=offset + len(token)), body=person[0], pronoun=True)
            elif token.lower_ in office and token.i and paragraph.doc[token.i - 1].lower_ == "the":
                start = paragraph.start + paragraph.doc[token.i - 1].idx
                yield Mention(span=Span(start=start, end=offset + len(token)), body=office[token.lower_])
