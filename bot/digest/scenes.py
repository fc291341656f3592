"""Places told by what befell the counted: the struck country, the named event, the country that counts its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Tokens
from bot.digest.countries import Form, lookup
from bot.digest.place_phrases import EVENTS, PLACE_KINDS, PLACE_PREPOSITIONS, extended, is_place, place_phrase

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.predicates import Status

_STRIKES = frozenset(
    "hit strike rock shake rattle devastate ravage batter flatten destroy level engulf sweep tear lash pound".split()
)
_COUNTS_OWN = frozenset({"report", "record", "register", "count", "have", "confirm", "suffer"})
_SOON = 6  #: tokens between an event and its "that" or "which"
_LIST = 14  #: tokens between a country and the last number of its list
REACH = 30  #: tokens beside a figure in which its place is looked for


def listed_country(counted: Counted, status: Status | None, first: int) -> Tokens | None:
    """The country before a number of a list without nouns: "Egypt reported 148 dead, *Chad* 12"."""
    if status is None or status.name is None or counted.head is not None or counted.before - 1 <= first:
        return None
    name = counted.doc[counted.before - 1]
    found = lookup(name.text) if name.pos_ == "PROPN" else None
    if found is None or found.form != "name" or name.nbor(-1).lower_ not in {"and", ",", ";"}:
        return None
    return Tokens(counted.doc, name.i, name.i + 1)


def counting_country(counted: Counted, status: Status | None) -> Tokens | None:
    """The country that counts its own: "*Egypt* reported 148 dead", "*Mexico* has 2,059 cases, including 56 deaths"."""
    if status is None or status.name is None:
        return None
    node = counted.node
    listed = counted.doc[counted.before - 1].lower_ in {"including", "with"} if counted.before else False
    if listed:
        country = _before_list(counted)
    elif node.dep_ == "dobj" and node.head.lemma_ in _COUNTS_OWN:
        country = next((child for child in node.head.lefts if child.dep_ == "nsubj"), None)
    else:
        return None
    if listed and country is not None:
        first = country.i
        while first and counted.doc[first - 1].ent_type_ == "GPE" and counted.doc[first - 1].pos_ in {"PROPN", "DET"}:
            first -= 1
        return Tokens(country.doc, first, country.i + 1)
    found = lookup(country.text) if country is not None else None
    if country is None or found is None or found.union or found.form not in {Form.NAME, Form.ABBREVIATION}:
        return None
    return Tokens(country.doc, country.i, country.i + 1)


def _before_list(counted: Counted) -> Token | None:
    """The country before "with" or "has" to the left of a list: "*Mexico* with 2,059 cases, including 56 deaths"."""
    doc = counted.doc
    for at in range(counted.before - 1, max(0, counted.before - _LIST), -1):
        if doc[at].text in {";", "."}:
            return None
        if at and (doc[at].lower_ == "with" or (doc[at].lemma_ in _COUNTS_OWN and _number_near(doc, at + 1))):
            back = at - 1
            while back and (doc[back].text == "," or doc[back].pos_ in {"ADV", "AUX"}):
                back -= 1
            before = doc[back]
            if before.dep_ == "attr":  # "Mexico remains the worst affected country, with …"
                before = next((child for child in before.head.lefts if child.dep_ == "nsubj"), before)
            if before.ent_type_ == "GPE":
                return before
    return None


def _number_near(doc: Doc, at: int) -> bool:
    """Whether a number stands at ``at``, maybe behind "more than" or "nearly"."""
    return any(token.like_num for token in doc[at : at + 3])


def place_of_where(counted: Counted) -> Tokens | None:
    """The place that a clause with "where" speaks of: "the town of Aru, *where* hundreds are encircled"."""
    for verb in counted.node.ancestors:
        if verb.lower_ in {"including", "include"}:
            return None
        if verb.dep_ == "relcl" and any(child.lower_ == "where" for child in verb.lefts):
            doc, noun = verb.doc, _nearest(verb)
            start = noun.left_edge.i + (noun.left_edge.pos_ == "ADP")
            end = extended(doc, noun.i + 1, verb.left_edge.i) if noun.pos_ == "NOUN" else noun.i + 1
            return Tokens(doc, start, end) if is_place(doc, noun.i, noun.i + 1, strict=False) else None
    return None


def _nearest(clause: Token) -> Token:
    """The noun that a clause speaks of: of several coordinated ones the last before it."""
    at = clause.left_edge.i - 1
    while at > clause.head.i and clause.doc[at].is_punct:
        at -= 1
    last = clause.doc[at]
    return last if last.dep_ == "conj" and clause.head.is_ancestor(last) else clause.head


def place_of_which(counted: Counted, status: Status | None) -> Tokens | None:
    """The place of the event in which they suffered: "the blast *aboard the rig* in which 11 died"."""
    verb = status.token if status is not None else counted.node
    clause = next((one for one in (verb, *verb.ancestors) if one.dep_ == "relcl"), None)
    if clause is None or clause.left_edge.lower_ not in {"in", "during"}:
        return None
    doc = clause.doc
    noun = clause.head
    aboard = noun.dep_ == "pobj" and noun.head.lower_ in PLACE_PREPOSITIONS and noun.ent_type_ != "DATE"
    aboard = aboard and noun.pos_ in {"NOUN", "PROPN"} and noun.lemma_.lower() not in EVENTS
    if aboard or is_place(doc, noun.i, noun.i + 1, strict=False):
        start = noun.left_edge.i + (noun.left_edge.pos_ == "ADP")
        return Tokens(doc, start, noun.i + 1)
    for child in noun.rights:
        if child.dep_ == "prep" and child.i < clause.i:
            return place_phrase(doc, child.i, clause.left_edge.i)
    return None


def place_of_event(counted: Counted, status: Status | None, last: int) -> Tokens | None:
    """The place named by the event itself: "12 died in the *Lisbon* earthquake", "after a quake struck *Chile*"."""
    doc = counted.doc
    verb = status.token if status is not None else counted.node
    for token in doc[max(counted.before - REACH, verb.sent.start) : min(last, max(counted.end, verb.i) + REACH)]:
        if EVENTS.isdisjoint({token.lemma_.lower(), token.lower_}) or not _befell(token, counted, verb):
            continue
        named = _named_before(token)
        if named is not None:
            return named
        for child in token.rights:
            found = place_phrase(doc, child.i, last) if child.dep_ == "prep" and child.i < counted.before else None
            if found is not None:
                return found
        for strike in (token.head, *token.rights, *doc[token.i + 1 : token.i + 2]):
            near = strike.i == token.i + 1
            if strike.lemma_ in _STRIKES and (near or token.dep_ == "nsubj" or strike.dep_ == "relcl"):
                for child in strike.rights:
                    if child.dep_ == "dobj" and is_place(doc, child.left_edge.i, child.i + 1, strict=True):
                        return Tokens(doc, child.left_edge.i, extended(doc, child.i + 1, last))
    return None


def _named_before(noun: Token) -> Tokens | None:
    """The place before a noun that it belongs to: "the *Lisbon* earthquake", "*Nigeria* meningitis death toll"."""
    for child in noun.lefts:
        if child.dep_ in {"compound", "poss", "nmod"} and (child.ent_type_ in PLACE_KINDS or _is_land(child)):
            return Tokens(noun.doc, child.left_edge.i, child.i + 1)
    return None


def _is_land(token: Token) -> bool:
    """Whether a word is a country's name, whatever the model takes it for."""
    found = lookup(token.text) if token.pos_ == "PROPN" and not token.ent_type_ else None
    return found is not None and found.form is Form.NAME and not found.union


