"""Where sentences end: rules on tokens that know abbreviations, initials and quotation marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DATELINE = re.compile(r"[A-Z][A-Z .’'-]+(?:, [A-Z][\w. ]{1,25})? ?\([A-Z][\w. ]{1,25}\) ?(?:[-–—]+) ")
_PLACE = 3  #: letters of a place in capitals, at least
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
_OPENS = frozenset(
    "the he she it they we this these there his her their its but when while although though since because however "
    "meanwhile after before during among in on at by nearly about more thousands hundreds dozens tens".split()
)  #: words that, capitalised in the middle of a line and followed by a small letter, begin one: a heading has no stop
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
            if index and (
                _follows_heading(doc, index) or _is_dateline(doc, index) or _follows_note(doc, max(starts), index)
            ):
                starts.add(index)
            index += 1
    for token in doc:
        token.is_sent_start = token.i in starts
    return doc


def _follows_heading(doc: Doc, index: int) -> bool:
    """Whether a sentence begins at a capitalised word of grammar that follows a heading or caption without a stop."""
    token, before = doc[index], doc[index - 1]
    if token.lower_ not in _OPENS or not token.text.istitle() or index + 1 == len(doc) or not before.text[0].isalpha():
        return False
    return doc[index + 1].text[0].islower() and bool(before.whitespace_)


def _follows_note(doc: Doc, start: int, index: int) -> bool:
    """Whether a note in brackets ends before ``index`` with which the line began: "(Update 8:01 p.m.) Two people …"."""
    return doc[start].text == "(" and doc[index - 1].text == ")" and doc[index].text[0].isupper()


def _is_dateline(doc: Doc, index: int) -> bool:
    """Whether "LARNE (Reuters) -" or "LARNE, Vesland (AP) --" begins at a token in capitals, after other words."""
    if not doc[index].text.isupper() or len(doc[index]) < _PLACE or doc[index - 1].text.isupper():
        return False
    start = doc[index].idx
    return _DATELINE.match(doc.text, start) is not None


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
