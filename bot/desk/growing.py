"""What is done to stories in the process that keeps them whole: they grow there, and what changed is told.

The functions are called in that process only; what they hold is lost with it, and built again from the reports.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from bot.digest.alert import Alert
from bot.digest.model import Digest, Report
from bot.digest.patching import Patch, difference
from bot.ports import Packing
from bot.stories import StoryName

if TYPE_CHECKING:
    from bot.digest.merging import Merging
    from bot.digest.origins import Houses

# What leads to spaCy is imported where it runs: the bot's own process need not pay the second it costs.


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What came of a step: the patch, also as the store keeps it; the source numbers of what arrived; the alerts."""

    patch: Patch
    packed: str
    articles: tuple[int, ...]
    alerts: tuple[Alert, ...]


@dataclass(slots=True, kw_only=True)
class _Held:
    packing: Packing
    known: set[str]
    reports: dict[int, Report] = field(default_factory=dict)  # by arrival
    merging: Merging
    houses: Houses
    is_settled: bool = True  # whether ``digest`` is that of the reports
    digest: Digest = field(default_factory=Digest)


_held: dict[StoryName, _Held] = {}


def prepare() -> None:
    """Takes the time that the first step would take otherwise."""
    for module in ("alerts", "changes", "merging"):
        import_module(f"bot.digest.{module}")


def begin(story: StoryName, packing: Packing, known: Collection[str], houses: Houses) -> None:
    """Begins with a story, which is empty until reports are loaded."""
    from bot.digest.merging import Merging

    _held[story] = _Held(packing=packing, known=set(known), merging=Merging(houses), houses=houses)


def load(story: StoryName, reports: Mapping[int, str]) -> None:
    """Adds reports that are no news, by number of arrival.

    Raises:
        ValueError: one cannot be read.
    """
    held = _held[story]
    for arrival, text in sorted(reports.items()):
        held.reports[arrival] = held.packing.read_report(text)
        held.merging.add(held.reports[arrival])
    held.is_settled = False


def drop(story: StoryName) -> None:
    """Ends with a story."""
    _held.pop(story, None)


def grow(story: StoryName, arrived: Mapping[int, str], gone: Sequence[int]) -> Grown:
    """Adds and replaces reports, by number of arrival, and takes out those that are gone.

    Raises:
        ValueError: a report cannot be read; nothing changed.
    """
    from bot.digest.alerts import alerts
    from bot.digest.changes import changes

    held = _held[story]
    old = _settled(held)
    fresh = {arrival: held.packing.read_report(text) for arrival, text in sorted(arrived.items())}
    is_longer = not gone and min(fresh, default=0) > max(held.reports, default=0)
    for arrival in gone:
        held.reports.pop(arrival, None)
    held.reports.update(fresh)
    held.is_settled = False
    if is_longer:
        for report in fresh.values():
            held.merging.add(report)
    else:
        _build(held)
    new = _settled(held)
    found = alerts(old, new, changes(old, new), held.known)
    held.known.update(alert.keys[0] for alert in found)
    patch = difference(old, new)
    return Grown(patch=patch, packed=held.packing.patch(patch), articles=_numbers(held, fresh), alerts=found)


def whole(story: StoryName) -> Grown:
    """The story as it is, as what makes it of nothing."""
    held = _held[story]
    patch = difference(Digest(), _settled(held))
    return Grown(patch=patch, packed=held.packing.patch(patch), articles=(), alerts=())


def packed(story: StoryName) -> str:
    """The story as it is, as the store keeps what makes it of nothing."""
    return whole(story).packed


def _settled(held: _Held) -> Digest:
    if not held.is_settled:
        held.digest = held.merging.digest()
        held.is_settled = True
    return held.digest


def _build(held: _Held) -> None:
    """Builds a story anew, in which something is gone or has another text."""
    from bot.digest.merging import Merging

    held.reports = dict(sorted(held.reports.items()))
    held.merging = Merging(held.houses)
    for report in held.reports.values():
        held.merging.add(report)


def _numbers(held: _Held, arrivals: Collection[int]) -> tuple[int, ...]:
    """The source numbers of what arrived."""
    there = sorted(held.reports)
    return tuple(bisect_right(there, arrival) for arrival in arrivals)
