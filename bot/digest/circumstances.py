"""Whose a counted thing is, where it is, and with what doubts and additions: read from the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, is_nationality, is_plural, noun_phrase, past_insertion
from bot.digest.countries import country_of, fold, lookup

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.predicates import Status

_SIDES = frozenset(
    "government rebel army militia opposition loyalist coalition allied guerrilla insurgent separatist federal state junta "
    "foreign paramilitary regime cartel islamist royal".split()
)
_RANKS = frozenset("armed masked combat ground additional more elite special front-line frontline heavily new".split())
_POSSESSIVES = frozenset("its their his her our".split())
_COLLECTIVES = frozenset(
    "government country nation army military alliance coalition bloc union kingdom republic state ministry rebels militia group "
    "regime junta organisation organization mission faction movement navy force forces side sides party command".split()
)
_MADE_OF = frozenset({"consist", "comprise", "dispose"})
_HOSTILE = frozenset(
    "kill wound injure capture arrest detain face fight attack meet repel defeat encircle surround trap train host see report "
    "include involve injure hit target lose say estimate believe count release free expel eject find need require "
    "hurt leave evacuate accuse criticize oppose outnumber total number reach exceed ask request pit".split()
)
_NAME_KINDS = frozenset({"GPE", "NORP", "ORG", "LOC"})
_PLACE_KINDS = frozenset({"GPE", "LOC", "FAC"})
_NO_PLACE_KINDS = frozenset(
    {
        "DATE",
        "TIME",
        "PERSON",
        "CARDINAL",
        "MONEY",
        "PERCENT",
        "QUANTITY",
        "ORDINAL",
        "EVENT",
        "LAW",
        "WORK_OF_ART",
        "LANGUAGE",
        "NORP",
    }
)
_PLACE_PREPOSITIONS = frozenset(
    "in at near along across around to into inside outside on off between throughout toward towards within over by beyond "
    "above out under beneath through aboard amid against behind via".split()
)
_STRICT = frozenset("by over from through under against via behind amid between on".split())
_PLACE_NOUNS = frozenset(
    "area region province district county state city town village suburb neighbourhood neighborhood quarter capital border frontier "
    "front line frontline coast shore island peninsula valley mountain hill river lake sea ocean bay gulf strait channel delta "
    "camp base barracks garrison port harbour harbor airport airfield station hospital clinic school university market mosque church temple "
    "square street road highway motorway bridge tunnel mine factory plant refinery field stadium arena hotel restaurant cafe bar "
    "nightclub building house home compound embassy prison jail checkpoint zone territory enclave vicinity outskirts outpost "
    "north south east west northeast northwest southeast southwest centre center interior countryside forest jungle desert "
    "desert park farm pier dock beach resort settlement municipality commune prefecture canton governorate oblast republic "
    "country kingdom nation continent hemisphere world region part parts place site scene spot ground mainland highland lowland "
    "headquarters terminal mall shop shrine venue theatre theater monastery cemetery crossing junction intersection stretch "
    "slum township hamlet locality constituency department parish ward sector corridor strip basin plateau slope crater glacier "
    "abroad overseas downtown uptown alley alleyway lane avenue boulevard stand pitch court courthouse parliament pool pond canal dam "
    "lagoon reservoir swamp marsh cliff ridge pass summit peak cave ruins shelter dormitory ward warehouse depot yard "
    "shipyard rig platform pipeline railway track crossroads roundabout suburb apartment flat villa palace castle chapel cathedral "
    "synagogue stable barn orphanage college academy laboratory office store supermarket bakery pub club casino theme-park zoo garden "
    "playground carnival fairground bank refuge reserve archipelago continent state nation side edge heartland stronghold bastion".split()
)
_DIRECTIONS = frozenset(
    "north south east west northeast northwest southeast southwest northern southern eastern western northeastern northwestern "
    "southeastern southwestern north-east north-west south-east south-west north-eastern north-western south-eastern "
    "south-western central upper lower greater inner outer mid middle far".split()
)
_GEOGRAPHIC = frozenset(
    "the a an of in its region regions province area areas vicinity district county oblast state governorate prefecture "
    "territory territories city town village municipality capital outskirts part parts zone front line lines frontline "
    "frontlines department republic border side city's country country's nearby near around coastal remote neighbouring "
    "neighboring occupied entire whole".split()
)
_HEDGES = frozenset(
    "reportedly allegedly apparently supposedly purportedly possibly probably likely perhaps unconfirmed believed thought feared "
    "presumed suspected alleged reported rumoured rumored potentially".split()
)
_HEDGE_PHRASES = re.compile(
    r"\b(?:it is (?:believed|thought|feared|understood|reported|claimed)|(?:are|is|were|was) (?:believed|thought|feared|said|reported|presumed) to)\b",
    re.IGNORECASE,
)
_INCLUSIVE = frozenset({"including", "inclusive", "counting"})
_ADVERBS = frozenset({"there", "abroad", "overseas", "ashore", "upstate"})
_OCCUPY = frozenset("hold guard patrol occupy control defend seize storm besiege garrison protect enter search".split())
_MARKS = re.compile(r"[^\w\s'-]+")
_EDGES = frozenset({",", ";", ":", ".", "(", ")", '"', "—", "–", "--"})
_REACH = 30  #: tokens beside a figure in which its place is looked for


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens ``first``..``last`` (half-open) of a Doc."""

    doc: Doc
    first: int
    last: int

    @property
    def text(self) -> str:
        return self.doc[self.first : self.last].text


