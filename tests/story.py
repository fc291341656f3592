"""Stories for tests: the seeds and short texts, read by the real readers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from bot.digest.merging import merge
from bot.digest.model import Article, ArticleId, Basis, Citation, Digest, Published, Report, Span, Tracker
from bot.digest.reading import read
from bot.digest.trackers import trackers

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"


@cache
def shipped_trackers() -> tuple[Tracker, ...]:
    """The trackers that come with the bot."""
    return trackers(tomllib.loads((ROOT / "bot" / "trackers.toml").read_text(encoding="utf-8")), "bot/trackers.toml")


def article(
    text: str, *, day: date, name: str = "a", publisher: str | None = None, basis: Basis = Basis.STATED
) -> Article:
    """An article of that day."""
    moment = datetime.combine(day, time(), UTC)
    return Article(id=ArticleId(name), text=text, published=Published(moment=moment, basis=basis), publisher=publisher)


@cache
def seed_articles() -> tuple[Article, ...]:
    """The five seed articles as the manifest describes them."""
    manifest = tomllib.loads((SEEDS / "manifest.toml").read_text(encoding="utf-8"))
    return tuple(
        Article(
            id=ArticleId(name),
            text=(SEEDS / name).read_bytes().decode(),
            published=Published(moment=datetime.combine(known["published"], time(), UTC), basis=Basis(known["basis"])),
            title=known.get("title"),
            publisher=known.get("publisher"),
            byline=known.get("byline"),
        )
        for name, known in sorted(manifest.items())
    )


@cache
def seed_reports() -> tuple[Report, ...]:
    """The seeds, read."""
    return tuple(read(each, shipped_trackers()) for each in seed_articles())


@cache
def seed_digest() -> Digest:
    """The seeds' digest."""
    return merge(seed_reports())


def digest_of(*articles: Article) -> Digest:
    """The digest of these articles, in this order."""
    return merge([read(each, shipped_trackers()) for each in articles])


def words(digest: Digest, citation: Citation, span: Span | None) -> str | None:
    """What a span covers in the cited article."""
    return None if span is None else span.of(digest.sources[citation.source - 1].article.text)


def sids(digest: Digest, sentences: Sequence[Mapping[str, object]], citations: Sequence[Citation]) -> list[str]:
    """The gold's names of cited sentences."""
    names = {(row["article"], row["start"]): str(row["sid"]) for row in sentences}
    return [names[(digest.sources[c.source - 1].article.id, c.sentence.start)] for c in citations]
