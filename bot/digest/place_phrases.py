"""Phrases that name a place where something can be, and comparable keys of places."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bot.digest.counting import Tokens, is_plural
from bot.digest.countries import country_of, fold, lookup

if TYPE_CHECKING:
    from spacy.tokens import Doc


PLACE_KINDS = frozenset({"GPE", "LOC", "FAC"})
_NO_PLACE_KINDS = frozenset(
    """
    DATE TIME PERSON CARDINAL MONEY PERCENT QUANTITY ORDINAL EVENT LAW WORK_OF_ART LANGUAGE NORP
    """.split()
)
PLACE_PREPOSITIONS = frozenset(
    """
    in at near along across around to into inside outside on off between throughout toward towards within over
    by beyond above out under beneath through aboard amid against behind via
    """.split()
)
_STRICT = frozenset("by over from through under against via behind amid between on".split())
PLACE_NOUNS = frozenset(
    """
    area region province district county state city town village suburb neighbourhood neighborhood quarter
    capital border frontier front line frontline coast shore island peninsula valley mountain hill river lake
    sea ocean bay gulf strait channel delta camp base barracks garrison port harbour harbor airport airfield
    station hospital clinic school university market mosque church temple square street road highway motorway
    bridge tunnel mine factory plant refinery field stadium arena hotel restaurant cafe bar nightclub building
    house home compound embassy prison jail checkpoint zone territory enclave vicinity outskirts outpost north
    south east west northeast northwest southeast southwest centre center interior countryside forest jungle
    desert park farm pier dock beach resort settlement municipality commune prefecture canton governorate oblast
    republic country kingdom nation continent hemisphere world part parts place site scene spot ground mainland
    highland lowland headquarters terminal mall shop shrine venue theatre theater monastery cemetery crossing
    junction intersection stretch slum township hamlet locality constituency department parish ward sector
    corridor strip basin plateau slope crater glacier abroad overseas downtown uptown alley alleyway lane avenue
    boulevard stand pitch court courthouse parliament pool pond canal dam lagoon reservoir swamp marsh cliff
    ridge pass summit peak cave ruins shelter dormitory warehouse depot yard shipyard rig platform pipeline
    railway track crossroads roundabout apartment flat villa palace castle chapel cathedral synagogue stable
    barn orphanage college academy laboratory office store supermarket bakery pub club casino theme-park zoo
    tower grave gorge ravine canyon colliery quarry meadow lawn grass deck ditch creek stream cove inlet fjord steppe
    plain moor glen vineyard plantation rink arcade terrace balcony rooftop foyer vault barge shantytown
    rubble wreckage morgue mortuary
    garden playground carnival fairground bank refuge reserve archipelago side edge heartland stronghold bastion
    epicentre epicenter
    """.split()
)
DIRECTIONS = frozenset(
    """
    north south east west northeast northwest southeast southwest northern southern eastern western northeastern
    northwestern southeastern southwestern north-east north-west south-east south-west north-eastern
    north-western south-eastern south-western central upper lower greater inner outer mid middle far
    """.split()
)
_GEOGRAPHIC = frozenset(
    """
    the a an of in its region regions province area areas vicinity district county oblast state governorate
    prefecture territory territories city town village municipality capital outskirts part parts zone front line
    lines frontline frontlines department republic border side city's country country's nearby near around
    coastal remote neighbouring neighboring occupied entire whole
    island islands peninsula coast valley
    """.split()
)
_CARE = frozenset({"hospital", "clinic", "infirmary"})
CARED_FOR = frozenset(
    """
    treat be still remain take rush bring hospitalise hospitalize admit fly stay carry keep airlift evacuate
    transfer transport move
    """.split()
)
EVENTS = frozenset(
    """
    explosion blast bombing bomb earthquake quake tremor flood fire blaze crash attack attacks tsunami disaster massacre
    shooting siege riot riots clash clashes hurricane cyclone typhoon storm eruption collapse stampede war battle raid
    ambush uprising shelling airstrike strike derailment wreck sinking outbreak unrest protests violence
    earthquakes bombings explosions floods fires
    """.split()
)
_FLIES = frozenset("explode explosion crash blow shoot plane blast collide collision down bombing disaster jet".split())
_AGAINST = frozenset({"by", "against", "from", "over"})
_MARKS = re.compile(r"[^\w\s'-]+")


def place_phrase(doc: Doc, at: int, last: int, *, verb: bool = False) -> Tokens | None:
    """The place after the preposition (or ``verb`` of holding) at ``at``, without it; None if it is no place."""
    if doc[at].lower_ not in PLACE_PREPOSITIONS and not verb:
        return None
    start = at + 1
    if start < last and doc[start].lower_ in {"of", "to"}:
        start += 1
    end = start
    while end < last and _in_name(doc, end, start):
        end += 1
    while end > start and (doc[end - 1].pos_ in {"DET", "CCONJ", "PUNCT", "PART", "ADP", "PRON"}):
        end -= 1
    if end == start:
        return None
    head = doc[end - 1]
    event = doc[at].head.lemma_.lower()
    above = (doc[at].lower_ == "over" and event in _FLIES) or (doc[at].lower_ == "on" and event in EVENTS)
    if not is_place(doc, start, end, strict=doc[at].lower_ in _STRICT and not above):
        return None
    if head.pos_ != "PROPN" or head.lower_ in PLACE_NOUNS:
        end = extended(doc, end, last)
    elif head.ent_type_ in PLACE_KINDS:
        end = _with_second(doc, end, last)
    if head.lemma_.lower() in _CARE and _treats(doc, at):
        return None
    return Tokens(doc, start, _with_country(doc, end, last))


def _treats(doc: Doc, at: int) -> bool:
    """Whether a hospital's phrase says where the hurt are cared for, not where they were hurt."""
    before = doc[at - 1] if at else doc[at]
    return before.lemma_.lower() in CARED_FOR or doc[at].head.lemma_.lower() in CARED_FOR or doc[at].lower_ == "to"


