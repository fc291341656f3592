"""What a sentence states of a counted thing: its status ("killed", "stationed"), and whether it is so or planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, forms, past_coordination, past_insertion
from bot.digest.declaring import Declared
from bot.digest.model import Reality

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_SKIPPED_RIGHT = frozenset(
    """
    who that which were was are is be been being have has had get got also already later reported confirmed feared
    believed presumed thought known said reportedly allegedly apparently officially still now to listed declared
    others other seriously severely critically badly slightly lightly mortally instantly either both more of as
    found pronounced left remained remain remains may might could would will suspected then subsequently so far
    ended up went gone must should with for treated hospitalised hospitalized suffered suffering sustained
    sustaining
    """.split()
)
_STOPS = frozenset({",", ";", ":", ".", "and", "or"})
_NO_OBJECT = frozenset("when as after while last this so each that".split())
_AFFLICTED = frozenset("have had with for suffered suffering sustained sustaining".split())
_SKIPPED_LEFT = frozenset(
    """
    also already in all of another the additional further total as and or some at least other instantly a an
    """.split()
)
_REACH = 8  #: tokens beside a number in which a status is looked for
_PHRASE = 14  #: tokens that a phrase after a noun may have before its verb
_INTRANSITIVE = frozenset("die perish drown disappear vanish suffocate".split())
_NOUN_LINKS = frozenset({"of", "among", "to", "in"})
_BE = frozenset("be become remain stay".split())
_WILL = frozenset("will would shall 'll ’ll wo 'd".split())
_MAY = frozenset("may might could can should must".split())
_PLANS = frozenset(
    """
    plan intend aim pledge promise propose consider want hope expect offer vow agree prepare mull seek announce
    decide ready plans intention proposal due set likely order authorize authorise approve request ask call need
    urge recommend schedule commit
    """.split()
)
_EXPECTS = frozenset({"expect", "likely"})
_GIVES_WORD = frozenset(
    "promise pledge offer vow propose plan seek request".split()
)  #: what they govern is not there yet
_DOUBTS = frozenset("threaten refuse rumour rumor".split())
_INTO = frozenset({"of", "to", "by", "from", "at"})
_PARTICLES = frozenset({"in", "out", "up", "off", "over"})
_CARRIERS = frozenset({"of", "to", "at", "for"})
_DENIALS = frozenset("deny reject dismiss refute".split())
_MORE_LIGHT = frozenset(
    "say report estimate believe know think put tell consider see bring leave take make give get keep".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A word that states something of the counted, and the status' name in the tracker (None: any word serves)."""

    token: Token
    name: str | None = None
    other: str | None = None  #: a second status that the same words state: "killed or wounded"


def declared_status(declared: Declared, counted: Counted, first: int, last: int) -> Status | None:
    """The status, out of those a tracker declares, that the sentence ``first``..``last`` states of the counted."""
    return (
        _in_phrase(declared, counted)
        or _idiom(declared, counted, first, last)
        or _to_the_right(declared, counted, last)
        or _to_the_left(declared, counted, first)
        or _among(declared, counted, first, last)
        or _included(declared, counted)
        or _governing(declared, counted)
        or _beyond_phrase(declared, counted, last)
    )


def _in_phrase(declared: Declared, counted: Counted) -> Status | None:
    """ "12 deaths", "12 dead soldiers", "three of those killed"."""
    if counted.head is None:
        return None
    for token in (counted.head, *reversed(counted.modifiers)):
        name = declared.status(token)
        if name is not None:
            return Status(token=token, name=name)
    return None


def _idiom(declared: Declared, counted: Counted, first: int, last: int) -> Status | None:
    """A verb with its noun or particle: "claimed 12 lives", "12 people lost their lives", "gunned down 12"."""
    if not declared.idioms:
        return None
    doc = counted.doc
    left = range(max(first, counted.before - _REACH), counted.before)
    start = past_coordination(doc, counted.end, last) if counted.head is not None else counted.end
    after = range(start, min(last, counted.end + _REACH))
    right = range(counted.end, next((at for at in after if doc[at].pos_ == "CCONJ"), after.stop))
    if counted.head is not None:
        if "*" in declared.idioms and counted.node.dep_ == "dobj" and declared.is_unit(counted.head, counted.modifiers):
            verb = counted.node.head
            name = declared.idioms["*"].get(verb.lemma_.lower())
            if name is not None:
                return Status(token=verb, name=name)
        for noun in forms(counted.head) & declared.idioms.keys():
            verbs = declared.idioms[noun]
            for at in (*reversed(left), *right):
                name = verbs.get(doc[at].lemma_.lower())
                if name is not None and doc[at].pos_ in {"VERB", "AUX", "NOUN"}:
                    return Status(token=doc[at], name=name)
    for at in (*reversed(left), *right):
        for noun in forms(doc[at]) & declared.idioms.keys():
            verbs = declared.idioms[noun]
            for near in (at - 2, at - 1):
                if first <= near < last and near in (*left, *right) and doc[near].lemma_.lower() in verbs:
                    return Status(token=doc[near], name=verbs[doc[near].lemma_.lower()])
    return None


