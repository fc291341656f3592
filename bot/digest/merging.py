"""Many reports, one digest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.digest import comparing, summary
from bot.digest.entities import unify
from bot.digest.model import (
    Attribution,
    Body,
    Citation,
    Claim,
    Digest,
    Figure,
    Line,
    Report,
    Source,
    Span,
    Speaker,
    When,
)
from bot.digest.origins import origins
from bot.digest.timeline import timeline

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
_PARTITIVE = re.compile(r"\s+(?:\w+\s+)?of\s+(?:the|them|those|these|whom|which|its|their|his|her)\b", re.IGNORECASE)
LEADS = 2  #: lines that stand for one new article in a briefing
_LEANS = 0.4
_UNSOURCED = 0.7  #: penalty of a quotation whose speaker stands in another sentence


def merge(reports: Sequence[Report]) -> Digest:
    """The digest of a story; ``reports`` stand in order of arrival, which numbers the sources from 1."""
    same = unify([report.bodies for report in reports])
    sources = tuple(
        Source(number=number, label=report.label, article=report.article, origin=origin)
        for number, (report, origin) in enumerate(zip(reports, origins(reports), strict=True), 1)
    )
    claims = tuple(_claims(reports, same))
    dated, undated = timeline(reports, same)
    return Digest(
        sources=sources,
        names=_names(reports, same),
        summary=_summary(dict(enumerate(reports, 1)), summary.LINES),
        leads=tuple(line for number, report in enumerate(reports, 1) for line in _summary({number: report}, LEADS)),
        claims=claims,
        groups=comparing.groups(claims),
        findings=comparing.findings(claims),
        timeline=dated,
        undated=undated,
    )


def _names(reports: Sequence[Report], same: Mapping[str, str]) -> tuple[Body, ...]:
    """The bodies of all reports, one for each canonical key, with all their surfaces."""
    gathered: dict[str, list[Body]] = defaultdict(list)
    for report in reports:
        for body in report.bodies:
            gathered[same.get(body.key, body.key)].append(body)
    return tuple(
        Body(
            name=max((body.name for body in group), key=len),
            kind=group[0].kind,
            aliases=tuple(sorted({alias for body in group for alias in body.aliases})),
            key=key,
        )
        for key, group in sorted(gathered.items())
    )


def _claims(reports: Sequence[Report], same: Mapping[str, str]) -> Iterator[Claim]:
    """Every figure of every report, its indices shifted to count the story's claims."""
    offset = 0
    for number, report in enumerate(reports, 1):
        for figure in report.figures:
            parties = () if figure.speaker is None else figure.speaker.parties
            yield Claim(
                citation=Citation(
                    source=number,
                    sentence=report.sentences[figure.sentence].span,
                    antecedent=_antecedent(report, figure.sentence, _meant(report, figure.speaker)),
                ),
                figure=figure,
                parties=tuple(sorted({same.get(party, party) for party in parties})),
                whole=None if figure.part_of is None else offset + figure.part_of,
                is_part=figure.part_of is not None
                or _PARTITIVE.match(report.article.text, figure.surface.end) is not None,
                when=_when(report, figure),
            )
        offset += len(report.figures)


def _when(report: Report, figure: Figure) -> When | None:
    """The date of a claim: its own, else the only one that its sentence names beside the day it was said."""
    if figure.as_of is not None:
        return figure.as_of.when
    sentence = report.sentences[figure.sentence].span
    named = {time.when for time in report.times if time.when is not None and sentence.holds(time.span)}
    return named.pop() if len(named) == 1 else None


def _meant(report: Report, speaker: Speaker | None) -> Span | None:
    """The name that a speaker's pronoun stands for; None for a speaker who is named."""
    if speaker is None or not speaker.is_pronoun(report.article.text):
        return None
    return speaker.named


def _antecedent(report: Report, sentence: int, named: Span | None) -> Span | None:
    """The earlier sentence that names the speaker; None when the cited sentence does."""
    if named is None or report.sentences[sentence].span.holds(named):
        return None
    return next((other.span for other in report.sentences if other.span.holds(named)), None)


def _summary(reports: Mapping[int, Report], count: int) -> tuple[Line, ...]:
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
        citation=Citation(source=number, sentence=span, antecedent=_antecedent(report, index, speaker)),
        pieces=(piece,),
        speaker=speaker,
    )


def _outside_speaker(report: Report, sentence: Span) -> Attribution | None:
    """Whose quotation the whole sentence is, when it does not say so itself."""
    inner = Span(start=sentence.start + 2, end=sentence.end - 2)
    for attribution in report.attributions:
        elsewhere = attribution.direct and not sentence.holds(attribution.speaker.span)
        if elsewhere and any(content.holds(inner) for content in attribution.content):
            return attribution
    return None
