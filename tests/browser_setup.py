"""Finds a Chromium for the browser tests, or installs one where that is possible without asking.

``python -m tests.browser_setup`` never fails: without a browser those tests are skipped, unless ``CI=true``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-color-emoji")
LAUNCH_ARGS = ("--no-sandbox", "--disable-quic", "--disable-background-networking")
HOW_TO_ENABLE = "install Chromium (`apt-get install chromium`) or run `python -m playwright install chromium`"
DOWNLOAD_SECONDS = 300


def find_browser() -> str | None:
    """The path of a Chromium: on the PATH, else one Playwright downloaded; None if there is neither."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return _downloaded()


def is_required() -> bool:
    """Whether a missing browser is a failure, as in continuous integration."""
    return os.environ.get("CI", "").lower() == "true"


def _downloaded() -> str | None:
    """Playwright's own Chromium, if it was downloaded for the installed version."""
    from playwright.sync_api import sync_playwright

    try:
        with sync_playwright() as playwright:
            path = Path(playwright.chromium.executable_path)
    except Exception:  # noqa: BLE001  # Playwright without its driver is as good as no browser
        return None
    return str(path) if path.exists() else None


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, check=False, timeout=DOWNLOAD_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install_on_debian() -> None:
    if not Path("/etc/debian_version").exists() or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"No Chromium found. Installing {' and '.join(PACKAGES)} with apt-get for the browser tests ...", flush=True)
    if _succeeds(["apt-get", "update", "-q"]):
        _succeeds(["apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES])


def _download() -> None:
    print("No Chromium found. Downloading Playwright's own for the browser tests ...", flush=True)
    _succeeds([sys.executable, "-m", "playwright", "install", "chromium"])


def main() -> None:
    """Takes each way in turn until there is a browser."""
    for attempt in (_install_on_debian, _download):
        if find_browser():
            return
        attempt()
    if not find_browser():
        print(f"Without a browser the chat page's tests are skipped; to enable them, {HOW_TO_ENABLE}.")


if __name__ == "__main__":
    main()
