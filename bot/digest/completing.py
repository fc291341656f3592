"""What a figure takes from its neighbours: the owner of its whole, the place of its twin, the name behind a pronoun."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.digest.countries import Form, lookup
from bot.digest.model import Body, BodyKind, Figure, Mention, Span
from bot.digest.place_phrases import place_key

if TYPE_CHECKING:
    from bot.digest.language import Parsed

_OTHER_CLAUSE = re.compile(
    r";|\band that\b"
    r"|\b(?:though|although|but|while|whereas|said|says|confirmed|told|suggests?|warn(?:s|ed)|estimates?)\b"
)
_IN = re.compile(r"\b(?:in|at|near|on|to|into|around|outside)\s+(?:the\s+)?$", re.IGNORECASE)
_TWINS = 70  #: characters that may lie between two numbers that share a place
PRONOUNS = frozenset({"it", "its", "they", "their", "his", "her", "our", "who", "which"})


def completed(
    figures: Sequence[Figure], parsed: Parsed, bodies: Sequence[Body], mentions: Sequence[Mention]
) -> Iterator[Figure]:
    """The figures, each with what its neighbours lend it; the order is kept."""
    text = parsed.article.text
    meant = {mention.span.start: mention.body for mention in mentions if mention.pronoun}
    places = [
        mention.span
        for mention in mentions
        if not mention.pronoun and bodies[mention.body].kind in {BodyKind.PLACE, BodyKind.COUNTRY}
        if not _is_demonym(mention.span.of(text))
    ]
    named: list[Figure] = []
    for figure in figures:
        named.append(_there(_named(figure, text, bodies, meant), parsed, named, places))
    done: list[Figure] = []
    for index, figure in enumerate(named):
        found = figure
        if found.place is None and found.part_of is None:
            found = _placed_with_twin(found, index, named, parsed)
        whole = done[found.part_of] if found.part_of is not None and found.part_of < len(done) else None
        if whole is not None and whole.sentence == found.sentence:
            found = replace(found, speaker=found.speaker or whole.speaker)
            if found.place is None and whole.place is not None and _is_included(whole, found, text):
                found = replace(found, place=whole.place, place_key=whole.place_key)
        if found.speaker is None and done and _are_twins(done[-1], found, text):
            found = replace(found, speaker=done[-1].speaker)
        if found.whose is None and done:
            found = _owned_with_unit(_owned_with_whole(found, done), done[-1], text)
        done.append(found)
    yield from done


def _is_demonym(words: str) -> bool:
    """Whether a country is named by its people, so that nobody is "there": "an Egyptian"."""
    found = lookup(words)
    return found is not None and found.form is Form.DEMONYM


def _is_country(words: str) -> bool:
    """Whether words name a country, which can speak and be a place at once: "Chad said that 12 had died there"."""
    found = lookup(words)
    return found is not None and found.form is Form.NAME


def _named(figure: Figure, text: str, bodies: Sequence[Body], meant: dict[int, int]) -> Figure:
    """A figure whose owner is a pronoun gets the key of the body that is meant, else that of its single speaker."""
    if figure.whose is None or figure.whose.of(text).lower() not in PRONOUNS:
        return figure
    body = meant.get(figure.whose.start)
    if body is not None:
        return replace(figure, whose_key=bodies[body].key)
    own = figure.speaker.parties if figure.speaker is not None and figure.speaker.span.end <= figure.whose.start else ()
    return replace(figure, whose_key=own[0] if len(own) == 1 else None)


def _there(figure: Figure, parsed: Parsed, earlier: Sequence[Figure], places: Sequence[Span]) -> Figure:
    """ "There" becomes the place named before it in its sentence, else that of the figure before it, else the last."""
    text = parsed.article.text
    if figure.place is None or figure.place.of(text).lower() != "there":
        return figure
    start = parsed.sentences[figure.sentence].span.start
    at = bisect_left(places, figure.place.start, key=lambda span: span.start)
    apart = [span for span in (figure.whose, figure.speaker.span if figure.speaker is not None else None) if span]
    named_alone = [place for place in places[:at] if not text.startswith(("'s", "’s"), place.end)]
    before = [place for place in named_alone if not any(place.meets(one) for one in apart)]
    own = [place for place in before if place.start >= start]
    speaking = [place for place in named_alone if place.start >= start and _is_country(place.of(text))]
    inside = [place for place in own if _IN.search(text[start : place.start])]
    words = parsed.tokens_of(parsed.sentences[figure.sentence])
    named = [
        Span(start=start + ent.start_char - words.start_char, end=start + ent.end_char - words.start_char)
        for ent in words.ents
        if ent.label_ == "GPE" and _IN.search(words.text[: ent.start_char - words.start_char])
    ]
    inside = inside or [place for place in named if place.end <= figure.place.start]
    near = [one.place for one in earlier if one.place is not None and figure.sentence - one.sentence <= 1]
    told = [place for place in near if place.of(text).lower() != "there"]
    found = next((held[-1] for held in (inside, own, told, speaking, before, places[:at]) if held), None)
    if found is None:
        return replace(figure, place=None, place_key=None)
    return replace(figure, place=found, place_key=place_key(found.of(text)))


def _has_subject(parsed: Parsed, one: Figure, other: Figure) -> bool:
    """Whether something else acts between two numbers: "a quake killed 12 in Chile and *a flood* killed 30"."""
    paragraph = parsed.paragraphs[parsed.sentences[one.sentence].paragraph]
    first, second = sorted((one.surface, other.surface))
    if first.end >= second.start:
        return False
    between = paragraph.tokens(Span(start=first.end, end=second.start))
    number = paragraph.tokens(second).start
    joined = next((token.i for token in between if token.pos_ == "CCONJ"), number)
    return any(token.dep_ == "nsubj" and joined < token.i and token.head.i < number for token in between)


def _placed_with_twin(figure: Figure, index: int, figures: Sequence[Figure], parsed: Parsed) -> Figure:
    """A figure without a place takes that of the number beside it: "killing 12 and wounding 30 in Aden"."""
    text = parsed.article.text
    for near in (index - 1, index + 1):
        twin = figures[near] if 0 <= near < len(figures) else None
        part = twin is not None and twin.part_of is not None
        if twin is not None and twin.place is not None and not part and _are_twins(twin, figure, text):
            if _has_subject(parsed, twin, figure):
                continue
            return replace(figure, place=twin.place, place_key=twin.place_key)
    return figure


def _are_twins(one: Figure, other: Figure, text: str) -> bool:
    """Whether two numbers stand side by side in one clause."""
    if one.sentence != other.sentence or one.tracker != other.tracker:
        return False
    first, second = sorted((one.number, other.number))
    between = text[first.end : second.start]
    return len(between) <= _TWINS and not _OTHER_CLAUSE.search(between) and (" and " in between or "," in between)


def _is_included(whole: Figure, part: Figure, text: str) -> bool:
    """Whether a part follows its whole's place: "killed 20 people *in Aden*, including 12 children"."""
    return (
        whole.place is not None
        and whole.number.end <= whole.place.start
        and whole.place.end <= part.number.start
        and "includ" in text[whole.place.end : part.number.start]
    )


def _owned_with_unit(figure: Figure, before: Figure, text: str) -> Figure:
    """A number that shares the unit of the one before shares its owner: "ten U.S. sailors died, *five* were hurt"."""
    if (
        figure.whose is not None
        or figure.unit is not None
        or before.unit is None
        or before.unit_noun != figure.unit_noun
    ):
        return figure
    if not _are_twins(before, figure, text) and not (figure.delta and before.sentence == figure.sentence):
        return figure
    return replace(figure, whose=before.whose, whose_key=before.whose_key)


def _owned_with_whole(figure: Figure, done: Sequence[Figure]) -> Figure:
    """A part belongs to the owner of its whole; a strength to the owner its sentence has just named for its units."""
    whole = done[figure.part_of] if figure.part_of is not None and figure.part_of < len(done) else None
    if whole is None or whole.whose is None:
        return figure
    return replace(figure, whose=whole.whose, whose_key=whole.whose_key)
