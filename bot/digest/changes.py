"""What a new digest says that the last did not: figures, events, and conflicts that opened or closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.digest.comparing import LONG, Quantity, bounds, quantity_of
from bot.digest.model import ArticleId, Claim, Comparator, Digest, Entry, Finding, FindingKind, Span, When


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMoved:
    """A speaker gives another number than before for the same thing, in an article that is not older."""

    old: Claim
    new: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureAdded:
    """A speaker who gave no number for this thing gives one."""

    new: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAdded:
    """An event on the timeline that no earlier article told."""

    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictOpened:
    """Claims that cannot all be right."""

    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictClosed:
    """A conflict of the last digest is none any more: the ``claims``, the latest of each speaker, go together."""

    kind: FindingKind
    claims: tuple[Claim, ...]


Change = FigureMoved | FigureAdded | EventAdded | ConflictOpened | ConflictClosed


class _Place(NamedTuple):
    """A number in an article: the same claim in both digests, whatever its source's number."""

    article: ArticleId
    text: str
    number: Span
    tracker: str


class _Thing(NamedTuple):
    """What a claim gives a number for: quantity, place, part or whole, and the time when it is long past."""

    quantity: Quantity
    place: str | None
    is_part: bool
    past: When | None


class _Voice(NamedTuple):
    """Who makes a claim: its speakers, else the article's publisher, else the article, of which nobody is known."""

    parties: tuple[str, ...] = ()
    publisher: str | None = None
    article: ArticleId | None = None

    @property
    def is_known(self) -> bool:
        """Whether another article can have the same."""
        return self.article is None


_Number = tuple[float | None, float | None, Comparator]

_Matter = tuple[FindingKind, Quantity | None, str | None, str | None, tuple[str, ...]]
"""What a conflict is about, however many claims join it."""


def changes(old: Digest, new: Digest) -> tuple[Change, ...]:
    """What ``new`` says that ``old`` did not: figures, then events, then conflicts.

    All citations and indices are those of ``new``. An article is known by its id and text; one that is new, or has
    another text, can bring changes, one that is gone brings none.
    """
    known = {(source.article.id, source.article.text) for source in old.sources}
    fresh = {s.number for s in new.sources if (s.article.id, s.article.text) not in known}
    return (*_figures(new, fresh), *_events(old, new, fresh), *_conflicts(old, new))


def _figures(new: Digest, fresh: set[int]) -> Iterator[FigureMoved | FigureAdded]:
    """The latest number of every speaker for everything that fresh articles give numbers for."""
    spoken = _by_speaker(new)
    said: dict[_Thing, set[_Number]] = defaultdict(set)
    for (thing, _), indices in spoken.items():
        said[thing] |= {_number(new.claims[i]) for i in indices if new.claims[i].citation.source not in fresh}
    for (thing, voice), indices in spoken.items():
        before = [index for index in indices if new.claims[index].citation.source not in fresh]
        after = [index for index in indices if new.claims[index].citation.source in fresh]
        if not after:
            continue
        claim = _latest(new, after)
        if before:
            last = _latest(new, before)
            if _number(last) != _number(claim) and _published(new, last) <= _published(new, claim):
                yield FigureMoved(old=last, new=claim)
        elif voice.is_known or _number(claim) not in said[thing]:
            yield FigureAdded(new=claim)


def _events(old: Digest, new: Digest, fresh: set[int]) -> Iterator[EventAdded]:
    """Entries with a telling of a fresh article and none that stood on the timeline."""
    told = {telling for entry in old.timeline for telling in _tellings(old, entry)}
    for entry in new.timeline:
        is_fresh = any(account.citation.source in fresh for account in entry.accounts)
        if is_fresh and told.isdisjoint(_tellings(new, entry)):
            yield EventAdded(entry=entry)


def _conflicts(old: Digest, new: Digest) -> Iterator[ConflictOpened | ConflictClosed]:
    """Conflicts that are open in one digest only."""
    before, after = _open(old), _open(new)
    yield from (ConflictOpened(finding=finding) for matter, finding in after.items() if matter not in before)
    kept = {_place(new, claim): index for index, claim in enumerate(new.claims)}
    spoken = _by_speaker(new)
    for matter, finding in before.items():
        if matter not in after:
            places = (_place(old, old.claims[index]) for index in finding.claims)
            claims = _latest_of(new, spoken, [kept[place] for place in places if place in kept])
            yield ConflictClosed(kind=finding.kind, claims=tuple(claims))


