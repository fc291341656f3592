"""Happenings, dated and undated: the clause that tells each, who acts, and whether it has happened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.digest.attribution import speaker_at
from bot.digest.entities import country_of
from bot.digest.families import HEADS, family, institution
from bot.digest.model import (
    Attribution,
    Body,
    BodyKind,
    Event,
    EventStatus,
    Mention,
    TimeExpression,
    TimeKind,
)
from bot.digest.terms import terms

if TYPE_CHECKING:
    from spacy.tokens import Span as TokenSpan
    from spacy.tokens import Token

    from bot.digest.language import Paragraph, Parsed

_SIDE_CLAUSES = frozenset({"relcl", "advcl", "acl", "parataxis", "appos"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_NOUN_CHILDREN = frozenset({"det", "amod", "compound", "poss", "nummod", "case", "prep", "nmod", "neg", "agent"})
_AROUND = frozenset({"since", "after", "before", "following", "during", "until", "amid", "despite", "from", "with"})
_LINKS = frozenset({"when", "that", "as", "while", "after", "before", "since", "because", "where"})
_TENS = "ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ROUND = re.compile(
    r"\b(?:(?:more|less|fewer|over|nearly|almost|about|around|some|roughly)\b.*|(?:hundred|thousand|dozen)s?\b.*"
    rf"|(?:\d*0|{_TENS}) years)\s*(?:ago|earlier|before|later)$",
    re.IGNORECASE,
)  #: "more than 500 years ago" and "150 years ago" name no year that a timeline could print
_LOOSE_ENDS = frozenset({"ADP", "DET", "CCONJ", "SCONJ"})
_CLOSERS = frozenset({'"', "'", ")", "]"})
_QUOTES = frozenset({'"', "'"})
_FUTURE = frozenset({"will", "shall", "'ll", "wo"})
_MAYBE = frozenset({"may", "might", "could", "would", "should", "can"})
_CONDITIONS = frozenset({"if", "unless", "should", "once", "whether"})
_PLANS = frozenset(
    "plan expect schedule intend hope aim want prepare due set vow pledge promise threaten propose".split()
)


def events(
    parsed: Parsed,
    bodies: Sequence[Body],
    mentions: Sequence[Mention],
    attributions: Sequence[Attribution],
    times: Sequence[TimeExpression],
) -> tuple[Event, ...]:
    """One event for each date of the calendar in the prose, and one for each undated act of a named body."""
    reader = _Reader(parsed, bodies, mentions, attributions)
    found: list[Event] = []
    dated: set[tuple[int, int]] = set()
    for time in times:
        index = parsed.sentence_at(time.span.start)
        if index is None or time.when is None or time.kind not in (TimeKind.DATE, TimeKind.TIME):
            continue
        if _ROUND.search(time.span.of(parsed.article.text)):
            continue
        event, head = reader.dated(index, time)
        found.append(event)
        dated.add((index, head))
    for index in range(len(parsed.sentences)):
        found += reader.undated(index, dated)
    return tuple(sorted(found, key=lambda event: (event.clause[0], event.time is None)))


class _Reader:
    """An article's syntax and names, ready to be asked for the event around a word."""

    def __init__(
        self,
        parsed: Parsed,
        bodies: Sequence[Body],
        mentions: Sequence[Mention],
        attributions: Sequence[Attribution],
    ) -> None:
        self._parsed = parsed
        self._bodies = bodies
        self._attributions = attributions
        self._mentions: list[list[Mention]] = [[] for _ in parsed.sentences]
        for mention in mentions:
            index = parsed.sentence_at(mention.span.start)
            if index is not None:
                self._mentions[index].append(mention)

    def dated(self, index: int, time: TimeExpression) -> tuple[Event, int]:
        """The event that ``time`` dates, and the offset of its main token in the paragraph."""
        sentence = self._parsed.sentences[index]
        paragraph = self._parsed.paragraphs[sentence.paragraph]
        tokens = self._parsed.tokens_of(sentence)
        head = _dated_word(paragraph.tokens(time.span))
        pieces = _clause(head, tokens, paragraph.tokens(time.span))
        return self._event(index, head, pieces, paragraph, time), head.i

    def undated(self, index: int, dated: set[tuple[int, int]]) -> Iterator[Event]:
        """The acts of this sentence that have an actor and no date: its main verbs and passives with an agent."""
        sentence = self._parsed.sentences[index]
        paragraph = self._parsed.paragraphs[sentence.paragraph]
        tokens = self._parsed.tokens_of(sentence)
        for token in tokens:
            if token.pos_ != "VERB" or (index, token.i) in dated or _actor(token) is None:
                continue
            if token.dep_ in ("ROOT", "conj", "ccomp", "relcl", "advcl", "acl"):
                yield self._event(index, token, _clause(token, tokens, None), paragraph, None)

    def _event(
        self, index: int, head: Token, pieces: list[TokenSpan], paragraph: Paragraph, time: TimeExpression | None
    ) -> Event:
        clause = tuple(paragraph.span(piece) for piece in pieces)
        here = [m for m in self._mentions[index] if any(piece.meets(m.span) for piece in clause)]
        actor = _actor(head)
        attribution = speaker_at(self._attributions, clause[0])
        return Event(
            sentence=index,
            clause=clause,
            family=family(head.lemma_, _object_lemma(head)),
            terms=tuple(sorted(set(terms(token for piece in pieces for token in piece)))),
            participants=tuple(sorted({self._key(mention) for mention in here})),
            status=self._status(head, time),
            actor=None if actor is None else paragraph.span(actor),
            actor_key=None if actor is None else self._actor_key(index, actor, paragraph),
            time=time,
            speaker=None if attribution is None else attribution.speaker,
        )

    def _status(self, head: Token, time: TimeExpression | None) -> EventStatus:
        """What the words say of its happening; what is dated after the publication is planned at the most."""
        status = _status(head)
        first = None if time is None or time.when is None else time.when.first
        if first is not None and status is EventStatus.HAPPENED and first > self._parsed.article.published.day:
            return EventStatus.PLANNED
        return status

    def _key(self, mention: Mention) -> str:
        """A body's key, with a country's capital and people folded into the country."""
        body = self._bodies[mention.body]
        return country_of(body.name) or body.key

    def _is_country(self, mention: Mention) -> bool:
        body = self._bodies[mention.body]
        return body.kind is BodyKind.COUNTRY or country_of(body.name) is not None

    def _actor_key(self, index: int, actor: TokenSpan, paragraph: Paragraph) -> str | None:
        """ "norway: parliament", "jane doe", "norway"; None for an actor who is nobody in particular."""
        span = paragraph.span(actor)
        inside = [m for m in self._mentions[index] if span.meets(m.span)]
        kind = next((kind for token in (actor.root, *actor) if (kind := institution(token.lemma_))), None)
        apart = [paragraph.span(child) for child in actor.root.children if child.dep_ == "appos"]
        beside = [m for m in self._mentions[index] if any(m.span.holds(word) for word in apart)]
        persons = [m for m in (*inside, *beside) if self._bodies[m.body].kind is BodyKind.PERSON]
        if persons and kind is None:
            return self._key(persons[0])
        role = "leader" if actor.root.lemma_.lower() in HEADS else actor.root.lemma_.lower()
        bodies = [m for m in inside if self._bodies[m.body].kind is BodyKind.ORGANISATION and not self._is_country(m)]
        owners = [self._key(m) for m in (*(m for m in inside if self._is_country(m)), *(() if kind else bodies))]
        if kind is not None:
            return f"{owners[0]}: {kind}" if owners else kind
        holding = [m for m in inside if m.span.start <= paragraph.span(actor.root).start < m.span.end]
        if holding:
            return self._key(min(holding, key=lambda m: m.span.start))
        return f"{owners[-1]}: {role}" if owners else None