def place_of_toll(counted: Counted, status: Status | None) -> Tokens | None:
    """The place before the toll that holds the number: "*Nigeria* meningitis death toll rises above 2,000"."""
    token = status.token if status is not None else counted.node
    if token.pos_ not in {"NOUN", "PROPN"} or token.i >= counted.before:
        return None
    head = token.head if token.dep_ == "compound" else token
    return _named_before(head)


def _befell(event: Token, counted: Counted, verb: Token) -> bool:
    """Whether an event is what the counted suffered: the verb's subject, its "in" or "after", or what it is about."""
    if verb.dep_ == "advcl" and verb.head.head.i == event.i and verb.head.dep_ == "relcl":
        return True
    if event.dep_ == "nsubj":
        struck = event.head
        if struck.i == verb.i or verb.i in {child.i for child in struck.children}:
            return True
        if struck.i in _clauses_before(verb):
            return True
        return struck.dep_ == "advcl" and struck.head.i in {verb.i, *(one.i for one in verb.ancestors)}
    if verb.dep_ in {"relcl", "acl"} and verb.head.i == event.i:
        return True
    after = [token for token in event.doc[event.i + 1 : event.i + _SOON] if token.ent_type_ != "DATE"]
    if after and after[0].tag_ == "WDT" and after[0].i < counted.before:
        return not any(token.dep_.startswith("nsubj") for token in event.doc[after[0].i + 1 : counted.before])
    link = event.head
    return (
        event.dep_ == "pobj"
        and link.lower_ in {"in", "by", "during", "after", "since", "from", "following"}
        and link.head.i in {verb.i, counted.node.i}
    )


def _clauses_before(verb: Token) -> set[int]:
    """The verbs to which the clause of ``verb`` is joined by "and": "a quake hit Chile *and* hundreds are dead"."""
    token = verb.head if verb.dep_ in {"oprd", "acomp", "xcomp", "attr"} else verb
    joined: set[int] = set()
    while token.dep_ == "conj" and token.head.pos_ in {"VERB", "AUX"}:
        token = token.head
        joined.add(token.i)
    return joined


def struck(counted: Counted, anchors: set[int]) -> Tokens | None:
    """The named place that something befell: "a quake rattled *western Turkey*, killing 12"."""
    for token in map(counted.doc.__getitem__, sorted(anchors, reverse=True)):
        if token.dep_ == "dobj" and token.i < counted.before and token.ent_type_ in PLACE_KINDS:
            return Tokens(token.doc, token.left_edge.i, token.i + 1)
    return None
