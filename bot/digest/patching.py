"""What makes one digest of another: small where little changed, so that it travels and is written down quickly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.digest.model import Digest

PARTS = tuple(field.name for field in fields(Digest))

Run = tuple[int, int]
"""From where to where, half-open, items are taken that were there before; behind them are counted the fresh ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How one part of a digest comes about: the runs one after the other."""

    part: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What makes a digest of the one before. ``fresh`` holds what is new in it, ``edits`` the parts that differ.

    ``before`` are the lengths of the parts of the digest that it is for.
    """

    before: tuple[int, ...]
    fresh: Digest
    edits: tuple[Edit, ...]


class PatchError(ValueError):
    """The patch is for another digest."""


def difference(old: Digest, new: Digest) -> Patch:
    """The patch that makes ``new`` of ``old``; of an empty digest it holds all."""
    edits: list[Edit] = []
    fresh: dict[str, tuple[Any, ...]] = {}
    for part in PARTS:
        before, after = getattr(old, part), getattr(new, part)
        if before is after or (places := _places(before, after)) == list(range(len(before))):
            continue
        own = [item for item, place in zip(after, places, strict=True) if place is None]
        behind = iter(range(len(before), len(before) + len(own)))
        edits.append(Edit(part=part, runs=_runs([next(behind) if place is None else place for place in places])))
        fresh[part] = tuple(own)
    return Patch(before=_lengths(old), fresh=Digest(**fresh), edits=tuple(edits))


def patched(old: Digest, patch: Patch) -> Digest:
    """The digest that ``patch`` makes of ``old``.

    Raises:
        PatchError: it was made for another one.
    """
    if patch.before != _lengths(old):
        raise PatchError(f"expected a digest with parts of {patch.before} items, got {_lengths(old)}")
    parts = {part: getattr(old, part) for part in PARTS}
    for edit in patch.edits:
        items = parts[edit.part] + getattr(patch.fresh, edit.part)
        parts[edit.part] = tuple(item for start, end in edit.runs for item in items[start:end])
    return Digest(**parts)


def _lengths(digest: Digest) -> tuple[int, ...]:
    return tuple(len(getattr(digest, part)) for part in PARTS)


def _places(before: Sequence[object], after: Sequence[object]) -> list[int | None]:
    """Where each item stood before; None for one that did not.

    Most items are the very same objects in the same order; only for others their values are looked at.
    """
    same = {id(item): place for place, item in enumerate(before)}
    found: list[int | None] = []
    left: dict[object, int] | None = None
    following = 0
    for item in after:
        place = same.get(id(item))
        if place is None and following < len(before) and before[following] == item:
            place = following
        if place is None:
            if left is None:
                left = {item: place for place, item in enumerate(before)}
            place = left.get(item)
        if place is not None:
            following = place + 1
        found.append(place)
    return found


def _runs(places: Iterable[int]) -> tuple[Run, ...]:
    """Places in order as stretches of those that follow each other."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1][1] += 1
        else:
            runs.append([place, place + 1])
    return tuple((start, end) for start, end in runs)
