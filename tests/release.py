"""Builds sdist and wheel, checks what is in them, and writes their hashes: ``python -m tests.release FOLDER``."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from packaging.metadata import Metadata
from packaging.version import Version

from bot.settings import ROOT

PACKAGES = ("bot", "handlers", "storage", "seeds")
IGNORED = ("__pycache__", ".DS_Store")
SUMS = "SHA256SUMS"


class UnfitReleaseError(Exception):
    """What was built must not be given away."""


def build(folder: Path) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it, in an empty or new folder.

    Raises:
        UnfitReleaseError: the folder holds something.
        subprocess.CalledProcessError: they cannot be built.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UnfitReleaseError(f"{folder}: expected an empty folder, got files in it. Move them away.")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def check(sdist: Path, wheel: Path) -> Metadata:
    """What the wheel says of itself.

    Raises:
        UnfitReleaseError: a file of a package is missing, or something else came along.
        ExceptionGroup: the metadata does not keep its specification.
    """
    with zipfile.ZipFile(wheel) as opened:
        packed = {name for name in opened.namelist() if not name.endswith("/")}
        (described,) = (name for name in packed if name.endswith(".dist-info/METADATA"))
        told = Metadata.from_email(opened.read(described), validate=True)
    inside = described.split("/", maxsplit=1)[0]
    _compare(wheel, {name for name in packed if not name.startswith(f"{inside}/")}, source())
    with tarfile.open(sdist) as opened:
        names = {name.partition("/")[2] for name in opened.getnames() if name.count("/")}
    around = {"README.md", "LICENSE", "pyproject.toml", ".gitignore", "PKG-INFO"}
    _compare(sdist, names - around, source())
    return told


def source() -> set[str]:
    """Every file of the packages, as a path from the checkout."""
    return {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not any(part in IGNORED for part in path.parts)
    }


def write_sums(*files: Path) -> Path:
    """The hashes in the form that ``sha256sum --check`` reads, beside the files."""
    sums = files[0].parent / SUMS
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    sums.write_text("".join(lines), encoding="utf-8")
    return sums


def _compare(archive: Path, got: set[str], expected: set[str]) -> None:
    missing, strange = sorted(expected - got), sorted(got - expected)
    if missing or strange:
        raise UnfitReleaseError(f"{archive.name}: expected the packages' files, got without {missing}, and {strange}.")


def main(arguments: list[str]) -> int:
    """Builds, checks and tells."""
    (folder,) = map(Path, arguments)
    try:
        sdist, wheel = build(folder)
        told = check(sdist, wheel)
    except UnfitReleaseError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"✗ It cannot be built.\n{error.stderr}", file=sys.stderr)
        return 1
    if f"## {told.version}" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        print(f"✗ CHANGELOG.md: expected a section on {told.version}, got none. Write it.", file=sys.stderr)
        return 1
    sums = write_sums(sdist, wheel)
    print(f"{told.name} {Version(str(told.version))}\n{sums.read_text(encoding='utf-8')}Nothing was uploaded.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
