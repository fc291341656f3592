"""The import rules: kept by the code as it is, and broken by code that breaks them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT

BREACHES = {
    "bot/settings.py": ("from bot import ports", "Inside bot, imports point down"),
    "bot/outbox.py": ("import random", "Reading, rendering and the outbox's decisions are pure"),
    "bot/desk/due.py": ("import telegram", "The desk and the ports know neither Telegram's library nor a database"),
    "bot/desk/links.py": (
        "import matplotlib",
        "Only the drawing knows Matplotlib, which costs a second and 60 MB",
    ),
    "handlers/help.py": ("import storage.codec", "Handlers ask the desk, never a store, a source or the wire"),
    "bot/jobs.py": ("import handlers", "Of bot, only app and the command line know the handlers and the stores"),
    "storage/codec.py": (
        "import bot.desk.due",
        "A store knows the ports, and neither the desk nor who else implements them",
    ),
    "bot/sources/manifest.py": ("import bot.sources.folder", "No module imports itself in a circle"),
}


def verdicts(folder: Path) -> dict[str, str]:
    """Contract -> KEPT or BROKEN, as import-linter prints them."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=folder, env={"COLUMNS": "200"}, capture_output=True, text=True, check=False
    )
    found = dict(re.findall(r"^(\S.*\S) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert done.returncode == (1 if "BROKEN" in found.values() else 0), done.stdout + done.stderr
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("bot", "handlers", "storage"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_code_keeps_every_import_rule(copy: Path) -> None:
    assert verdicts(copy) == {contract: "KEPT" for _, contract in BREACHES.values()}


def test_every_import_rule_notices_its_breach(copy: Path) -> None:
    for name, (breach, _) in BREACHES.items():
        path = copy / name
        path.write_text(path.read_text().replace("\n\nfrom ", f"\n\n{breach}\nfrom ", 1))
        assert breach in path.read_text()

    assert verdicts(copy) == {contract: "BROKEN" for _, contract in BREACHES.values()}
