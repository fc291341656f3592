"""Who says what by a verb: its source, its cue and what it governs, read off the syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.digest.clauses import (
    PASSIVE_SUBJECTS,
    RELATIVE,
    SUBJECTS,
    VERBS,
    Claim,
    Range,
    around,
    has_subject,
    idle,
    is_first_person,
    is_person,
    phrase,
    trimmed,
)
from bot.digest.lexicon import (
    FRAMES,
    PEOPLE,
    REPORTS,
    SHARES,
    SHOW,
    SPEAK,
    SURVEYS,
    TAKES_INFINITIVE,
    TAKES_OBJECT,
    TAKES_PREPOSITION,
    THINK,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_CLAUSES = frozenset({"ccomp", "xcomp"})
_GROUP = frozenset({"aux", "auxpass", "neg"})
_NOT_SOURCES = frozenset("that which this these those there what nothing something".split())
_SENDS = frozenset("send issue release write post publish email tweet give provide deliver share circulate".split())
_QUOTING = frozenset({"quote", "cite"})
_NEAR = 7  #: words before a verb among which its subject is looked for
_FAR_THAT = 8  #: words that may stand between a verb and its "that" ("alleged in the suit that")
_COMMITS = frozenset(
    "confirm acknowledge admit say state report announce disclose reveal specify verify release publish provide".split()
)
_FINITE = frozenset({"VBD", "VBZ", "VBP"})
_REFUSES = frozenset("decline refuse abstain refrain fail stop avoid".split())
_CUES = SPEAK | SHOW | THINK | FRAMES
_FRAMING = SPEAK | FRAMES
_TOLL = frozenset({"life", "victim", "soul", "casualty"})  #: what a disaster claims
_STATES = frozenset("dead killed missing injured wounded hurt alive safe".split())  #: of those "confirmed dead"
_BOUNDS = frozenset("up between at over under about around more fewer less nearly almost some as close".split())
_OWN_VOICE = frozenset({"as", "while", "when", "after", "before", "though", "although", "because", "since", "even"})


def verbal(verb: Token) -> Claim | None:
    lemma = verb.lemma_.lower()
    if lemma not in _CUES and not (lemma == "have" and verb.pos_ in VERBS):
        return None
    source, passive = _quoted_as(verb) or source_of(verb)
    if (
        _only_quotes(verb)
        or _speaks_of_none(verb)
        or source is None
        or not _may_speak(source, lemma)
        or _are_many_lands(source, verb)
        or (passive and not _names_a_source(source))
    ):
        return None
    content = _passive_content(verb) if passive else _content(verb, lemma, source)
    if _withheld(verb) or (not content and (passive or lemma not in _FRAMING)):
        return None
    cue = cue_of(verb)
    start, end = phrase(source)
    if source.i < cue[0] < end:
        end = cue[0]
    relative = _is_relative(source) and source.dep_ in SUBJECTS
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


def _are_many_lands(source: Token, verb: Token) -> bool:
    """Whether somebody sums up what nobody names: "the WHO said that *41 countries had reported* 85 deaths"."""
    counted = any(child.dep_ == "nummod" for child in source.children)
    lands = source.lemma_.lower() in {"country", "nation", "state"}
    return counted and lands and verb.dep_ == "ccomp" and verb.head.lemma_.lower() in SPEAK


def _is_relative(token: Token) -> bool:
    """Whether a word is a relative pronoun; "WHO" is an organisation."""
    return token.lower_ in RELATIVE and not token.text.isupper()


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


def _speaks_of_none(verb: Token) -> bool:
    """Whether a verb of saying says nothing here: "a flood that claimed 12 lives", "37 staff confirmed dead"."""
    if verb.lemma_ == "claim":
        taken = [child for child in verb.children if child.dep_ == "dobj"]
        taken += [pobj for noun in taken for of in noun.children if of.lower_ == "of" for pobj in of.children]
        return any(noun.lemma_ in _TOLL for noun in taken)
    following = verb.nbor() if verb.i + 1 < len(verb.doc) else None
    return following is not None and following.lower_ in _STATES and verb.tag_ in {"VBN", "VBD"}


def _withheld(verb: Token) -> bool:
    """Whether nothing is said: "declined to comment", "abstained from commenting", "has not confirmed"."""
    if verb.lemma_.lower() in _COMMITS and any(child.dep_ == "neg" for child in verb.children):
        return True
    governor = verb.head.head if verb.dep_ == "pcomp" else verb.head
    return verb.dep_ in {"xcomp", "pcomp"} and governor.lemma_.lower() in _REFUSES


def _has_clause(verb: Token) -> bool:
    return any(child.dep_ == "ccomp" and child.i > verb.i for child in verb.children)


def source_of(verb: Token) -> tuple[Token | None, bool]:
    """Who says it, and whether he is the agent of a passive."""
    subject = passive_subject = agent = None
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            subject = subject or child
        elif child.dep_ in PASSIVE_SUBJECTS:
            passive_subject = child
        elif child.dep_ == "agent":
            agent = next((one for one in child.children if one.dep_ == "pobj"), None)
    named = verb.nbor(-1) if verb.i > verb.sent.start else verb
    if agent is None and named.dep_ == "compound" and named.head == verb and verb.tag_ in _FINITE:
        return named, False  # "the network reports", read as one noun
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
        if _goes_on_above(verb):
            return source_of(head.head)[0]
        if head.pos_ in VERBS:
            return source_of(head)[0]
        return _inherited(head) if head.dep_ in {"prep", "acomp", "attr"} and head.head != head else None
    if verb.dep_ == "prep" and head.pos_ in VERBS:
        return source_of(head)[0]
    if verb.dep_ == "acl" and head.pos_ in {"NOUN", "PROPN", "PRON"}:
        if head.dep_ in {"pobj", "dative"}:
            sender = head.head if head.head.pos_ in VERBS else head.head.head
            sender = sender.head if sender.dep_ == "dobj" else sender
            if sender.lemma_.lower() in _SENDS:
                return source_of(sender)[0]
        if head.dep_ in {"dobj", "pobj"} and head.lemma_.lower() in REPORTS:
            governor = head.head if head.dep_ == "dobj" else head.head.head
            return source_of(governor)[0] if governor.pos_ in VERBS else head
        return head
    if verb.dep_ == "ROOT":
        person = (child for child in verb.children if child.dep_ == "dobj" and child.i == verb.i + 1)
        return next((child for child in person if is_person(child)), None) or _before(verb)
    return None


def _goes_on_above(verb: Token) -> bool:
    """Whether a verb goes on with the speaker's own: "the UN *said* Chad has had 9 cases and *repeated* that …"."""
    head = verb.head
    perfect = any(child.dep_ == "aux" and child.lower_ in {"has", "have", "had"} for child in head.lefts)
    return (
        verb.dep_ == "conj"
        and verb.tag_ == "VBD"
        and head.tag_ == "VBN"
        and perfect
        and head.dep_ == "ccomp"
        and head.head.tag_ == "VBD"
    )


