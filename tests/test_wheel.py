"""The built wheel, installed into an environment of its own, without the tests' tools, and run from another folder."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests import release

REFUSE = """
import sys
REFUSED = {names!r}
class Refusal:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in REFUSED:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Refusal())
"""  #: a module that an environment's Python imports as it starts


def pinned(file: str) -> set[str]:
    """The packages of a lock file."""
    return set(re.findall(r"^([\w.-]+)==", (ROOT / file).read_text(), re.MULTILINE))


def not_for_the_bot() -> set[str]:
    """Modules that only tests, checks or extras bring."""
    others = pinned("requirements-dev.txt") - pinned("requirements.txt")
    named = {re.sub(r"[-_.]+", "-", name).lower() for name in others}
    brought = packages_distributions().items()
    return {module for module, by in brought if {re.sub(r"[-_.]+", "-", name).lower() for name in by} <= named} - {
        "tests",
        "docs",
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel built from it."""
    return release.build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, built: tuple[Path, Path]) -> Path:
    """The folder of an environment that holds the wheel, and borrows the bot's dependencies from this one."""
    folder, (_, wheel) = tmp_path_factory.mktemp("wheel"), built
    environment = folder / "env"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    install = [uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel]
    subprocess.run([str(word) for word in install], check=True, capture_output=True, cwd=folder)
    (packages,) = environment.glob("lib/python*/site-packages")
    # A .pth line adds the folder but not the .pth files in it, so the checkout itself stays out of reach.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (packages / "refusal.py").write_text(REFUSE.format(names=not_for_the_bot()))
    (packages / "refusal.pth").write_text("import refusal\n")  # Debian's Python has a sitecustomize of its own
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


def test_the_wheel_draws_and_checks_without_the_tests_tools(installed: Path) -> None:
    summary = run(installed, "sitrep", "ask", "/summary")
    picture = run(installed, "sitrep", "ask", "/troops", "--png", str(installed.parent / "troops.png"))
    checked = run(installed, "sitrep", "check")
    refused = run(installed, "python", "-c", "import pytest")

    assert [done.returncode for done in (summary, picture, checked)] == [0, 0, 0], picture.stderr + checked.stderr
    assert "[1]" in summary.stdout
    assert (installed.parent / "troops.png").read_bytes().startswith(b"\x89PNG")
    assert checked.stdout.endswith("Everything is in order.\n")
    assert "No module named 'pytest'" in refused.stderr


def test_the_wheel_is_what_was_run(installed: Path) -> None:
    done = run(installed, "python", "-c", "import bot, handlers, storage; print(bot.__file__)")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(installed))


def test_sdist_and_wheel_hold_every_file_of_the_packages_and_nothing_else(built: tuple[Path, Path]) -> None:
    told = release.check(*built)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert (told.name, str(told.version)) == (project["name"], project["version"])
    assert f"## {told.version}" in (ROOT / "CHANGELOG.md").read_text()
    assert {
        "bot/trackers.toml",
        "bot/locale/uk.po",
        "bot/sandbox/static/page.js",
        "seeds/manifest.toml",
    } <= release.source()
    assert len([name for name in release.source() if re.fullmatch(r"seeds/.*\.txt", name)]) == 5


def test_a_wheel_that_lost_a_file_is_no_release(built: tuple[Path, Path], tmp_path: Path) -> None:
    sdist, wheel = built
    lacking = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(lacking, "w") as less:
        for name in whole.namelist():
            if name != "bot/trackers.toml":
                less.writestr(name, whole.read(name))

    with pytest.raises(release.UnfitReleaseError, match=r"bot/trackers\.toml"):
        release.check(sdist, lacking)


def test_the_hashes_are_those_of_the_files(built: tuple[Path, Path]) -> None:
    lines = release.write_sums(*built).read_text().splitlines()

    assert lines == [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in built]
