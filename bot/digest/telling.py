"""Who tells a figure where no clause is said by anybody: "officials put the toll at 26", "…, the court said, and …"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.digest.claims import phrase
from bot.digest.lexicon import PEOPLE
from bot.digest.model import BodyKind, Speaker
from bot.digest.parties import Casting, parties
from bot.digest.sharing import Candidate

if TYPE_CHECKING:
    from spacy.tokens import Token

    from bot.digest.language import Paragraph

_TELLS = frozenset(
    "speak give put raise revise count record report register cite list estimate confirm update acknowledge admit "
    "announce tally document number lower cut".split()
)
_SAYS = frozenset(
    "say report announce add confirm note state write estimate believe claim suggest indicate show".split()
)
_OF_TOTALS = frozenset({"raise", "revise", "update", "lower", "cut", "put", "give"})  #: tell a number only with a total
_MEETS = frozenset({"see", "find", "count"})  #: "spoke of *seeing* 100 bodies"
_SPEAKING = frozenset({BodyKind.PERSON, BodyKind.ORGANISATION, BodyKind.COUNTRY, BodyKind.GROUP})
_PRONOUNS = frozenset({"it", "he", "she", "they"})
_DOERS = ("grapher", "ist", "eer", "man", "woman", "person", "keeper", "watcher")  #: ends of nouns for who does a thing
_TOTALS = frozenset("toll number total count tally figure figures estimate record".split())
_GIVEN = frozenset("give issue release publish provide announce report compile cite quote".split())
_CLIMB = 5  #: steps in the parse between a number and the verb that tells it


def teller(item: Candidate, casting: Casting, text: str) -> Speaker | None:
    """The source of a figure that no attribution covers, else None."""
    paragraph = item.line.paragraph
    verb = _telling_verb(item)
    subject = _subject(verb) if verb is not None else None
    if verb is None or subject is None or not _can_speak(subject, paragraph, casting):
        verb = _said_beside(item)
        subject = _beside(verb) if verb is not None else None
    if verb is None or subject is None:
        verb, subject = _issued(item, paragraph, casting)
    if verb is None or subject is None:
        return None
    start, end = phrase(subject)
    mention = casting.mention(paragraph, subject)
    return Speaker(
        span=paragraph.span(paragraph.doc[start:end]),
        cue=paragraph.span(verb),
        named=casting.fuller(mention, text) if mention is not None else None,
        parties=parties(paragraph, subject, casting, range(start, end)),
    )


def _issued(item: Candidate, paragraph: Paragraph, casting: Casting) -> tuple[Token | None, Token | None]:
    """What was done to a total, and who did it: "the toll *given* by the *ministry* was 31", "the *UN's* tally …"."""
    verb = next((up for up in item.counted.node.ancestors if up.pos_ in {"VERB", "AUX"}), None)
    if verb is None or item.counted.node.head.dep_ == "agent":
        return None, None
    clauses = [verb]
    if verb.dep_ == "advcl" and any(child.lower_ == "while" for child in verb.lefts):
        clauses.append(verb.head)
    for clause in clauses:
        total = next((child for child in clause.lefts if child.dep_ in {"nsubj", "nsubjpass"}), None)
        if total is None or total.lemma_.lower() not in _TOTALS:
            continue
        for child in total.children:
            given = child.dep_ == "acl" and child.lemma_ in _GIVEN
            agent = next((one for one in child.children if one.dep_ == "agent"), None) if given else None
            giver = next((one for one in agent.children if one.dep_ == "pobj"), None) if agent is not None else None
            if giver is not None:
                return child, giver
            named = casting.mention(paragraph, child) if child.dep_ == "poss" else None
            if named is not None and casting.body(named).kind is BodyKind.ORGANISATION:
                return total, total
    return None, None


def _telling_verb(item: Candidate) -> Token | None:
    """The verb of counting or telling whose object the number is: "*spoke* of 71 dead", "*raised* the toll to 154"."""
    token = item.counted.node
    for _ in range(_CLIMB):
        governor = token.head
        if governor.i == token.i or token.dep_ in {"nsubj", "nsubjpass", "relcl", "ccomp", "advcl", "acl"}:
            return None
        if governor.pos_ == "VERB" and governor.dep_ == "pcomp" and governor.lemma_ in _MEETS:
            token = governor
            continue
        if governor.pos_ == "VERB":
            return governor if _tells(governor) and token.dep_ in {"dobj", "prep", "conj", "dep"} else None
        token = governor
    return None


def _tells(verb: Token) -> bool:
    if verb.lemma_ not in _TELLS:
        return False
    if verb.lemma_ not in _OF_TOTALS:
        return True
    objects = [child.lemma_.lower() for child in verb.children if child.dep_ == "dobj"]
    return any(word in {"toll", "number", "total", "count", "figure", "tally"} for word in objects)


def _subject(verb: Token) -> Token | None:
    own = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
    return _subject(verb.head) if own is None and verb.dep_ == "conj" and verb.head.pos_ == "VERB" else own


def _beside(verb: Token) -> Token | None:
    """The subject of an inserted verb of saying: before it, after it ("said Jane Doe"), or lost as an apposition."""
    subjects = [child for child in verb.children if child.dep_ == "nsubj" and not child.like_num]
    if subjects:
        return subjects[-1]
    doc, at = verb.doc, verb.i - 1
    if at > 0 and doc[at].text == ",":
        at -= 1
    name = doc[at]
    if name.dep_ == "appos" and name.ent_type_ == "PERSON":
        return name.head if name.head.pos_ == "NOUN" and name.head.lemma_.lower() in PEOPLE else name
    return None


def _can_speak(subject: Token, paragraph: Paragraph, casting: Casting) -> bool:
    """Whether a subject is a person, an office or a body."""
    mention = casting.mention(paragraph, subject)
    if mention is not None:
        return casting.body(mention).kind in _SPEAKING
    word = subject.lemma_.lower()
    return word in PEOPLE or subject.lower_ in _PRONOUNS or (subject.pos_ == "NOUN" and word.endswith(_DOERS))


def _said_beside(item: Candidate) -> Token | None:
    """The verb of saying in an insertion or at the sentence's end: "12 died, the court *said*, and 30 were hurt"."""
    doc, line = item.counted.doc, item.line
    for token in doc[line.first : line.last]:
        if token.pos_ != "VERB" or token.lemma_ not in _SAYS or item.counted.before <= token.i < item.counted.end:
            continue
        subject = _beside(token)
        if (
            subject is None
            or subject.left_edge.i == line.first
            or doc[min(subject.left_edge.i, token.i) - 1].text != ","
        ):
            continue
        if any(child.dep_ in {"ccomp", "dobj", "xcomp"} and child.i > token.i for child in token.children):
            continue
        follows = doc[token.i + 1] if token.i + 1 < line.last else None
        if follows is None or follows.text in {",", "."} or follows.ent_type_ == "DATE" or follows.dep_ == "prep":
            return token
    return None