def _with_second(doc: Doc, end: int, last: int) -> int:
    """The end of a place with the one coordinated to it: "Cadiz *and the port town of Rota*"."""
    if end + 2 >= last or doc[end].lower_ != "and" or doc[end + 1].pos_ != "DET":
        return end
    stop = end + 2
    while stop < last and _in_name(doc, stop, end + 1):
        stop += 1
    noun = doc[stop - 1]
    if noun.pos_ != "NOUN" or noun.lower_ not in PLACE_NOUNS or (stop < last and doc[stop].pos_ in {"VERB", "AUX"}):
        return end
    return extended(doc, stop, last)


def _with_country(doc: Doc, end: int, last: int) -> int:
    """The end of a place with the state or country after its comma: "Aurora, *Colorado*,"."""
    if end + 1 >= last or doc[end].text != "," or doc[end - 1].pos_ != "PROPN" or doc[end + 1].ent_type_ != "GPE":
        return end
    stop = end + 1
    while stop < last and doc[stop].ent_type_ == "GPE" and doc[stop].pos_ == "PROPN":
        stop += 1
    return stop if stop >= last or doc[stop].pos_ in {"PUNCT", "ADP", "CCONJ"} else end


def _in_name(doc: Doc, at: int, start: int) -> bool:
    """Whether the token at ``at`` goes on with a noun phrase that began at ``start``."""
    token = doc[at]
    if at > start and not doc[at - 1].whitespace_ and (token.text == "-" or doc[at - 1].text == "-"):
        return True
    if token.ent_type_ in {"DATE", "TIME"} and token.lower_ not in PLACE_NOUNS:
        return False
    if at > start and doc[at - 1].pos_ == "NOUN" and is_plural(doc[at - 1]) and token.pos_ in {"PROPN", "ADJ", "DET"}:
        return False
    if token.pos_ == "NUM" or token.like_num:
        return at == start or token.ent_type_ in PLACE_KINDS or doc[at - 1].pos_ == "DET"
    if token.pos_ == "VERB":
        return token.tag_ in {"VBN", "VBG"} and at + 1 < len(doc) and doc[at + 1].pos_ in {"NOUN", "PROPN"}
    if token.pos_ in {"PROPN", "NOUN", "ADJ"} or token.tag_ == "POS":
        return True
    if token.pos_ in {"DET", "PRON"}:
        return at == start or doc[at - 1].pos_ == "DET"
    if token.text in {"'", "’"}:
        return True
    if token.lower_ in {"of", "and", "de", "la", "al"} and at > start and at + 1 < len(doc):
        both = doc[at - 1].ent_type_ in PLACE_KINDS and doc[at + 1].ent_type_ in PLACE_KINDS
        return both and (
            token.lower_ != "of" or doc[at].ent_type_ in PLACE_KINDS or doc[at + 1].ent_type_ in PLACE_KINDS
        )
    return False


