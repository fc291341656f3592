"""Comparable keys for whoever speaks: one for each body behind a source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.digest.clauses import is_first_person
from bot.digest.countries import fold
from bot.digest.lexicon import FIELDS, GOVERNMENT, OFFICES, PRONOUNS, REPORTS
from bot.digest.model import Body, BodyKind, Mention, Span
from bot.digest.names import office_words

if TYPE_CHECKING:
    from spacy.tokens import Token

    from bot.digest.language import Paragraph

_BEHIND = frozenset({"from", "of", "by", "in", "at", "for", "with"})
_OFFICE_HEADS = frozenset({"ministry", "department"})
_COMMON = OFFICES | frozenset(FIELDS)
_OFFICES_OF = tuple(f"{head} of " for head in sorted(_OFFICE_HEADS))
_RANKS = frozenset(
    "senior high ranking top recent new latest several many some other another unnamed anonymous two three various "
    "local former chief deputy".split()
)


class Casting:
    """The bodies of an article, found by the words that name them."""

    def __init__(self, bodies: Sequence[Body], mentions: Sequence[Mention]) -> None:
        self._bodies = bodies
        self._ending: dict[int, Mention] = {}
        self._long = [mention for mention in mentions if bodies[mention.body].kind is BodyKind.ORGANISATION]
        self._starts = [mention.span.start for mention in self._long]
        self._fullest: dict[int, list[Mention]] = {}
        for mention in mentions:
            known = self._ending.get(mention.span.end)
            if known is None or _length(known) < _length(mention):
                self._ending[mention.span.end] = mention
            if not mention.pronoun:
                self._fullest.setdefault(mention.body, []).append(mention)

    def mention(self, paragraph: Paragraph, token: Token) -> Mention | None:
        """The mention whose last word is ``token``, the longest of several; or an organisation's around it."""
        offset = paragraph.start + token.idx
        place = bisect_right(self._starts, offset) - 1
        if place >= 0 and self._long[place].span.end >= offset + len(token):
            return self._long[place]
        return self._ending.get(offset + len(token))

    def body(self, mention: Mention) -> Body:
        """The body that a mention means."""
        return self._bodies[mention.body]

    def fuller(self, mention: Mention, text: str) -> Span | None:
        """The fullest naming of the same body before ``mention``; None if nothing longer than itself stands there."""
        words = len(mention.span.of(text).split()) if mention.span.of(text) in self.body(mention).aliases else 0
        best: Span | None = None
        for other in self._fullest.get(mention.body, ()):
            if other.span.start >= mention.span.start:
                break
            surface = other.span.of(text)
            count = len(surface.split())
            if count > words and surface in self.body(mention).aliases:
                words, best = count, other.span
        return best


def parties(paragraph: Paragraph, head: Token, casting: Casting, within: range) -> tuple[str, ...]:
    """The keys of everyone who speaks in the source headed by ``head``; ``within`` are the source's tokens."""
    keys: dict[str, None] = {}
    for one in _coordinated(head, within):
        keys.update(dict.fromkeys(_party(paragraph, one, casting, within)))
    return tuple(keys)


def _coordinated(head: Token, within: range) -> Iterator[Token]:
    yield head
    for child in head.children:
        if child.dep_ == "conj" and child.i in within:
            yield from _coordinated(child, within)


def _listed(head: Token, within: range) -> Iterator[Token]:
    """Coordinated names, also where the syntax takes the second of three for an apposition."""
    yield head
    for child in head.children:
        if child.dep_ in {"conj", "appos"} and child.i in within and child.pos_ in {"PROPN", "NOUN"}:
            yield from _listed(child, within)


def _party(paragraph: Paragraph, head: Token, casting: Casting, within: range) -> list[str]:
    mention = casting.mention(paragraph, head)
    if mention is not None and _stands_for_itself(casting.body(mention), head):
        return [_of_its_country(paragraph, head, casting, mention)]
    if head.lower_ in PRONOUNS or is_first_person(head):
        return []
    for child in head.children:
        named = casting.mention(paragraph, child) if child.dep_ == "appos" and child.i in within else None
        if named is not None and not named.pronoun:
            return [casting.body(named).key]
    lands, others = _behind(paragraph, head, casting, within)
    field = _field(head, lands)
    if not lands and field.startswith(_OFFICES_OF):
        return [field]
    if lands:
        unnamed = [other for other in others if any(word in FIELDS for word in other.split())]
        return [f"{land}: {field}" if field else land for land in lands] + unnamed
    if others and head.lemma_.lower() in REPORTS | GOVERNMENT:
        return others
    author = _author(head) if head.lemma_.lower() in REPORTS else None
    if author is not None:
        return _party(paragraph, author, casting, within)
    return [_description(head)]


def _author(report: Token) -> Token | None:
    """Who is behind a report: "the army's count", "a statement by the union"."""
    for child in report.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ == "prep" and child.lower_ in {"by", "from"}:
            return next((one for one in child.children if one.dep_ == "pobj"), None)
    return None