def _to_the_right(declared: Declared, counted: Counted, last: int) -> Status | None:
    """ "12 people were killed", "30 injured", "17 others reported missing"."""
    doc = counted.doc
    passive = False
    start = past_coordination(doc, past_insertion(doc, counted.end, last), last)
    for at in range(start, min(last, start + _REACH)):
        token = doc[at]
        name = declared.status(token)
        if name is not None:
            if not passive and _has_object(token, last):
                return None
            if token.pos_ in {"NOUN", "PROPN"} and at > start and doc[at - 1].lower_ not in _AFFLICTED:
                return None
            return Status(token=token, name=name, other=_second(declared, doc, at, last, name))
        if token.lower_ == "being" or token.lemma_ == "be":
            passive = True
        if token.pos_ in {"NOUN", "ADJ"} and at > start and doc[at - 1].lower_ in _AFFLICTED and at + 1 < last:
            name = declared.status(doc[at + 1])
            return Status(token=doc[at + 1], name=name) if name is not None else None
        if token.lower_ not in _SKIPPED_RIGHT and token.pos_ != "ADV" and token.text not in {"(", '"'}:
            return None
        if token.lower_ in {"of", "to"} and at == start:
            return None
    return None


def _second(declared: Declared, doc: Doc, at: int, last: int, name: str) -> str | None:
    """The other status of "killed or wounded"."""
    if at + 2 < last and doc[at + 1].lower_ in {"or", "and"}:
        second = declared.status(doc[at + 2])
        return second if second != name else None
    return None


def _among(declared: Declared, counted: Counted, first: int, last: int) -> Status | None:
    """ "five Mexicans were among the dead", "among the injured were three children"."""
    doc = counted.doc
    for start, stop in ((counted.end, min(last, counted.end + 20)), (max(first, counted.before - 8), counted.before)):
        for at in range(start, stop - 1):
            if doc[at].lower_ != "among":
                continue
            reach = 7 if doc[at + 1].lower_ in {"those", "people"} else 4
            for near in range(at + 1, min(at + reach, stop)):
                name = declared.status(doc[near])
                if name is not None and _joined_by_be(doc, at, near, counted):
                    return Status(token=doc[near], name=name)
    return None


def _included(declared: Declared, counted: Counted) -> Status | None:
    """ "the dead *included* 133 tourists", "those killed include two children"."""
    node = counted.node
    while node.dep_ in {"conj", "appos"} and node.head.i != node.i:
        node = node.head
    if node.dep_ not in {"dobj", "attr"} or node.head.lemma_ != "include":
        return None
    for subject in node.head.lefts:
        for token in (subject, *subject.rights) if subject.dep_.startswith("nsubj") else ():
            name = declared.status(token)
            if name is not None:
                return Status(token=token, name=name)
    return None


def _beyond_phrase(declared: Declared, counted: Counted, last: int) -> Status | None:
    """The status after a phrase about the counted: "12 people *from its 900-strong mission* are still missing"."""
    doc, at = counted.doc, counted.end
    part = counted.before > 1 and "of" in {doc[counted.before - 1].lower_, doc[counted.before - 2].lower_}
    if counted.head is None or at + 1 >= last or part:
        return None
    at += doc[at].tag_ == "VBN" and doc[at + 1].pos_ == "ADP"
    if doc[at].pos_ != "ADP":
        return None
    stop = min(last, at + _PHRASE)
    ends = {"AUX", "VERB", "PUNCT", "SCONJ", "CCONJ"}
    while at < stop and (doc[at].pos_ not in ends or doc[at].text == "-"):
        at += 1
    if at >= stop or doc[at].lemma_ not in {"be", "have"}:
        return None
    for token in doc[at + 1 : min(last, at + 4)]:
        name = declared.status(token)
        if name is not None:
            return (
                None
                if doc[token.i - 1].lemma_ == "have" and _has_object(token, last)
                else Status(token=token, name=name)
            )
        if token.pos_ != "ADV" and token.lower_ not in _SKIPPED_RIGHT:
            return None
    return None


def _joined_by_be(doc: Doc, at: int, near: int, counted: Counted) -> bool:
    """Whether a form of "be" stands between the number's phrase and its "among the dead"."""
    between = doc[counted.end : at] if at >= counted.end else doc[near + 1 : counted.before]
    return any(token.lemma_ == "be" for token in between)


