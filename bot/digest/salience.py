"""Which days of a story matter: days ranked by how many articles name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.digest.model import EventStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A calendar day named in an article: in which sentence (from 0), and what is said to have become of it."""

    day: date
    sentence: int
    status: EventStatus = EventStatus.HAPPENED


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """An article as evidence of what mattered: when it appeared and the days it names."""

    published: date
    namings: tuple[Naming, ...]


def days_by_salience(witnesses: Sequence[Witness]) -> dict[date, float]:
    """Every day between the first and the last publication that is named, the most important first."""
    weights: dict[date, float] = defaultdict(float)
    for witness in witnesses:
        for day in {naming.day for naming in witness.namings}:
            weights[day] += 1
    if not weights:
        return {}
    first, last = min(w.published for w in witnesses), max(w.published for w in witnesses)
    inside = {day: weight for day, weight in weights.items() if first <= day <= last}
    return dict(sorted(inside.items(), key=lambda item: (-item[1], item[0])))
