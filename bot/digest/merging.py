"""Many reports, one digest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest.model import Citation, Digest, Line, Report, Source


def merge(reports: Sequence[Report]) -> Digest:
    """The digest of a story; ``reports`` stand in order of arrival, which numbers the sources from 1."""
    sources = tuple(
        Source(number=number, label=report.label, article=report.article, origin=number)
        for number, report in enumerate(reports, 1)
    )
    lines = tuple(
        Line(citation=Citation(source=number, sentence=report.sentences[0].span), pieces=(report.sentences[0].span,))
        for number, report in enumerate(reports, 1)
        if report.sentences
    )
    return Digest(sources=sources, summary=lines[:8])
