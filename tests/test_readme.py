"""README and docs/ tell the truth: what they show for a terminal is run, parsed or known; variables and files exist."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app
from bot.__main__ import _parser
from bot.settings import PREFIX, ROOT, Settings
from tests.conftest import settings_for

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = {path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
RUN = ("ask", "backup", "check", "digest", "export", "import", "repair", "restore")  #: by a test below
NOT_RUN = {
    "run": "serves until it is stopped; tests/test_cli.py starts it",
    "sandbox": "likewise",
    "migrate": "needs a database; tests/test_shared_settings.py brings one",
    "move": "likewise; tests/test_move.py",
    "worker": "likewise",
}  #: commands of sitrep that are parsed only, and why
ELSEWHERE = {
    "cp": "copies a file of deploy/ to where systemd looks",
    "docker": "needs its daemon and the network; tests/test_deploy.py reads the files",
    "install": "makes a file for root",
    "systemctl": "needs systemd as process 1",
}  #: programs that are not ours, and why no test runs them
BATCH = """
import contextlib, io, json, os, sys
from bot.__main__ import main
told = []
for arguments, data in json.loads(sys.argv[1]):
    os.environ["SITREP_DATA"] = data
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(arguments)
        except SystemExit as end:
            told.append([end.code, said.buffer.getvalue().decode()])
print(json.dumps(told))
"""  #: runs several command lines in one process; starting one takes longer than most of them


def found(pattern: str) -> list[str]:
    """What README says; a search that finds nothing proves nothing."""
    words = re.findall(pattern, README, re.MULTILINE)
    assert words
    return words


def shown_lines() -> Iterator[tuple[str, str]]:
    """Page and command line of every block for a terminal, without remarks and variables set before it."""
    for path, text in TEXTS.items():
        for block in re.findall(r"^```(?:sh|console)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                words = shlex.split(line, comments=True) if re.match(r"(?:\.venv/bin/)?[a-z]+ ", line) else []
                if words and (words[0].removeprefix(".venv/bin/") in KINDS):
                    yield path.name, line


def sitrep_lines() -> list[list[str]]:
    """The arguments of every sitrep command line, each once, in the order of the pages."""
    given = [shlex.split(line, comments=True) for _, line in shown_lines()]
    lines = [words[1:] for words in given if words[0].removeprefix(".venv/bin/") == "sitrep"]
    assert len(lines) > 10
    return [list(words) for words in dict.fromkeys(map(tuple, lines))]


def extras() -> set[str]:
    return set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])


def holds_sitrep(words: list[str]) -> None:
    given = _parser().parse_args(words)
    assert given.command in {*RUN, *NOT_RUN}


def holds_make(words: list[str]) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert words
    assert set(words) <= targets
    done = subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr


def holds_python(words: list[str]) -> None:
    assert words[0] == "-m"
    module = importlib.util.find_spec(words[1])
    assert module is not None
    assert [name for name in words[2:] if name.startswith("tests/") and not (ROOT / name).exists()] == []


def holds_pip(words: list[str]) -> None:
    wanted = re.search(r"^sitrep-briefing-bot\[([\w,]+)\]$", words[-1])
    assert words[0] == "install"
    assert wanted
    assert set(wanted[1].split(",")) <= extras()


def holds_export(words: list[str]) -> None:
    names = {word.partition("=")[0] for word in words}
    assert names <= {PREFIX + name.upper() for name in Settings.model_fields}


def holds_elsewhere(words: list[str]) -> None:
    assert [name for name in words if name.startswith("deploy/") and not (ROOT / name).exists()] == []


KINDS = {
    "sitrep": holds_sitrep,
    "make": holds_make,
    "python": holds_python,
    "pip": holds_pip,
    "export": holds_export,
    **dict.fromkeys(ELSEWHERE, holds_elsewhere),
}


@pytest.fixture
def menu(tmp_path: Path) -> dict[str, str]:
    parts = app.open_parts(settings_for(tmp_path))
    commands = app.full_menu(parts.answers())
    parts.store.close()
    return commands


def test_every_command_that_the_table_shows_is_one_of_the_bot(menu: dict[str, str]) -> None:
    rows = found(r"^\| (`/[^|]*)")

    assert {name for row in rows for name in re.findall(r"`/(\w+)", row)} <= set(menu)


def test_every_block_for_a_terminal_holds_commands_that_are_known() -> None:
    for path, text in TEXTS.items():
        for block in re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                assert shlex.split(line, comments=True)[0].removeprefix(".venv/bin/") in KINDS, f"{path.name}: {line}"


def test_every_command_line_shown_is_one_that_its_program_takes() -> None:
    lines = list(shown_lines())

    assert len(lines) > 20
    for page, line in lines:
        program, *words = shlex.split(line, comments=True)
        try:
            KINDS[program.removeprefix(".venv/bin/")](words)
        except (AssertionError, SystemExit) as error:
            pytest.fail(f"{page}: {line}: {error}")


def test_commands_within_sentences_exist() -> None:
    choices = {*RUN, *NOT_RUN}
    for path, text in TEXTS.items():
        for program, word in re.findall(r"`(?:\w+=\S+ )?(sitrep|make|python -m) ([\w.]+)", text):
            if program == "sitrep":
                assert word in choices, path.name
            elif program == "make":
                assert re.search(rf"^{word}:", (ROOT / "Makefile").read_text(), re.MULTILINE), path.name
            else:
                assert importlib.util.find_spec(word) is not None, path.name


def test_what_sitrep_is_shown_to_do_it_does(tmp_path: Path, seeds_story: Path) -> None:
    """All of it in one folder and one process, in the order of the pages; an import fills a store of its own."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copytree(seeds_story, tmp_path / "data")
    lines = [words for words in sitrep_lines() if words[0] in RUN]
    batch = [(words, str(tmp_path / ("empty" if words[0] == "import" else "data"))) for words in lines]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}

    done = subprocess.run(
        [sys.executable, "-c", BATCH, json.dumps(batch)],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert {words[0] for words in lines} == set(RUN)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert [(words, said) for words, (code, said) in zip(lines, told, strict=True) if code != 0] == []
    assert {"troops.png", "copy.db", "chats.json"} <= {path.name for path in tmp_path.iterdir()}


def test_every_variable_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}

    for path, text in TEXTS.items():
        assert set(re.findall(r"\bSITREP_[A-Z]+(?:_[A-Z]+)*", text)) <= known, path.name


def test_every_file_that_is_linked_exists() -> None:
    missing = [name for name in found(r"\]\((?!https?:)([^)#]+)\)") if not (ROOT / name).exists()]

    assert missing == []
