"""A folder of articles, one file each (text, Markdown, HTML or PDF), with or without a manifest."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.ports import Notice, Unread
from bot.sources import pdf
from bot.sources.confined import Confined, ConfinedError
from bot.sources.front_matter import read_front_matter
from bot.sources.language import ENGLISH, foreign, name_of
from bot.sources.manifest import MANIFEST, Entry, Manifest, dated, proposal, read_manifest
from bot.sources.page import LARGEST as LARGEST_PAGE
from bot.sources.page import Page, read_page
from bot.sources.text import neutral
from bot.sources.watching import Snapshot, snapshot

LARGEST = {
    ".txt": 2_000_000,
    ".md": 2_000_000,
    ".html": LARGEST_PAGE,
    ".htm": LARGEST_PAGE,
    ".pdf": pdf.LARGEST,
}  #: bytes of a file by its ending; far beyond any article
MOST_NAMED = 20  #: files in one notice
_WATCHED = frozenset({*LARGEST, Path(MANIFEST).suffix})


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The articles of ``path``, in the order of their names; proposed manifests are written to ``proposals``.

    HTML and PDF are read in ``confined``; without one the folder starts its own when it needs it.
    """

    path: Path
    proposals: Path
    confined: Confined | None = field(default=None, compare=False)

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
        """Every article, or what is wrong with it; files are read in a thread, one at a time."""
        manifest, remarks = await asyncio.to_thread(_manifest, self.path)
        for remark in remarks:
            yield remark
        without: dict[str, tuple[Published, str]] = {}
        names = await asyncio.to_thread(_names, self.path)
        confined = self.confined or Confined()
        try:
            for name in names:
                for item in await _read(self.path / name, manifest.entries.get(name), without, confined):
                    yield item
        finally:
            if self.confined is None:
                confined.close()
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
    return sorted(item.name for item in folder.iterdir() if item.suffix.lower() in LARGEST and item.is_file())


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a file holds: its text, what it says of itself, and what a person should know.

    ``reason`` tells what an inferred ``entry.published`` is from.
    """

    text: str
    entry: Entry
    reason: str | None = None
    notices: tuple[Notice, ...] = ()


async def _read(
    path: Path, entry: Entry | None, without: dict[str, tuple[Published, str]], confined: Confined
) -> list[Article | Unread | Notice]:
    """The article of one file with its notices; a date that had to be without is also put into ``without``."""
    received = await asyncio.to_thread(_received, path)
    if isinstance(received, Unread):
        return [received]
    body, modified = received
    content = await _content(path, body, modified, confined)
    if isinstance(content, Unread):
        return [content]
    known = _over(entry or Entry(), content.entry)
    language = await asyncio.to_thread(_other_language, content.text, known.language)
    if language is not None:
        return [*content.notices, Notice(where=str(path), text=f"set aside: it looks like {language}, not English")]
    published, reason = known.published, content.reason
    if published is None:
        published, reason = dated(path.name, content.text, modified)
    if known.published is None or (published is content.entry.published and reason is not None):
        without[path.name] = (published, reason or "")
    article = Article(
        id=ArticleId(path.name),
        text=content.text,
        published=published,
        title=known.title,
        publisher=known.publisher,
        byline=known.byline,
        language=known.language or ENGLISH,
        url=known.url,
    )
    return [*content.notices, article]


def _received(path: Path) -> tuple[bytes, datetime] | Unread:
    """The bytes of a file and the moment it was last changed."""
    largest = LARGEST[path.suffix.lower()]
    try:
        status = path.stat()
        if status.st_size > largest:
            return _unread(path, f"at most {largest:,} bytes", f"{status.st_size:,}", "Is this an article?")
        return path.read_bytes(), datetime.fromtimestamp(status.st_mtime, tz=UTC)
    except OSError as error:
        reason = error.strerror or str(error)
        return _unread(path, "a file that can be read", reason, "Check that it is there and readable.")


async def _content(path: Path, body: bytes, modified: datetime, confined: Confined) -> _Content | Unread:
    """What the file holds, by its ending."""
    match path.suffix.lower():
        case ".html" | ".htm":
            return await _page(path, body, modified, confined)
        case ".pdf":
            return await _document(path, body, confined)
        case ending:
            return await asyncio.to_thread(_text, path, body, ending)


def _text(path: Path, body: bytes, ending: str) -> _Content | Unread:
    text, notices = _decoded(path, body)
    if text is None:
        return _unread(path, "text in UTF-8 or Windows-1252", "something else", "Save it as UTF-8.")
    text = neutral(text)
    entry = Entry()
    if ending == ".md":
        matter = read_front_matter(text, str(path))
        text, entry = text[matter.begin :], matter.entry
        notices = [*notices, *(Notice(where=each.where, text=_after_where(each)) for each in matter.problems)]
    if not text.strip():
        return _unread(path, "an article", "an empty file", "Fill it or take it away.")
    return _Content(text=text, entry=entry, notices=tuple(notices))


async def _page(path: Path, body: bytes, modified: datetime, confined: Confined) -> _Content | Unread:
    try:
        page = await confined.run(read_page, body, None, None, str(path), modified)
    except ConfinedError as error:
        return _unread(path, "an HTML page that can be read", f"one that {error}", "Save its text as .txt.")
    if not isinstance(page, Page):
        return Unread(problem=page)
    inferred = page.published is not None and page.published.basis is Basis.INFERRED
    return _Content(
        text=page.text,
        entry=Entry(
            published=page.published, title=page.title, publisher=page.publisher, byline=page.byline, url=page.url
        ),
        reason=page.reason if inferred else None,
        notices=tuple(Notice(where=str(path), text=remark) for remark in page.remarks),
    )


async def _document(path: Path, body: bytes, confined: Confined) -> _Content | Unread:
    try:
        document = await confined.run(pdf.read_pdf, body, str(path))
    except ConfinedError as error:
        return _unread(path, "a PDF file that can be read", f"one that {error}", "Save its text as .txt.")
    if not isinstance(document, pdf.Document):
        return Unread(problem=document)
    return _Content(text=document.text, entry=Entry(title=document.title, byline=document.author))


def _over(entry: Entry, other: Entry) -> Entry:
    """``entry``, and where it is silent, ``other``."""
    silent = {one.name: getattr(other, one.name) for one in fields(Entry) if getattr(entry, one.name) is None}
    return replace(entry, **silent)


def _other_language(text: str, stated: str | None) -> str | None:
    """The language of a text that is not English, by what is stated of it, else by its words."""
    if stated is None:
        return foreign(text)
    return None if stated.lower().startswith(ENGLISH) else name_of(stated)


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
