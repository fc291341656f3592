"""Sentences as lines of a summary: what keeps one from standing alone, and how it is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.digest import summary
from bot.digest.model import Attribution, Citation, Line, Report, Span

LEADS = 2  #: lines that stand for one new article in a briefing
_LEANS = 0.4
_UNSOURCED = 0.7  #: penalty of a quotation whose speaker stands in another sentence
_CONNECTIVE = re.compile(
    r"(?:however|meanwhile|furthermore|moreover|nevertheless|consequently|in addition|additionally|also|still|but|and"
    r"|in response|as a result|therefore|thus|instead|similarly|separately|earlier|later),?\s+",
    re.IGNORECASE,
)  #: opening words that tie a sentence to the one before it
_LEANING = re.compile(
    r"(?:this|these|those|that|it|he|she|they|his|her|its|their|both|such|there|here|the (?:move|decree|report"
    r"|statement|development|measure|decision|former|latter|two|same))\b",
    re.IGNORECASE,
)  #: opening words that leave open what they mean


def summary_lines(reports: Mapping[int, Report], count: int) -> tuple[Line, ...]:
    """The ``count`` lines that stand best for these reports, in the order of their weight."""
    places = [(number, index) for number, report in reports.items() for index in range(len(report.sentences))]
    candidates = [
        summary.Candidate(
            article=number,
            position=index,
            terms=reports[number].terms[index],
            penalty=_penalty(reports[number], index),
        )
        for number, index in places
    ]
    chosen = [places[choice] for choice in summary.choose(candidates, count)]
    return tuple(_line(number, reports[number], index) for number, index in chosen)


def _penalty(report: Report, index: int) -> float:
    """How much a sentence leans on its neighbours."""
    span = report.sentences[index].span
    words = span.of(report.article.text)
    if _outside_speaker(report, span) is not None:
        return _UNSOURCED
    return _LEANS if _LEANING.match(words) else 0.0


def _line(number: int, report: Report, index: int) -> Line:
    """The sentence without the connective it opens with; its speaker, when it stands in another sentence."""
    span = report.sentences[index].span
    words = span.of(report.article.text)
    opening = _CONNECTIVE.match(words)
    piece = span if opening is None else Span(start=span.start + opening.end(), end=span.end)
    attribution = _outside_speaker(report, span)
    speaker = None if attribution is None else attribution.speaker.named or attribution.speaker.span
    return Line(
        citation=Citation(source=number, sentence=span, antecedent=antecedent(report, index, speaker)),
        pieces=(piece,),
        speaker=speaker,
    )


def _outside_speaker(report: Report, sentence: Span) -> Attribution | None:
    """Whose quotation the whole sentence is, when it does not say so itself."""
    middle = (sentence.start + sentence.end) // 2
    inner = Span(start=min(sentence.start + 2, middle), end=max(sentence.end - 2, middle + 1))
    for attribution in report.attributions:
        elsewhere = attribution.direct and not sentence.holds(attribution.speaker.span)
        if elsewhere and any(content.holds(inner) for content in attribution.content):
            return attribution
    return None


def antecedent(report: Report, sentence: int, named: Span | None) -> Span | None:
    """The earlier sentence that names the speaker; None when the cited sentence does."""
    if named is None or report.sentences[sentence].span.holds(named):
        return None
    return next((other.span for other in report.sentences if other.span.holds(named)), None)
