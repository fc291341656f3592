"""What a number counts: its noun phrase, the noun's form, and whether a tracker's declaration covers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.digest.countries import Form, lookup
from bot.digest.numbers import Numeral

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.model import Tracker

PARTITIVE_PRONOUNS = frozenset({"them", "whom", "which", "these", "those", "us"})
_DETERMINERS = frozenset({"the", "these", "those", "its", "their", "his", "her", "our", "all", "such"})
_PHRASE = 12  #: tokens after a number in which its noun is looked for
_NOT_MODIFIERS = frozenset(
    {
        "including",
        "being",
        "having",
        "according",
        "following",
        "using",
        "involving",
        "during",
        "not",
        "n't",
        "so",
        "then",
    }
)
_TIME_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december today yesterday tomorrow tonight".split()
)
_MIXED = frozenset({"person", "man", "woman", "child"})
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "lives": "life",
    "wives": "wife",
    "personnel": "personnel",
    "police": "police",
    "bodies": "body",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A numeral in its Doc. ``first``..``last`` are the number's tokens, ``end`` is the token after its noun phrase.

    ``before`` is the index of the first token of the surface. ``head`` is the counted noun, None when the number stands
    alone. ``modifiers`` stand between number and head. ``partitive``: a part of what is named after "of" ("8,000 of
    them", "three of the soldiers"); then ``pronoun`` says that a pronoun names the whole.
    """

    numeral: Numeral
    doc: Doc
    before: int
    first: int
    last: int
    end: int
    head: Token | None
    modifiers: tuple[Token, ...]
    partitive: bool = False
    pronoun: bool = False

    @property
    def node(self) -> Token:
        """The token through which the number hangs in the sentence: its noun, or the number itself."""
        token = self.doc[self.last - 1]
        for candidate in self.doc[self.first : self.last]:
            if candidate.dep_ not in {"compound", "quantmod", "nummod", "advmod", "amod", "cc", "det"}:
                token = candidate
                break
        for _ in range(4):
            if token.dep_ in {"nummod", "quantmod", "compound", "amod", "det", "advmod"} and token.head.i != token.i:
                token = token.head
        return token


def counted(doc: Doc, numeral: Numeral, before: int, first: int, last: int, limit: int) -> Counted:
    """What ``numeral`` counts; ``limit`` is the token at which the next numeral or the sentence's end stands."""
    at = _after(doc, numeral, last, limit)
    whole = before - 2
    if whole >= 0 and doc[whole].lower_ == "of" and doc[whole + 1].lower_ in PARTITIVE_PRONOUNS:
        head, end, modifiers = noun_phrase(doc, at, limit)
        return Counted(
            numeral=numeral,
            doc=doc,
            before=before,
            first=first,
            last=last,
            end=end if head is not None else at,
            head=None,
            modifiers=modifiers,
            partitive=True,
            pronoun=True,
        )
    base = {"numeral": numeral, "doc": doc, "before": before, "first": first, "last": last}
    if at < limit and doc[at].lower_ == "of":
        return _of(doc, at + 1, limit, base, plain=_takes_of(numeral, doc[last - 1]))
    head, end, modifiers = noun_phrase(doc, at, limit)
    return Counted(**base, end=end if head is not None else at, head=head, modifiers=modifiers)  # type: ignore[arg-type]


def _takes_of(numeral: Numeral, last: Token) -> bool:
    """Whether "of" ties the number to the counted noun itself: "thousands of troops", "a number of troops"."""
    return (numeral.low is None and numeral.high is None) or last.lower_ in {"dozen", "score"}


def _of(doc: Doc, at: int, limit: int, base: dict[str, object], *, plain: bool) -> Counted:
    """A number followed by "of"; ``at`` is the token after it."""
    if at < limit and doc[at].lower_ in PARTITIVE_PRONOUNS and not _is_determiner(doc, at, limit):
        return Counted(**base, end=at + 1, head=None, modifiers=(), partitive=True, pronoun=True)  # type: ignore[arg-type]
    determined = at < limit and doc[at].lower_ in _DETERMINERS
    while at < limit and doc[at].lower_ in _DETERMINERS:
        at += 1
    head, end, modifiers = noun_phrase(doc, at, limit)
    if head is None and determined:
        head, end = _nominalised(doc, at, limit)
    partitive = determined or not plain
    return Counted(**base, end=end, head=head, modifiers=modifiers, partitive=partitive)  # type: ignore[arg-type]


def past_insertion(doc: Doc, at: int, last: int) -> int:
    """The token after an insertion between commas at ``at``: "268 people, mostly schoolchildren, are missing"."""
    if at + 2 >= last or doc[at].text not in {",", "("}:
        return at
    for end in range(at + 2, min(last, at + 14)):
        if doc[end].text in {",", ")"}:
            follows = doc[end + 1] if end + 1 < last else None
            return end + 1 if follows is not None and follows.pos_ in {"AUX", "VERB"} else at
        if doc[end].text in {";", "."}:
            return at
    return at