def is_place(doc: Doc, start: int, end: int, *, strict: bool) -> bool:
    """Whether the phrase is where something can be: a named place, or a noun for one."""
    head = doc[end - 1]
    if head.lower_ in {"side", "sides"} and doc[start].lower_ in {"both", "either", "all"}:
        return False
    if head.lower_ in PLACE_NOUNS or _singular(head.lower_) in PLACE_NOUNS:
        return not (
            strict and head.pos_ == "NOUN" and head.lower_ in {"part", "parts", "ground", "place", "state", "line"}
        )
    named = [token for token in doc[start:end] if token.text[0].isupper()]
    if not named or head.pos_ != "PROPN":
        return False
    if country_of(doc[start:end].text) is not None:
        found = lookup(doc[start:end].text)
        return found is not None and found.form != "demonym" and not (strict and doc[start - 1].lower_ in _AGAINST)
    if head.ent_type_ in PLACE_KINDS:
        return not (strict and doc[start - 1].lower_ in _AGAINST)
    if head.ent_type_ in _NO_PLACE_KINDS:
        return head.ent_type_ in {"PERSON", "NORP"} and doc[start - 1].lower_ in {"in", "near", "at"}
    return not strict


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") else word


def extended(doc: Doc, end: int, last: int) -> int:
    """The end of a place phrase with what follows its common noun: "the villages *in Vesland*"."""
    for _ in range(2):
        if end + 1 >= last or doc[end].lower_ not in {"of", "in", "near", "between", "with", "around", "outside"}:
            return end
        start = end + 1
        stop = start
        while stop < last and (
            _in_name(doc, stop, start)
            or (
                doc[stop].lower_ == "and"
                and doc[stop - 1].pos_ == "PROPN"
                and stop + 1 < last
                and doc[stop + 1].pos_ == "PROPN"
            )
        ):
            stop += 1
        while stop > start and doc[stop - 1].pos_ in {"DET", "CCONJ", "PUNCT", "PART", "ADP", "PRON"}:
            stop -= 1
        if stop == start or doc[stop - 1].pos_ not in {"PROPN", "NOUN"}:
            return end
        if doc[end].lower_ != "of" and not (doc[stop - 1].pos_ == "PROPN" or doc[stop - 1].lower_ in PLACE_NOUNS):
            return end
        end = stop
    return end


@cache
def place_key(words: str) -> str:
    """A comparable key of a place: directions and nouns such as "region" or "vicinity" folded away."""
    country = country_of(words)
    if country is not None:
        return country
    folded = _MARKS.sub(" ", fold(words).replace("'s", ""))
    kept = [word for word in folded.split() if word not in _GEOGRAPHIC and word not in DIRECTIONS]
    if not kept:
        return folded
    return country_of(" ".join(kept).title()) or " ".join(kept)