def whose(counted: Counted, status: Status | None, first: int, *, agents: bool) -> Tokens | None:
    """Of which country or body the counted are. ``agents``: who sends, keeps or has them counts, too."""
    found = _modifier(counted) or _possessor(counted, first) or _origin(counted)
    if found is None and agents:
        found = _listed(counted, first) or _agent(counted, status)
    if found is None and status is not None and status.token.lemma_ == "lose" and counted.node.head == status.token:
        found = _subject(status.token, "dobj")
    return found


def _modifier(counted: Counted) -> Tokens | None:
    """ "10,000 *North Korean* troops", "300 *government* soldiers", "three *Israelis*"."""
    doc = counted.doc
    picked = [token for token in counted.modifiers if _names_side(token) and token.ent_type_ != "LOC"]
    if picked:
        first, last = picked[0].i, picked[-1].i + 1
        while first > counted.last and doc[first - 1].text == "-":
            first -= 1
        return Tokens(doc, first, last)
    head = counted.head
    if head is not None and head.text[0].isupper() and (is_nationality(head) or head.ent_type_ == "NORP"):
        return Tokens(doc, head.i, head.i + 1)
    return None


def side_before(noun: Token) -> Tokens | None:
    """The name of a side right before a noun: "*Malian* soldiers"."""
    doc, start = noun.doc, noun.i
    while start > 0 and doc[start - 1].pos_ in {"ADJ", "PROPN", "NOUN"} and not doc[start - 1].ent_type_ == "DATE":
        start -= 1
    picked = [token for token in doc[start : noun.i] if _names_side(token)]
    return Tokens(doc, picked[0].i, picked[-1].i + 1) if picked else None


def _names_side(token: Token) -> bool:
    if token.text[0].isupper() and token.pos_ in {"PROPN", "ADJ", "NOUN"} and token.ent_type_ not in {"DATE", "TIME"}:
        return not token.is_sent_start or is_nationality(token)
    return token.lower_ in _SIDES


def _possessor(counted: Counted, first: int) -> Tokens | None:
    """ "*Russia*'s 10,000 troops", "12 of *its* soldiers"."""
    doc = counted.doc
    if counted.partitive:
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