def _nominalised(doc: Doc, at: int, limit: int) -> tuple[Token | None, int]:
    """The adjective or participle that stands for people: "three of the *dead*", "40 of the most seriously *hurt*"."""
    while at < limit and doc[at].pos_ == "ADV":
        at += 1
    if at < limit and doc[at].pos_ in {"ADJ", "VERB"}:
        return doc[at], at + 1
    return None, at


def _is_determiner(doc: Doc, at: int, limit: int) -> bool:
    """Whether "these" or "those" at ``at`` stands before a noun or a participle ("those killed")."""
    return (
        doc[at].lower_ in {"these", "those"} and at + 1 < limit and doc[at + 1].pos_ in {"NOUN", "ADJ", "VERB", "NUM"}
    )


def _after(doc: Doc, numeral: Numeral, last: int, limit: int) -> int:
    """The token after the number, its "or more" and its hyphened word."""
    at = last
    ends = numeral.surface_end
    while at < limit and doc[at].idx < ends:
        at += 1
    if numeral.suffix is not None:
        while at < limit and (doc[at].lower_ in {"-", "–", numeral.suffix}):
            at += 1
    while at < limit and doc[at].text in {'"', "'", ")", "more"}:
        at += 1
    return at


def noun_phrase(doc: Doc, start: int, limit: int) -> tuple[Token | None, int, tuple[Token, ...]]:
    """The noun that heads the phrase at ``start``, the token after it, and the tokens before it in the phrase."""
    head: Token | None = None
    at = start
    end = min(limit, start + _PHRASE)
    while at < end:
        token = doc[at]
        if _is_nominal(token) or (is_nationality(token) and not (at + 1 < end and doc[at + 1].pos_ in {"NOUN", "PROPN", "ADJ"})):
            if head is not None and _begins_another(head, token):
                break
            head = token
            following = doc[at + 1] if at + 1 < end else None
            if is_plural(token) and not (
                following is not None and following.pos_ == "NOUN" and not is_plural(token.nbor(0))
            ):
                if following is None or following.tag_ not in {"NN", "NNS"} or following.lower_ in _TIME_WORDS:
                    break
        elif not _modifies(doc, at, end, head):
            break
        at += 1
    if head is None or head.lower_ in _TIME_WORDS or head.ent_type_ in {"DATE", "TIME", "PERCENT"}:
        return None, start, ()
    if head.pos_ == "PROPN" and not is_plural(head) and not _names_people(head):
        return None, start, ()
    return head, head.i + 1, tuple(doc[start : head.i])


def _begins_another(head: Token, token: Token) -> bool:
    """Whether ``token`` after ``head`` belongs to another phrase: "killed 12 people Monday"."""
    return token.lower_ in _TIME_WORDS or (is_plural(head) and token.pos_ == "PROPN")


def _is_nominal(token: Token) -> bool:
    if token.pos_ in {"NOUN", "PROPN"}:
        return token.lower_ not in _NOT_MODIFIERS and any(letter.isalpha() for letter in token.text)
    return token.lower_ in {"others", "personnel"}


def _modifies(doc: Doc, at: int, end: int, head: Token | None) -> bool:
    """Whether the token at ``at`` may stand between a number and its noun."""
    token = doc[at]
    following = doc[at + 1] if at + 1 < end else None
    if following is None or token.lower_ in _NOT_MODIFIERS:
        return False
    if token.text in {"-", "‑", '"', "'", "(", ")"}:
        return token.text in {"-", "‑"} or head is None
    if token.text == ",":
        previous = doc[at - 1]
        return (
            previous.pos_ in {"ADJ", "VERB"}
            and previous.tag_ != "VBD"
            and following.pos_ in {"ADJ", "ADV"}
            and head is None
        )
    if token.pos_ == "CCONJ":
        previous = doc[at - 1]
        return (
            token.lower_ == "and"
            and previous.pos_ in {"ADJ", "PROPN", "NOUN"}
            and not is_plural(previous)
            and following.pos_ in {"ADJ", "PROPN", "NOUN"}
            and at - 1 >= 0
            and (previous.pos_ != "ADJ" or following.pos_ == "ADJ" or previous.text[0].isupper())
        )
    if token.pos_ == "ADJ":
        return head is None or is_nationality(token) or not is_plural(head)
    if token.tag_ in {"VBN", "VBG", "JJ"}:
        return (
            head is None
            and (following.pos_ in {"NOUN", "ADJ"} or is_nationality(following))
            and not following.ent_type_ == "DATE"
        )
    if token.pos_ == "ADV":
        return head is None and following.pos_ in {"ADJ", "VERB"}
    return token.tag_ == "POS" or token.lower_ in {"other", "different"}


