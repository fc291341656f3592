"""Who claims what within one paragraph: cue, source and content read off the syntax."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digest.lexicon import (
    COUNTS,
    FIRST_PERSON,
    FRAMES,
    PEOPLE,
    PLANS,
    REPORTS,
    SHARES,
    SHOW,
    SPEAK,
    SURVEYS,
    TAKES_INFINITIVE,
    TAKES_OBJECT,
    TAKES_PREPOSITION,
    THINK,
    UNOWNED,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

Range = tuple[int, int]  #: a half-open range of a paragraph's tokens

_SUBJECTS = frozenset({"nsubj", "csubj"})
_PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
_CLAUSES = frozenset({"ccomp", "xcomp"})
_GROUP = frozenset({"aux", "auxpass", "neg"})
_VERBS = frozenset({"VERB", "AUX"})
_NOT_SOURCES = frozenset("that which this these those there what nothing something".split())
_SENDS = frozenset("send issue release write post publish email tweet give provide deliver share circulate".split())
_RELATIVE = frozenset({"who", "which", "that"})
_SAYING_NOUNS_BY = frozenset({"by", "from"})
_NOUNLIKE = frozenset("show shows say says report reports estimate estimates suggest suggests".split())
_WHO = frozenset({"WP", "WP$", "WDT"})
_QUOTING = frozenset({"quote", "cite"})
_FAR_THAT = 8  #: words that may stand between a verb and its "that" ("alleged in the suit that")
_COMMITS = frozenset(
    "confirm acknowledge admit say state report announce disclose reveal specify verify release publish provide".split()
)
_FINITE = frozenset({"VBD", "VBZ", "VBP"})
_REFUSES = frozenset("decline refuse abstain refrain fail stop avoid".split())
_NOUNS = REPORTS | PLANS
_CUES = SPEAK | SHOW | THINK | FRAMES
_FRAMING = SPEAK | FRAMES
_OWN_VOICE = frozenset({"as", "while", "when", "after", "before", "though", "although", "because", "since", "even"})
_QUOTES = frozenset('"“”‘’`')


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A cue with its source and what is said, in tokens of one paragraph.

    ``head`` is the source's head noun; of a relative pronoun, ``antecedent`` is the noun it stands for.
    ``opinion``: it is thought or wanted rather than said.
    """

    source: Range
    head: int
    cue: Range
    content: tuple[Range, ...]
    antecedent: int | None = None
    opinion: bool = False
    firm: bool = False


def claims(doc: Doc) -> Iterator[Claim]:
    """Every claim of a paragraph, in the order of the cues. One that only frames a quotation has no content."""
    for token in doc:
        if token.lower_ == "according":
            found = _according(token)
        elif token.pos_ in _VERBS or token.dep_ == "ROOT":
            found = _verbal(token) or _bracketed(token)
        elif token.pos_ == "NOUN" and token.lemma_.lower() in _NOUNS:
            found = _nominal(token)
        elif token.lower_ in {"in", "per", "by"} and token.pos_ in {"ADP", "SCONJ"}:
            found = _surveyed(token)
        else:
            found = _bracketed(token)
        if found is not None:
            yield found


def phrase(head: Token) -> Range:
    """The noun phrase of ``head`` without relative clauses and without what follows them."""
    start, end = head.left_edge.i, head.right_edge.i + 1
    for child in head.children:
        if child.i > head.i and child.dep_ in {"relcl", "acl", "advcl", "parataxis"} and _loose(child):
            end = min(end, child.left_edge.i)
    doc = head.doc
    end = next((token.i for token in doc[head.i + 1 : end] if token.tag_ in _WHO), end)
    while end - 1 > head.i and (doc[end - 1].is_punct or doc[end - 1].is_space or doc[end - 1].dep_ == "cc"):
        end -= 1
    if end < len(doc) and doc[end].text == ")" and any(token.text == "(" for token in doc[start:end]):
        end += 1
    while start < head.i and (doc[start].is_punct or doc[start].is_space or doc[start].dep_ in {"cc", "mark"}):
        start += 1
    return start, end


