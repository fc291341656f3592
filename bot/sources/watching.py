"""Noticing that a folder changed, cheaply enough to look every few seconds, and waiting for files half written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 12  #: looks that a file may go on changing before the folder is read with it as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What changes when a file does: bytes, nanoseconds, and which file it is."""

    size: int
    modified: int
    inode: int


Snapshot = Mapping[str, Stamp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What was last seen of a folder, and what of it was last read; None when it was never read.

    ``unsettled`` counts for each file that changes how many looks it has done so.
    """

    seen: Snapshot = field(default_factory=dict)
    read: Snapshot | None = None
    unsettled: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look makes: the next watch, whether to read the folder now, and which files still change."""

    watch: Watch
    ready: bool
    waiting: tuple[str, ...]


def look(watch: Watch, now: Snapshot) -> Look:
    """A file is settled when two looks in a row see it the same, or when patience with it is over.

    A new file that still changes is waited for; the folder is read when something is different from what was read and
    nothing waits.
    """
    unsettled = {
        name: count
        for name, stamp in now.items()
        if watch.seen.get(name) != stamp
        and _unread(watch, name, stamp)
        and (count := watch.unsettled.get(name, 0) + 1) <= PATIENCE
    }
    different = watch.read is None or dict(now) != dict(watch.read)
    ready = different and not unsettled
    return Look(
        watch=Watch(seen=dict(now), read=dict(now) if ready else watch.read, unsettled=unsettled),
        ready=ready,
        waiting=tuple(sorted(unsettled)),
    )


def snapshot(folder: Path, endings: frozenset[str]) -> Snapshot:
    """The files of ``folder`` with one of these endings, in lower case; nothing is opened.

    Raises:
        OSError: the folder cannot be listed.
    """
    found: dict[str, Stamp] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if Path(entry.name).suffix.lower() in endings:
                try:
                    if entry.is_file():
                        status = entry.stat()
                        found[entry.name] = Stamp(size=status.st_size, modified=status.st_mtime_ns, inode=status.st_ino)
                except OSError:  # gone between the two
                    continue
    return found


def _unread(watch: Watch, name: str, stamp: Stamp) -> bool:
    return watch.read is None or watch.read.get(name) != stamp