def is_plural(token: Token) -> bool:
    """Whether a noun stands for several by its form."""
    return (
        token.tag_ in {"NNS", "NNPS"}
        or token.lower_ in _IRREGULAR
        or (token.pos_ == "PROPN" and token.lower_.endswith("s") and _names_people(token))
    )


def _names_people(token: Token) -> bool:
    """Whether a proper noun stands for people: "Iraqis", "Taliban", "Marines"."""
    found = lookup(token.text)
    if found is not None:
        return found.form is Form.DEMONYM
    return token.tag_ == "NNPS" or token.ent_type_ == "NORP"


@cache
def _is_country(text: str) -> bool:
    return lookup(text) is not None


def is_nationality(token: Token) -> bool:
    """Whether a token names a country or its people."""
    return token.text[0].isupper() and _is_country(token.text)


def forms(token: Token) -> frozenset[str]:
    """The lower-cased forms under which a declaration may name this noun: as printed, lemma, singular."""
    return _forms(token.lower_, token.lemma_.lower())


@cache
def _forms(lower: str, lemma: str) -> frozenset[str]:
    return frozenset({lower, lemma, singular(lower)})


def singular(word: str) -> str:
    """A lower-case noun's singular by the rules of spelling."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men") and len(word) > 3:
        return word[:-3] + "man"
    if word == "men":
        return "man"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@dataclass(frozen=True, slots=True)
class Declared:
    """A tracker's word lists, arranged for looking up."""

    tracker: Tracker
    units: frozenset[str]
    members: frozenset[str]
    endings: tuple[str, ...]
    phrases: dict[str, tuple[frozenset[str], ...]]
    totals: frozenset[str]
    total_phrases: dict[str, tuple[frozenset[str], ...]]
    excluded: frozenset[str]
    statuses: dict[str, str]
    idioms: dict[str, dict[str, str]]

    def is_unit(self, head: Token, modifiers: Sequence[Token]) -> bool:
        """Whether a noun with these modifiers is one of the tracker's units."""
        names = forms(head)
        if self._excludes(names, modifiers):
            return False
        if names & self.units:
            return not (names & self.totals and not is_plural(head))
        if any(name.endswith(ending) for name in names for ending in self.endings):
            return True
        if "person" in self.units and (_names_people(head) if head.pos_ == "PROPN" else is_nationality(head)):
            return True
        return _has_phrase(self.phrases, names, modifiers)

    def is_total(self, head: Token, modifiers: Sequence[Token]) -> bool:
        """Whether a noun holds a number of the tracker's units: "a force of 3,000"."""
        names = forms(head)
        if self._excludes(names, modifiers):
            return False
        return bool(names & self.totals) or _has_phrase(self.total_phrases, names, modifiers)

    def status(self, token: Token) -> str | None:
        """The status that one word states, else None."""
        if not self.statuses:
            return None
        return self.statuses.get(token.lower_) or (
            self.statuses.get(token.lemma_.lower())
            or (self.statuses.get(singular(token.lower_)) if token.tag_ == "NNS" else None)
        )

    def _excludes(self, names: frozenset[str], modifiers: Sequence[Token]) -> bool:
        return bool(names & self.excluded) or any(not self.excluded.isdisjoint(forms(token)) for token in modifiers)


def _has_phrase(
    phrases: dict[str, tuple[frozenset[str], ...]], names: frozenset[str], modifiers: Sequence[Token]
) -> bool:
    """Whether a unit of several words ends in one of ``names`` and has its other words among ``modifiers``."""
    for name in names:
        for needed in phrases.get(name, ()):
            present = {form for token in modifiers for form in forms(token)}
            if needed <= present:
                return True
    return False


def declared(tracker: Tracker) -> Declared:
    """Arranges a tracker's word lists for looking up."""
    plain = [unit for unit in tracker.units if not unit.startswith("*")]
    statuses: dict[str, str] = {}
    idioms: dict[str, dict[str, str]] = {}
    for status, words in tracker.statuses:
        for word in words:
            verb, _, noun = word.partition(" ")
            if noun:
                idioms.setdefault(noun, {}).setdefault(verb, status)
            else:
                statuses.setdefault(word, status)
    return Declared(
        tracker=tracker,
        units=frozenset(unit for unit in plain if " " not in unit),
        members=frozenset(tracker.members),
        endings=tuple(unit[1:] for unit in tracker.units if unit.startswith("*")),
        phrases=_phrases(plain),
        totals=frozenset(total for total in tracker.totals if " " not in total),
        total_phrases=_phrases(tracker.totals),
        excluded=frozenset(tracker.excluded),
        statuses=statuses,
        idioms=idioms,
    )


def _phrases(words: Sequence[str]) -> dict[str, tuple[frozenset[str], ...]]:
    """Entries of several words by their last: "military personnel" under "personnel"."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for entry in words:
        *modifiers, last = entry.split()
        if modifiers:
            found[last] = (*found.get(last, ()), frozenset(modifiers))
    return found