def _open(digest: Digest) -> dict[_Matter, Finding]:
    """The conflicts that the latest numbers of their speakers still bear out, by what they are about."""
    found: dict[_Matter, Finding] = {}
    spoken = _by_speaker(digest)
    for finding in digest.findings:
        if finding.kind.is_conflict and _bears_out(finding, _latest_of(digest, spoken, finding.claims)):
            found.setdefault(_matter([digest.claims[index] for index in finding.claims], finding.kind), finding)
    return found


def _bears_out(finding: Finding, latest: Sequence[Claim]) -> bool:
    """Whether the latest numbers clash; two numbers of one speaker stay a conflict."""
    if finding.kind is FindingKind.SAME_SOURCE:
        return True
    above, below = latest, latest
    if finding.kind is FindingKind.PART_EXCEEDS:
        part, whole = latest[0].figure.place_key, latest[-1].figure.place_key
        above = [claim for claim in latest if claim.figure.place_key == part]
        below = [claim for claim in latest if claim.figure.place_key == whole]
    return max(bounds(claim.figure)[0] for claim in above) > min(bounds(claim.figure)[1] for claim in below)


def _matter(claims: Sequence[Claim], kind: FindingKind) -> _Matter:
    quantity = quantity_of(claims[0])
    first, last = claims[0].figure.place_key, claims[-1].figure.place_key
    if kind is FindingKind.SAME_SOURCE:
        first, last = sorted((first, last), key=str)
        return kind, quantity, first, last, claims[0].parties
    return kind, quantity, first, last, ()


def _by_speaker(digest: Digest) -> dict[tuple[_Thing, _Voice], list[int]]:
    """The claims by what they give a number for and who does, in order of arrival."""
    found: dict[tuple[_Thing, _Voice], list[int]] = defaultdict(list)
    for index, claim in enumerate(digest.claims):
        if (thing := _thing(claim)) is not None:
            found[thing, _voice(digest, claim)].append(index)
    return found


def _latest_of(
    digest: Digest, spoken: Mapping[tuple[_Thing, _Voice], Sequence[int]], indices: Iterable[int]
) -> list[Claim]:
    """The latest claim of each speaker of these claims, for the same thing."""
    found: dict[tuple[_Thing, _Voice], Claim] = {}
    for index in indices:
        claim = digest.claims[index]
        thing, voice = _thing(claim), _voice(digest, claim)
        if thing is not None and (thing, voice) not in found:
            found[thing, voice] = _latest(digest, spoken[thing, voice])
    return list(found.values())


def _latest(digest: Digest, indices: Sequence[int]) -> Claim:
    """The claim of the newest article, of several the last that arrived."""
    last = max(indices, key=lambda index: (_published(digest, digest.claims[index]), index))
    return digest.claims[last]


def _published(digest: Digest, claim: Claim) -> datetime:
    return digest.sources[claim.citation.source - 1].article.published.moment


def _thing(claim: Claim) -> _Thing | None:
    """What the number is for; None for a vague one, and for one that repeats another."""
    quantity = quantity_of(claim)
    if quantity is None:
        return None
    past = claim.when if claim.when is not None and claim.when.grain in LONG else None
    return _Thing(quantity=quantity, place=claim.figure.place_key, is_part=claim.is_part, past=past)


def _voice(digest: Digest, claim: Claim) -> _Voice:
    if claim.parties:
        return _Voice(parties=claim.parties)
    article = digest.sources[claim.citation.source - 1].article
    return _Voice(publisher=article.publisher) if article.publisher else _Voice(article=article.id)


def _number(claim: Claim) -> _Number:
    return claim.figure.low, claim.figure.high, claim.figure.comparator


def _place(digest: Digest, claim: Claim) -> _Place:
    article = digest.sources[claim.citation.source - 1].article
    return _Place(article=article.id, text=article.text, number=claim.figure.number, tracker=claim.figure.tracker)


def _tellings(digest: Digest, entry: Entry) -> set[tuple[ArticleId, str, tuple[Span, ...]]]:
    """The clauses of an entry, whatever their sources' numbers."""
    articles = ((digest.sources[account.citation.source - 1].article, account.event) for account in entry.accounts)
    return {(article.id, article.text, event.clause) for article, event in articles}
