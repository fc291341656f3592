"""A folder of articles, one file each (text, Markdown, HTML or PDF), with or without a manifest."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.digest.model import Article, Basis, Published
from bot.errors import Problem
from bot.ports import Notice, Unread
from bot.sources.confined import Confined
from bot.sources.documents import LARGEST, Opened, noticed, open_document, too_large
from bot.sources.manifest import MANIFEST, Entry, Manifest, proposal, read_manifest
from bot.sources.watching import Snapshot, Stamp, snapshot

MOST_NAMED = 20  #: files in one notice
_WATCHED = frozenset({*LARGEST, Path(MANIFEST).suffix})


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The articles of ``path``, in the order of their names; proposed manifests are written to ``proposals``.

    HTML and PDF are read in ``confined``; without one the folder starts its own when it needs it. What a file gave is
    remembered until the file changes.
    """

    path: Path
    proposals: Path
    confined: Confined | None = field(default=None, compare=False)
    _remembered: dict[str, tuple[Stamp, Entry | None, Opened]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The folder's own name with a mark of where it lies."""
        place = self.path.resolve()
        return f"{place.name}-{hashlib.sha256(str(place).encode()).hexdigest()[:8]}"

    def snapshot(self) -> Snapshot:
        """What to hold against an earlier one to see whether anything changed; no file is opened.

        Raises:
            OSError: the folder cannot be listed.
        """
        return snapshot(self.path, _WATCHED)

    async def articles(self) -> AsyncIterator[Article | Unread | Notice]:
        """Every article, or what is wrong with it; files that changed are read in a thread, one at a time."""
        manifest, remarks = await asyncio.to_thread(_manifest, self.path)
        for remark in remarks:
            yield remark
        without: dict[str, tuple[Published, str]] = {}
        stamps = await asyncio.to_thread(snapshot, self.path, frozenset(LARGEST))
        names = sorted(stamps)
        confined = self.confined or Confined()
        try:
            for name in names:
                opened = await self._opened(name, stamps[name], manifest.entries.get(name), confined)
                if opened.dated is not None:
                    without[name] = opened.dated
                for item in opened.items:
                    yield item
        finally:
            if self.confined is None:
                await confined.close()
        for name in self._remembered.keys() - set(names):
            del self._remembered[name]
        for name in sorted(manifest.entries.keys() - set(names)):
            yield Unread(
                problem=Problem(
                    where=f'{self.path / MANIFEST}: ["{name}"]',
                    expected="an article of this name beside the manifest",
                    got="none",
                    fix="Bring the file back, or take the entry out.",
                )
            )
        if any(published.basis is Basis.INFERRED for published, _ in without.values()):
            for notice in await asyncio.to_thread(self._propose, without):
                yield notice

    async def _opened(self, name: str, stamp: Stamp, entry: Entry | None, confined: Confined) -> Opened:
        """What a file gives, from memory while neither it nor its entry in the manifest changed."""
        remembered = self._remembered.get(name)
        if remembered is not None and remembered[:2] == (stamp, entry):
            return remembered[2]
        path = self.path / name
        received = await asyncio.to_thread(_received, path)
        if isinstance(received, Unread):
            return Opened(items=(received,))
        opened = await open_document(name, *received, confined, where=str(path), entry=entry)
        self._remembered[name] = (stamp, entry, opened)
        return opened

    def nothing_found(self) -> Problem:
        """What to tell when there is no article at all."""
        return Problem(
            where=str(self.path),
            expected="at least one article",
            got="none",
            fix="Put articles there, or name another folder with --articles.",
        )

    def _propose(self, without: dict[str, tuple[Published, str]]) -> list[Notice]:
        """Writes a manifest to correct, and says for each kind of guess which articles it dates."""
        proposed = self.proposals / f"manifest-{self.name}.toml"
        proposed.parent.mkdir(parents=True, exist_ok=True)
        proposed.write_text(proposal(without), encoding="utf-8")
        guesses: dict[str, list[str]] = {}
        for name, (published, reason) in without.items():
            if published.basis is Basis.INFERRED:
                guesses.setdefault(reason, []).append(f"{name} ({published.day.isoformat()})")
        remedy = f"write a manifest to correct it ({proposed} is a beginning, keep it as {self.path / MANIFEST})"
        return [
            Notice(where=str(self.path), text=f"no date printed: taken from {reason} for {_listed(names)}; {remedy}")
            for reason, names in guesses.items()
        ]


def _listed(names: list[str]) -> str:
    left = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")


def _manifest(folder: Path) -> tuple[Manifest, list[Unread | Notice]]:
    path = folder / MANIFEST
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Manifest(), []
    except (OSError, UnicodeDecodeError) as error:
        return Manifest(), [Notice(where=str(path), text=f"expected a TOML file in UTF-8, got {error}")]
    manifest = read_manifest(text, str(path))
    return manifest, [noticed(problem) for problem in manifest.problems]


def _received(path: Path) -> tuple[bytes, datetime] | Unread:
    """The bytes of a file and the moment it was last changed."""
    try:
        status = path.stat()
        large = too_large(path.name, status.st_size, str(path))
        return large or (path.read_bytes(), datetime.fromtimestamp(status.st_mtime, tz=UTC))
    except OSError as error:
        problem = Problem(
            where=str(path),
            expected="a file that can be read",
            got=error.strerror or str(error),
            fix="Check that it is there and readable.",
        )
        return Unread(problem=problem)
