"""The bodies of all articles of a story, one for each canonical key."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.digest.model import Body, BodyKind


@dataclass(slots=True, kw_only=True)
class _Known:
    """What the articles call one key: as what first, its first longest name, and where both stand."""

    first: tuple[int, int]
    kind: BodyKind
    name: str
    named: tuple[int, int]
    aliases: set[str] = field(default_factory=set)


class Gazetteer:
    """The bodies of a growing story; only those that an article brings or changes are put together again."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._canonical: dict[str, str] = {}
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._bodies: dict[str, Body] = {}
        self._order: list[str] = []
        self._changed: set[str] = set()

    def add(self, number: int, bodies: Iterable[Body]) -> None:
        """Takes in the bodies of an article; ``number`` counts arrivals."""
        for place, body in enumerate(bodies):
            known = self._known.get(body.key)
            if known is None:
                where = (number, place)
                known = _Known(first=where, kind=body.kind, name=body.name, named=where)
                self._known[body.key] = known
            elif known.aliases.issuperset(body.aliases) and len(body.name) <= len(known.name):
                continue
            known.aliases.update(body.aliases)
            if len(body.name) > len(known.name):
                known.name, known.named = body.name, (number, place)
            self._changed.add(body.key)

    def bodies(self, same: Mapping[str, str], renamed: Iterable[str]) -> tuple[Body, ...]:
        """All bodies by key; ``renamed`` are the keys for which ``same`` says something else than the last time."""
        stale = set()
        for key in self._changed.union(renamed) & self._known.keys():
            canonical = same.get(key, key)
            before = self._canonical.get(key)
            if before is not None and before != canonical:
                self._keys[before].discard(key)
                stale.add(before)
            self._canonical[key] = canonical
            self._keys[canonical].add(key)
            stale.add(canonical)
        self._changed.clear()
        for canonical in stale:
            self._put_together(canonical)
        return tuple([self._bodies[key] for key in self._order])

    def _put_together(self, canonical: str) -> None:
        group = [self._known[key] for key in self._keys[canonical]]
        if not group:
            del self._keys[canonical]
            if self._bodies.pop(canonical, None) is not None:
                del self._order[bisect_left(self._order, canonical)]
            return
        if canonical not in self._bodies:
            insort(self._order, canonical)
        self._bodies[canonical] = Body(
            name=min(group, key=lambda known: (-len(known.name), known.named)).name,
            kind=min(group, key=lambda known: known.first).kind,
            aliases=tuple(sorted(set().union(*(known.aliases for known in group)))),
            key=canonical,
        )