def _has_object(token: Token, last: int) -> bool:
    """Whether a verb form after a noun is active and takes an object of its own: "12 gunmen killed a guard"."""
    if token.tag_ not in {"VBD", "VBP", "VB", "VBZ", "VBN", "VBG"} or token.lemma_ in _INTRANSITIVE:
        return False
    if token.i + 1 >= last:
        return False
    following = token.nbor()
    if following.ent_type_ in {"DATE", "TIME"} or following.lower_ in _NO_OBJECT:
        return False
    if following.lower_ in {"himself", "themselves", "itself"}:
        return True
    return following.pos_ in {"DET", "NUM", "PRON", "PROPN", "NOUN", "ADJ"} and following.dep_ not in {
        "npadvmod",
        "mark",
        "nsubj",
    }


def _to_the_left(declared: Declared, counted: Counted, first: int) -> Status | None:
    """ "killed 12 people", "wounding another 30", "the deaths of at least 12"."""
    doc = counted.doc
    linked = False
    for at in range(counted.before - 1, max(first, counted.before - _REACH) - 1, -1):
        token = doc[at]
        name = declared.status(token)
        if name is not None:
            if token.pos_ in {"NOUN", "PROPN"} or token.tag_ == "NN":
                return (
                    Status(token=token, name=name)
                    if linked or (at == counted.before - 1 and counted.head is None)
                    else None
                )
            if token.tag_ in {"JJ", "VBN"} and _is_passive(token):
                return None
            if linked and token.pos_ in {"VERB", "ADJ"}:
                return None
            return Status(token=token, name=name, other=_first_of_two(declared, doc, at, first, name))
        if token.lower_ == "of":
            linked = True
        elif token.lower_ == "along" or (token.lower_ == "with" and token.i and token.nbor(-1).lower_ == "along"):
            continue
        elif token.text in _STOPS or (token.pos_ not in {"ADV", "PUNCT"} and token.lower_ not in _SKIPPED_LEFT):
            return None
    return None


def _first_of_two(declared: Declared, doc: Doc, at: int, first: int, name: str) -> str | None:
    """The other status of "killed or wounded 30"."""
    if at - 2 >= first and doc[at - 1].lower_ in {"or", "and"}:
        found = declared.status(doc[at - 2])
        return found if found != name else None
    return None


def _is_passive(token: Token) -> bool:
    return any(
        child.dep_ == "auxpass" or child.lemma_ == "be" for child in token.lefts if child.dep_ in {"aux", "auxpass"}
    )


def _governing(declared: Declared, counted: Counted) -> Status | None:
    """The status stated by the word that governs the counted in the parse: "12 people aboard the bus were killed"."""
    node = counted.node
    for _ in range(4):
        governor = node.head
        if governor.i == node.i:
            return None
        if node.dep_ in {"conj", "appos"}:
            node = governor
            continue
        if node.dep_ in {"nsubjpass", "nsubj", "dobj", "attr", "oprd"}:
            found = _of_verb(declared, governor, node.dep_)
            return None if found is not None and _is_anothers(found.token, counted) else found
        if node.dep_ == "pobj" and governor.lower_ in _NOUN_LINKS:
            noun = governor.head
            name = declared.status(noun)
            if name is not None and noun.pos_ in {"NOUN", "VERB"} and governor.lower_ == "of":
                return Status(token=noun, name=name)
        return None
    return None


def _is_anothers(token: Token, counted: Counted) -> bool:
    """Whether a status word stands right after another number, whose status it is: "…, and at least 177 *dead*"."""
    return token.i > counted.end and token.nbor(-1).like_num


def _of_verb(declared: Declared, verb: Token, relation: str) -> Status | None:
    """The status a verb gives its subject or object, itself or by its complement."""
    name = declared.status(verb)
    if name is not None:
        right = (
            relation != "nsubj"
            or verb.lemma_ in _INTRANSITIVE
            or verb.pos_ == "ADJ"
            or (verb.tag_ == "VBN" and not any(c.dep_ == "dobj" for c in verb.children))
        )
        if right and (relation == "nsubjpass") <= (verb.lemma_ not in _INTRANSITIVE):
            return Status(token=verb, name=name)
        return None
    if verb.lemma_ in _BE or relation in {"dobj", "nsubjpass"}:
        for child in verb.rights:
            if child.dep_ in {"acomp", "attr", "oprd", "ccomp"} or (relation == "nsubjpass" and child.dep_ == "xcomp"):
                name = declared.status(child)
                if name is not None and child.pos_ in {"ADJ", "VERB"} and not _is_clause(child):
                    return Status(token=child, name=name)
    for child in verb.rights:
        if child.dep_ == "prep" and child.lower_ == "to" and relation in {"nsubjpass", "dobj", "nsubj"}:
            for noun in child.children:
                name = declared.status(noun)
                if name is not None and noun.tag_ == "NN" and not any(True for _ in noun.children):
                    return Status(token=noun, name=name)
    for child in verb.children:
        if (
            child.dep_ == "conj"
            and relation in {"nsubjpass", "nsubj"}
            and not any(c.dep_.startswith("nsubj") for c in child.children)
        ):
            found = _of_verb(declared, child, relation if child.tag_ != "VBN" else "nsubjpass")
            if found is not None:
                return found
    return None