def _dated_word(time: TokenSpan) -> Token:
    """The verb or the noun of action that a time expression belongs to."""
    word = time.root
    if time[0].lower_ in ("at", "the") and time[-1].lower_ in ("time", "moment"):
        while word.pos_ not in ("VERB", "AUX") and word.head != word:
            word = word.head
        return word
    while word.head != word and (word.i in range(time.start, time.end) or word.pos_ in ("ADP", "SCONJ", "ADV", "PART")):
        word = word.head
    if word.pos_ in ("VERB", "AUX") or word.head == word:
        return word
    return _verb_or_event_noun(word)


def _verb_or_event_noun(word: Token) -> Token:
    """A noun that names an act, or what something follows, stands for itself; any other hands over to its verb."""
    while word.pos_ not in ("VERB", "AUX") and word.head != word:
        names_act = family(word.lemma_) not in (word.lemma_.lower(), "say")
        if word.pos_ == "NOUN" and (names_act or (word.dep_ == "pobj" and word.head.lower_ in _AROUND)):
            return word
        word = word.head
    return word


def _clause(head: Token, sentence: TokenSpan, time: TokenSpan | None) -> list[TokenSpan]:
    """The words that tell the event: the whole sentence where it is its main clause, else the clause with its noun."""
    reports = head.pos_ == "VERB" and family(head.lemma_) == "say"
    leans = any(child.dep_ in _SUBJECTS and child.tag_ == "PRP" for child in head.children)
    if time is not None and head.pos_ in ("VERB", "AUX") and (reports or leans or _is_main(head, sentence)):
        return [sentence]
    left = min(token.i for token in head.subtree)
    right = max(token.i for token in head.subtree) + 1
    if head.dep_ in ("relcl", "acl") and head.head.pos_ in ("NOUN", "PROPN", "PRON"):
        noun = head.head
        left = min([noun.i, *(t.i for c in noun.lefts for t in c.subtree if c.dep_ in _NOUN_CHILDREN)])
    elif sentence.doc[left].dep_ in ("mark", "advmod") and sentence.doc[left].lower_ in _LINKS:
        left += 1
    return _trimmed(sentence, left, right)


