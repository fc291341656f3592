"""Sentences as lines of a summary: how one becomes a candidate, and how it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.digest import summary
from bot.digest.model import Attribution, Citation, Line, Report, Source, Span
from bot.digest.standing import CONNECTIVE, standing
from bot.digest.terms import words

LEADS = 2  #: lines that stand for one new article in a briefing
_ELSEWHERE = 0.5  #: penalty of a quotation whose speaker stands in another sentence


def summary_lines(
    sources: Sequence[Source],
    reports: Sequence[Report],
    count: int,
    seen: dict[tuple[int, int], summary.Candidate] | None = None,
) -> tuple[Line, ...]:
    """The ``count`` lines that stand best for these articles and their reports, in the order of their weight.

    ``seen``, filled here, keeps the candidates of one call for the next, when the articles are all of a
    story, the same and more.
    """
    places = summary.shortlist([len(report.sentences) for report in reports])
    known = {} if seen is None else seen
    candidates = [_candidate(sources[article], reports[article], index, known) for article, index in places]
    if seen is not None:
        seen.clear()
        seen.update(zip(places, candidates, strict=True))
    chosen = [places[choice] for choice in summary.choose(candidates, count)]
    return tuple(line(sources[article].number, reports[article], index) for article, index in chosen)


def candidate(sentence: str, *, article: int, position: int, speaker_elsewhere: bool = False) -> summary.Candidate:
    """A sentence as a candidate; ``speaker_elsewhere``: it is a quotation whose speaker another sentence names."""
    stands = standing(sentence, speaker_known=speaker_elsewhere)
    return summary.Candidate(
        article=article,
        position=position,
        terms=words(sentence),
        words=len(sentence.split()),
        penalty=1 - (1 - stands.penalty) * (1 - _ELSEWHERE if speaker_elsewhere else 1),
        takes_as_known=stands.takes_as_known,
    )


def _candidate(
    source: Source, report: Report, index: int, seen: Mapping[tuple[int, int], summary.Candidate]
) -> summary.Candidate:
    known = seen.get((source.number - 1, index))
    if known is not None:
        return known if known.article == source.origin else replace(known, article=source.origin)
    span = report.sentences[index].span
    return candidate(
        span.of(report.article.text),
        article=source.origin,
        position=index,
        speaker_elsewhere=_outside_speaker(report, span) is not None,
    )


def line(number: int, report: Report, index: int) -> Line:
    """The sentence without the connective it opens with; its speaker, when it stands in another sentence."""
    span = report.sentences[index].span
    opening = CONNECTIVE.match(span.of(report.article.text))
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
    if sentence.end - sentence.start <= 4:
        return None
    inner = Span(start=sentence.start + 2, end=sentence.end - 2)
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
