"""What the syntax around a time phrase says: which way its clause looks, and which words only look like times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.digest.dates.anchoring import Direction
from bot.digest.dates.lexicon import MONTHS, UNITS, WEEKDAYS

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_CLIMB = 12  #: steps up the tree to a verb
_FUTURE_AUXILIARIES = frozenset("will would shall 'll ’ll may might should must wo".split())
_SCHEDULED = frozenset(
    """meet begin start open end expire vote leave arrive visit travel hold host resume launch return convene take close
    reopen restart    run conclude gather kick compete play face""".split()
)  #: verbs whose present tense with a day speaks of what is to come
_SCHEDULING = frozenset("plan schedule expect slate due anticipate forecast project propose payable effective".split())
_INTENDING = _SCHEDULING | frozenset(
    """set intend hope want aim prepare agree promise vow pledge threaten bind likely predict ready urge ask call order
    require seek decide invite authorize allow refuse decline demand instruct persuade vote fail summon subpoena commit
    arrange""".split()
)  #: what is to be done by these lies ahead of them
_UNTENSED = frozenset({"VBG", "VB", "VBN"})  #: verb forms whose time is that of the verb above them
_UP_TO = frozenset("until till".split())
_TO_THE_END = _UP_TO | {"through"}
_ONWARD = frozenset("from starting beginning".split())  #: "from Monday, masks are required"
_ENTITY_IMPOSTORS = frozenset("PERSON ORG PRODUCT WORK_OF_ART FAC NORP LAW".split())
_BEFORE_SEASONS = frozenset("the this that last next past coming in of by during since until early late mid -".split())
_VERB_LIKE = frozenset("may march fall spring last".split())
_NAME_LIKE = frozenset(
    """april june may august jan sun sat mon dec mar summer autumn winter spring fall sunday friday monday today
    tomorrow week day time year now christmas easter""".split()
)
_TITLES = frozenset("mr mr. mrs mrs. ms ms. dr dr. gen. sen. rep. sir president".split())


_NAMED_WEEKDAYS = frozenset("Black Bloody Super Cyber Giving Fat Shrove Maundy Holy".split())  #: "Black Friday"
_SMALL = frozenset(UNITS) | frozenset("today tomorrow yesterday tonight now current recent daily weekly".split())
_SUSPECTS = frozenset(WEEKDAYS) | _VERB_LIKE | _NAME_LIKE | _SMALL


def impostors(doc: Doc) -> set[int]:
    """The offsets of words of ``doc`` that have the form of a time but are something else here."""
    found = {token.idx for token in doc if token.lower_.rstrip(".") in _SUSPECTS and _is_impostor(token)}
    found |= {token.idx for token in doc if _is_clock_of_four(token)}
    return found | {token.idx for token in doc if token.lower_ in ("a", "an") and _begins_rate(token)}


def _is_clock_of_four(token: Token) -> bool:
    """Whether four digits are a local time of day, "at 1653 (2153 GMT)", and no year: nothing happens "at" a year."""
    if len(token) != 4 or not token.text.isdigit() or token.i == 0 or token.nbor(-1).lower_ != "at":
        return False
    return token.i + 1 == len(token.doc) or token.nbor().lower_ not in ("gmt", "utc", "hours", "hrs")


def _begins_rate(token: Token) -> bool:
    """Whether "a" begins a rate, as in "four flights a week"."""
    if token.i == 0 or token.i + 1 >= len(token.doc) or token.nbor().lower_ not in UNITS:
        return False
    after = token.doc[token.i + 2].lower_ if token.i + 2 < len(token.doc) else ""
    if after in ("ago", "earlier", "later", "before", "after", "and", "or", "-"):
        return False
    before = token.nbor(-1)
    return (before.like_num or before.pos_ in ("NOUN", "SYM")) and before.lower_ not in (
        *UNITS,
        "times",
        "once",
        "twice",
    )


def _is_impostor(token: Token) -> bool:
    word = token.lower_
    if word in _SMALL and token.text.istitle() and not _opens_sentence(token):
        return True
    if word == "fall" and not _is_autumn(token):
        return True
    if word in WEEKDAYS and token.i and token.nbor(-1).text in _NAMED_WEEKDAYS:
        return True
    if word == "march" and _is_procession(token):
        return True
    if word in _VERB_LIKE and (token.tag_ == "MD" or token.pos_ in ("VERB", "AUX")):
        return True
    if word in _NAME_LIKE and token.text[0].isupper() and token.ent_type_ in _ENTITY_IMPOSTORS:
        return any(
            other.lower_ in _TITLES or (other.ent_type_ == token.ent_type_ and other.text[0].isupper())
            for other in _neighbours(token)
        )
    return False


def _is_procession(token: Token) -> bool:
    """Whether "March" is people walking: "the March for Water", "the annual March on the Capital"."""
    before = token.nbor(-1) if token.i else None
    after = token.doc[token.i + 1 : token.i + 2]
    led = before is not None and (before.pos_ == "DET" or before.lower_ == "annual")
    return led and len(after) == 1 and after[0].lower_ in ("for", "of", "on", "against")


def _is_autumn(token: Token) -> bool:
    """Whether "fall" stands where a season does, not a decline: "this fall", "in the fall", not "the fall of"."""
    if token.i == 0 or token.nbor(-1).lower_ not in _BEFORE_SEASONS:
        return False
    if token.nbor(-1).lower_ in ("last", "next") and (token.i == 1 or token.nbor(-2).pos_ != "DET"):
        return True
    after = token.doc[token.i + 1 : token.i + 3]
    return not (len(after) == 2 and after[0].lower_ in ("of", "in", "from") and not after[1].like_num)


def _opens_sentence(token: Token) -> bool:
    """Whether a capital is due here whatever the word."""
    return token.i == 0 or not token.nbor(-1).text[-1].isalnum()


def _neighbours(token: Token) -> list[Token]:
    doc = token.doc
    return [doc[at] for at in (token.i - 1, token.i + 1) if 0 <= at < len(doc)]


def depth(token: Token) -> int:
    """Steps from the word up to a main clause of its sentence; clauses that "and" joins are all main ones."""
    return sum(1 for above in (token, *token.ancestors) if above.dep_ not in ("ROOT", "conj"))


def hangs_on_verb(token: Token) -> bool:
    """Whether the preposition above the head word of a time phrase belongs to a verb: "opens in", not "first in"."""
    preposition = token.head
    return preposition.dep_ == "prep" and preposition.head.pos_ in ("VERB", "AUX")


def direction(token: Token, *, ends_range: bool) -> Direction:
    """Which way the clause around the head word of a time phrase looks from the moment of writing.

    ``ends_range``: the phrase is the second of two ends, so "through" and "until" say nothing of their own.
    """
    if token.dep_ == "compound" and token.lower_ in MONTHS:
        return Direction.UNKNOWN
    at, preposition, through_noun = token, "", False
    for _ in range(_CLIMB):
        if (at.dep_ == "prep" or at.tag_ == "IN") and not (ends_range and at.lower_ in _TO_THE_END):
            preposition = preposition or at.lower_
            if preposition == "since":
                return Direction.PAST
            if preposition == "as" and at.i and at.nbor(-1).lower_ in ("early", "soon"):
                return Direction.FUTURE
        if at.pos_ in ("VERB", "AUX"):
            looks = _clause_direction(at, preposition)
            unsure = through_noun and token.lower_ in MONTHS and looks is Direction.PAST
            if looks is not Direction.UNKNOWN or at.tag_ not in _UNTENSED:
                return Direction.LIKELY_PAST if unsure else looks
        through_noun = through_noun or (at.pos_ == "NOUN" and at != token)
        if at.pos_ == "ADJ" and at.lemma_ in _SCHEDULING:
            return Direction.FUTURE
        if at.head == at:
            break
        at = at.head
    return Direction.FUTURE if preposition in _UP_TO else Direction.UNKNOWN


def _clause_direction(verb: Token, preposition: str) -> Direction:
    if preposition in _UP_TO:
        negated = any(child.dep_ == "neg" for child in verb.children)
        looks_back = "had" in {child.lower_ for child in verb.children} or (negated and verb.tag_ != "MD")
        return Direction.PAST if looks_back else Direction.FUTURE
    if preposition in _ONWARD and _is_present(verb):
        return Direction.FUTURE
    if verb.lemma_ == "set" and verb.tag_ == "VBN" and any(child.lower_ == "for" for child in verb.children):
        return Direction.FUTURE
    looks = _verb_direction(verb, _CLIMB)
    return Direction.UNKNOWN if preposition == "through" and looks is Direction.PAST else looks


def _verb_direction(verb: Token, steps: int) -> Direction:
    """Which way a verb group looks."""
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    words = {child.lower_ for child in helpers}
    has_perfect = "have" in {child.lemma_ for child in helpers}
    if verb.tag_ == "MD" or (words & _FUTURE_AUXILIARIES and not has_perfect):
        return Direction.FUTURE
    if "to" in words:
        return Direction.PAST if has_perfect else _infinitive_direction(verb, steps)
    if verb.lemma_ in _SCHEDULING and "had" not in words:
        return Direction.FUTURE
    if has_perfect or verb.tag_ == "VBD" or any(child.tag_ == "VBD" for child in helpers):
        return Direction.PAST
    if verb.tag_ == "VBN" and not helpers:
        return Direction.PAST
    if verb.tag_ == "VBG":
        if any(child.tag_ in ("VBZ", "VBP") for child in helpers):
            return Direction.FUTURE
        if verb.head != verb and verb.head.pos_ in ("VERB", "AUX") and steps:
            return _verb_direction(verb.head, steps - 1)
    if verb.tag_ in ("VBZ", "VBP") and (verb.lemma_ in _SCHEDULED or _is_to(verb)):
        return Direction.FUTURE
    return Direction.UNKNOWN


def _is_present(verb: Token) -> bool:
    tense = {token.tag_ for token in (verb, *verb.children) if token.tag_ in ("VBZ", "VBP", "VBD", "MD")}
    return bool(tense) and tense <= {"VBZ", "VBP"} and not any(child.lemma_ == "have" for child in verb.children)


def _is_to(verb: Token) -> bool:
    """Whether it is the "is" of "is to vote"."""
    return verb.lemma_ == "be" and any(child.dep_ == "xcomp" and child.tag_ == "VB" for child in verb.children)


def _infinitive_direction(verb: Token, steps: int) -> Direction:
    """Where "to do" looks: ahead, unless what governs it happened and was no plan ("managed to")."""
    governor = verb.head
    if governor.pos_ == "ADJ" and any(child.lower_ == "had" for child in governor.head.children):
        return Direction.PAST
    if governor == verb or not steps or governor.pos_ not in ("VERB", "AUX"):
        return Direction.FUTURE
    if governor.lemma_ in _INTENDING and "had" not in {child.lower_ for child in governor.children}:
        return Direction.FUTURE
    above = _verb_direction(governor, steps - 1)
    return Direction.PAST if above is Direction.PAST else Direction.FUTURE
