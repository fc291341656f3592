"""What makes one digest of another: small where little changed, so that it travels and is written down quickly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.digest.model import Account, Digest, Entry

PARTS = tuple(field.name for field in fields(Digest))

Run = tuple[int, int]
"""From where to where, half-open, items are taken that were there before; behind them are counted the fresh ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """How a fresh entry of a part comes by its accounts: the runs over those of the entry at ``before``, and its own.

    An event that a hundred articles tell is told once more by the next: only that one account is new.
    """

    fresh: int
    before: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How one part of a digest comes about: the runs one after the other."""

    part: str
    runs: tuple[Run, ...]
    retold: tuple[Retold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What makes a digest of the one before. ``fresh`` holds what is new in it, ``edits`` the parts that differ.

    ``before`` are the lengths of the parts of the digest that it is for. Of a fresh entry that is retold, ``fresh``
    holds only the accounts that are new.
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
        left = set(range(len(before))).difference(place for place in places if place is not None)
        retold = tuple(_retold(before, left, own))
        for one in retold:
            held = len(before[one.before].accounts)
            own[one.fresh] = replace(own[one.fresh], accounts=_fresh(one.runs, own[one.fresh].accounts, held))
        runs = _runs([next(behind) if place is None else place for place in places])
        edits.append(Edit(part=part, runs=runs, retold=retold))
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
        before, own = parts[edit.part], [*getattr(patch.fresh, edit.part)]
        for one in edit.retold:
            accounts = before[one.before].accounts + own[one.fresh].accounts
            own[one.fresh] = replace(own[one.fresh], accounts=_taken(accounts, one.runs))
        parts[edit.part] = _taken(before + tuple(own), edit.runs)
    return Digest(**parts)


def _retold(before: Sequence[object], left: Collection[int], own: Sequence[object]) -> Iterator[Retold]:
    """Of the fresh items those that are entries with accounts of an entry of before that is not there any more.

    ``left`` are the places of these.
    """
    entries = {place: entry for place in left if isinstance(entry := before[place], Entry)}
    holders: dict[Account, int] = {}
    for place, entry in entries.items():
        holders.update(dict.fromkeys(entry.accounts, place))
    for fresh, entry in enumerate(own):
        if not isinstance(entry, Entry):
            continue
        shared = Counter(holders[account] for account in entry.accounts if account in holders)
        if shared:
            place = min(shared, key=lambda number: (-shared[number], number))
            accounts = entries[place].accounts
            there = {account: number for number, account in enumerate(accounts)}
            behind = iter(range(len(accounts), len(accounts) + len(entry.accounts)))
            places = [next(behind) if (n := there.get(account)) is None else n for account in entry.accounts]
            yield Retold(fresh=fresh, before=place, runs=_runs(places))


def _fresh(runs: Iterable[Run], items: Sequence[Account], held: int) -> tuple[Account, ...]:
    """Of items that come about by ``runs`` those that were not among the ``held`` ones of before."""
    places = [place for start, end in runs for place in range(start, end)]
    return tuple(item for item, place in zip(items, places, strict=True) if place >= held)


def _taken(items: Sequence[Any], runs: Iterable[Run]) -> tuple[Any, ...]:
    return tuple(item for start, end in runs for item in items[start:end])


def _lengths(digest: Digest) -> tuple[int, ...]:
    return tuple(len(getattr(digest, part)) for part in PARTS)


def _places(before: Sequence[object], after: Sequence[object]) -> list[int | None]:
    """Where each item stood before; None for one that did not.

    Most items are the very same objects; only of the others the values are looked at, which costs more.
    """
    same = {id(item): place for place, item in enumerate(before)}
    found = [same.get(id(item)) for item in after]
    gone = sorted(set(range(len(before))).difference(place for place in found if place is not None))
    left = {before[place]: place for place in reversed(gone)} if None in found else {}
    return [left.get(item) if place is None else place for place, item in zip(found, after, strict=True)]


def _runs(places: Iterable[int]) -> tuple[Run, ...]:
    """Places in order as stretches of those that follow each other."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1][1] += 1
        else:
            runs.append([place, place + 1])
    return tuple((start, end) for start, end in runs)
