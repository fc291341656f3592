"""The built wheel, installed into an environment of its own and run from another folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from bot.settings import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment that holds the wheel, and borrows its dependencies from this one."""
    folder = tmp_path_factory.mktemp("wheel")
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = folder / "env"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    install = [uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel]
    subprocess.run([str(word) for word in install], check=True, capture_output=True, cwd=folder)
    (packages,) = environment.glob("lib/python*/site-packages")
    # A .pth line adds the folder but not the .pth files in it, so the checkout itself stays out of reach.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment


def run(installed: Path, *command: str) -> subprocess.CompletedProcess[str]:
    elsewhere = installed.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SITREP_", "PYTHON", "COV_"))}
    environment = {**kept, "XDG_DATA_HOME": str(installed.parent / "share"), "HOME": str(installed.parent)}
    return subprocess.run(
        [str(installed / "bin" / command[0]), *command[1:]],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_wheel_answers_from_another_folder(installed: Path) -> None:
    done = run(installed, "sitrep", "ask", "/sources")

    assert done.returncode == 0, done.stderr
    assert "Korea JoongAng Daily" in done.stdout
    assert "Reading articles: 5/5" in done.stderr
    assert list((installed.parent / "elsewhere").iterdir()) == []
    assert (installed.parent / "share" / "sitrep" / "sandbox.db").is_file()


def test_the_wheel_is_what_was_run(installed: Path) -> None:
    done = run(installed, "python", "-c", "import bot, handlers, storage; print(bot.__file__)")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(installed))


def test_the_wheel_carries_the_seeds_and_nothing_of_the_tests(installed: Path) -> None:
    (record,) = installed.glob("lib/python*/site-packages/sitrep_briefing_bot-*.dist-info/RECORD")
    files = [line.split(",")[0] for line in record.read_text().splitlines()]

    assert len([name for name in files if re.fullmatch(r"seeds/.*\.txt", name)]) == 5
    assert {"seeds/manifest.toml", "bot/trackers.toml", "bot/sandbox/static/page.js"} <= set(files)
    assert {name.split("/")[0] for name in files if not name.startswith(("..", "sitrep_"))} == {
        "bot",
        "handlers",
        "storage",
        "seeds",
    }
