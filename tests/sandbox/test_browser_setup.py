"""How a browser for the tests is found, or its absence explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import browser_setup


def test_a_chromium_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert browser_setup.find_browser() == str(browser)


def test_without_any_browser_one_line_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser_setup, "_downloaded", lambda: None)
    commands: list[list[str]] = []

    def fails(command: list[str]) -> bool:
        commands.append(command)
        return False

    monkeypatch.setattr(browser_setup, "_succeeds", fails)

    browser_setup.main()

    last_line = capsys.readouterr().out.splitlines()[-1]
    assert browser_setup.HOW_TO_ENABLE in last_line
    assert commands[-1][-3:] == ["playwright", "install", "chromium"]


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("", False)])
def test_only_continuous_integration_insists_on_a_browser(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    monkeypatch.setenv("CI", value)

    assert browser_setup.is_required() is expected
