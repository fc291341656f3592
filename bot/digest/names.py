"""Where an article names persons, countries, places and organisations, and the comparable form of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digest import countries
from bot.digest.countries import Country, Form, country_of, fold
from bot.digest.lexicon import OFFICES, PORTFOLIOS, TITLES
from bot.digest.model import BodyKind, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.language import Paragraph

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
_SPELLINGS = (
    (re.compile(r"\bdefence\b"), "defense"),
    (re.compile(r"\bcentre\b"), "center"),
    (re.compile(r"\blabour\b"), "labor"),
    (re.compile(r"\borganisation\b"), "organization"),
    (re.compile(r"\bprogramme\b"), "program"),
)
_MINISTRIES = frozenset({"ministry", "department"})
_PORTFOLIO_NAMES = {"foreign": "foreign affairs", "home": "home affairs"}
_REGIONS = frozenset(
    "region province oblast district county state prefecture city town village area valley island peninsula border "
    "governorate department canton municipality".split()
)
_PLACED = frozenset("in near at around across throughout into towards toward from outside inside".split())
_NOT_NAMES = frozenset("VERB CCONJ SCONJ ADP AUX ADV NUM DET PRON PUNCT".split())
_INSIDE = frozenset("in at near around across throughout outside inside into through".split())
_VISITS = frozenset("visit leave reach enter tour attack bomb hit strike shell flood shake rock".split())
_MOVES = frozenset(
    "go come travel fly return drive arrive head move walk march visit trip flight journey sail evacuate flee".split()
)
_JOINS = frozenset("-‐‑–")
_SYLLABLE = 5  #: letters of a given name's second half
_PARTICIPLES = frozenset("led era run born old made held like style based wide free type ally aide owned era".split())
_LONGEST_NAME = 5  #: words of a person's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it stands in the text.

    ``words`` are its folded words, a person's without titles; ``titles`` are the title words before it. ``seat``: a
    capital or a palace that may speak for its country. ``acronym`` is the short form that follows it in brackets.
    """

    span: Span
    text: str
    words: tuple[str, ...]
    kind: BodyKind
    key: str
    titles: tuple[str, ...] = ()
    seat: bool = False
    acronym: str | None = None


def names(paragraph: Paragraph) -> list[Name]:
    """Every name of a paragraph in the order of the text; a name may hold a country's name."""
    doc = paragraph.doc
    parts = _entities(doc)
    owner = [-1] * len(doc)
    for index, (start, end, _) in enumerate(parts):
        for place in range(start, end):
            owner[place] = index
    lands = list(_countries(doc, parts, owner))
    ends = {end: start for start, end, _ in lands}
    found = [_land(paragraph, start, end, country) for start, end, country in lands]
    for start, end, kind in parts:
        name = _name(paragraph, start, end, kind, ends)
        if name is not None:
            found.append(name)
    return sorted(found, key=lambda name: (name.span.start, -name.span.end))


def person_words(words: Iterable[str]) -> tuple[str, ...]:
    """A person's folded name without initials in the middle and suffixes such as "jr"."""
    kept = [word for word in words if word not in _SUFFIXES]
    return tuple(word for place, word in enumerate(kept) if len(word) > 1 or place in {0, len(kept) - 1})


def organisation_key(name: str) -> str:
    """A comparable key of an organisation: "norland: ministry of defense" for "Norland’s Defence Ministry"."""
    land, rest = leading_country(name)
    words = fold(rest).split()
    bare = office_words(" ".join(word for place, word in enumerate(words) if place == 0 or word not in _COMPANY))
    if land is None:
        return bare or fold(name)
    if not bare:
        return land
    return f"{land}: {bare}" if OFFICES.intersection(bare.split()) else fold(name)


def office_words(bare: str) -> str:
    """An office's folded name in one spelling and order: "ministry of defense" for "defence ministry".

    Words before the portfolio are whose office it is: "springfield: department of health".
    """
    for pattern, spelling in _SPELLINGS:
        bare = pattern.sub(spelling, bare)
    words = bare.split()
    if len(words) < 2 or words[-1] not in _MINISTRIES or "of" in words:
        return bare
    first = len(words) - 1
    while first > 0 and (words[first - 1] in PORTFOLIOS or words[first - 1] == "and"):
        first -= 1
    field = " ".join(words[first:-1])
    if not field:
        return bare
    owner = " ".join(words[:first])
    named = f"{words[-1]} of {_PORTFOLIO_NAMES.get(field, field)}"
    return f"{owner}: {named}" if owner else named


def leading_country(name: str) -> tuple[str | None, str]:
    """The key of the country whose name, possessive or demonym opens ``name``, and the rest of it."""
    words = name.split()
    for length in range(min(countries.longest(), len(words)), 0, -1):
        key = country_of(" ".join(words[:length]))
        if key:
            return key, " ".join(words[length:])
    return None, name


