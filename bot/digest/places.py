"""Where a counted thing is, was or goes, as its sentence states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Tokens, past_insertion
from bot.digest.place_phrases import CARED_FOR, DIRECTIONS, PLACE_NOUNS, PLACE_PREPOSITIONS, place_phrase
from bot.digest.scenes import (
    REACH,
    counting_country,
    listed_country,
    place_of_event,
    place_of_toll,
    place_of_where,
    place_of_which,
    struck,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.predicates import Status

_ADVERBS = frozenset({"there", "abroad", "overseas", "ashore", "upstate", "worldwide", "nationwide", "globally"})
_SUMS_UP = frozenset(
    "bring raise take push lift".split()
)  #: "…, bringing the toll to 120": not where the clause before is
_GIVEN_UP = frozenset({"presumed", "believed", "feared"})  #: after a comma they go on: "missing, presumed dead"
_FOUND = frozenset("detect identify find isolate discover spot see".split())  #: where a cause was, and not who suffered
_BEGINS = frozenset({"originate", "emerge", "begin"})  #: where it began, and not where it is
_LATER = frozenset({"after", "since", "before"})  #: "he fled to Oslo *after* protests that left 100 dead"
_LETS = frozenset("allow let enable help cause make permit lead".split())
_SAYS = frozenset("say tell report announce confirm add".split())  #: their speakers' place is not that of the dead
_OCCUPY = frozenset(
    """
    hold guard patrol occupy control defend seize storm besiege garrison protect enter search
    """.split()
)
_CLAUSES = frozenset("when after before as while because if until once although though".split())
_PARTS = frozenset("many some most several all few half both".split())
_COUNTLESS = frozenset("others more many dozens scores hundreds thousands several people".split())
_HAPPEN = frozenset({"NOUN", "VERB"})
_DASHES = frozenset({"--", "—", "–", "-"})


def place(counted: Counted, status: Status | None, first: int, last: int) -> Tokens | None:
    """Where the counted are, were or go, as the sentence ``first``..``last`` states it for this number."""
    stated = status is not None and status.name is not None
    others = stated and _is_of_others(counted, status)
    end = counted.node.head.i if others else _told_until(status, last) if stated else _clause_end(counted, last)
    end = min(end, _insertion_end(counted, last))
    return (
        listed_country(counted, status, first)
        or _place_right(counted, end, hurt=stated)
        or (None if others else _place_of_verb(counted, end))
        or place_of_where(counted)
        or (place_of_which(counted, status) if stated else None)
        or _place_left(counted, status, first)
        or counting_country(counted, status)
        or (place_of_event(counted, status, last) if stated and not others else None)
        or (place_of_toll(counted, status) if stated else None)
    )


def _clause_end(counted: Counted, last: int) -> int:
    """Where a clause with "when", "after" or "because" begins, whose place is not that of a strength; else ``last``."""
    doc = counted.doc
    for token in doc[counted.end : last]:
        if token.lower_ in _CLAUSES and token.dep_ in {"advmod", "mark"} and token.head.pos_ in {"VERB", "AUX"}:
            return token.i
    return last


def _told_until(status: Status | None, last: int) -> int:
    """Where a relative clause that tells the status ends at a comma or before the main verb; else ``last``."""
    if status is not None and status.token.dep_ == "relcl":
        end = status.token.right_edge.i + 1
        if end < last and (status.token.doc[end].text == "," or status.token.doc[end].pos_ == "AUX"):
            return end
    return last


def _insertion_end(counted: Counted, last: int) -> int:
    """Where an insertion between dashes that holds the number ends: "Peru -- where it killed 12 -- …"; or ``last``."""
    doc = counted.doc
    if not any(_is_dash(token) for token in doc[counted.node.sent.start : counted.before]):
        return last
    return next((token.i for token in doc[counted.end : last] if _is_dash(token)), last)


def _is_of_others(counted: Counted, status: Status | None) -> bool:
    """Whether the counted's verb tells what came after their status: "eight killed in the quake *arrived* in Oslo"."""
    verb = counted.node.head
    if verb.lower_ == "of" and verb.head.pos_ == "NOUN":
        verb = verb.head.head
    token = status.token if status is not None else verb
    later = verb.pos_ == "VERB" and verb.i > token.i
    return later and token.dep_ in {"acl", "relcl"} and token.head == counted.node


def _place_of_verb(counted: Counted, last: int) -> Tokens | None:
    """A place after the verb whose subject the counted are, beyond a list: "500 troops and 20 ships are in Rio"."""
    node = counted.node
    while node.dep_ in {"conj", "appos"} and node.head.i != node.i:
        node = node.head
    if node.dep_ not in {"nsubj", "nsubjpass", "dobj"} or node.head.pos_ not in {"VERB", "AUX"}:
        return None
    for child in node.head.rights:
        if child.dep_ == "prep" and counted.end <= child.i < last and not _of_some(counted.doc, counted.end, child.i):
            found = place_phrase(counted.doc, child.i, last)
            if found is not None:
                return found
    return None