def _before(verb: Token) -> Token | None:
    """The people right before a verb that the syntax gave no subject: "clashes go on, and *officials* in Oslo say"."""
    if verb.tag_ not in _FINITE or not _has_clause(verb):
        return None
    for at in range(verb.i - 1, max(verb.sent.start, verb.i - _NEAR) - 1, -1):
        token = verb.doc[at]
        if token.pos_ == "NOUN" and token.lemma_.lower() in PEOPLE:
            return token
        if token.pos_ not in {"PROPN", "NOUN", "ADP", "DET", "ADJ", "PART"}:
            return None
    return None


def _may_speak(source: Token, lemma: str) -> bool:
    word, noun = source.lower_, source.lemma_.lower()
    if is_first_person(source) or word == "you":
        return False
    if _is_relative(source) and source.dep_ in SUBJECTS and source.head.dep_ == "relcl":
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


def cue_of(verb: Token) -> Range:
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
        return around(verb, (verb.left_edge.i, verb.right_edge.i + 1))
    subject = next((child for child in verb.children if child.dep_ in PASSIVE_SUBJECTS), None)
    pieces = []
    if subject is not None and subject.lower_ not in RELATIVE:
        pieces.append((subject.left_edge.i, subject.right_edge.i + 1))
    elif verb.dep_ in {"acl", "relcl"}:
        pieces.append((verb.head.left_edge.i, verb.left_edge.i))
    pieces += [
        (child.left_edge.i, child.right_edge.i + 1)
        for child in verb.children
        if child.dep_ in _CLAUSES and child.i > verb.i
    ]
    return trimmed(verb.doc, tuple(pieces))