def _stands_for_itself(body: Body, head: Token) -> bool:
    """Whether a name that ends a source is the source, and no adjective before one ("Norlandic")."""
    return body.kind is not BodyKind.OTHER or head.pos_ == "PROPN"


def _of_its_country(paragraph: Paragraph, head: Token, casting: Casting, mention: Mention) -> str:
    """A named body's key, with the country before it if its name is a common one ("Ghana's General Staff")."""
    body = casting.body(mention)
    if body.kind is not BodyKind.ORGANISATION or ": " in body.key or not _COMMON.intersection(body.key.split()):
        return body.key
    for child in head.children:
        land = casting.mention(paragraph, child) if child.dep_ in {"poss", "amod", "nmod", "compound"} else None
        if land is not None and land != mention and casting.body(land).kind is BodyKind.COUNTRY:
            return f"{casting.body(land).key}: {body.key}"
    return body.key


def _behind(paragraph: Paragraph, head: Token, casting: Casting, within: range) -> tuple[list[str], list[str]]:
    """The countries and the other bodies that a source noun belongs to: "reports from A and B", "a CNN poll"."""
    lands: dict[str, None] = {}
    others: dict[str, None] = {}
    for token in _modifiers(head, within):
        mention = casting.mention(paragraph, token)
        if mention is None:
            if token.lemma_.lower() in FIELDS and token.dep_ in {"conj", "pobj"}:
                others[_description(token)] = None
            continue
        body = casting.body(mention)
        if body.kind is BodyKind.COUNTRY:
            lands[body.key] = None
        elif ": " in body.key and token.dep_ in {"compound", "nmod", "poss"}:
            others = {body.key: None}
            lands.clear()
            break
        elif body.kind in {BodyKind.PERSON, BodyKind.ORGANISATION}:
            others[body.key] = None
    return ([] if any(": " in key for key in others) else list(lands)), list(others)


def _modifiers(head: Token, within: range) -> Iterator[Token]:
    """What stands before a noun, and what follows it behind "from", "of" or "by", coordinated ones too."""
    for child in head.children:
        if child.i not in within:
            continue
        if child.dep_ in {"compound", "amod", "nmod", "poss"}:
            yield child
            yield from (one for one in child.children if one.dep_ in {"compound", "amod", "nmod", "poss"})
        elif child.dep_ == "prep" and child.lower_ in _BEHIND:
            for noun in (one for one in child.children if one.dep_ == "pobj"):
                for each in _listed(noun, within):
                    yield each
                    yield from (one for one in each.children if one.dep_ in {"compound", "amod", "nmod", "poss"})


def _field(head: Token, lands: Sequence[str]) -> str:
    """What of a country speaks: "intelligence", "military", "ministry of defense"; empty for its government."""
    before = [
        child for child in head.subtree if child.i <= head.i and child.dep_ in {"compound", "amod", "nmod", "ROOT"}
    ]
    words = [token for token in (*before, head) if token.pos_ in {"NOUN", "PROPN", "ADJ"} and not _of_country(token)]
    office = _office(head, words)
    if office:
        return office
    for token in words:
        if token.lemma_.lower() in FIELDS:
            return FIELDS[token.lemma_.lower()]
    if head.lemma_.lower() in GOVERNMENT or head.lemma_.lower() in REPORTS:
        return ""
    return fold(head.text) if lands else ""


def _of_country(token: Token) -> bool:
    return token.ent_type_ in {"GPE", "NORP"}


def _office(head: Token, words: Sequence[Token]) -> str:
    """The ministry in a source: "foreign ministry official", "the ministry of defence"."""
    for place, token in enumerate(words):
        if token.lemma_.lower() not in _OFFICE_HEADS:
            continue
        before = [one.lower_ for one in words[:place] if one.lower_ not in _RANKS]
        if before:
            return office_words(" ".join((*before, token.lemma_.lower())))
        of = next((child for child in token.children if child.dep_ == "prep" and child.lower_ == "of"), None)
        if of is not None:
            return office_words(f"{token.lemma_.lower()} {of.text.lower()} {fold(_subtree_text(of))}")
    return ""


def _subtree_text(preposition: Token) -> str:
    noun = next((child for child in preposition.children if child.dep_ == "pobj"), None)
    return noun.doc[noun.left_edge.i : noun.i + 1].text if noun is not None else ""


def _description(head: Token) -> str:
    """An unnamed source in its own words: adjectives, compounds and noun."""
    start = head.i
    while start > head.left_edge.i and head.doc[start - 1].dep_ in {
        "compound",
        "amod",
        "nmod",
        "punct",
        "poss",
        "case",
    }:
        start -= 1
    return fold(head.doc[start : head.i + 1].text.lstrip("\"'“‘ "))


def _length(mention: Mention) -> int:
    return mention.span.end - mention.span.start
