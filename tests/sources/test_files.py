"""Files of a folder beside plain text: front matter, HTML, PDF, other languages; and noticing that one changed."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.ports import Notice, Unread
from bot.sources.confined import Confined
from bot.sources.documents import open_document
from bot.sources.folder import Folder
from bot.sources.front_matter import read_front_matter
from bot.sources.manifest import Entry
from bot.sources.pdf import Document, read_pdf
from bot.sources.watching import PATIENCE, Look, Stamp, Watch, look, snapshot
from tests.sources.test_pages import PROSE, html

DAY = datetime(2025, 6, 3, tzinfo=UTC)
STATED = Published(moment=DAY, basis=Basis.STATED)


def pdf(text: str) -> bytes:
    """A PDF of one page with a line for each line of ``text``."""
    shown = " ".join(f"({row}) Tj 0 -14 Td" for row in text.replace("(", "\\(").replace(")", "\\)").split("\n"))
    stream = f"BT /F1 12 Tf 40 800 Td {shown} ET".encode("latin-1")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(River rises)/Author(Ann Lee)>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 7\n0000000000 65535 f \n" + rows + trailer


async def found(folder: Path) -> list[Article | Unread | Notice]:
    return [item async for item in Folder(path=folder, proposals=folder.parent / "data").articles()]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    "matter",
    [
        '+++\ntitle = "River rises"\npublisher = "G"\ndate = 2025-06-03\nauthor = "Ann Lee"\n'
        'link = "https://g.example/a"\n+++\n',
        "---\ntitle: River rises\npublisher: G\npublished: 2025-06-03\nbyline: Ann Lee\nurl: https://g.example/a\n---\n",
        "---\r\nTitle: 'River rises'\r\nsite:  \"G\"\r\ndate: 2025-06-03T00:00:00Z\r\nauthor: Ann Lee\r\n"
        "tags:\r\n  - a: b\r\n- c\r\n# remark\r\nLink: https://g.example/a#x\r\ndraft: false\r\n---\r\n",
    ],
)
async def test_front_matter_says_what_is_known_and_is_no_text(articles: Path, matter: str) -> None:
    (articles / "a.md").write_bytes(f"{matter}The river rose.\r\n---\r\nIt fell.".encode())

    assert await found(articles) == [
        Article(
            id=ArticleId("a.md"),
            text="The river rose.\r\n---\r\nIt fell.",
            published=STATED,
            title="River rises",
            publisher="G",
            byline="Ann Lee",
            url="https://g.example/a",
        )
    ]


@pytest.mark.parametrize(
    "text", ["---\nThe river rose: much.\nx\n---\ny", "---\n\nNo end", "The river", "--- x\na: b\n---\n", ""]
)
def test_a_rule_above_a_text_is_no_front_matter(text: str) -> None:
    assert read_front_matter(text, "a.md") == read_front_matter("", "a.md")


async def test_front_matter_that_does_not_hold_is_named_and_the_rest_is_kept(articles: Path) -> None:
    (articles / "a.md").write_text("---\ntitle: T\ndate: tomorrow\nlink: javascript:x\n---\nThe river rose.")
    (articles / "b.md").write_text("+++\ntitle = \n+++\nThe river rose.")
    (articles / "c.md").write_text("+++\ntitle = 5\n")

    items = await found(articles)

    named = [(item.where.rpartition("/")[2], item.text) for item in items if isinstance(item, Notice)]
    assert named[:2] == [
        ("a.md: date", "expected a date like 2025-06-04, or a date and time, got 'tomorrow'. Change it there."),
        ("a.md: link", "expected a web address, got 'javascript:x'. Change it there."),
    ]
    assert named[2][0] == "b.md"
    assert named[3] == (
        "c.md",
        "expected a line +++ that ends what begins in the first line, got none. Change it there.",
    )
    assert [(item.title, item.text) for item in items if isinstance(item, Article)] == [
        ("T", "The river rose."),
        (None, "+++\ntitle = \n+++\nThe river rose."),
        (None, "+++\ntitle = 5\n"),
    ]


async def test_the_manifest_wins_over_what_a_file_says(articles: Path) -> None:
    (articles / "a.md").write_text("---\ntitle: T\npublisher: P\ndate: 2025-06-03\n---\nThe river rose.")
    (articles / "manifest.toml").write_text('["a.md"]\ntitle = "M"\npublished = 2025-06-01\n')

    (article,) = await found(articles)

    assert isinstance(article, Article)
    assert (article.title, article.publisher) == ("M", "P")
    assert article.published == Published(moment=datetime(2025, 6, 1, tzinfo=UTC), basis=Basis.MANIFEST)


async def test_html_and_pdf_files_are_articles(articles: Path) -> None:
    head = (
        '<meta property="article:published_time" content="2025-06-03"><link rel=canonical href="https://g.example/a">'
    )
    (articles / "a.html").write_text(html(head))
    (articles / "b.pdf").write_bytes(
        pdf("Published 3 June 2025\n" + "\n".join(PROSE).replace("“", '"').replace("”", '"'))
    )
    (articles / "c.htm").write_text("<p>Accept cookies?</p>")
    (articles / "d.pdf").write_bytes(b"%PDF-1.4 broken")

    page, document, *broken = await found(articles)

    assert page == Article(
        id=ArticleId("a.html"),
        text="\n\n".join(["River rises", *PROSE]),
        published=STATED,
        title="River rises",
        url="https://g.example/a",
        publisher="g.example",
    )
    assert isinstance(document, Article)
    assert (document.title, document.byline, document.published) == ("River rises", "Ann Lee", STATED)
    assert '"about 300" people left their homes in Brell.' in document.text
    assert [Path(item.problem.where).name for item in broken if isinstance(item, Unread)] == ["c.htm", "d.pdf"]


def test_without_the_library_a_pdf_file_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)

    assert read_pdf(pdf("x"), "a.pdf") == Problem(
        where="a.pdf",
        expected="the library that reads PDF",
        got="none installed",
        fix="Install what reads PDF: pip install 'sitrep-briefing-bot[pdf]'",
    )


def test_a_pdf_document_keeps_its_lines() -> None:
    document = read_pdf(pdf("River rises\n" + "The river rose by two metres (on Tuesday). " * 4), "a.pdf")

    assert isinstance(document, Document)
    assert document.text.startswith("River rises\nThe river rose by two metres (on Tuesday).")


async def test_another_language_is_set_aside_with_a_word(articles: Path) -> None:
    (articles / "de.txt").write_text(
        "Der Fluss stieg am Dienstag um zwei Meter, sagte der Bürgermeister, und etwa dreihundert Menschen mussten "
        "ihre Häuser in der Altstadt verlassen. Am Mittwoch hielt der Damm nach Angaben der Behörden."
    )
    (articles / "en.txt").write_text("\n".join(PROSE))
    (articles / "fr.txt").write_text("Bref.")
    (articles / "manifest.toml").write_text('["fr.txt"]\nlanguage = "fr-CA"\npublished = 2025-06-03\n')

    items = await found(articles)

    assert [item.id for item in items if isinstance(item, Article)] == ["en.txt"]
    assert [(Path(item.where).name, item.text) for item in items if isinstance(item, Notice)][:2] == [
        ("de.txt", "set aside: it looks like German, and I read English only"),
        ("fr.txt", "set aside: it looks like French, and I read English only"),
    ]


async def test_hidden_characters_do_not_reach_the_article(articles: Path) -> None:
    (articles / "a.txt").write_text("The \u202eriver\u202c ro\u200bse.\x07\r\n")

    article, *_ = await found(articles)

    assert isinstance(article, Article)
    assert article.text == "The river rose.\r\n"


async def test_only_what_changed_is_read_again(articles: Path) -> None:
    (articles / "a.txt").write_text("One.")
    (articles / "b.txt").write_text("Two.")
    folder = Folder(path=articles, proposals=articles.parent)
    first = [item async for item in folder.articles()]
    (articles / "a.txt").chmod(0)
    (articles / "b.txt").write_text("Two and a half.")
    (articles / "manifest.toml").write_text('["b.txt"]\ntitle = "B"\npublished = 2025-06-03\n')
    before, after = [item async for item in folder.articles() if isinstance(item, Article)]

    assert before is first[0]
    assert (after.text, after.title) == ("Two and a half.", "B")


async def test_a_file_of_another_kind_is_refused_with_what_is_read() -> None:
    opened = await open_document("news.docx", b"PK", DAY, Confined())

    (refused,) = opened.items
    assert isinstance(refused, Unread)
    assert str(refused) == (
        "news.docx: expected a file that ends in .txt, .md, .html, .htm, .pdf, got .docx. Save it as text."
    )


ONE = Stamp(size=1, modified=1, inode=1)
TWO = Stamp(size=2, modified=2, inode=1)


def run(*looks: dict[str, Stamp]) -> list[tuple[bool, tuple[str, ...]]]:
    """What each of a row of looks says, beginning with a folder never seen."""
    watch = Watch()
    said = []
    for seen in looks:
        made = look(watch, seen)
        watch = made.watch
        said.append((made.ready, made.waiting))
    return said


def test_a_folder_is_read_once_its_files_stand_still() -> None:
    assert run({"a": ONE}, {"a": ONE}, {"a": ONE}) == [(False, ("a",)), (True, ()), (False, ())]


def test_a_file_half_written_is_waited_for() -> None:
    assert run({"a": ONE}, {"a": TWO}, {"a": TWO}) == [(False, ("a",)), (False, ("a",)), (True, ())]


def test_a_file_that_never_stands_still_is_read_in_the_end() -> None:
    said = run(*({"a": ONE, "b": Stamp(size=number, modified=1, inode=2)} for number in range(PATIENCE + 1)))

    assert [ready for ready, _ in said] == [False] * PATIENCE + [True]


def test_what_is_gone_is_noticed_at_once() -> None:
    assert run({"a": ONE, "b": ONE}, {"a": ONE, "b": ONE}, {"a": ONE}) == [(False, ("a", "b")), (True, ()), (True, ())]


def test_what_was_read_at_the_start_is_not_read_again() -> None:
    start = Watch(seen={"a": ONE}, read={"a": ONE})

    assert look(start, {"a": ONE}) == Look(watch=start, ready=False, waiting=())


def test_a_snapshot_sees_every_change_and_no_other_files(articles: Path) -> None:
    (articles / "a.txt").write_text("One.")
    (articles / "b.odt").write_text("x")
    (articles / "c.txt").mkdir()
    before = Folder(path=articles, proposals=articles).snapshot()
    (articles / "new").write_text("Two.")
    (articles / "new").replace(articles / "a.txt")
    os.utime(articles / "a.txt", ns=(before["a.txt"].modified, before["a.txt"].modified))

    assert set(before) == {"a.txt"}
    assert snapshot(articles, frozenset({".txt"})) != before


def test_an_empty_entry_is_what_a_file_without_front_matter_says() -> None:
    assert read_front_matter("The river rose.", "a.md").entry == Entry()