def _content(verb: Token, lemma: str, source: Token) -> tuple[Range, ...]:
    doc = verb.doc
    complements = [child for child in verb.children if _is_complement(child, lemma)]
    before = [child for child in complements if child.i < verb.i]
    after = [child for child in complements if child.i > verb.i]
    frame = _frame(verb, source)
    if before and not after:
        start = min(child.left_edge.i for child in before)
        if verb.dep_ == "ROOT" or _reports_it_all(verb, frame):
            start = min(start, verb.sent.start)
        end = max(child.right_edge.i for child in before) + 1
        if _resumes(verb, frame):
            end = verb.sent.end
        return trimmed(doc, ((start, min(end, frame[0])), *(((frame[1], end),) if end > frame[1] else ())))
    if after:
        start = min(child.left_edge.i for child in after)
        while start - 1 > verb.i and doc[start - 1].like_num:  # "said on Saturday 72 people had died"
            start -= 1
        bound = lemma in SPEAK and doc[cue_of(verb)[1]].lower_ in _BOUNDS  # the syntax hangs "up to 200" on the verb
        if bound or (lemma, "at") in TAKES_PREPOSITION:
            start = verb.i + 1
        end = min([_end(verb, start), *(_told_by(child) for child in after)])
        return trimmed(doc, ((max(start, cue_of(verb)[1]), end),))
    if lemma in SPEAK | SHOW and (verb.head != verb or source.dep_ == "compound") and _set_off(verb, frame):
        return around(verb, frame)
    if lemma in SPEAK and verb.dep_ == "pcomp" and verb.head.lower_ == "with" and source.head == verb:
        return trimmed(doc, ((verb.i + 1, verb.sent.end),))
    if verb.dep_ == "pcomp" and verb.head.head.lemma_ in _QUOTING:
        quoting = verb.head.head
        start = min([child.left_edge.i for child in quoting.children if child.dep_ in SUBJECTS] + [quoting.i])
        return around(quoting, (start, verb.i + 1))
    if verb.dep_ == "advcl" and lemma in SPEAK | SHOW and _as_aside(verb):
        return around(verb, frame)
    return _misread(verb, lemma)


def _told_by(complement: Token) -> int:
    """Where what somebody says ends, before "Reuters reports" that the syntax took for it; else its own end."""
    subject = next((child for child in complement.children if child.dep_ in SUBJECTS), None)
    said = any(child.dep_ == "ccomp" and subject is not None and child.i < subject.i for child in complement.lefts)
    before = any(child.dep_ == "ccomp" and child.i < complement.i for child in complement.head.rights)
    closes = before and subject is not None and _set_off(complement, (subject.left_edge.i, complement.i + 1))
    whole = complement.lemma_ in SPEAK and (said or closes)
    return subject.left_edge.i if whole and subject is not None else complement.sent.end


def _reports_it_all(verb: Token, frame: Range) -> bool:
    """Whether a reporter ends the sentence and tells what another says: "The mayor said …, *AFP reports*"."""
    return verb.dep_ == "ccomp" and verb.head.lemma_ in SPEAK and verb.head.i < frame[0] and _set_off(verb, frame)


def _resumes(verb: Token, frame: Range) -> bool:
    """Whether what is said goes on after "he said," up to the sentence's end."""
    doc, after = verb.doc, frame[1] + 1
    if after >= verb.sent.end or doc[after - 1].text != ",":
        return False
    return doc[after].tag_ != "VBG" and doc[after].lower_ not in (_OWN_VOICE | {"who", "which", "according"}) - {
        "because"
    }


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
    if lemma in SPEAK | {"indicate", "suggest", "show"} and that is not None and that - verb.i <= _FAR_THAT:
        return trimmed(doc, ((that, end),))
    measured = any(token.pos_ == "NUM" for token in rest)
    if measured and verb.dep_ == "relcl" and verb.left_edge.lower_ in {"which", "that"} and _is_finite_aux(following):
        return trimmed(doc, ((following.i, stop),))
    if measured and lemma in TAKES_OBJECT and following.pos_ in {"NUM", "DET", "ADJ", "SYM"} and verb.tag_ in _FINITE:
        return trimmed(doc, ((following.i, stop),))
    if measured and (lemma, "at") in TAKES_PREPOSITION and any(token.lower_ == "at" for token in rest):
        return trimmed(doc, ((following.i, stop),))
    return ()


def _is_finite_aux(token: Token) -> bool:
    """Whether a clause goes on here whose subject is the relative word: "which some have estimated *has* killed 12"."""
    return token.tag_ in _FINITE and token.pos_ in VERBS


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
        clause = lemma in SPEAK and any(one.dep_ in {"nsubj", "aux"} for one in child.lefts)  # a verb read as a noun
        return after and (clause or lemma in TAKES_OBJECT or (lemma == "have" and child.pos_ in {"PROPN", "PRON"}))
    return False


def _frame(verb: Token, source: Token) -> Range:
    """From the first to the last token of source and cue together."""
    start, end = cue_of(verb)
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
        if (child.dep_ == "conj" and (child.lemma_.lower() in _CUES or not has_subject(child))) or (
            child.dep_ == "advcl"
            and any(one.dep_ in {"mark", "advmod"} and one.lower_ in _OWN_VOICE for one in child.children)
        ):
            end = min(end, child.left_edge.i)
    while end > start + 1 and (verb.doc[end - 1].dep_ == "cc" or idle(verb.doc[end - 1])):
        end -= 1
    return verb.sent.end if end < verb.sent.end and verb.doc[end].text == ":" else end
