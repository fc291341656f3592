"""Folders of articles: with a manifest, without one, and with what goes wrong."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.ports import Notice, Unread
from bot.settings import SEEDS
from bot.sources.folder import Folder
from bot.sources.manifest import dated

DAY = datetime(2024, 11, 12, tzinfo=UTC)
CHANGED = datetime(2024, 12, 24, 15, 30, tzinfo=UTC)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    return path


async def found(folder: Path) -> list[Article | Unread | Notice]:
    return [item async for item in Folder(path=folder, proposals=folder.parent / "data").articles()]


async def test_the_seeds_are_read_without_a_remark() -> None:
    items = await found(SEEDS)

    assert [type(item) for item in items] == [Article] * 5
    seed = items[3]
    assert isinstance(seed, Article)
    assert (seed.publisher, seed.byline) == ("Korea JoongAng Daily", "Seo Ji-eun")
    assert seed.published == Published(moment=DAY, basis=Basis.INFERRED)
    assert seed.text.encode() == (SEEDS / seed.id).read_bytes()


async def test_a_manifest_says_what_is_known(articles: Path) -> None:
    put(articles, "a.txt", "One.\r\nTwo.\r\n")
    put(
        articles,
        "manifest.toml",
        '["a.txt"]\ntitle = "T"\npublisher = "P"\nbyline = "B"\nurl = "https://example.org/"\nlanguage = "en"\n'
        'published = 2024-11-12T02:00:00+02:00\nbasis = "stated"\n',
    )

    assert await found(articles) == [
        Article(
            id=ArticleId("a.txt"),
            text="One.\r\nTwo.\r\n",
            published=Published(moment=DAY, basis=Basis.STATED),
            title="T",
            publisher="P",
            byline="B",
            url="https://example.org/",
        )
    ]


async def test_without_a_manifest_one_is_proposed_and_used(articles: Path) -> None:
    put(articles, "2024-11-12 flood.txt", "The river rose.")
    put(articles, "b.md", "Published 3 October 2024\n\nThe river fell.")
    put(articles, "c.txt", "No date at all.")
    put(articles, "notes.odt", "not an article")

    *items, named, aged = await found(articles)

    assert [
        (item.id, item.published.day.isoformat(), item.published.basis) for item in items if isinstance(item, Article)
    ] == [
        ("2024-11-12 flood.txt", "2024-11-12", Basis.INFERRED),
        ("b.md", "2024-10-03", Basis.STATED),
        ("c.txt", "2024-12-24", Basis.INFERRED),
    ]
    (proposed,) = (articles.parent / "data").iterdir()
    remedy = f"write a manifest to correct it ({proposed} is a beginning, keep it as {articles / 'manifest.toml'})"
    assert [notice.text for notice in (named, aged) if isinstance(notice, Notice)] == [
        f"no date printed: taken from the file's name for 2024-11-12 flood.txt (2024-11-12); {remedy}",
        f"no date printed: taken from the file's own date for c.txt (2024-12-24); {remedy}",
    ]
    assert sorted(path.name for path in articles.iterdir()) == ["2024-11-12 flood.txt", "b.md", "c.txt", "notes.odt"]

    (articles / "manifest.toml").write_text(proposed.read_text())
    assert await found(articles) == items


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Published 14 May 2025\n\nThe river rose.", "2025-05-14"),
        ("River rises\nBy Tom Hale, 3 June 2025\n\nThe river rose.", "2025-06-03"),
        ("River rises\nBy Tom Hale and Ann Lee | Tuesday, June 3, 2025 at 8:15 AM", "2025-06-03"),
        ("River rises\n\nJune 4, 2025\n\nThe river rose.", "2025-06-04"),
        ("River rises\n2025-06-04\nThe river rose.", "2025-06-04"),
        ("---\ntitle: River\nauthor: A\ndate: 2025-06-04T08:00:00Z\n---\nThe river rose.", "2025-06-04"),
        ("# River rises\n**Published:** 4th June 2025, 10:30 GMT", "2025-06-04"),
        ("River rises\nLast updated on 5 June 2025\nFirst published on Wednesday 4 June 2025", "2025-06-04"),
        ("Updated 5 June 2025", "2025-06-05"),
        ("Published by Ann Lee: 4 June 2025", "2025-06-04"),
        ("Published at 08:00 GMT 4 June 2025", "2025-06-04"),
        ("BRELL, June 4, 2025 (Wire) — The river rose.", "2025-06-04"),
        ("The Brell Gazette, 4 June 2025", "2025-06-04"),
        ("The Brell Gazette | Wed. 4 Jun 2025 | River", "2025-06-04"),
        ("Nov. 5, 2024 - The river", "2024-11-05"),
        ("Tuesday, 5th November 2024", "2024-11-05"),
        ("4 June 2025 by Ann Lee", "2025-06-04"),
    ],
)
def test_a_printed_date_of_publication_is_stated_whatever_the_file_s_age(text: str, day: str) -> None:
    published, why = dated("2020-01-01.txt", text, CHANGED)

    assert (published.day.isoformat(), published.basis, why) == (day, Basis.STATED, "the date printed in it")


@pytest.mark.parametrize(
    ("name", "text", "day", "reason"),
    [
        ("20241105_a.txt", "", "2024-11-05", "the file's name"),
        ("a-2024_11_05.txt", "", "2024-11-05", "the file's name"),
        ("123456789.txt", "x", "2024-12-24", "the file's own date"),
        ("a.txt", "may 77, 2024", "2024-12-24", "the file's own date"),
        ("a.txt", "Word 12, 2024", "2024-12-24", "the file's own date"),
        ("a.txt", "In 1 January 2031 plans", "2024-12-24", "the file's own date"),
        ("a.txt", "x" * 700 + " 5 November 2024", "2024-12-24", "the file's own date"),
        ("a.txt", "1\n2\n3\n4\n5\n5 November 2024", "2024-12-24", "the file's own date"),
        ("a.txt", "On Tuesday, November 5, 2024, the river rose.", "2024-11-05", "a date in its first lines"),
        ("a.txt", "By Tuesday, 5 November 2024, it had risen.", "2024-11-05", "a date in its first lines"),
        ("a.txt", "5 November 2024 was a wet day.", "2024-11-05", "a date in its first lines"),
        ("a.txt", "The dam, built on 1 May 1961, broke on 5 November 2024.", "2024-11-05", "a date in its first lines"),
        (
            "a.txt",
            "Issued by a court, the order of 5 November 2024 holds.",
            "2024-11-05",
            "a date in its first lines",
        ),
        ("a.txt", "The town fears another flood, November 5, 2024", "2024-11-05", "a date in its first lines"),
    ],
)
def test_dates_that_are_not_printed_are_inferred_from_name_head_or_age(
    name: str, text: str, day: str, reason: str
) -> None:
    published, why = dated(name, text, CHANGED)

    assert (published.day.isoformat(), published.basis, why) == (day, Basis.INFERRED, reason)


async def test_a_missing_file_is_named_and_the_rest_is_read(articles: Path) -> None:
    put(articles, "a.txt", "One.")
    put(articles, "manifest.toml", '["a.txt"]\npublished = 2024-11-12\n["gone.txt"]\npublished = 2024-11-12\n')

    article, missing = await found(articles)

    assert article == Article(id=ArticleId("a.txt"), text="One.", published=Published(moment=DAY, basis=Basis.MANIFEST))
    assert missing == Unread(
        problem=Problem(
            where=f'{articles / "manifest.toml"}: ["gone.txt"]',
            expected="an article of this name beside the manifest",
            got="none",
            fix="Bring the file back, or take the entry out.",
        )
    )


async def test_broken_keys_are_named_and_the_rest_of_the_entry_holds(articles: Path) -> None:
    put(articles, "a.txt", "One.")
    put(
        articles,
        "manifest.toml",
        'odd = 1\n["a.txt"]\npublished = "yesterday"\nbasis = "rumour"\npublisher = ""\ntitle = "T"\nauthor = "A"\n',
    )

    items = await found(articles)

    notices = {item.where.rpartition(": ")[2]: item.text for item in items if isinstance(item, Notice)}
    assert notices["odd"].startswith('expected a table headed by a file name, like ["first.txt"], got 1')
    assert notices["published"].startswith("expected a date like 2024-11-12, or a date and time with a zone, got 'yest")
    assert notices["basis"].startswith("expected one of stated, manifest, feed, inferred, got 'rumour'")
    assert notices["publisher"].startswith("expected a text that is not empty, got ''")
    assert notices["author"].startswith("expected one of basis, byline, language")
    (article,) = [item for item in items if isinstance(item, Article)]
    assert (article.title, article.publisher, article.published.day.isoformat()) == ("T", None, "2024-12-24")


@pytest.mark.parametrize("content", [b'["a.txt"\npublished = 1', b"\xff\xfe"])
async def test_a_manifest_that_cannot_be_read_is_named_and_the_articles_are_read(
    articles: Path, content: bytes
) -> None:
    put(articles, "a.txt", "One.")
    put(articles, "manifest.toml", content)

    first, article, _ = await found(articles)

    assert isinstance(first, Notice)
    assert first.where == str(articles / "manifest.toml")
    assert isinstance(article, Article)


async def test_other_encodings_are_read_with_a_word_and_other_files_refused(articles: Path) -> None:
    put(articles, "bom.txt", b"\xef\xbb\xbfOne.")
    put(articles, "cp.txt", "“Caf\xe9” said.".encode("cp1252"))
    put(articles, "empty.txt", " \n")
    put(articles, "image.txt", b"\x89PNG\0\0")
    put(articles, "no.txt", b"\x81\x8d\x8f")
    put(articles, "large.txt", b"a " * 1_100_000)
    (articles / "folder.txt").mkdir()

    items = await found(articles)

    assert {item.id: item.text for item in items if isinstance(item, Article)} == {
        "bom.txt": "One.",
        "cp.txt": "“Café” said.",
    }
    assert {Path(item.problem.where).name: item.problem.got for item in items if isinstance(item, Unread)} == {
        "empty.txt": "an empty file",
        "image.txt": "something else",
        "no.txt": "something else",
        "large.txt": "2,200,000",
    }
    assert next(item.text for item in items if isinstance(item, Notice)) == (
        "expected UTF-8, got other bytes: read as Windows-1252"
    )


async def test_a_file_that_cannot_be_opened_is_named(articles: Path) -> None:
    put(articles, "a.txt", "One.")
    (articles / "b.txt").symlink_to(articles / "a.txt")
    folder = Folder(path=articles, proposals=articles.parent)
    items = []
    async for item in folder.articles():
        (articles / "a.txt").unlink(missing_ok=True)  # gone while the folder is being read
        items.append(item)

    assert [item.problem.got for item in items if isinstance(item, Unread)] == ["No such file or directory"]


def test_folders_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    one, two = (
        Folder(path=tmp_path / "a" / "news", proposals=tmp_path),
        Folder(path=tmp_path / "news", proposals=tmp_path),
    )

    assert one.name.startswith("news-")
    assert one.name != two.name
    assert one.name == Folder(path=tmp_path / "a" / ".." / "a" / "news", proposals=tmp_path).name
