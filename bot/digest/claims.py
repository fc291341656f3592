"""Who claims what within one paragraph: cue, source and content read off the syntax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.digest.clauses import SUBJECTS, VERBS, Claim, around, is_first_person, is_person, phrase, trimmed
from bot.digest.lexicon import COUNTS, PEOPLE, PLANS, REPORTS, SHOW, SPEAK, SURVEYS, UNOWNED
from bot.digest.verbs import cue_of, source_of, verbal

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

__all__ = ["claims", "framing", "phrase"]

_SAYING_NOUNS_BY = frozenset({"by", "from"})
_NOUNLIKE = frozenset("show shows say says report reports estimate estimates suggest suggests".split())
_NOUNS = REPORTS | PLANS


def claims(doc: Doc) -> Iterator[Claim]:
    """Every claim of a paragraph, in the order of the cues. One that only frames a quotation has no content."""
    for token in doc:
        if token.lower_ == "according":
            found = _according(token)
        elif token.pos_ in VERBS or token.dep_ == "ROOT":
            found = verbal(token) or _bracketed(token)
        elif token.pos_ == "NOUN" and token.lemma_.lower() in _NOUNS:
            found = _nominal(token)
        elif token.lower_ in {"in", "per", "by"} and token.pos_ in {"ADP", "SCONJ"}:
            found = _surveyed(token)
        else:
            found = _bracketed(token)
        if found is not None:
            yield found


def framing(doc: Doc, start: int, end: int) -> Claim | None:
    """The person who acts in the sentence that ends at, or goes on after, the characters ``start`` to ``end``.

    For a quotation whose verb is no reporting verb; the claim has no content.
    """
    sentence = next((sent for sent in doc.sents if sent.start_char <= start <= sent.end_char), None)
    for sent in [sentence, *_before(sentence)] if sentence is not None else []:
        for token in sent:
            if start <= token.idx < end or token.dep_ not in SUBJECTS or token.head.pos_ not in VERBS:
                continue
            if (is_person(token) or token.pos_ == "PROPN") and token.head.dep_ in {"ROOT", "ccomp", "conj"}:
                verb = token.head
                if not start <= verb.idx < end:
                    return Claim(source=phrase(token), head=token.i, cue=cue_of(verb), content=())
    return None


def _before(sentence: Span) -> list[Span]:
    """The sentence before this one, if its paragraph has one."""
    if sentence.start == 0:
        return []
    return [sentence.doc[sentence.start - 1].sent]


def _according(token: Token) -> Claim | None:
    to = next((child for child in token.children if child.lower_ == "to"), None)
    if to is None and token.i + 1 < len(token.doc) and token.doc[token.i + 1].lower_ == "to":
        to = token.doc[token.i + 1]
    source = next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None
    if to is None or source is None:
        return None
    source_range = phrase(source)
    outer = (min(token.left_edge.i, token.i), max(source.right_edge.i + 1, to.i + 1))
    return Claim(
        source=source_range,
        head=source.i,
        cue=(token.i, to.i + 1),
        content=around(token, (outer[0], source_range[1])),
        firm=True,
    )


def _bracketed(word: Token) -> Claim | None:
    """A "records show" between commas whose verb the syntax takes for a noun."""
    if word.lower_ not in _NOUNLIKE:
        return None
    doc, sent = word.doc, word.sent
    if word.i + 1 >= sent.end or not doc[word.i + 1].is_punct:
        return None
    head = doc[word.i - 1] if word.i > sent.start else word
    if head.lemma_.lower() not in REPORTS | PEOPLE:
        return None
    start = head.i
    while start > sent.start and doc[start - 1].pos_ in {"ADJ", "NOUN", "PROPN", "DET", "PART"}:
        start -= 1
    if start == sent.start or not doc[start - 1].is_punct:
        return None
    return Claim(
        source=(start, word.i),
        head=head.i,
        cue=(word.i, word.i + 1),
        content=trimmed(doc, ((sent.start, start), (word.i + 1, sent.end))),
    )


def _surveyed(preposition: Token) -> Claim | None:
    noun = next((child for child in preposition.children if child.dep_ == "pobj"), None)
    if noun is None or not _measures_by(preposition.lower_, noun):
        return None
    source = phrase(noun)
    if source[0] <= preposition.i or any(is_first_person(child) for child in noun.children):
        return None
    return Claim(
        source=source,
        head=noun.i,
        cue=(preposition.i, preposition.i + 1),
        content=around(preposition, (preposition.i, noun.right_edge.i + 1)),
    )


def _measures_by(preposition: str, noun: Token) -> bool:
    """Whether a source follows: "in a poll", "by the army's count", "per the health department"."""
    lemma = noun.lemma_.lower()
    match preposition:
        case "in":
            return lemma in SURVEYS
        case "by":
            return lemma in SURVEYS | COUNTS and any(child.dep_ in {"poss", "compound"} for child in noun.children)
        case _:
            return lemma in SURVEYS | PEOPLE and any(
                child.dep_ in {"det", "poss", "compound"} for child in noun.children
            )


def _nominal(noun: Token) -> Claim | None:
    governor = noun.head
    if noun.dep_ == "dobj" and governor.lemma_.lower() in SPEAK | SHOW and source_of(governor)[0] is not None:
        return None
    content = [child for child in noun.children if child.i > noun.i and _is_noun_content(child)]
    if not content or _is_channel(noun):
        return None
    owner = _owner(noun)
    if owner is None and (noun.lemma_.lower() not in UNOWNED or _is_of_toll(noun)):
        return None
    start = min(child.left_edge.i for child in content)
    end = max(child.right_edge.i for child in content) + 1
    if end == start + 1:
        end = _clause_end(noun, start)
    pieces = trimmed(noun.doc, ((start, end),))
    source = owner if owner is not None else noun
    if is_first_person(source) or not pieces:
        return None
    whole = phrase(source) if owner is not None else (noun.left_edge.i, noun.i + 1)
    return Claim(source=whole, head=source.i, cue=(noun.i, noun.i + 1), content=pieces)


def _is_of_toll(noun: Token) -> bool:
    """Whether a noun of reporting is nobody's: "death toll estimates of 20,000", "there are reports of deaths"."""
    there = noun.dep_ == "attr" and any(child.dep_ == "expl" for child in noun.head.children)
    return there or any(child.dep_ == "compound" and child.lower_ in {"toll", "casualty"} for child in noun.children)