def _is_clause(complement: Token) -> bool:
    """Whether a complement is a clause of its own: "…, which they say *has killed* 12"."""
    return any(child.lower_ in {"has", "had"} for child in complement.lefts)


def any_status(counted: Counted) -> Status | None:
    """The word by which the sentence says what the counted do or what is done with them: "stationed", "amassed"."""
    for token in (counted.head, counted.doc[counted.last - 1], counted.node):
        if token is None:
            continue
        for child in token.children:
            if (
                child.dep_ in {"acl", "relcl", "amod"}
                and child.tag_ in {"VBN", "VBG", "VBP", "VBD"}
                and child.i >= counted.end
            ):
                return Status(token=_deeper(child))
    following = counted.doc[counted.end] if counted.end < len(counted.doc) else None
    if following is not None and following.tag_ in {"VBN"}:
        return Status(token=following)
    node = counted.node
    for _ in range(4):
        governor = node.head
        if governor.i == node.i:
            return None
        if node.dep_ in {"conj", "appos"}:
            node = governor
            continue
        if governor.pos_ in {"VERB", "AUX"}:
            return Status(token=_deeper(governor))
        if node.dep_ == "pobj" and governor.head.pos_ == "VERB" and (governor.lower_ in _INTO or is_particle(governor)):
            return Status(token=governor.head)
        if node.dep_ == "pobj" and governor.lower_ == "of" and governor.head.pos_ in {"NOUN", "ADJ"}:
            node = governor.head
            continue
        return None
    return None


def is_particle(preposition: Token) -> bool:
    """Whether a word parsed as a preposition belongs to the verb right before it: "has flown *in* 136 soldiers"."""
    return preposition.lower_ in _PARTICLES and preposition.i == preposition.head.i + 1


def _deeper(verb: Token) -> Token:
    """The word that carries the meaning: "are *active*", "appear *ready*", else the verb."""
    if verb.lemma_ in _BE or verb.lemma_ in {"appear", "seem"}:
        for child in verb.rights:
            if child.dep_ in {"acomp", "attr"} and child.pos_ in {"ADJ", "VERB"}:
                return child
    return verb


def reality(status: Status | None, counted: Counted) -> Reality:
    """Whether the clause that states the status says it is so, planned, possible or denied."""
    token = status.token if status is not None else counted.node
    if token.lemma_.lower() in _GIVES_WORD and counted.node.dep_ == "dobj" and counted.node.head == token:
        return Reality.PLANNED
    for _ in range(5):
        for child in token.children:
            if child.dep_ == "neg":
                return Reality.DENIED
            if child.dep_ in {"aux", "auxpass"} and child.i < token.i:
                if child.lower_ in _WILL:
                    return Reality.PLANNED
                if child.lower_ in _MAY:
                    return Reality.POSSIBLE
        governor = token.head
        if governor.i == token.i:
            break
        lemma = governor.lemma_.lower()
        if token.dep_ in {"xcomp", "ccomp", "acl", "pcomp", "dobj", "pobj", "oprd"}:
            if lemma in _DENIALS:
                return Reality.DENIED
            if lemma in _DOUBTS or (lemma in _EXPECTS and _is_perfect(token)):
                return Reality.POSSIBLE
            if lemma in _PLANS and (token.dep_ in {"xcomp", "acl", "dobj", "oprd", "pcomp"} or _infinitive(token)):
                return Reality.PLANNED
            if token.dep_ == "ccomp":
                break
            token = governor
            continue
        if token.dep_ in {"conj", "nummod", "compound"} or (token.dep_ == "prep" and token.lower_ in _CARRIERS):
            token = governor
            continue
        break
    return Reality.ACTUAL


def _is_perfect(token: Token) -> bool:
    """Whether an infinitive speaks of what lies behind: "are expected *to have died*"."""
    return any(child.lower_ == "have" and child.dep_ == "aux" for child in token.lefts)


def _infinitive(token: Token) -> bool:
    return any(child.lower_ == "to" and child.dep_ == "aux" for child in token.lefts)
