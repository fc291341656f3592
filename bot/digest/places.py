"""Where a counted thing is, was or goes, as its sentence states it, and comparable keys of places."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Tokens, is_plural, past_insertion
from bot.digest.countries import country_of, fold, lookup

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.predicates import Status

_PLACE_KINDS = frozenset({"GPE", "LOC", "FAC"})
_NO_PLACE_KINDS = frozenset(
    """
    DATE TIME PERSON CARDINAL MONEY PERCENT QUANTITY ORDINAL EVENT LAW WORK_OF_ART LANGUAGE NORP
    """.split()
)
_PLACE_PREPOSITIONS = frozenset(
    """
    in at near along across around to into inside outside on off between throughout toward towards within over
    by beyond above out under beneath through aboard amid against behind via
    """.split()
)
_STRICT = frozenset("by over from through under against via behind amid between on".split())
_PLACE_NOUNS = frozenset(
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
    plain moor glen vineyard plantation rink arcade terrace balcony rooftop foyer vault barge
    garden playground carnival fairground bank refuge reserve archipelago side edge heartland stronghold bastion
    """.split()
)
_DIRECTIONS = frozenset(
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
_ADVERBS = frozenset({"there", "abroad", "overseas", "ashore", "upstate"})
_SUMS_UP = frozenset(
    "bring raise take push lift".split()
)  #: "…, bringing the toll to 120": not where the clause before is
_CARE = frozenset({"hospital", "clinic", "infirmary"})
_CARED_FOR = frozenset(
    """
    treat be still remain take rush bring hospitalise hospitalize admit fly stay carry keep airlift evacuate
    transfer transport move
    """.split()
)
_OCCUPY = frozenset(
    """
    hold guard patrol occupy control defend seize storm besiege garrison protect enter search
    """.split()
)
_COUNTS_OWN = frozenset({"report", "record", "register", "count", "have", "confirm", "suffer"})
_CLAUSES = frozenset("when after before as while because if until once although though".split())
_DASHES = frozenset({"--", "—", "–"})
_MARKS = re.compile(r"[^\w\s'-]+")
_REACH = 30  #: tokens beside a figure in which its place is looked for


def place(counted: Counted, status: Status | None, first: int, last: int) -> Tokens | None:
    """Where the counted are, were or go, as the sentence ``first``..``last`` states it for this number."""
    stated = status is not None and status.name is not None
    others = stated and _is_of_others(counted, status)
    end = counted.node.head.i if others else last if stated else _clause_end(counted, last)
    return (
        _listed_country(counted, status, first)
        or _place_right(counted, end, hurt=stated)
        or (None if others else _place_of_verb(counted, end))
        or _where(counted)
        or _place_left(counted, status, first)
        or _reporting_country(counted, status)
    )


def _clause_end(counted: Counted, last: int) -> int:
    """Where a clause with "when", "after" or "because" begins, whose place is not that of a strength; else ``last``."""
    doc = counted.doc
    for token in doc[counted.end : last]:
        if token.lower_ in _CLAUSES and token.dep_ in {"advmod", "mark"} and token.head.pos_ in {"VERB", "AUX"}:
            return token.i
    return last


def _is_of_others(counted: Counted, status: Status | None) -> bool:
    """Whether the counted's verb tells what came after their status: "eight killed in the quake *arrived* in Oslo"."""
    verb = counted.node.head
    token = status.token if status is not None else verb
    later = verb.pos_ == "VERB" and verb.i > token.i
    return later and token.dep_ in {"acl", "relcl"} and token.head == counted.node


def _listed_country(counted: Counted, status: Status | None, first: int) -> Tokens | None:
    """The country before a number of a list without nouns: "Egypt reported 148 dead, *Chad* 12"."""
    if status is None or status.name is None or counted.head is not None or counted.before - 1 <= first:
        return None
    name = counted.doc[counted.before - 1]
    found = lookup(name.text) if name.pos_ == "PROPN" else None
    if found is None or found.form != "name" or name.nbor(-1).lower_ not in {"and", ",", ";"}:
        return None
    return Tokens(counted.doc, name.i, name.i + 1)


def _reporting_country(counted: Counted, status: Status | None) -> Tokens | None:
    """The country that counts its own: "*Egypt* reported 148 dead"."""
    verb = counted.node.head
    if status is None or status.name is None or counted.node.dep_ != "dobj" or verb.lemma_ not in _COUNTS_OWN:
        return None
    subject = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
    found = lookup(subject.text) if subject is not None else None
    if subject is None or found is None or found.form != "name":
        return None
    return Tokens(subject.doc, subject.i, subject.i + 1)


def _place_of_verb(counted: Counted, last: int) -> Tokens | None:
    """A place after the verb whose subject the counted are, beyond a list: "500 troops and 20 ships are in Rio"."""
    node = counted.node
    while node.dep_ in {"conj", "appos"} and node.head.i != node.i:
        node = node.head
    if node.dep_ not in {"nsubj", "nsubjpass", "dobj"} or node.head.pos_ not in {"VERB", "AUX"}:
        return None
    for child in node.head.rights:
        if child.dep_ == "prep" and counted.end <= child.i < last:
            found = _phrase(counted.doc, child.i, last)
            if found is not None:
                return found
    return None


def _place_right(counted: Counted, last: int, *, hurt: bool) -> Tokens | None:
    """The first place phrase after the number, up to the next clause or number that speaks of something else.

    Where the ``hurt`` were taken is not where they were hurt.
    """
    doc = counted.doc
    stop = min(last, counted.end + _REACH)
    at = past_insertion(doc, counted.end, last)
    while at < stop:
        token = doc[at]
        if (
            token.text in {";", ":"}
            or (token.text in _DASHES and at + 1 < last and doc[at + 1].like_num)
            or (token.text == "," and _new_clause(doc, at, last))
        ):
            return None
        if token.lower_ in {"and", "but", "while", "whereas"} and _new_clause(doc, at, last):
            return None
        if hurt and token.lower_ == "to" and token.dep_ == "prep" and token.head.lemma_.lower() in _CARED_FOR:
            return None
        if token.dep_ != "agent" and (token.pos_ in {"ADP", "SCONJ"} or token.lower_ in _PLACE_PREPOSITIONS):
            found = _phrase(doc, at, last)
            if found is not None and (doc[at].head == counted.head or not _belongs_to_other(doc[at])):
                return found
        elif token.lower_ in _DIRECTIONS and at + 1 < last and doc[at + 1].lower_ == "of":
            found = _phrase(doc, at + 1, last, verb=True)
            if found is not None:
                return Tokens(doc, at, found.last)
        elif token.lower_ in _ADVERBS and token.dep_ == "advmod":
            return Tokens(doc, at, at + 1)
        elif at < counted.end + 8 and token.pos_ == "VERB" and token.lemma_ in _OCCUPY:
            found = _phrase(doc, at, last, verb=True)
            if found is not None:
                return found
        at += 1
    return None


def _new_clause(doc: Doc, at: int, last: int) -> bool:
    """Whether what follows a comma or a conjunction states something else."""
    follows = at + 1
    while follows < last and doc[follows].lower_ in {
        "and",
        "but",
        "while",
        "with",
        "at",
        "least",
        "about",
        "some",
        "another",
        "including",
        "nearly",
        "more",
        "than",
        "up",
        "to",
        "around",
        "as",
        "many",
    }:
        follows += 1
    if follows >= last:
        return True
    token = doc[follows]
    if (
        token.like_num
        or token.pos_ == "NUM"
        or token.lower_ in {"dozens", "scores", "hundreds", "thousands", "several"}
    ):
        return True
    if doc[at].text == ",":
        return token.pos_ in {"PRON", "PROPN", "DET", "NOUN", "VERB", "SCONJ"} or token.lower_ in {
            "who",
            "where",
            "which",
            "according",
            "some",
            "most",
        }
    if doc[follows].tag_ in {"VBZ", "VBD", "VBP"}:
        return True
    for word in doc[follows : min(last, follows + 6)]:
        if word.dep_ in {"nsubj", "nsubjpass"}:
            return True
        if word.pos_ in {"VERB", "AUX"}:
            return False
    return False


def _belongs_to_other(preposition: Token) -> bool:
    """Whether a place phrase hangs on a noun that somebody else owns: "to praise Norland's relief work in Vesland"."""
    noun = preposition.head
    if noun.pos_ not in {"NOUN"} or noun.lower_ in _PLACE_NOUNS:
        return False
    return any(child.dep_ == "poss" and child.ent_type_ != "DATE" for child in noun.children)


def _phrase(doc: Doc, at: int, last: int, *, verb: bool = False) -> Tokens | None:
    """The place after the preposition (or ``verb`` of holding) at ``at``, without it; None if it is no place."""
    if doc[at].lower_ not in _PLACE_PREPOSITIONS and not verb:
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
    if not _is_place(doc, start, end, strict=doc[at].lower_ in _STRICT):
        return None
    if head.pos_ != "PROPN" or head.lower_ in _PLACE_NOUNS:
        end = _extended(doc, end, last)
    elif head.ent_type_ in _PLACE_KINDS:
        end = _with_second(doc, end, last)
    if head.lemma_.lower() in _CARE and _treats(doc, at):
        return None
    return Tokens(doc, start, _with_country(doc, end, last))


def _treats(doc: Doc, at: int) -> bool:
    """Whether a hospital's phrase says where the hurt are cared for, not where they were hurt."""
    before = doc[at - 1] if at else doc[at]
    return before.lemma_.lower() in _CARED_FOR or doc[at].head.lemma_.lower() in _CARED_FOR or doc[at].lower_ == "to"


def _with_second(doc: Doc, end: int, last: int) -> int:
    """The end of a place with the one coordinated to it: "Cadiz *and the port town of Rota*"."""
    if end + 2 >= last or doc[end].lower_ != "and" or doc[end + 1].pos_ != "DET":
        return end
    stop = end + 2
    while stop < last and _in_name(doc, stop, end + 1):
        stop += 1
    noun = doc[stop - 1]
    if noun.pos_ != "NOUN" or noun.lower_ not in _PLACE_NOUNS or (stop < last and doc[stop].pos_ in {"VERB", "AUX"}):
        return end
    return _extended(doc, stop, last)


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
    if token.ent_type_ in {"DATE", "TIME"} and token.lower_ not in _PLACE_NOUNS:
        return False
    if at > start and doc[at - 1].pos_ == "NOUN" and is_plural(doc[at - 1]) and token.pos_ in {"PROPN", "ADJ", "DET"}:
        return False
    if token.pos_ == "NUM" or token.like_num:
        return at == start or token.ent_type_ in _PLACE_KINDS or doc[at - 1].pos_ == "DET"
    if token.pos_ == "VERB":
        return token.tag_ in {"VBN", "VBG"} and at + 1 < len(doc) and doc[at + 1].pos_ in {"NOUN", "PROPN"}
    if token.pos_ in {"PROPN", "NOUN", "ADJ"} or token.tag_ == "POS":
        return True
    if token.pos_ in {"DET", "PRON"}:
        return at == start or doc[at - 1].pos_ == "DET"
    if token.text in {"'", "’"}:
        return True
    if token.lower_ in {"of", "and", "de", "la", "al"} and at > start and at + 1 < len(doc):
        both = doc[at - 1].ent_type_ in _PLACE_KINDS and doc[at + 1].ent_type_ in _PLACE_KINDS
        return both and (
            token.lower_ != "of" or doc[at].ent_type_ in _PLACE_KINDS or doc[at + 1].ent_type_ in _PLACE_KINDS
        )
    return False


def _is_place(doc: Doc, start: int, end: int, *, strict: bool) -> bool:
    """Whether the phrase is where something can be: a named place, or a noun for one."""
    head = doc[end - 1]
    if head.lower_ in {"side", "sides"} and doc[start].lower_ in {"both", "either", "all"}:
        return False
    if head.lower_ in _PLACE_NOUNS or _singular(head.lower_) in _PLACE_NOUNS:
        return not (
            strict and head.pos_ == "NOUN" and head.lower_ in {"part", "parts", "ground", "place", "state", "line"}
        )
    named = [token for token in doc[start:end] if token.text[0].isupper()]
    if not named or head.pos_ != "PROPN":
        return False
    if country_of(doc[start:end].text) is not None:
        found = lookup(doc[start:end].text)
        return (
            found is not None
            and found.form != "demonym"
            and not (strict and doc[start - 1].lower_ in {"by", "against", "from", "over"})
        )
    if head.ent_type_ in _PLACE_KINDS:
        return not (strict and doc[start - 1].lower_ in {"by", "against", "from", "over"})
    if head.ent_type_ in _NO_PLACE_KINDS:
        return head.ent_type_ in {"PERSON", "NORP"} and doc[start - 1].lower_ in {"in", "near", "at"}
    return not strict


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") else word


def _extended(doc: Doc, end: int, last: int) -> int:
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
        if doc[end].lower_ != "of" and not (doc[stop - 1].pos_ == "PROPN" or doc[stop - 1].lower_ in _PLACE_NOUNS):
            return end
        end = stop
    return end


def _place_left(counted: Counted, status: Status | None, first: int) -> Tokens | None:
    """A place before the number that holds for its clause: "In Kabul, 12 …", "a bomb in Kabul killed 12"."""
    doc = counted.doc
    anchors = _anchors(counted, status)
    earliest = max(first, counted.before - 2 * _REACH)
    for at in range(counted.before - 1, earliest - 1, -1):
        token = doc[at]
        if token.pos_ != "ADP" and token.lower_ not in _PLACE_PREPOSITIONS:
            continue
        if at != first and not _hangs_on(token, anchors):
            continue
        found = _phrase(doc, at, counted.before)
        if found is not None and not _belongs_to_other(token):
            return found
    return _struck(counted, anchors)


def _struck(counted: Counted, anchors: set[int]) -> Tokens | None:
    """The named place that something befell: "a quake rattled *western Turkey*, killing 12"."""
    for token in map(counted.doc.__getitem__, sorted(anchors, reverse=True)):
        if token.dep_ == "dobj" and token.i < counted.before and token.ent_type_ in _PLACE_KINDS:
            return Tokens(token.doc, token.left_edge.i, token.i + 1)
    return None


def _where(counted: Counted) -> Tokens | None:
    """The place that a clause with "where" speaks of: "the town of Aru, *where* hundreds are encircled"."""
    for verb in counted.node.ancestors:
        if verb.dep_ == "relcl" and any(child.lower_ == "where" for child in verb.lefts):
            doc, noun = verb.doc, verb.head
            start = noun.left_edge.i + (noun.left_edge.pos_ == "ADP")
            end = _extended(doc, noun.i + 1, verb.left_edge.i) if noun.pos_ == "NOUN" else noun.i + 1
            return Tokens(doc, start, end) if _is_place(doc, noun.i, noun.i + 1, strict=False) else None
    return None


def _anchors(counted: Counted, status: Status | None) -> set[int]:
    """The words of the number's clause that a place before it may hang on: verbs, their subjects and objects."""
    anchors: set[int] = set()
    token = status.token if status is not None else counted.node
    stated = status is not None and status.name is not None
    if stated and token.dep_ == "acl" and token.head == counted.node:
        return {token.i, counted.node.i}
    for _ in range(5):
        anchors.add(token.i)
        if stated and token.dep_ == "relcl":
            anchors.update(_caused_by(token))
        subjects = [child.i for child in token.lefts if child.dep_ in {"nsubj", "nsubjpass", "csubj"}]
        anchors.update(subjects)
        anchors.update(child.i for child in token.children if child.dep_ == "dobj" and child.i < counted.before)
        if token.dep_ == "advcl" and (token.lemma_ in _SUMS_UP or _is_later(token)):
            break
        if token.head.i == token.i or token.dep_ in {"ccomp", "relcl"} or (token.dep_ == "conj" and subjects):
            break
        token = token.head
    return anchors


def _caused_by(verb: Token) -> set[int]:
    """What a relative clause says to have killed: "*an explosion* on a rig that killed 11"; maybe parsed to the rig."""
    if not any(child.dep_ == "nsubj" and child.tag_ in {"WDT", "WP"} for child in verb.lefts):
        return set()
    cause = verb.head
    return {cause.i, cause.head.head.i} if cause.dep_ == "pobj" and cause.head.head.pos_ == "NOUN" else {cause.i}


def _is_later(verb: Token) -> bool:
    """Whether a clause says since when its main clause is so: "oil pours into the bay *since a rig exploded*"."""
    return any(child.lower_ in {"after", "since"} and child.dep_ in {"mark", "advmod"} for child in verb.lefts)


def _hangs_on(token: Token, anchors: set[int]) -> bool:
    """Whether a preposition's phrase says where one of the anchors is, directly or through nouns."""
    for _ in range(4):
        token = token.head
        if token.i in anchors:
            return True
        if token.pos_ not in {"NOUN", "PROPN", "ADP"} and token.dep_ not in {"relcl", "acl"}:
            return False
    return False


@cache
def place_key(words: str) -> str:
    """A comparable key of a place: directions and nouns such as "region" or "vicinity" folded away."""
    country = country_of(words)
    if country is not None:
        return country
    folded = _MARKS.sub(" ", fold(words).replace("'s", ""))
    kept = [word for word in folded.split() if word not in _GEOGRAPHIC and word not in _DIRECTIONS]
    if not kept:
        return folded
    return country_of(" ".join(kept).title()) or " ".join(kept)