def _is_channel(noun: Token) -> bool:
    """Whether somebody says by a report what it says: "the army indicated *in reports* that …"."""
    verb = noun.head.head
    return (
        noun.dep_ == "pobj"
        and noun.head.lower_ in {"in", "through", "via"}
        and verb.lemma_.lower() in SPEAK | SHOW
        and source_of(verb)[0] is not None
    )


def _clause_end(noun: Token, start: int) -> int:
    """Where words end whose syntax was misread: at the next mark of punctuation."""
    return next((token.i for token in noun.doc[start + 1 : noun.sent.end] if token.is_punct), noun.sent.end)


def _is_noun_content(child: Token) -> bool:
    if child.dep_ in {"acl", "relcl"} and child.head.lemma_.lower() in PLANS:
        return any(one.dep_ == "aux" and one.lower_ == "to" for one in child.children)
    if child.dep_ in {"acl", "ccomp"}:
        return any(one.dep_ == "mark" and one.lower_ == "that" for one in child.children)
    return child.dep_ == "prep" and child.lower_ == "of" and child.head.lemma_.lower() in UNOWNED


def _owner(noun: Token) -> Token | None:
    for child in noun.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ == "prep" and child.lower_ in _SAYING_NOUNS_BY:
            return next((one for one in child.children if one.dep_ == "pobj"), None)
    return None