def _name(paragraph: Paragraph, start: int, end: int, kind: BodyKind, lands: dict[int, int]) -> Name | None:
    doc = paragraph.doc
    text = doc[start:end].text
    if country_of(text) is not None:
        return None
    titles: tuple[str, ...] = ()
    words = tuple(fold(text).split())
    if kind is BodyKind.PERSON:
        words, titles = person_words(words), _titles(doc, start)
        key = " ".join(words)
    elif kind is BodyKind.ORGANISATION:
        start = _with_country(doc, start, end, lands)
        text = doc[start:end].text
        key = organisation_key(text)
    else:
        key = " ".join(words)
    if not words:
        return None
    span = paragraph.span(doc[start:end])
    return Name(span=span, text=text, words=words, kind=kind, key=key, titles=titles, acronym=_acronym(doc, end, words))


def _land(paragraph: Paragraph, start: int, end: int, country: Country) -> Name:
    if country.form is Form.SEAT and _is_scene(paragraph.doc[start:end].root):
        text = paragraph.doc[start:end].text
        words = tuple(fold(text).split())
        span = paragraph.span(paragraph.doc[start:end])
        return Name(span=span, text=text, words=words, kind=BodyKind.PLACE, key=" ".join(words))
    kind = BodyKind.ORGANISATION if country.union else BodyKind.COUNTRY
    return Name(
        span=paragraph.span(paragraph.doc[start:end]),
        text=paragraph.doc[start:end].text,
        words=(country.key,),
        kind=kind,
        key=country.key,
        seat=country.form is Form.SEAT,
        acronym=_acronym(paragraph.doc, end, tuple(country.key.split())),
    )


def _is_scene(seat: Token) -> bool:
    """Whether something happens in a capital or palace, so that it is a place and does not speak for its country."""
    while seat.dep_ in {"conj", "appos"}:
        seat = seat.head
    if seat.dep_ == "pobj":
        return seat.head.lower_ in _INSIDE or (seat.head.lower_ in {"to", "from"} and seat.head.head.lemma_ in _MOVES)
    return seat.dep_ == "dobj" and seat.head.lemma_ in _VISITS


def _with_country(doc: Doc, start: int, end: int, lands: dict[int, int]) -> int:
    """Where an office's name begins if the country before it belongs to it ("Norland’s Ministry of Fisheries")."""
    before = start - 1 if start and doc[start - 1].lower_ in {"'s", "’s", "'", "’"} else start
    if before in lands and OFFICES.intersection(token.lower_ for token in doc[start:end]):
        return lands[before]
    return start


def _acronym(doc: Doc, end: int, words: Sequence[str]) -> str | None:
    """The short form in brackets after a name, if its letters are the name's."""
    if end + 2 >= len(doc) or doc[end].text != "(" or doc[end + 2].text != ")":
        return None
    short = doc[end + 1].text.replace(".", "")
    fits = short[:1].lower() in {word[:1] for word in words}
    return short if fits and 2 <= len(short) <= 8 and sum(letter.isupper() for letter in short) > 1 else None


def _titles(doc: Doc, start: int) -> tuple[str, ...]:
    """The title words right before a person's name, nearest last."""
    first = start
    while first > 0 and start - first < 6 and _is_title(doc[first - 1]):
        first -= 1
    return tuple(token.lower_.rstrip(".") for token in doc[first:start] if token.lower_.rstrip(".") in TITLES)


def _is_title(token: Token) -> bool:
    word = token.lower_.rstrip(".")
    return (
        word in TITLES
        or word.removesuffix("s") in TITLES
        or (token.lower_ == "of" and token.i > 0 and _is_title(token.doc[token.i - 1]))
    )


def _entities(doc: Doc) -> list[tuple[int, int, BodyKind]]:
    found: list[tuple[int, int, BodyKind]] = []
    for entity in doc.ents:
        kind = _KINDS.get(entity.label_)
        if kind is None:
            continue
        start, end = _trimmed(doc, max(entity.start, found[-1][1] if found else 0), entity.end)
        if start >= end or not any(token.text[0].isupper() for token in doc[start:end]):
            continue
        if kind is BodyKind.ORGANISATION and end - start == 1 and _part_of_title(doc[start]):
            continue
        if kind is not BodyKind.PERSON:
            tail = _after_title(doc, start, end)
            kind, start = (BodyKind.PERSON, tail) if tail else (kind, start)
        if kind is BodyKind.PERSON or _titled(doc, start, end):
            kind = BodyKind.PERSON
            start, end = _whole_person(doc, start, end)
        elif kind in {BodyKind.OTHER, BodyKind.ORGANISATION} and _looks_like_place(doc, start, end):
            kind = BodyKind.PLACE
        if start < end:
            found.append((start, end, kind))
    return found


def _trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    while start < end and (not doc[start].text[0].isalnum() or doc[start].lower_ in {"the", "a", "an"}):
        start += 1
    while end > start and (doc[end - 1].lower_ in {"'s", "’s", "'", "’"} or not doc[end - 1].text[-1].isalnum()):
        end -= 1
    return start, end


