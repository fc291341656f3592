"""The documentation tells what is: its tables, the tests and files it names; its site needs nothing from elsewhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot import settings
from bot.settings import ROOT, Settings
from docs import generate

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BRINGING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "srcset", "video": "src"}
TO_BE_WRITTEN = {"bot/locale/pl.po", "storage/postgres/migrations/NNNN_name.sql"}  #: files that a reader would make
LINKING = {"canonical", "next", "prev", "index", "search", "author"}  #: kinds of <link> that bring nothing


@pytest.mark.parametrize("page", sorted({where for where, _ in generate.TABLES.values()}))
def test_generated_tables_are_what_the_program_says(page: str) -> None:
    """When this fails: ``python -m docs.generate``."""
    assert (DOCS / page).read_text(encoding="utf-8") == generate.generated(page)


def test_every_setting_says_what_it_must_be_and_what_it_is_for() -> None:
    names = set(Settings.model_fields)

    assert (set(settings.EXPECTED), set(settings.MEANING)) == (names, names)
    assert set(settings.DEFAULTS) <= names


def test_every_command_that_the_page_of_commands_shows_is_one() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"`/([a-z]+)", text))
    table = set(re.findall(r"^\| `/([a-z]+)`", text, re.MULTILINE))

    assert shown
    assert shown <= table


def test_every_test_that_security_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (DOCS / "security.md").read_text(encoding="utf-8")))
    known = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert len(named) > 30
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_pages_name_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|handlers|storage|tests|deploy|docs|benchmarks)/[\w./-]*\w\.\w+)", text)
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)

    assert [name for name in named if name not in TO_BE_WRITTEN and not (ROOT / name).exists()] == []
    assert [name for name in linked if not (DOCS / name).exists()] == []


class Brought(HTMLParser):
    """What a page makes the browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BRINGING and not (tag == "link" and LINKING & set((given.get("rel") or "").split())):
            self.addresses.append(given.get(BRINGING[tag]) or "")


def test_the_site_builds_without_a_warning_and_brings_nothing_from_elsewhere(tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "-b",
        "html",
        "-d",
        str(tmp_path / "trees"),
        "docs",
        str(site),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")

    brought = Brought()
    for page in PAGES:
        brought.feed((site / f"{page.stem}.html").read_text(encoding="utf-8"))
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert len(brought.addresses) > len(PAGES)
    assert [address for address in brought.addresses if re.match(r"(?:https?:)?//", address)] == []
    assert [
        found for style in styles for found in re.findall(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)", style)
    ] == []
