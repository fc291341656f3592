"""Many reports, one digest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.digest import comparing, lines, summary
from bot.digest.entities import unify
from bot.digest.model import (
    Body,
    Citation,
    Claim,
    Digest,
    Figure,
    Report,
    Source,
    Span,
    Speaker,
    When,
)
from bot.digest.origins import origins
from bot.digest.timeline import timeline

_PARTITIVE = re.compile(r"\s+(?:\w+\s+)?of\s+(?:the|them|those|these|whom|which|its|their|his|her)\b", re.IGNORECASE)


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
        summary=lines.summary_lines(sources, reports, summary.LINES),
        leads=tuple(
            line
            for source, report in zip(sources, reports, strict=True)
            for line in lines.summary_lines([source], [report], lines.LEADS)
        ),
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
                    antecedent=lines.antecedent(report, figure.sentence, _meant(report, figure.speaker)),
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