def _origin(counted: Counted) -> Tokens | None:
    """ "soldiers *from Kenya*", "members of *the Third Division*": a name after the noun."""
    doc = counted.doc
    at = counted.end
    if at + 1 >= len(doc) or doc[at].lower_ not in {"from", "of"} or counted.head is None:
        return None
    start = at + 1
    end = start
    if counted.head.lower_ in {"members", "part"} and doc[at].lower_ == "of":
        head, end, _ = noun_phrase(doc, start + (doc[start].pos_ in {"DET", "PRON"}), min(len(doc), start + 7))
        return Tokens(doc, start, end) if head is not None else None
    while end < len(doc) and (doc[end].pos_ == "PROPN" or doc[end].lower_ in {"the"} or is_nationality(doc[end])):
        end += 1
    names = [token for token in doc[start:end] if token.pos_ == "PROPN"]
    if not names or names[0].ent_type_ in {"DATE", "TIME"}:
        return None
    if doc[at].lower_ == "from" and names[0].ent_type_ not in _NAME_KINDS:
        return None
    return Tokens(doc, start, end)


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
    """ "*Russia* has amassed 50,000 soldiers", "300 troops sent by *France*", "*Kenya*'s offer of 1,000 troops"."""
    node = counted.node
    for _ in range(6):
        governor = node.head
        if governor.i == node.i:
            return None
        if node.dep_ == "appos" and governor.pos_ in {"NOUN", "PROPN"} and _may_own(governor):
            return _owner(governor)
        if node.dep_ in {"conj", "appos"}:
            if governor.pos_ in {"VERB", "AUX"} or node.pos_ != "VERB":
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
            return None
        if governor.pos_ in {"VERB", "AUX"}:
            return _subject(governor, node.dep_) if governor.lemma_.lower() not in _HOSTILE else None
        node = governor
    return None


def _subject(verb: Token, relation: str) -> Tokens | None:
    """Who does what ``verb`` says to the counted: its subject, or the agent of its passive."""
    for _ in range(4):
        for child in verb.children:
            if child.dep_ == "agent":
                owner = next((grand for grand in child.children if grand.dep_ == "pobj"), None)
                if owner is not None and _may_own(owner):
                    return _owner(owner)
        if relation in {"nsubjpass", "nsubj"}:
            return None
        if verb.tag_ == "VB" and verb.i and is_nationality(verb.nbor(-1)):
            return _owner(verb.nbor(-1))
        for child in verb.lefts:
            if child.dep_ == "nsubj":
                if child.tag_ in {"WDT", "WP"} and verb.dep_ == "relcl":
                    child = verb.head  # noqa: PLW2901
                return _owner(child) if _may_own(child) else None
        if verb.dep_ in {"xcomp", "conj", "advcl"} and verb.head.pos_ in {"VERB", "AUX"}:
            if verb.dep_ == "xcomp" and any(child.dep_ == "dobj" for child in verb.head.children):
                owner = next(child for child in verb.head.children if child.dep_ == "dobj")
                return _owner(owner) if _may_own(owner) else None
            verb = verb.head
            passive = next((child for child in verb.lefts if child.dep_ == "nsubjpass"), None)
            if passive is not None:
                return _owner(passive) if _may_own(passive) else None
            continue
        if verb.dep_ in {"acl", "relcl"}:
            head = verb.head
            owner = next(
                (child for child in head.children if child.dep_ in {"poss", "compound"} and _may_own(child)), None
            )
            if owner is not None:
                return _owner(owner)
            if verb.dep_ == "relcl" and _may_own(head):
                return _owner(head)
        return None
    return None


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
        first -= 1
    return Tokens(doc, first, token.i + 1)


def place(counted: Counted, status: Status | None, first: int, last: int) -> Tokens | None:
    """Where the counted are, were or go, as the sentence ``first``..``last`` states it for this number."""
    return _place_right(counted, last) or _place_left(counted, status, first)


def _place_right(counted: Counted, last: int) -> Tokens | None:
    """The first place phrase after the number, up to the next clause or number that speaks of something else."""
    doc = counted.doc
    stop = min(last, counted.end + _REACH)
    at = past_insertion(doc, counted.end, last)
    while at < stop:
        token = doc[at]
        if token.text in {";", ":"} or (token.text == "," and _new_clause(doc, at, last)):
            return None
        if token.lower_ in {"and", "but", "while", "whereas"} and _new_clause(doc, at, last):
            return None
        if token.pos_ in {"ADP", "SCONJ"} or token.lower_ in _PLACE_PREPOSITIONS:
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
    for word in doc[follows : min(last, follows + 6)]:
        if word.dep_ in {"nsubj", "nsubjpass"}:
            return True
        if word.pos_ in {"VERB", "AUX"}:
            return False
    return False


