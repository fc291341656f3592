"""Where sentences end: rules on tokens that know abbreviations, initials and quotation marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_STOPS = frozenset({".", "!", "?", "…", "...", "?!", "!?", "!!", ".."})
_CLOSERS = frozenset("\"')]")
_OPENERS = frozenset("\"'([")
_NEVER_LAST = frozenset(
    "mr. mrs. ms. dr. prof. sen. rep. gov. gen. lt. col. maj. capt. cpl. sgt. cmdr. adm. brig. pvt. rev. hon. "
    "pres. st. mt. ft. no. nos. vs. v. cf. art. fig. approx. ca. e.g. i.e. al. jan. feb. mar. apr. jun. jul. aug. "
    "sep. sept. oct. nov. dec. mon. tue. tues. wed. thu. thur. thurs. fri. sat. sun. supt. insp. det. messrs. "
    "amb. sec. atty. secy.".split()
)  #: abbreviations that a sentence does not end with
_STARTERS = frozenset(
    "the a an this that these those he she it they we i you his her its their our there here in on at by for from "
    "with as after before but and or so yet if when while although though since because however meanwhile also "
    "some many most both one no not according about earlier later what who how why all another several officials "
    "police under among during".split()
)  #: words that, capitalised after an abbreviation, begin a sentence
_SAID = frozenset(
    "said says asked told added replied wrote shouted cried declared warned exclaimed insisted continued posted".split()
)


def mark_sentences(doc: Doc) -> Doc:
    """Marks for every token whether a sentence begins there; the parser that follows keeps to it."""
    starts = {0}
    index = 0
    while index < len(doc):
        token = doc[index]
        if _may_end(token):
            after = index + 1
            while after < len(doc) and doc[after].text in _CLOSERS and not doc[after - 1].whitespace_:
                after += 1
            while after < len(doc) and doc[after].is_space:
                after += 1
            if after < len(doc) and _begins(doc, index, after):
                starts.add(after)
            index = max(index + 1, after)
        else:
            index += 1
    for token in doc:
        token.is_sent_start = token.i in starts
    return doc


def _may_end(token: Token) -> bool:
    """Whether the token is a full stop of some kind or carries one."""
    if token.text in _STOPS:
        return True
    return len(token.text) > 1 and token.text.endswith(".") and token.text.lower() not in _NEVER_LAST


def _begins(doc: Doc, stop: int, after: int) -> bool:
    """Whether a sentence begins at ``after``, when ``stop`` is the full stop before it."""
    if not (doc[after - 1].whitespace_ or doc[after - 1].is_space):
        return False
    word = after
    while word < len(doc) and doc[word].text in _OPENERS:
        word += 1
    if word == len(doc):
        return False
    first = doc[word].text
    if not (first[0].isupper() or first[0].isdigit() or first[0] in "$€£#"):
        return False
    if doc[stop].text in _STOPS:
        if stop > 0 and doc[stop].text == "." and not doc[stop - 1].whitespace_:
            bare = doc[stop - 1].text
            if f"{bare.lower()}." in _NEVER_LAST or (len(bare) == 1 and bare.isupper() and bare != "I"):
                return False
        in_quotation = after - stop > 1
        return not (in_quotation and doc[stop].text != "." and any(t.lower_ in _SAID for t in doc[word : word + 5]))
    initial = len(doc[stop].text) == 2 and doc[stop].text[0].isupper()
    return not initial and (first.lower() in _STARTERS or word > after)
