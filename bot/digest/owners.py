"""Whose a counted thing is: the country or body that it belongs to, or that sends, keeps or has it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Tokens, is_nationality, noun_phrase
from bot.digest.countries import country_of, fold
from bot.digest.predicates import Status, is_particle

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_SIDES = frozenset(
    """
    government rebel army militia opposition loyalist coalition allied guerrilla insurgent separatist federal
    state junta foreign paramilitary regime cartel islamist royal
    """.split()
)
_POSSESSIVES = frozenset("its their his her our".split())
_COLLECTIVES = frozenset(
    """
    government country nation army military alliance coalition bloc union kingdom republic state ministry rebels
    militia group regime junta organisation organization mission faction movement navy force forces side sides
    party command separatists insurgents guerrillas militants militiamen allies defenders attackers loyalists
    mutineers dissidents patrol convoy unit units battalion battalions brigade brigades regiment regiments
    division squad column garrison contingent platoon patrols
    """.split()
)
_EVENTS = frozenset(
    "deaths fatalities casualties injuries".split()
)  #: a name before them may be a cause: "Ebola deaths"
_MORTAL = frozenset({"death", "casualty", "injury"})  #: in capitals they begin a heading: "Death toll rises to 12"
_BRANCHES = frozenset("marines rangers guardsmen seals troops soldiers sailors paratroopers commandos".split())
_NUMBERING = frozenset({"numbers", "number", "numbered", "numbering"})
_FORCES = frozenset("army force forces guard navy militia division brigade regiment battalion corps garrison".split())
_MADE_OF = frozenset({"consist", "comprise", "dispose"})
_HOSTILE = frozenset(
    """
    kill wound injure capture arrest detain face fight attack meet repel defeat encircle surround trap train
    host see report include involve hit target lose say estimate believe count release free expel eject find
    need require hurt leave evacuate accuse criticize oppose outnumber total number reach exceed ask request pit
    """.split()
)
_CHANGES = frozenset("increase raise boost expand enlarge strengthen reinforce cut reduce shrink".split())
_NAME_KINDS = frozenset({"GPE", "NORP", "ORG", "LOC"})


def whose(counted: Counted, status: Status | None, first: int, *, agents: bool) -> Tokens | None:
    """Of which country or body the counted are. ``agents``: who sends, keeps or has them counts, too."""
    found = _said_whose(counted, status, first, agents=agents)
    if found is not None and counted.head is not None and found.first <= counted.head.i < found.last:
        return found if is_nationality(counted.head) or counted.head.ent_type_ == "NORP" else None
    return found


def _said_whose(counted: Counted, status: Status | None, first: int, *, agents: bool) -> Tokens | None:
    found = _modifier(counted) or _possessor(counted, first) or _origin(counted, agents=agents)
    if found is None and agents and status is not None:
        found = _by(status.token)
    if found is None and agents:
        found = _listed(counted, first) or _agent(counted, status)
    if found is None and status is not None and status.token.lemma_ == "lose" and counted.node.head == status.token:
        found = _subject(status.token, "dobj")
    return found


def _modifier(counted: Counted) -> Tokens | None:
    """ "10,000 *South African* troops", "300 *government* soldiers", "three *Israelis*"."""
    doc = counted.doc
    picked = [
        token
        for token in counted.modifiers
        if _names_side(token) and token.ent_type_ != "LOC" and not _is_opposed(token)
    ]
    if counted.head is not None and counted.head.lower_ in _EVENTS:
        picked = [token for token in picked if is_nationality(token) or token.lower_ in _SIDES]
    if picked:
        first, last = picked[0].i, picked[-1].i + 1
        if first - 2 >= counted.last and doc[first - 1].text == "-":
            first -= 2
        return Tokens(doc, first, last)
    head = counted.head
    if head is None or not head.text[0].isupper() or head.lower_ in _BRANCHES:
        return None
    if is_nationality(head) or head.ent_type_ == "NORP":
        return Tokens(doc, head.i, head.i + 1)
    return None


def side_before(noun: Token) -> Tokens | None:
    """The name of a side right before a noun: "*Malian* soldiers"; no noun stands between."""
    doc, start = noun.doc, noun.i
    while start > 0 and doc[start - 1].pos_ in {"ADJ", "PROPN", "NOUN"} and doc[start - 1].ent_type_ != "DATE":
        start -= 1
    picked = [token for token in doc[start : noun.i] if _names_side(token)]
    if not picked or any(token.pos_ == "NOUN" and token.text.islower() for token in doc[picked[-1].i + 1 : noun.i]):
        return None
    if picked[-1].lower_ in _MORTAL:
        return None
    return Tokens(doc, picked[0].i, picked[-1].i + 1)


def holder_before(noun: Token) -> Tokens | None:
    """Whose units a total before its number counts: "the toll among *its* soldiers rose to 14"."""
    doc, at = noun.doc, noun.i - 1
    while at > 0 and doc[at].pos_ == "ADJ":
        at -= 1
    return Tokens(doc, at, at + 1) if at >= 0 and doc[at].lower_ in _POSSESSIVES else side_before(noun)


def _is_opposed(token: Token) -> bool:
    """Whether a side is only what somebody is against: "anti-*government* demonstrators"."""
    return token.i > 1 and token.nbor(-1).text == "-" and token.nbor(-2).lower_ in {"anti", "non"}


def _names_side(token: Token) -> bool:
    if token.text[0].isupper() and token.pos_ in {"PROPN", "ADJ", "NOUN"} and token.ent_type_ not in {"DATE", "TIME"}:
        return not token.is_sent_start or is_nationality(token)
    return token.lower_ in _SIDES


def _possessor(counted: Counted, first: int) -> Tokens | None:
    """ "*Norland*'s 700 nurses", "12 of *its* soldiers"."""
    doc = counted.doc
    if counted.last < len(doc) and doc[counted.last].lower_ == "of":
        for at in range(counted.last, min(counted.end, counted.last + 4)):
            if doc[at].lower_ in _POSSESSIVES:
                return Tokens(doc, at, at + 1)
    at = counted.before - 1
    while at > first and doc[at].pos_ == "ADJ":
        at -= 1
    if at >= first and doc[at].lower_ in _POSSESSIVES:
        return Tokens(doc, at, at + 1)
    if at - 1 >= first and doc[at].tag_ == "POS":
        return _name_ending(doc, at, first)
    return None


def _name_ending(doc: Doc, end: int, first: int) -> Tokens | None:
    """The name whose last token stands before ``end``."""
    start = end
    while start > first and (doc[start - 1].pos_ == "PROPN" or is_nationality(doc[start - 1])):
        start -= 1
    if start == end and end > first and doc[end - 1].pos_ == "NOUN":
        start = end - 1
    return Tokens(doc, start, end) if start < end else None


def _origin(counted: Counted, *, agents: bool) -> Tokens | None:
    """ "soldiers *from Kenya*", "members of *the Third Division*": a name after the noun."""
    doc = counted.doc
    at = counted.end
    if at + 1 >= len(doc) or doc[at].lower_ not in {"from", "of"}:
        return None
    if counted.head is None:
        named = doc[at].lower_ == "from" and doc[at + 1].pos_ == "PROPN" and doc[at + 1].ent_type_ in _NAME_KINDS
        return Tokens(doc, at + 1, at + 2) if named else None
    start = at + 1
    end = start
    if doc[at].lower_ == "of" and (counted.head.lower_ in {"members", "part"} or _of_force(doc, start)):
        named = doc[start].pos_ in {"DET", "PRON", "PROPN"} or doc[start].text[0].isupper()
        head, end, _ = noun_phrase(doc, start + (doc[start].pos_ in {"DET", "PRON"}), min(len(doc), start + 7))
        return Tokens(doc, start, end) if head is not None and named else None
    while end < len(doc) and (
        doc[end].pos_ in {"PROPN", "ADJ"} or doc[end].lower_ == "the" or is_nationality(doc[end])
    ):
        end += 1
    names = [token for token in doc[start:end] if token.pos_ == "PROPN"]
    if not names or names[0].ent_type_ in {"DATE", "TIME"}:
        return None
    if doc[end - 1].pos_ != "PROPN" or (
        doc[at].lower_ == "from" and not agents and names[0].ent_type_ not in _NAME_KINDS
    ):
        return None
    return Tokens(doc, start, end)


def _of_force(doc: Doc, start: int) -> bool:
    """Whether a side follows: "men of *the imperial army*"."""
    if doc[start].pos_ not in {"DET", "PRON"}:
        return False
    head, _, between = noun_phrase(doc, start + 1, min(len(doc), start + 7))
    return head is not None and head.lower_ in _FORCES and bool(between)


def _listed(counted: Counted, first: int) -> Tokens | None:
    """ "*France* 1,000; *Turkey*, 500": the name right before the number."""
    doc = counted.doc
    at = counted.before
    if at > first and doc[at - 1].text in {",", ":", "-", "–", "("}:
        at -= 1
    if at - 1 < first:
        return None
    found = _name_ending(doc, at, first)
    if (
        found is None
        or doc[found.last - 1].pos_ == "NOUN"
        or doc[found.last - 1].ent_type_ in {"DATE", "TIME", "PERSON"}
    ):
        return None
    before = doc[found.first - 1] if found.first > first else None
    if before is not None and before.lower_ in {"the"}:
        before = doc[found.first - 2] if found.first - 1 > first else None
    if before is None or before.text in {";", ",", ":", "and", "while", "with", "but", "—", "–"}:
        return found
    return None


def _agent(counted: Counted, status: Status | None) -> Tokens | None:
    """ "*Norland* has sent out 700 nurses", "300 troops sent by *France*", "*Kenya*'s offer of 1,000 troops"."""
    node = counted.node
    force = changed(node)
    if force is not None:
        holder = next((child for child in force.children if child.dep_ == "poss"), force)
        return _owner(holder) if _may_own(holder) or holder.lower_ in _POSSESSIVES else None
    for _ in range(6):
        governor = node.head
        if governor.i == node.i:
            return None
        if governor.lower_ in _NUMBERING and node.dep_ == "dobj":
            keeper = next((child for child in governor.lefts if child.dep_ == "nsubj"), None)
            return _owner(keeper) if keeper is not None and _may_own(keeper) else None
        if node.dep_ == "appos" and governor.pos_ in {"NOUN", "PROPN"} and _may_own(governor):
            return _owner(governor)
        if node.dep_ in {"conj", "appos"} and (governor.pos_ in {"VERB", "AUX"} or node.pos_ != "VERB"):
            node = governor
            continue
        if governor.pos_ in {"NOUN", "PROPN"} or (node.dep_ == "pobj" and governor.head.pos_ == "NOUN"):
            noun = governor if governor.pos_ in {"NOUN", "PROPN"} else governor.head
            owner = next(
                (
                    child
                    for child in noun.children
                    if child.dep_ in {"poss", "compound", "nmod", "amod"} and _may_own(child)
                ),
                None,
            )
            if owner is not None and (is_nationality(owner) or owner.ent_type_ in _NAME_KINDS):
                return _owner(owner)
            node = noun
            continue
        if node.dep_ == "pobj" and governor.head.pos_ == "VERB" and governor.head.lemma_ not in _MADE_OF:
            if not is_particle(governor):
                return None
            return _subject(governor.head, "dobj")
        if governor.pos_ in {"VERB", "AUX"}:
            return _subject(governor, node.dep_) if governor.lemma_.lower() not in _HOSTILE else None
        node = governor
    return None


def changed(node: Token) -> Token | None:
    """The force that a verb makes larger or smaller by or to a number: "increase *the mission* by 3,500 troops"."""
    step = node.head
    if node.dep_ != "pobj" or step.lower_ not in {"by", "to"}:
        return None
    if step.head.lemma_ in _CHANGES:
        return next((child for child in step.head.rights if child.dep_ == "dobj"), None)
    return step.head if step.head.dep_ == "dobj" and step.head.head.lemma_ in _CHANGES else None


def _subject(verb: Token, relation: str) -> Tokens | None:
    """Who does what ``verb`` says to the counted: its subject, or the agent of its passive."""
    for _ in range(4):
        agent = _by(verb)
        if agent is not None:
            return agent
        if relation in {"nsubjpass", "nsubj"}:
            return None
        if verb.tag_ == "VB" and verb.i and is_nationality(verb.nbor(-1)):
            return _owner(verb.nbor(-1))
        subject = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
        if subject is not None and subject.tag_ in {"WDT", "WP"} and verb.dep_ == "relcl":
            subject = verb.head
        if subject is not None:
            return _owner(subject) if _may_own(subject) else None
        subject = _word_before(verb)
        if subject is not None:
            return _owner(subject)
        if verb.dep_ in {"xcomp", "conj", "advcl"} and verb.head.pos_ in {"VERB", "AUX"}:
            if verb.dep_ == "xcomp" and any(child.dep_ == "dobj" for child in verb.head.children):
                owner = next(child for child in verb.head.children if child.dep_ == "dobj")
                return _owner(owner) if _may_own(owner) else None
            verb = verb.head
            passive = next((child for child in verb.lefts if child.dep_ == "nsubjpass"), None)
            if passive is not None:
                return _owner(passive) if _may_own(passive) else None
            continue
        if verb.dep_ == "pcomp" and verb.head.head.pos_ == "VERB":
            accused = next((child for child in verb.head.head.children if child.dep_ == "dobj"), None)
            return _owner(accused) if accused is not None and _may_own(accused) else None
        if verb.dep_ in {"acl", "relcl"}:
            head = verb.head
            holder = next(
                (child for child in head.children if child.dep_ in {"poss", "compound"} and _may_own(child)), None
            )
            if holder is not None:
                return _owner(holder)
            if verb.dep_ == "relcl" and _may_own(head):
                return _owner(head)
        return None
    return None


def _by(verb: Token) -> Tokens | None:
    """The agent of a passive: "sent *by France*"."""
    for child in verb.children:
        if child.dep_ == "agent":
            owner = next((grand for grand in child.children if grand.dep_ == "pobj"), None)
            if owner is not None and _may_own(owner):
                return _owner(owner)
    return None


def _word_before(verb: Token) -> Token | None:
    """The country right before a verb and its auxiliaries, for sentences whose parse lost it."""
    at = verb.i - 1
    while at >= 0 and verb.doc[at].pos_ in {"AUX", "ADV"}:
        at -= 1
    word = verb.doc[at] if at >= 0 else None
    return word if word is not None and word.pos_ == "PROPN" and is_nationality(word) else None


def _may_own(token: Token) -> bool:
    """Whether a noun names a country, an organisation or a body of armed people."""
    if token.ent_type_ == "PERSON" and not is_nationality(token):
        return False
    if token.pos_ == "PROPN" or is_nationality(token):
        return token.ent_type_ in _NAME_KINDS or is_nationality(token) or not token.ent_type_
    return token.lower_ in _COLLECTIVES or token.lower_ in {"it", "they"}


def _owner(token: Token) -> Tokens:
    """The name that ``token`` heads: its compounds and adjectives, without what follows."""
    first = token.i
    doc = token.doc
    while first > 0 and doc[first - 1].head.i == token.i and doc[first - 1].dep_ in {"compound", "amod", "nmod"}:
        if doc[first - 1].lower_ == "strong":
            break
        first -= 1
    return Tokens(doc, first, token.i + 1)


@cache
def whose_key(words: str) -> str:
    """A comparable key of a body's name: the country's key, else the words without article, in lower case."""
    return country_of(words) or fold(words)
