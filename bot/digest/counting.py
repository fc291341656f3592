"""What a number counts: its noun phrase, the noun's form, and whether a tracker's declaration covers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from bot.digest.countries import Form, lookup
from bot.digest.numbers import Numeral

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.language import Paragraph

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
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "lives": "life",
    "wives": "wife",
    "personnel": "personnel",
    "police": "police",
    "bodies": "body",
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens ``first``..``last`` (half-open) of a Doc."""

    doc: Doc
    first: int
    last: int

    @property
    def text(self) -> str:
        return self.doc[self.first : self.last].text


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence: its paragraph's tokens ``first``..``last`` (half-open); ``index`` counts the article's sentences."""

    index: int
    paragraph: Paragraph
    first: int
    last: int

    @property
    def doc(self) -> Doc:
        return self.paragraph.doc


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A numeral with its tokens: the surface's first, the number's first, and the one after the number."""

    numeral: Numeral
    before: int
    first: int
    last: int


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


def counted(doc: Doc, placed: Placed, limit: int) -> Counted:
    """What a numeral counts; ``limit`` is the token at which the next numeral or the sentence's end stands."""
    numeral, last = placed.numeral, placed.last
    at = _after(doc, numeral, last, limit)
    whole = placed.before - 2
    bare = Counted(
        numeral=numeral,
        doc=doc,
        before=placed.before,
        first=placed.first,
        last=last,
        end=at,
        head=None,
        modifiers=(),
    )
    if at < limit and doc[at].lower_ == "of":
        return _of(bare, at + 1, limit, plain=_takes_of(numeral, doc[last - 1]))
    head, end, modifiers = noun_phrase(doc, at, limit)
    if (
        whole >= 0
        and doc[whole].lower_ == "of"
        and doc[whole + 1].lower_ in PARTITIVE_PRONOUNS
        and doc[whole + 1].text != "US"
    ):
        return replace(bare, end=end if head is not None else at, modifiers=modifiers, partitive=True, pronoun=True)
    return bare if head is None else replace(bare, end=end, head=head, modifiers=modifiers)


def _takes_of(numeral: Numeral, last: Token) -> bool:
    """Whether "of" ties the number to the counted noun itself: "thousands of troops", "a number of troops"."""
    return (numeral.low is None and numeral.high is None) or last.lower_ in {"dozen", "score"}


def _of(bare: Counted, at: int, limit: int, *, plain: bool) -> Counted:
    """A number followed by "of"; ``at`` is the token after it."""
    doc = bare.doc
    if (
        at < limit
        and doc[at].lower_ in PARTITIVE_PRONOUNS
        and doc[at].text != "US"
        and not _is_determiner(doc, at, limit)
    ):
        return replace(bare, end=at + 1, partitive=True, pronoun=True)
    determined = at < limit and doc[at].lower_ in _DETERMINERS and not (plain and doc[at].tag_ == "PRP$")
    while at < limit and doc[at].lower_ in _DETERMINERS:
        at += 1
    head, end, modifiers = noun_phrase(doc, at, limit)
    if head is None and determined:
        head, end = _nominalised(doc, at, limit)
    return replace(bare, end=end, head=head, modifiers=modifiers, partitive=determined or not plain)


def past_insertion(doc: Doc, at: int, last: int) -> int:
    """The token after an insertion between commas at ``at``: "268 people, mostly schoolchildren, are missing"."""
    if at + 2 >= last or doc[at].text not in {",", "("}:
        return at
    if doc[at].text == "," and doc[at + 1].pos_ == "AUX" and doc[at - 1].dep_ == "conj":
        return at + 1  # "her mother, 62, and 11 other relatives, are missing"
    for end in range(at + 2, min(last, at + 14)):
        if doc[end].text in {",", ")"}:
            follows = doc[end + 1] if end + 1 < last else None
            return end + 1 if follows is not None and follows.pos_ in {"AUX", "VERB"} else at
        if doc[end].text in {";", "."}:
            return at
    return at


def past_coordination(doc: Doc, at: int, last: int) -> int:
    """The token after further nouns without a number at ``at``: "12 soldiers *and officials* are missing"."""
    end = at
    while end < min(last, at + 6) and (
        doc[end].lower_ in {"and", "or", ",", "the"} or doc[end].pos_ in {"NOUN", "ADJ", "PROPN"}
    ):
        end += 1
    starts = end > at + 1 and doc[at].lower_ in {"and", "or", ","} and doc[end - 1].pos_ == "NOUN"
    return end if starts and end < last and (doc[end].pos_ in {"AUX", "VERB"} or doc[end].lower_ == "who") else at


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
        if _is_nominal(token) or (
            is_nationality(token)
            and not (at + 1 < end and (doc[at + 1].pos_ in {"NOUN", "PROPN", "ADJ"} or doc[at + 1].text == "-"))
        ):
            if head is not None and _begins_another(head, token):
                break
            head = token
            following = doc[at + 1] if at + 1 < end else None
            if is_plural(token) and not _goes_on(token, following):
                break
        elif not _modifies(doc, at, end, head):
            break
        at += 1
    if head is None or head.lower_ in _TIME_WORDS or head.ent_type_ in {"DATE", "TIME", "PERCENT"}:
        return None, start, ()
    if head.pos_ == "PROPN" and not is_plural(head) and not names_people(head):
        return None, start, ()
    return head, head.i + 1, tuple(doc[start : head.i])


def _goes_on(plural: Token, following: Token | None) -> bool:
    """Whether a plural is not yet the head: "sales *people*", "South *Africans*"."""
    if following is None or following.lower_ in _TIME_WORDS:
        return False
    return following.tag_ in {"NN", "NNS"} or (plural.pos_ == "PROPN" and following.tag_ == "NNPS")


def _begins_another(head: Token, token: Token) -> bool:
    """Whether ``token`` after ``head`` belongs to another phrase: "killed 12 people Monday"."""
    if token.lower_ in _TIME_WORDS:
        return True
    return is_plural(head) and token.pos_ == "PROPN" and not (head.pos_ == "PROPN" and token.tag_ == "NNPS")


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
        return head is None or doc[at - 1].text == "-" or is_nationality(token) or not is_plural(head)
    if token.tag_ in {"VBN", "VBG", "JJ"}:
        return (
            (head is None or doc[at - 1].text == "-")
            and (following.pos_ in {"NOUN", "ADJ"} or is_nationality(following))
            and following.ent_type_ != "DATE"
        )
    if token.pos_ == "ADV":
        return head is None and (following.pos_ in {"ADJ", "VERB"} or following.text == "-")
    return token.tag_ == "POS" or token.lower_ in {"other", "different"}


def is_plural(token: Token) -> bool:
    """Whether a noun stands for several by its form."""
    return (
        token.tag_ in {"NNS", "NNPS"}
        or token.lower_ in _IRREGULAR
        or (token.pos_ == "PROPN" and token.lower_.endswith("s") and names_people(token))
    )


def names_people(token: Token) -> bool:
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