def _part_of_title(token: Token) -> bool:
    """Whether a lone word stands in a title before a name ("Secretary of State Smith")."""
    return token.i > 1 and token.doc[token.i - 1].lower_ == "of" and _is_title(token.doc[token.i - 2])


def _after_title(doc: Doc, start: int, end: int) -> int | None:
    """Where the person begins in a name that opens with his office ("Springfield Mayor Joe Quimby")."""
    for place in range(end - 2, start + 1, -1):
        if _is_title(doc[place - 1]) and doc[place - 1].text[0].isupper():
            tail = doc[place:end]
            whole = all(token.pos_ == "PROPN" for token in tail) and end - place <= _LONGEST_NAME
            return place if whole and not OFFICES.intersection(token.lower_ for token in tail) else None
    return None


def _titled(doc: Doc, start: int, end: int) -> bool:
    """Whether what the model takes for something else follows a title as a person's name does."""
    return (
        start > 0
        and doc[start - 1].lower_.rstrip(".") in TITLES
        and doc[start - 1].text[0].isupper()
        and end - start <= _LONGEST_NAME
        and not OFFICES.intersection(token.lower_ for token in doc[start:end])
        and all(token.pos_ in {"PROPN", "PUNCT"} for token in doc[start:end])
    )


def _looks_like_place(doc: Doc, start: int, end: int) -> bool:
    follows = end < len(doc) and doc[end].lower_ in _REGIONS
    return follows or (end - start == 1 and start > 0 and doc[start - 1].lower_ in _PLACED and not doc[start].is_upper)


def _whole_person(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """The whole name where the model cut it: names are chains of compounds."""
    while start < end - 1 and (
        _is_title(doc[start]) or country_of(doc[start].text) is not None or doc[start].pos_ in _NOT_NAMES
    ):
        start += 1
    while end - 1 > start and doc[end - 1].pos_ in _NOT_NAMES:
        end -= 1
    start = max((place + 1 for place in range(start, end - 1) if _is_title(doc[place])), default=start)
    while start < end - 1 and doc[start].lower_ == "of":
        start += 1
    last = doc[end - 1]
    while last.dep_ == "compound" and last.head.i > last.i and last.head.i < start + _LONGEST_NAME + 1:
        last = last.head
        if not all(_in_name(token) and not _is_title(token) for token in doc[end : last.i + 1]):
            break
        end = last.i + 1
    if end + 1 < len(doc) and doc[end].text in _JOINS and _is_syllable(doc[end + 1]) and not doc[end - 1].whitespace_:
        end += 2
    while start > 0 and doc[start - 1].dep_ == "compound" and doc[start - 1].head.i == end - 1:
        token = doc[start - 1]
        if not _in_name(token) or _is_title(token) or country_of(token.text) is not None or end - start >= 4:
            break
        if token.lower_ in OFFICES or token.ent_type_ not in {"", "PERSON"} or doc[max(start - 2, 0)].text == "of":
            break
        start -= 1
    return start, end


def _is_syllable(token: Token) -> bool:
    """Whether a word after a hyphen is the rest of a given name ("Ji-won") and no participle ("Smith-led")."""
    joined = not token.doc[token.i - 1].whitespace_
    return joined and token.text.isalpha() and len(token) <= _SYLLABLE and token.lower_ not in _PARTICIPLES


def _in_name(token: Token) -> bool:
    if token.text in _JOINS:
        return not token.whitespace_ and token.i > 0 and not token.doc[token.i - 1].whitespace_
    joined = token.i > 0 and token.doc[token.i - 1].text in _JOINS
    return token.pos_ == "PROPN" and (token.text[0].isupper() or joined)


def _countries(
    doc: Doc, parts: Sequence[tuple[int, int, BodyKind]], owner: Sequence[int]
) -> Iterator[tuple[int, int, Country]]:
    opening = countries.opening_words()
    start = 0
    while start < len(doc):
        token = doc[start]
        if not token.text[0].isupper() or fold(token.text) not in opening:
            start += 1
            continue
        for end in range(min(start + countries.longest(), len(doc)), start, -1):
            last = doc[end - 1]
            if not last.text[0].isalnum() or last.lower_ in {"'s", "’s"}:
                continue
            found = countries.lookup(doc[start:end].text)
            if found and not _within_name(start, end, parts, owner):
                yield start, end, found
                start = end - 1
                break
        start += 1


def _within_name(start: int, end: int, parts: Sequence[tuple[int, int, BodyKind]], owner: Sequence[int]) -> bool:
    """Whether a country's name is only part of a person's or a place's ("Michael Jordan", "Georgia State")."""
    if owner[start] < 0:
        return False
    first, last, kind = parts[owner[start]]
    return kind in {BodyKind.PERSON, BodyKind.PLACE} and last - first > end - start
