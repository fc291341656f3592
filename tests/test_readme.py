"""README tells the truth: its commands, targets, variables and files exist, and none is left out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bot import app
from bot.__main__ import _parser
from bot.settings import PREFIX, ROOT, Settings
from tests.conftest import settings_for

README = (ROOT / "README.md").read_text(encoding="utf-8")


def found(pattern: str) -> list[str]:
    """What README says; a search that finds nothing proves nothing."""
    words = re.findall(pattern, README, re.MULTILINE)
    assert words
    return words


@pytest.fixture
def menu(tmp_path: Path) -> dict[str, str]:
    parts = app.open_parts(settings_for(tmp_path))
    commands = app.full_menu(parts.answers())
    parts.store.close()
    return commands


def test_the_table_lists_every_command_of_the_bot_and_no_other(menu: dict[str, str]) -> None:
    assert sorted(found(r"^\| `/(\w+)[^`]*`")) == sorted(menu)


def test_every_line_for_the_terminal_is_one_that_sitrep_takes() -> None:
    for line in found(r"^\.venv/bin/sitrep ([^#\n]*)"):
        given = _parser().parse_args(shlex.split(line))

        assert given.command in line


def test_every_make_target_exists() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert set(found(r"\bmake ([a-z]+)\b")) - {"and"} <= set(targets)


def test_every_variable_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}

    assert set(found(r"\bSITREP_[A-Z]+\b")) <= known


def test_every_file_that_is_linked_exists() -> None:
    missing = [name for name in found(r"\]\((?!https?:)([^)#]+)\)") if not (ROOT / name).exists()]

    assert missing == []