def _is_main(head: Token, sentence: TokenSpan) -> bool:
    """Whether a verb leads its sentence: the root, joined to it, or what is said, when nothing else of weight is."""
    word = head
    while word.dep_ in ("conj", "ccomp", "xcomp") and word.head != word:
        word = word.head
    return word == sentence.root or word.dep_ == "ROOT" or (head.dep_ == "advcl" and head.i < word.head.i)


def _trimmed(sentence: TokenSpan, left: int, right: int) -> list[TokenSpan]:
    """The tokens of the sentence from ``left`` up to ``right``, without punctuation at the ends but quotation marks."""
    doc = sentence.doc
    low, high = max(left, sentence.start), min(right, sentence.end)
    while low < high and doc[low].is_punct and doc[low].text not in _QUOTES:
        low += 1
    while (
        high > low
        and (doc[high - 1].pos_ in _LOOSE_ENDS or doc[high - 1].is_punct)
        and doc[high - 1].text not in _CLOSERS
    ):
        high -= 1
    return [doc[low:high]] if low < high else [sentence]


def _actor(head: Token) -> TokenSpan | None:
    """Who does it: the subject, the agent of a passive or of a noun; without the clauses that hang on it."""
    by = [child for child in head.children if child.dep_ in ("agent", "prep") and child.lower_ == "by"]
    named = [grandchild for child in by for grandchild in child.children if grandchild.dep_ == "pobj"]
    if not named and head.pos_ in ("VERB", "AUX"):
        passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in head.children)
        if head.dep_ == "acl" or passive:
            return None
        named = [child for child in head.children if child.dep_ == "nsubj"]
        if not named and head.dep_ in ("conj", "xcomp"):
            return _actor(head.head)
        named = [_antecedent(child) for child in named]
    elif not named:
        named = [child for child in head.children if child.dep_ == "poss"]
    if not named:
        return None
    return _noun_phrase(named[0])


def _antecedent(word: Token) -> Token:
    """The noun that a relative pronoun stands for; any other word itself."""
    if word.lower_ in ("who", "which", "that") and word.head.dep_ == "relcl":
        return word.head.head
    return word


def _noun_phrase(noun: Token) -> TokenSpan:
    """A noun with what belongs to it, without appositions, relative clauses and what follows a comma."""
    keep = {noun.i}
    for child in noun.children:
        if child.dep_ in _NOUN_CHILDREN or child.dep_ == "conj":
            keep |= {token.i for token in child.subtree if not _under_side_clause(token, noun)}
    first, last = noun.i, noun.i
    while first - 1 in keep:
        first -= 1
    while last + 1 in keep or (last + 2 in keep and noun.doc[last + 1].dep_ in ("cc", "punct")):
        last += 1
    while last > noun.i and noun.doc[last].is_punct:
        last -= 1
    return noun.doc[first : last + 1]


def _under_side_clause(token: Token, noun: Token) -> bool:
    """Whether a word of the noun's subtree lies in a clause hung on it."""
    while token not in (noun, token.head):
        if token.dep_ in _SIDE_CLAUSES:
            return True
        token = token.head
    return False


def _object_lemma(head: Token) -> str | None:
    """The lemma of what is done or done to."""
    for child in head.children:
        if child.dep_ in ("dobj", "nsubjpass"):
            return str(child.lemma_)
    if head.dep_ == "acl":
        return str(head.head.lemma_)
    return None


def _status(head: Token) -> EventStatus:
    """What the verb group, or the verb above a noun of action, says of its happening."""
    word = head
    if (
        head.pos_ == "VERB"
        and head.lemma_ in ("deny", "refuse", "reject")
        and any(c.dep_ == "neg" for c in head.children)
    ):
        return EventStatus.HAPPENED
    auxiliaries = {child.lower_ for child in word.children if child.dep_ == "aux"}
    marks = {child.lower_ for child in word.children if child.dep_ in ("mark", "advmod")}
    if marks & _CONDITIONS or auxiliaries & _MAYBE:
        return EventStatus.CONDITIONAL
    if auxiliaries & _FUTURE or (word.dep_ == "xcomp" and word.head.lemma_ in _PLANS | {"be"}):
        return EventStatus.PLANNED
    if "to" in auxiliaries and any(child.lemma_ == "be" for child in word.children):
        return EventStatus.PLANNED
    if word.lemma_ == "deny" and not any(child.dep_ == "neg" for child in word.children):
        return EventStatus.DENIED
    return EventStatus.HAPPENED