def framing(doc: Doc, start: int, end: int) -> Claim | None:
    """The person who acts in the sentence that ends at, or goes on after, the characters ``start`` to ``end``.

    For a quotation whose verb is no reporting verb; the claim has no content.
    """
    sentence = next((sent for sent in doc.sents if sent.start_char <= start <= sent.end_char), None)
    for sent in [sentence, *_before(sentence)] if sentence is not None else []:
        for token in sent:
            if start <= token.idx < end or token.dep_ not in _SUBJECTS or token.head.pos_ not in _VERBS:
                continue
            if (_is_person(token) or token.pos_ == "PROPN") and token.head.dep_ in {"ROOT", "ccomp", "conj"}:
                verb = token.head
                if not start <= verb.idx < end:
                    return Claim(source=phrase(token), head=token.i, cue=_cue(verb), content=())
    return None


def _before(sentence: Span) -> list[Span]:
    """The sentence before this one, if its paragraph has one."""
    if sentence.start == 0:
        return []
    return [sentence.doc[sentence.start - 1].sent]


def _loose(clause: Token) -> bool:
    """Whether a clause after a noun is set off by a comma or begins with a relative word."""
    first = clause.left_edge
    return first.i > 0 and (first.doc[first.i - 1].is_punct or first.lower_ in _RELATIVE)


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
        content=_around(token, (outer[0], source_range[1])),
        firm=True,
    )


def _around(token: Token, hole: Range) -> tuple[Range, ...]:
    """The clause that ``token`` comments on, without the comment itself."""
    doc, sent = token.doc, token.sent
    if all(_idle(one) for one in doc[sent.start : hole[0]]) or all(
        _idle(one) or one.text in _QUOTES for one in doc[hole[1] : sent.end]
    ):
        return _pieces(doc, ((sent.start, hole[0]), (hole[1], sent.end)))
    clause = token.head
    while clause.pos_ not in _VERBS and clause.dep_ not in {"ROOT", "acl", "relcl", "appos"} and clause.head != clause:
        clause = clause.head
    start, end = clause.left_edge.i, clause.right_edge.i + 1
    if clause.dep_ == "ROOT" or clause.head == clause:
        start, end = clause.sent.start, clause.sent.end
    return _pieces(doc, ((start, min(hole[0], end)), (max(hole[1], start), end)))


def _pieces(doc: Doc, ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """The ranges without leading and trailing punctuation (quotation marks are kept), the empty ones dropped."""
    kept = []
    for start, end in ranges:
        first, last = start, end
        while first < last and _idle(doc[first]):
            first += 1
        while last > first and _idle(doc[last - 1]):
            last -= 1
        if first < last:
            kept.append((first, last))
    return tuple(kept)


def _idle(token: Token) -> bool:
    return token.is_space or (token.is_punct and token.text not in _QUOTES)


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
        content=_pieces(doc, ((sent.start, start), (word.i + 1, sent.end))),
    )


