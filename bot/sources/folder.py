"""A folder of articles, one text file each, with or without a manifest."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.ports import Notice, Unread
from bot.sources.manifest import MANIFEST, Entry, Manifest, dated, proposal, read_manifest

ENDINGS = (".txt", ".md")
LARGEST = 2_000_000  #: bytes; far beyond any article
MOST_NAMED = 20  #: files in one notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The articles of ``path``, in the order of their names; proposed manifests are written to ``proposals``."""

    path: Path
    proposals: Path

    @property
    def name(self) -> str:
        """The folder's own name with a mark of where it lies."""
        place = self.path.resolve()
        return f"{place.name}-{hashlib.sha256(str(place).encode()).hexdigest()[:8]}"

    async def articles(self) -> AsyncIterator[Article | Unread | Notice]:
        """Every article, or what is wrong with it; files are read in a thread, one at a time."""
        manifest, remarks = await asyncio.to_thread(_manifest, self.path)
        for remark in remarks:
            yield remark
        without: dict[str, tuple[Published, str]] = {}
        names = await asyncio.to_thread(_names, self.path)
        for name in names:
            for item in await asyncio.to_thread(_read, self.path / name, manifest.entries.get(name), without):
                yield item
        for name in sorted(manifest.entries.keys() - set(names)):
            yield Unread(
                problem=Problem(
                    where=f'{self.path / MANIFEST}: ["{name}"]',
                    expected="a .txt or .md file of this name beside the manifest",
                    got="none",
                    fix="Bring the file back, or take the entry out.",
                )
            )
        if any(published.basis is Basis.INFERRED for published, _ in without.values()):
            for notice in await asyncio.to_thread(self._propose, without):
                yield notice

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


def _names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir() if item.suffix.lower() in ENDINGS and item.is_file())


def _manifest(folder: Path) -> tuple[Manifest, list[Unread | Notice]]:
    path = folder / MANIFEST
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Manifest(), []
    except (OSError, UnicodeDecodeError) as error:
        return Manifest(), [Notice(where=str(path), text=f"expected a TOML file in UTF-8, got {error}")]
    manifest = read_manifest(text, str(path))
    return manifest, [Notice(where=problem.where, text=_after_where(problem)) for problem in manifest.problems]


def _after_where(problem: Problem) -> str:
    return f"expected {problem.expected}, got {problem.got}. {problem.fix}"


def _read(
    path: Path, entry: Entry | None, without: dict[str, tuple[Published, str]]
) -> list[Article | Unread | Notice]:
    """The article of one file with its notices; a date that had to be without is also put into ``without``."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            return [_unread(path, f"at most {LARGEST:,} bytes", f"{size:,}", "Is this an article?")]
        received = path.read_bytes()
        modified = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except OSError as error:
        return [
            _unread(
                path, "a file that can be read", error.strerror or str(error), "Check that it is there and readable."
            )
        ]
    text, notice = _decoded(path, received)
    if text is None:
        return [_unread(path, "text in UTF-8 or Windows-1252", "something else", "Save it as UTF-8.")]
    if not text.strip():
        return [_unread(path, "an article", "an empty file", "Fill it or take it away.")]
    known = entry or Entry()
    published = known.published
    if published is None:
        published, reason = dated(path.name, text, modified)
        without[path.name] = (published, reason)
    article = Article(
        id=ArticleId(path.name),
        text=text,
        published=published,
        title=known.title,
        publisher=known.publisher,
        byline=known.byline,
        language=known.language or "en",
        url=known.url,
    )
    return [*notice, article]


def _decoded(path: Path, received: bytes) -> tuple[str | None, list[Notice]]:
    """The text as received, line ends untouched; None when it is no text at all."""
    if b"\0" in received:
        return None, []
    try:
        return received.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = received.decode("cp1252")
    except UnicodeDecodeError:
        return None, []
    return text, [Notice(where=str(path), text="expected UTF-8, got other bytes: read as Windows-1252")]


def _unread(path: Path, expected: str, got: str, fix: str) -> Unread:
    return Unread(problem=Problem(where=str(path), expected=expected, got=got, fix=fix))
