"""Which articles go back to one text: wire copies, re-posts and one publisher count as one origin."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from bot.digest.model import PassageKind, Report

SHARED_RUN = 12  #: words in a row, outside quotation marks, that two newsrooms hardly write by chance
_QUOTED = re.compile(r"[\"“][^\"”]{3,600}[\"”]")
_WORD = re.compile(r"\w+")


def origins(reports: Sequence[Report]) -> list[int]:
    """For each report the number, from 1, of the first report that it shares an origin with."""
    parent = list(range(len(reports)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    holders: dict[object, list[int]] = defaultdict(list)
    for index, report in enumerate(reports):
        for mark in {*_runs(report), *_publisher(report)}:
            holders[mark].append(index)
    for sharing in holders.values():
        for other in sharing[1:]:
            first, second = sorted((root(sharing[0]), root(other)))
            parent[second] = first
    return [root(index) + 1 for index in range(len(reports))]


def _runs(report: Report) -> set[int]:
    """Hashes of every run of ``SHARED_RUN`` words in the prose."""
    found = set()
    for passage in report.passages:
        if passage.kind is PassageKind.PROSE:
            words = _WORD.findall(_QUOTED.sub(" ", passage.span.of(report.article.text)).lower())
            found |= {hash(tuple(words[i : i + SHARED_RUN])) for i in range(len(words) - SHARED_RUN + 1)}
    return found


def _publisher(report: Report) -> set[str]:
    """The publisher's name, when it is known."""
    return {report.article.publisher.casefold()} if report.article.publisher else set()
