"""Verbatim cuts of a sentence for a reader in a hurry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.digest.model import Citation, Claim, Digest, Figure, Span
from bot.render.html import Html, bold, text
from bot.render.layout import CUT

SNIPPET_LIMIT = 190  #: characters of a claim's words, beyond which the farthest fields are left to the quotation
_PAIRS = {"“": "”", '"': '"', "‘": "’", "(": ")", "[": "]"}
_OPENS_CLAUSE = re.compile(r"[,;:—–]\s+|[“\"]|\b(?:that|which|who|while|although|though|but|because)\s+")
_ENDS_CLAUSE = re.compile(
    r"[,;:—–](?=\s)|[.!?…]+[\"”’)]*$|[”\"]|\s(?:and|but|while|although|though|who|which|where|because)\s"
)


def claim_words(digest: Digest, claim: Claim, *, brief: bool = False) -> Html:
    """The words of the sentence from the first field of the claim to its last, the number in bold.

    In brief: from the number to the counted noun.
    """
    article = digest.sources[claim.citation.source - 1].article.text
    surface = claim.figure.surface
    hull = counted(digest, claim) if brief else shown(digest, claim)
    before, after = article[hull.start : surface.start], article[surface.end : hull.end]
    return Html(text(one_line(before)) + bold(one_line(surface.of(article))) + text(one_line(after)))


def shown(digest: Digest, claim: Claim) -> Span:
    """The stretch of the sentence that is shown of a claim."""
    article = digest.sources[claim.citation.source - 1].article.text
    sentence = claim.citation.sentence
    return balanced(article, _whole_clause(article, _hull(claim.figure, sentence), sentence), sentence)


def counted(digest: Digest, claim: Claim) -> Span:
    """The stretch of the sentence from the number to the counted noun; the number alone when that is elsewhere."""
    surface, unit = claim.figure.surface, claim.figure.unit
    is_near = unit is not None and unit.start >= surface.end and shown(digest, claim).holds(unit)
    return _union([surface, unit]) if unit is not None and is_near else surface


def one_line(words: str) -> str:
    """Words with line breaks made spaces, one for one."""
    return words.replace("\n", " ")


def balanced(article: str, span: Span, sentence: Span) -> Span:
    """The span, widened by the quotation mark at its very edge when it would leave a quotation open."""
    words = span.of(article)
    for opening, closing in _PAIRS.items():
        lone = words.count(closing) > words.count(opening) if opening != closing else words.count(opening) % 2 == 1
        if lone and span.start > sentence.start and article[span.start - 1] == opening:
            return Span(start=span.start - 1, end=span.end)
        missing = words.count(opening) > words.count(closing) if opening != closing else lone
        if missing and span.end < sentence.end and article[span.end] == closing:
            return Span(start=span.start, end=span.end + 1)
    return span


def _hull(figure: Figure, sentence: Span) -> Span:
    """The shortest stretch of the sentence that holds number and fields, the farthest left out until it is short.

    A place before the number would open the stretch in mid-phrase; it is left to the quotation.
    """
    fields = [
        span
        for span in (figure.unit, figure.whose, figure.status, figure.place, figure.includes)
        if span is not None and sentence.holds(span) and (span is not figure.place or span.start > figure.number.start)
    ]
    fields.sort(key=lambda span: _distance(figure.surface, span))
    hull = figure.surface
    for span in fields:
        wider = _union([hull, span])
        if wider.end - wider.start <= SNIPPET_LIMIT:
            hull = wider
    return hull


def _whole_clause(article: str, hull: Span, sentence: Span) -> Span:
    """The stretch widened to the clause it stands in, on either side where it stays short."""
    openings = [match.end() for match in _OPENS_CLAUSE.finditer(article, sentence.start, hull.start)]
    start = max([sentence.start, *openings])
    if hull.end - start > SNIPPET_LIMIT:
        start = hull.start
    ending = _ENDS_CLAUSE.search(article[: sentence.end], hull.end)
    end = ending.start() if ending is not None else sentence.end
    return Span(start=start, end=end if end - start <= SNIPPET_LIMIT else hull.end)


def _distance(one: Span, other: Span) -> int:
    return max(other.start - one.end, one.start - other.end, 0)


def _union(spans: Sequence[Span]) -> Span:
    return Span(start=min(span.start for span in spans), end=max(span.end for span in spans))


def is_copied(digest: Digest, citation: Citation) -> bool:
    """Whether the cited article is a copy, and the one that it is a copy of has the cited sentence, word for word."""
    source = digest.sources[citation.source - 1]
    if source.copy_of is None:
        return False
    words = " ".join(citation.sentence.of(source.article.text).split())
    return words in " ".join(digest.sources[source.copy_of - 1].article.text.split())


def is_cut_of(words: str, sentence: str) -> bool:
    """Whether the pieces of a cut text stand in the sentence, in order."""
    at = 0
    pieces = [piece for piece in (part.strip() for part in words.split(CUT)) if piece]
    for piece in pieces:
        at = sentence.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return bool(pieces)