def _surveyed(preposition: Token) -> Claim | None:
    noun = next((child for child in preposition.children if child.dep_ == "pobj"), None)
    if noun is None or not _measures_by(preposition.lower_, noun):
        return None
    source = phrase(noun)
    if source[0] <= preposition.i:
        return None
    return Claim(
        source=source,
        head=noun.i,
        cue=(preposition.i, preposition.i + 1),
        content=_around(preposition, (preposition.i, noun.right_edge.i + 1)),
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


def _verbal(verb: Token) -> Claim | None:
    lemma = verb.lemma_.lower()
    if lemma not in _CUES and not (lemma == "have" and verb.pos_ in _VERBS):
        return None
    source, passive = _quoted_as(verb) or _source(verb)
    if (
        _only_quotes(verb)
        or source is None
        or not _may_speak(source, lemma)
        or (passive and not _names_a_source(source))
    ):
        return None
    content = _passive_content(verb) if passive else _content(verb, lemma, source)
    if _withheld(verb) or (not content and (passive or lemma not in _FRAMING)):
        return None
    cue = _cue(verb)
    start, end = phrase(source)
    if source.i < cue[0] < end:
        end = cue[0]
    relative = source.lower_ in _RELATIVE and source.dep_ in _SUBJECTS
    antecedent = _antecedent(source) if relative else None
    return Claim(
        source=(source.i, source.i + 1) if relative else (start, end),
        head=source.i,
        cue=cue,
        content=content,
        antecedent=antecedent.i if antecedent is not None else None,
        opinion=lemma in THINK
        or source.lower_ in SHARES
        or (lemma in SHOW and lemma not in SPEAK and source.pos_ == "PRON"),
        firm=lemma in SPEAK | SHOW and source.pos_ in {"NOUN", "PROPN"} and _has_clause(verb),
    )


def _quoted_as(verb: Token) -> tuple[Token, bool] | None:
    """The speaker of "saying" in "television quoted him as saying" and "he was quoted as saying"."""
    quoting = verb.head.head
    if verb.dep_ != "pcomp" or verb.head.lower_ != "as" or quoting.lemma_ not in _QUOTING:
        return None
    for child in quoting.children:
        if child.dep_ in {"dobj", "nsubjpass"}:
            return child, False
    return None


def _only_quotes(verb: Token) -> bool:
    """Whether a verb hands the word to somebody else: "quoted the ministry as saying"."""
    return verb.lemma_ in _QUOTING and any(
        child.lower_ == "as" and any(one.dep_ == "pcomp" for one in child.children) for child in verb.children
    )


def _withheld(verb: Token) -> bool:
    """Whether nothing is said: "declined to comment", "abstained from commenting", "has not confirmed"."""
    if verb.lemma_.lower() in _COMMITS and any(child.dep_ == "neg" for child in verb.children):
        return True
    governor = verb.head.head if verb.dep_ == "pcomp" else verb.head
    return verb.dep_ in {"xcomp", "pcomp"} and governor.lemma_.lower() in _REFUSES


def _has_clause(verb: Token) -> bool:
    return any(child.dep_ == "ccomp" and child.i > verb.i for child in verb.children)


def _source(verb: Token) -> tuple[Token | None, bool]:
    """Who says it, and whether he is the agent of a passive."""
    subject = passive_subject = agent = None
    for child in verb.children:
        if child.dep_ in _SUBJECTS:
            subject = subject or child
        elif child.dep_ in _PASSIVE_SUBJECTS:
            passive_subject = child
        elif child.dep_ == "agent":
            agent = next((one for one in child.children if one.dep_ == "pobj"), None)
    if agent is not None:
        return agent, True
    if passive_subject is not None:
        return None, True
    if subject is not None:
        return subject, False
    if verb.dep_ == "acl" and verb.tag_ in {"VBN", "VBD"}:
        return None, True
    return _inherited(verb), False


def _inherited(verb: Token) -> Token | None:
    """The subject that a verb without one shares: of its coordinate, its governing verb, or the noun it belongs to."""
    head = verb.head
    if verb.dep_ in {"conj", "xcomp", "advcl", "pcomp"} and head != verb:
        if head.pos_ in _VERBS:
            return _source(head)[0]
        return _inherited(head) if head.dep_ in {"prep", "acomp", "attr"} and head.head != head else None
    if verb.dep_ == "prep" and head.pos_ in _VERBS:
        return _source(head)[0]
    if verb.dep_ == "acl" and head.pos_ in {"NOUN", "PROPN", "PRON"}:
        if head.dep_ in {"pobj", "dative"}:
            sender = head.head if head.head.pos_ in _VERBS else head.head.head
            sender = sender.head if sender.dep_ == "dobj" else sender
            if sender.lemma_.lower() in _SENDS:
                return _source(sender)[0]
        if head.dep_ in {"dobj", "pobj"} and head.lemma_.lower() in REPORTS:
            governor = head.head if head.dep_ == "dobj" else head.head.head
            return _source(governor)[0] if governor.pos_ in _VERBS else head
        return head
    if verb.dep_ == "ROOT":
        return next(
            (child for child in verb.children if child.dep_ == "dobj" and child.i == verb.i + 1 and _is_person(child)),
            None,
        )
    return None


def _is_person(token: Token) -> bool:
    return token.ent_type_ == "PERSON" or token.lower_ in {"he", "she"}


def _may_speak(source: Token, lemma: str) -> bool:
    word, noun = source.lower_, source.lemma_.lower()
    if word in FIRST_PERSON or word == "you":
        return False
    if word in _RELATIVE and source.dep_ in _SUBJECTS and source.head.dep_ == "relcl":
        antecedent = _antecedent(source)
        return antecedent is None or word == "who" or _may_speak(antecedent, lemma)
    if word in _NOT_SOURCES and not (
        word == "those" and any(child.dep_ in {"prep", "relcl"} for child in source.children)
    ):
        return False
    if word == "all" and source.head.tag_ == "VBN":
        return False
    if word == "it":
        return lemma in SPEAK
    if lemma == "have":
        return noun in SURVEYS
    if source.pos_ == "PROPN" or noun in PEOPLE or word in {"he", "she", "they", "who"}:
        return True
    if lemma in SPEAK or lemma in FRAMES:
        return source.pos_ in {"NOUN", "PRON", "NUM", "DET", "ADJ"}
    return lemma in SHOW and (noun in REPORTS or _measures(source))


def _names_a_source(noun: Token) -> bool:
    """Whether the agent of a passive can speak: "confirmed by officials", not "explained by rules"."""
    return noun.pos_ in {"PROPN", "PRON"} or noun.lemma_.lower() in PEOPLE | REPORTS


def _measures(noun: Token) -> bool:
    """Whether a noun of quantity stands before a piece of reporting ("an average of polls")."""
    of = next((child for child in noun.children if child.dep_ == "prep" and child.lower_ == "of"), None)
    return of is not None and any(one.lemma_.lower() in SURVEYS for one in of.children)


def _antecedent(pronoun: Token) -> Token | None:
    verb = pronoun.head
    while verb.dep_ in {"conj", "xcomp", "ccomp"} and verb.head != verb:
        verb = verb.head
    return verb.head if verb.dep_ == "relcl" else None


def _cue(verb: Token) -> Range:
    """The verb with its auxiliaries, and the verb and noun that carry it in "have provided accounts stating"."""
    start, end = verb.i, verb.i + 1
    if verb.dep_ == "acl" and verb.head.lemma_.lower() in REPORTS and verb.head.dep_ == "dobj":
        verb = verb.head.head
        start = verb.i
    for child in verb.children:
        if child.dep_ in _GROUP and child.i < start:
            start = child.i
        elif child.i == end and (child.dep_ == "prt" or (child.dep_ == "dobj" and _has_that(child))):
            end += 1
    return start, end


def _has_that(noun: Token) -> bool:
    """Whether a noun is but the name of the clause after it ("confirmed reports that ...")."""
    return noun.lemma_.lower() in REPORTS and any(
        child.dep_ in {"acl", "ccomp"} and child.left_edge.lower_ == "that" for child in noun.children
    )


def _passive_content(verb: Token) -> tuple[Range, ...]:
    if verb.dep_ == "advcl" and any(child.dep_ == "mark" and child.lower_ == "as" for child in verb.children):
        return _around(verb, (verb.left_edge.i, verb.right_edge.i + 1))
    subject = next((child for child in verb.children if child.dep_ in _PASSIVE_SUBJECTS), None)
    pieces = []
    if subject is not None and subject.lower_ not in _RELATIVE:
        pieces.append((subject.left_edge.i, subject.right_edge.i + 1))
    elif verb.dep_ in {"acl", "relcl"}:
        pieces.append((verb.head.left_edge.i, verb.left_edge.i))
    pieces += [
        (child.left_edge.i, child.right_edge.i + 1)
        for child in verb.children
        if child.dep_ in _CLAUSES and child.i > verb.i
    ]
    return _pieces(verb.doc, tuple(pieces))


def _content(verb: Token, lemma: str, source: Token) -> tuple[Range, ...]:
    doc = verb.doc
    complements = [child for child in verb.children if _is_complement(child, lemma)]
    before = [child for child in complements if child.i < verb.i]
    after = [child for child in complements if child.i > verb.i]
    frame = _frame(verb, source)
    if before and not after:
        start = min(child.left_edge.i for child in before)
        if verb.dep_ == "ROOT":
            start = min(start, verb.sent.start)
        end = max(child.right_edge.i for child in before) + 1
        if _resumes(verb, frame):
            end = verb.sent.end
        return _pieces(doc, ((start, min(end, frame[0])), *(((frame[1], end),) if end > frame[1] else ())))
    if after:
        start = min(child.left_edge.i for child in after)
        if (lemma, "at") in TAKES_PREPOSITION:
            start = verb.i + 1
        return _pieces(doc, ((max(start, _cue(verb)[1]), _end(verb, start)),))
    if lemma in SPEAK | SHOW and verb.head != verb and _set_off(verb, frame):
        return _around(verb, frame)
    if verb.dep_ == "pcomp" and verb.head.head.lemma_ in _QUOTING:
        quoting = verb.head.head
        start = min([child.left_edge.i for child in quoting.children if child.dep_ in _SUBJECTS] + [quoting.i])
        return _around(quoting, (start, verb.i + 1))
    if verb.dep_ == "advcl" and lemma in SPEAK | SHOW and _as_aside(verb):
        return _around(verb, frame)
    return _misread(verb, lemma)


def _resumes(verb: Token, frame: Range) -> bool:
    """Whether what is said goes on after "he said," up to the sentence's end."""
    doc, after = verb.doc, frame[1] + 1
    if after >= verb.sent.end or doc[after - 1].text != ",":
        return False
    return doc[after].tag_ != "VBG" and doc[after].lower_ not in (_OWN_VOICE | {"who", "which", "according"}) - {"because"}


def _as_aside(verb: Token) -> bool:
    """Whether a clause is a mere "as officials said"."""
    marked = any(child.dep_ == "mark" and child.lower_ == "as" for child in verb.children)
    return marked and not any(child.dep_ in {"dobj", "xcomp", "ccomp"} for child in verb.children)


def _misread(verb: Token, lemma: str) -> tuple[Range, ...]:
    """What follows a verb whose complement the syntax missed: "say that ...", "put the toll at 40"."""
    doc, end = verb.doc, verb.sent.end
    following = doc[verb.i + 1] if verb.i + 1 < end else None
    if following is None:
        return ()
    stop = next((token.i for token in doc[verb.i + 1 : end] if token.is_punct), end)
    rest = doc[verb.i + 1 : stop]
    that = next((token.i for token in rest if token.lower_ == "that"), None)
    if lemma in SPEAK and verb.tag_ in _FINITE and that is not None and that - verb.i <= _FAR_THAT:
        return _pieces(doc, ((that, end),))
    measured = any(token.pos_ == "NUM" for token in rest)
    if measured and lemma in TAKES_OBJECT and following.pos_ in {"NUM", "DET", "ADJ", "SYM"} and verb.tag_ in _FINITE:
        return _pieces(doc, ((following.i, stop),))
    if measured and (lemma, "at") in TAKES_PREPOSITION and any(token.lower_ == "at" for token in rest):
        return _pieces(doc, ((following.i, stop),))
    return ()


def _is_complement(child: Token, lemma: str) -> bool:
    after = child.i > child.head.i
    if lemma in FRAMES and lemma not in SHOW:
        return False
    if child.dep_ == "ccomp":
        return after or lemma not in THINK
    if child.dep_ == "xcomp":
        return after and (lemma in TAKES_INFINITIVE or lemma in SHOW or (lemma in SPEAK and child.tag_ == "VBG"))
    if child.dep_ == "prep":
        return after and (lemma, child.lower_) in TAKES_PREPOSITION
    if child.dep_ in {"dobj", "oprd", "attr"}:
        return after and (lemma in TAKES_OBJECT or (lemma == "have" and child.pos_ in {"PROPN", "PRON"}))
    return False


def _frame(verb: Token, source: Token) -> Range:
    """From the first to the last token of source and cue together."""
    start, end = _cue(verb)
    if source.head == verb:
        low, high = phrase(source)
        start, end = min(start, low), max(end, source.right_edge.i + 1 if high > verb.i else high)
    return start, end


def _set_off(verb: Token, frame: Range) -> bool:
    """Whether "he said" stands between marks, or between one and the end of the sentence."""
    doc = verb.doc
    if verb.tag_ not in _FINITE or not any(frame[0] <= child.i < frame[1] for child in verb.children):
        return False
    if frame[0] <= verb.sent.start:
        return False
    opened = doc[frame[0] - 1].is_punct
    end = max(frame[1], verb.right_edge.i + 1)
    while end < len(doc) and (doc[end].ent_type_ in {"DATE", "TIME"} or doc[end].pos_ in {"ADV", "ADP"}):
        end += 1
    return opened and (end >= verb.sent.end or doc[end].is_punct or doc[end - 1].is_punct)


def _end(verb: Token, start: int) -> int:
    """Where what the verb governs from ``start`` ends: before its subject acts again or the article speaks itself."""
    end = verb.right_edge.i + 1
    for child in verb.children:
        if child.left_edge.i <= start:
            continue
        if (child.dep_ == "conj" and (child.lemma_.lower() in _CUES or not _has_subject(child))) or (
            child.dep_ == "advcl"
            and any(one.dep_ in {"mark", "advmod"} and one.lower_ in _OWN_VOICE for one in child.children)
        ):
            end = min(end, child.left_edge.i)
    while end > start + 1 and (verb.doc[end - 1].dep_ == "cc" or _idle(verb.doc[end - 1])):
        end -= 1
    return verb.sent.end if end < verb.sent.end and verb.doc[end].text == ":" else end


def _has_subject(verb: Token) -> bool:
    return any(child.dep_ in _SUBJECTS | _PASSIVE_SUBJECTS | {"expl"} for child in verb.children)


def _nominal(noun: Token) -> Claim | None:
    governor = noun.head
    if noun.dep_ == "dobj" and governor.lemma_.lower() in SPEAK | SHOW and _source(governor)[0] is not None:
        return None
    content = [child for child in noun.children if child.i > noun.i and _is_noun_content(child)]
    if not content:
        return None
    owner = _owner(noun)
    if owner is None and noun.lemma_.lower() not in UNOWNED:
        return None
    start = min(child.left_edge.i for child in content)
    end = max(child.right_edge.i for child in content) + 1
    if end == start + 1:
        end = _clause_end(noun, start)
    pieces = _pieces(noun.doc, ((start, end),))
    source = owner if owner is not None else noun
    if source.lower_ in FIRST_PERSON or not pieces:
        return None
    whole = phrase(source) if owner is not None else (noun.left_edge.i, noun.i + 1)
    return Claim(source=whole, head=source.i, cue=(noun.i, noun.i + 1), content=pieces)


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