def _belongs_to_other(preposition: Token) -> bool:
    """Whether a place phrase hangs on a noun that somebody else owns: "to support Moscow's efforts in Ukraine"."""
    noun = preposition.head
    if noun.pos_ not in {"NOUN"} or noun.lower_ in _PLACE_NOUNS:
        return False
    return any(child.dep_ == "poss" for child in noun.children)


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
    return Tokens(doc, start, _with_country(doc, end, last))


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
    if token.text in {"-", "'", "’"}:
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
        return head.ent_type_ == "PERSON" and doc[start - 1].lower_ in {"in", "near", "at"}
    return not strict


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") else word


def _extended(doc: Doc, end: int, last: int) -> int:
    """The end of a place phrase with what follows its common noun: "the front lines *in Ukraine*"."""
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
    anchors = set()
    token = status.token if status is not None else counted.node
    for _ in range(5):
        anchors.add(token.i)
        for child in token.lefts:
            if child.dep_ in {"nsubj", "nsubjpass", "csubj"}:
                anchors.add(child.i)
        for child in token.children:
            if child.dep_ == "dobj" and child.i < counted.before:
                anchors.add(child.i)
        if token.head.i == token.i or token.dep_ in {"ccomp", "relcl"}:
            break
        if token.dep_ == "conj" and any(child.dep_ in {"nsubj", "nsubjpass"} for child in token.lefts):
            break
        token = token.head
    best: Tokens | None = None
    for at in range(counted.before - 1, max(first, counted.before - 2 * _REACH) - 1, -1):
        token = doc[at]
        if token.pos_ != "ADP" and token.lower_ not in _PLACE_PREPOSITIONS:
            continue
        if not _hangs_on(token, anchors):
            continue
        found = _phrase(doc, at, counted.before)
        if found is not None and not _belongs_to_other(token):
            best = found
            break
    return best


def _hangs_on(token: Token, anchors: set[int]) -> bool:
    """Whether a preposition's phrase says where one of the anchors is, directly or through nouns."""
    for _ in range(4):
        token = token.head
        if token.i in anchors:
            return True
        if token.pos_ not in {"NOUN", "PROPN", "ADP"}:
            return False
    return False


def hedges(counted: Counted, status: Status | None, first: int, last: int) -> Iterator[Tokens]:
    """Doubts about the number or its status beyond the comparator."""
    doc = counted.doc
    start = max(first, counted.before - 4)
    end = min(
        last,
        max(
            counted.end + 4,
            status.token.i + 1 if status is not None and counted.end <= status.token.i < counted.end + 9 else 0,
        ),
    )
    for token in doc[start:end]:
        if token.lower_ in _HEDGES and not counted.before <= token.i < counted.last:
            yield Tokens(doc, token.i, token.i + 1)
    for match in _HEDGE_PHRASES.finditer(doc[first : counted.before].text if counted.before > first else ""):
        offset = doc[first].idx
        part = doc.char_span(offset + match.start(), offset + match.end())
        if part is not None:
            yield Tokens(doc, part.start, part.end)


def includes(counted: Counted, last: int) -> Tokens | None:
    """The phrase that says the number holds others: "inclusive of the reserve", "including women"; not a number."""
    doc = counted.doc
    for at in range(counted.end, min(last, counted.end + 4)):
        if doc[at].lower_ in _INCLUSIVE:
            end = at + 1
            while end < last and doc[end].text not in _EDGES and doc[end].pos_ not in {"VERB", "AUX", "SCONJ"}:
                if doc[end].pos_ == "NUM" or doc[end].like_num:
                    return None
                end += 1
            return Tokens(doc, at, end) if end > at + 1 else None
        if doc[at].text != ",":
            return None
    return None


@cache
def whose_key(words: str) -> str:
    """A comparable key of a body's name: the country's key, else the words without article, in lower case."""
    return country_of(words) or fold(words)


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