def _of_some(doc: Doc, start: int, stop: int) -> bool:
    """Whether a phrase speaks of a part of the counted: "80,000 have been buried, *many of them* in mass graves"."""
    return any(doc[at].text == "," and doc[at + 1].lower_ in _PARTS for at in range(start, stop - 1))


def _place_right(counted: Counted, last: int, *, hurt: bool) -> Tokens | None:
    """The first place phrase after the number, up to the next clause or number that speaks of something else.

    Where the ``hurt`` were taken is not where they were hurt.
    """
    doc = counted.doc
    stop = min(last, counted.end + REACH)
    at = past_insertion(doc, counted.end, last)
    while at < stop:
        token = doc[at]
        if (
            token.text in {";", ":"}
            or (_is_dash(token) and at + 1 < last and _says_more(doc, at, last))
            or (token.text == "," and _new_clause(doc, at, last))
            or (token.text == "," and hurt and at + 1 < last and doc[at + 1].pos_ == "AUX")
        ):
            return None
        if token.lower_ in {"and", "but", "while", "whereas"} and _new_clause(doc, at, last):
            return None
        if hurt and token.lower_ == "to" and token.dep_ == "prep" and token.head.lemma_.lower() in CARED_FOR:
            return None
        if hurt and token.lower_ == "to" and _ends_range(token, counted.end):
            return None
        if token.dep_ != "agent" and (token.pos_ in {"ADP", "SCONJ"} or token.lower_ in PLACE_PREPOSITIONS):
            found = place_phrase(doc, at, last)
            noun = doc[at].head
            own = noun == counted.head or (noun.head.lower_ == "of" and noun.head.head == counted.head)
            if found is not None and (own or not _belongs_to_other(doc[at])):
                return found
        elif token.lower_ in DIRECTIONS and at + 1 < last and doc[at + 1].lower_ == "of":
            found = place_phrase(doc, at + 1, last, verb=True)
            if found is not None:
                return Tokens(doc, at, found.last)
        elif token.lower_ in _ADVERBS and token.dep_ == "advmod":
            return Tokens(doc, at, at + 1)
        elif at < counted.end + 8 and token.pos_ == "VERB" and token.lemma_ in _OCCUPY:
            found = place_phrase(doc, at, last, verb=True)
            if found is not None:
                return found
        at += 1
    return None


def _is_dash(token: Token) -> bool:
    """Whether a token is a dash; a hyphen is one between spaces."""
    return token.text in _DASHES and (token.text != "-" or (bool(token.whitespace_) and token.i > 0))


def _says_more(doc: Doc, at: int, last: int) -> bool:
    """Whether another number or clause follows a dash: "150 are missing - *about 100* were in the hotel"."""
    return doc[at + 1].pos_ in {"SCONJ", "PRON"} or any(token.like_num for token in doc[at + 1 : min(last, at + 4)])


def _ends_range(preposition: Token, start: int) -> bool:
    """Whether a "to" says how far something was felt, or why: "felt *from* one island *to* another", "due to H1N1"."""
    before = preposition.doc[max(start, preposition.i - 6) : preposition.i]
    return any(token.lower_ in {"from", "due", "related", "linked", "attributed"} for token in before)


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
    if doc[at].text == "," and doc[at + 1].lower_ in _PARTS:
        return True
    if (
        token.like_num
        or token.pos_ == "NUM"
        or token.lower_ in {"dozens", "scores", "hundreds", "thousands", "several"}
    ):
        return True
    if token.lower_ in {"others", "many", "more"} and doc[at].text != ",":
        return False
    if doc[at].text == ",":
        if doc[at + 1].lower_ == "out":
            return True
        if token.lower_ in {"following", "during"} or token.lower_ in _GIVEN_UP:
            return False
        return token.pos_ in {"PRON", "PROPN", "DET", "NOUN", "VERB", "SCONJ"} or token.lower_ in {
            "who",
            "where",
            "which",
            "according",
            "some",
            "most",
            "many",
            "all",
        }
    if token.tag_ in {"VBZ", "VBD", "VBP"} or token.lower_ in {"for", "because", "about"}:
        return True
    for word in doc[follows : min(last, follows + 6)]:
        if word.text in {",", ";"}:
            return False
        if word.dep_ in {"nsubj", "nsubjpass"}:
            return True
        if word.pos_ == "AUX" and word.i > follows:
            return not any(one.dep_ == "conj" for one in doc[follows : word.i])
        if word.pos_ in {"VERB", "AUX"}:
            return not _goes_on(doc, word.i, last)
    return False


