"""Many reports, one digest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.digest import lines, summary
from bot.digest.comparing import Comparison
from bot.digest.gazetteer import Gazetteer
from bot.digest.model import Citation, Claim, Digest, Figure, Line, Report, Source, Span, Speaker, When
from bot.digest.origins import Houses, Origins, publisher
from bot.digest.timeline import Timeline
from bot.digest.unification import Unification

_WORD = re.compile(r"\w+")
_PARTITIVE = re.compile(r"\s+(?:\w+\s+)?of\s+(?:the|them|those|these|whom|which|its|their|his|her)\b", re.IGNORECASE)


def merge(reports: Sequence[Report], houses: Houses = publisher) -> Digest:
    """The digest of a story; ``reports`` stand in order of arrival, which numbers the sources from 1."""
    merging = Merging(houses)
    for report in reports:
        merging.add(report)
    return merging.digest()


class Merging:
    """A story that grows. Its digest is that of ``merge``, and costs what the last reports bring, not what all hold.

    A report that is withdrawn, or takes the place of another, needs a new ``Merging``. ``houses`` says whose text an
    article is.
    """

    def __init__(self, houses: Houses = publisher) -> None:
        self._reports: list[Report] = []
        self._sources: list[Source] = []
        self._offsets: list[int] = []
        self._leads: list[Line] = []
        self._settled = 0
        self._same: dict[str, str] = {}
        self._users: dict[str, list[int]] = defaultdict(list)
        self._unification = Unification()
        self._gazetteer = Gazetteer()
        self._origins = Origins(houses)
        self._comparison = Comparison()
        self._timeline = Timeline()
        self._candidates: dict[tuple[int, int], summary.Candidate] = {}

    def add(self, report: Report) -> None:
        """Adds the report that arrived last."""
        self._reports.append(report)
        number = len(self._reports)
        self._unification.add(report.bodies)
        self._gazetteer.add(number, report.bodies)
        source = Source(
            number=number,
            label=report.label,
            article=report.article,
            origin=number,
            copy_of=self._origins.add(report),
            revisions=report.revisions,
        )
        self._sources.append(source)
        self._leads += lines.summary_lines([source], [report], lines.LEADS)
        for key in _keys(report):
            self._users[key].append(number)

    def digest(self) -> Digest:
        """The digest of all reports so far."""
        same = self._unification.same()
        renamed = {key for key in same.keys() | self._same.keys() if same.get(key) != self._same.get(key)}
        self._same = same
        affected = {number for key in renamed for number in self._users.get(key, ()) if number <= self._settled}
        for number in sorted(affected):
            self._timeline.put(number, self._reports[number - 1], same)
            self._rename_speakers(number)
        for number in range(self._settled + 1, len(self._reports) + 1):
            self._timeline.put(number, self._reports[number - 1], same)
            self._offsets.append(len(self._comparison.claims))
            self._comparison.extend(list(self._claims(number)))
        self._settled = len(self._reports)
        self._renew_sources()
        dated, undated = self._timeline.entries()
        return Digest(
            sources=tuple(self._sources),
            names=self._gazetteer.bodies(same, renamed),
            summary=lines.summary_lines(self._sources, self._reports, summary.LINES, self._candidates),
            leads=tuple(self._leads),
            claims=tuple(self._comparison.claims),
            groups=self._comparison.groups(),
            findings=self._comparison.findings(),
            timeline=dated,
            undated=undated,
        )

    def _renew_sources(self) -> None:
        """Puts right the sources whose origin turned out to be another."""
        for index, origin in enumerate(self._origins.numbers()):
            if self._sources[index].origin != origin:
                self._sources[index] = replace(self._sources[index], origin=origin)

    def _rename_speakers(self, number: int) -> None:
        """Puts a report's claims right after its bodies turned out to be others."""
        for index, claim in enumerate(self._claims(number), self._offsets[number - 1]):
            if self._comparison.claims[index] != claim:
                self._comparison.replace(index, claim)

    def _claims(self, number: int) -> Iterator[Claim]:
        """Every figure of a report, its indices shifted to count the story's claims."""
        report, offset = self._reports[number - 1], self._offsets[number - 1]
        original = self._sources[number - 1].copy_of
        told = set() if original is None else _told(self._reports[original - 1])
        for figure in report.figures:
            parties = () if figure.speaker is None else figure.speaker.parties
            yield Claim(
                published=report.article.published.day,
                citation=Citation(
                    source=number,
                    sentence=report.sentences[figure.sentence].span,
                    antecedent=lines.antecedent(report, figure.sentence, _meant(report, figure.speaker)),
                ),
                figure=figure,
                parties=tuple(sorted({self._same.get(party, party) for party in parties})),
                whole=None if figure.part_of is None else offset + figure.part_of,
                is_part=figure.part_of is not None
                or _PARTITIVE.match(report.article.text, figure.surface.end) is not None,
                when=_when(report, figure),
                is_copied=_telling(report, figure) in told,
            )


def _keys(report: Report) -> set[str]:
    """All keys that the report's bodies, speakers and actors go by."""
    keys = {body.key for body in report.bodies}
    keys.update(party for figure in report.figures if figure.speaker is not None for party in figure.speaker.parties)
    for event in report.events:
        keys.update(event.participants)
        if event.actor_key is not None:
            keys.add(event.actor_key)
    return keys


_Telling = tuple[str, str, str]


def _told(report: Report) -> set[_Telling]:
    """What tells a figure of a report from another, for all of them."""
    return {_telling(report, figure) for figure in report.figures}


def _telling(report: Report, figure: Figure) -> _Telling:
    """A figure's tracker, its number as printed, and the words of its sentence, whatever stands between them."""
    text, sentence = report.article.text, report.sentences[figure.sentence].span
    words = " ".join(_WORD.findall(sentence.of(text).casefold()))
    return figure.tracker, figure.number.of(text), words


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
