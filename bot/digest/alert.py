"""What an alert is: the values that are ranked, remembered, rendered and held against the articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from bot.digest.model import Citation, Claim, Digest, Entry, FindingKind, Line, Source, Span
from bot.digest.openings import openings


class AlertKind(StrEnum):
    """What an alert tells; a chat chooses among these."""

    FIGURE_MOVED = "moved"
    FIGURE_NEW = "figure"
    CONFLICT_OPENED = "conflict"
    CONFLICT_CLOSED = "settled"
    EVENT = "event"
    WATCHED = "watched"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A speaker's number is another than before, for the same thing."""

    old: Claim
    new: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFigure:
    """A number that nobody gave before, by the claims of independent origins that give it, the newest first."""

    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Numbers that cannot all be right: the highest and the lowest of the finding, one each."""

    kind: FindingKind
    claims: tuple[Claim, ...]
    places_differ: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Numbers that clashed and go together now: the latest of each speaker."""

    latest: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event, as the story has it: one telling for each origin, the newest first."""

    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What an article opens with, which stands alone in a story of few articles."""

    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """A sentence in which watched words stand; ``words`` are those of them that do, as the chat wrote them."""

    words: tuple[str, ...]
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An article gives another number than an earlier version of itself; ``before`` is cited of ``earlier``."""

    earlier: Source
    before: Claim
    after: Claim


Told = Moved | NewFigure | Clash | Settled | Happening | Reported | Mentioned | Corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something worth interrupting somebody for.

    ``keys`` name what is told, not the article that tells it; whoever has heard any of them knows this. The first is
    the one to remember. ``importance`` is positive and comparable within one story. ``tracker`` names the figures that
    it is about, None for none.
    """

    keys: tuple[str, ...]
    kind: AlertKind
    told: Told
    importance: float
    urgent: bool = False
    tracker: str | None = None


def with_earlier(digest: Digest, told: Iterable[Told], called: Callable[[str, int], str]) -> Digest:
    """The digest with the earlier versions that corrections cite: as sources of their own, after all others.

    ``called`` is what an earlier version is called beside the others, by its label and the number of the later one.
    """
    sources, claims = list(digest.sources), list(digest.claims)
    for one in told:
        if isinstance(one, Corrected):
            number = len(sources) + 1
            label = called(one.earlier.label, one.after.citation.source)
            sources.append(replace(one.earlier, number=number, origin=number, label=label))
            claims.append(replace(one.before, citation=replace(one.before.citation, source=number), whole=None))
    return replace(digest, sources=tuple(sources), claims=tuple(claims))


def cited(told: Told) -> frozenset[int]:
    """The source numbers of the articles that an alert is about."""
    return frozenset(number for number, _ in sentences(told))


def sentences(told: Told) -> frozenset[tuple[int, Span]]:
    """The sentences that an alert shows, each with the number of its article."""
    match told:
        case Moved(old=old, new=new):
            citations = [old.citation, new.citation]
        case Corrected(after=after):
            citations = [after.citation]
        case NewFigure(claims=claims) | Clash(claims=claims) | Settled(latest=claims):
            citations = [claim.citation for claim in claims]
        case Happening(entry=entry):
            citations = [account.citation for account in entry.accounts]
        case Reported(line=line) | Mentioned(line=line):
            citations = [line.citation]
        case _:
            assert_never(told)
    return frozenset((citation.source, citation.sentence) for citation in citations)


def stands(digest: Digest, told: Told) -> bool:
    """Whether a digest of the story, later than the one that gave rise to it, still says what is told there.

    It does not when an article has left the story, so that others have its number, or came with another text.
    """
    match told:
        case Happening(entry=entry):
            there = {_place(a.citation, a.event.clause[-1]) for found in digest.timeline for a in found.accounts}
            return all(_place(account.citation, account.event.clause[-1]) in there for account in entry.accounts)
        case Reported(line=line):
            source = line.citation.source
            return source <= len(digest.sources) and line.citation.sentence in openings(digest.sources[source - 1])
        case Mentioned():
            return True
        case Moved(old=old, new=new):
            claims: tuple[Claim, ...] = (old, new)
        case Corrected(after=after):
            claims = (after,)
        case NewFigure(claims=claims) | Clash(claims=claims) | Settled(latest=claims):
            pass
        case _:
            assert_never(told)
    known = {_place(claim.citation, claim.figure.surface) for claim in digest.claims}
    return all(_place(claim.citation, claim.figure.surface) in known for claim in claims)


def _place(citation: Citation, *spans: Span) -> tuple[int, Span, tuple[Span, ...]]:
    """Where something stands: the article, the sentence, and which of its words."""
    return citation.source, citation.sentence, spans


def key_of(*parts: str | None) -> str:
    """The key that names what is told by these parts of it."""
    return "|".join(part or "" for part in parts)