def _goes_on(doc: Doc, at: int, last: int) -> bool:
    """Whether a verb after "and" speaks of people or a place, too: "and *wounding 30* in Kabul", "and *buried in*"."""
    after = doc[at + 1 : min(last, at + 4)]
    return (
        not len(after)
        or after[0].pos_ in {"ADP", "ADV"}
        or any(token.like_num or token.pos_ == "NUM" or token.lower_ in _COUNTLESS for token in after)
    )


def _belongs_to_other(preposition: Token) -> bool:
    """Whether a place phrase hangs on a noun that somebody else owns: "to praise Norland's relief work in Vesland"."""
    noun = preposition.head
    if noun.pos_ not in {"NOUN"} or noun.lower_ in PLACE_NOUNS:
        return False
    return any(child.dep_ == "poss" and child.ent_type_ != "DATE" for child in noun.children)


def _place_left(counted: Counted, status: Status | None, first: int) -> Tokens | None:
    """A place before the number that holds for its clause: "In Kabul, 12 …", "a bomb in Kabul killed 12"."""
    doc = counted.doc
    anchors = _anchors(counted, status)
    earliest = max(first, counted.before - 2 * REACH)
    for at in range(counted.before - 1, earliest - 1, -1):
        token = doc[at]
        if token.lower_ == "there" and token.dep_ == "advmod" and token.head.i in anchors:
            return Tokens(doc, at, at + 1)
        if token.pos_ != "ADP" and token.lower_ not in PLACE_PREPOSITIONS:
            continue
        if at != first and not _hangs_on(token, anchors):
            continue
        found = place_phrase(doc, at, counted.before)
        if found is not None and not _belongs_to_other(token):
            return _with_name_before(found, at, first)
    return struck(counted, anchors)


def _with_name_before(found: Tokens, at: int, first: int) -> Tokens:
    """A place at a sentence's start with the name that it explains: "In *Jacmel, on the southern coast*, 3,000 …"."""
    doc = found.doc
    if at - 2 <= first or doc[at - 1].text != "," or doc[at - 2].pos_ != "PROPN" or doc[first].pos_ != "ADP":
        return found
    named = place_phrase(doc, first, at)
    return Tokens(doc, named.first, found.last) if named is not None and named.last == at - 1 else found


def _anchors(counted: Counted, status: Status | None) -> set[int]:
    """The words of the number's clause that a place before it may hang on: verbs, their subjects and objects."""
    anchors: set[int] = set()
    token = status.token if status is not None else counted.node
    stated = status is not None and status.name is not None
    if stated and token.dep_ == "acl" and token.head == counted.node:
        return {token.i, counted.node.i}
    for _ in range(5):
        if token.lemma_ in _SAYS:
            break
        anchors.add(token.i)
        if stated and token.dep_ == "relcl":
            anchors.update(_caused_by(token))
        subjects = [child.i for child in token.lefts if child.dep_ in {"nsubj", "nsubjpass", "csubj"}]
        anchors.update(subjects)
        anchors.update(child.i for child in token.children if child.dep_ == "dobj" and child.i < counted.before)
        if token.dep_ == "advcl" and (token.lemma_ in _SUMS_UP or _is_later(token)):
            break
        let = token.dep_ == "ccomp" and token.head.lemma_ in _LETS
        if (
            token.head.i == token.i
            or (token.dep_ in {"ccomp", "relcl"} and not let)
            or (token.dep_ == "conj" and subjects and not let)
        ):
            break
        token = token.head
    return anchors


def _caused_by(verb: Token) -> set[int]:
    """What a relative clause says to have killed: "*an explosion* on a rig that killed 11"; maybe parsed to the rig."""
    if not any(child.dep_ == "nsubj" and child.tag_ in {"WDT", "WP"} for child in verb.lefts):
        return set()
    cause = verb.head
    if cause.head.lower_ in _LATER:
        return {cause.i}
    return {cause.i, cause.head.head.i} if cause.dep_ == "pobj" and cause.head.head.pos_ in _HAPPEN else {cause.i}


def _is_later(verb: Token) -> bool:
    """Whether a clause says since when its main clause is so: "oil pours into the bay *since a rig exploded*"."""
    return any(child.lower_ in _LATER and child.dep_ in {"mark", "advmod"} for child in verb.lefts)


def _hangs_on(token: Token, anchors: set[int]) -> bool:
    """Whether a preposition's phrase says where one of the anchors is, directly or through nouns."""
    for _ in range(4):
        token = token.head
        if token.lemma_ in _BEGINS:
            return False
        if token.i in anchors:
            return True
        if token.lemma_ in _FOUND or (
            token.pos_ not in {"NOUN", "PROPN", "ADP"} and token.dep_ not in {"relcl", "acl"}
        ):
            return False
    return False
