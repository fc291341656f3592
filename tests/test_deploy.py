"""What deploy/ holds fits the program: settings, metrics, command lines, and the programs that read the files."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics_core import Metric

from bot import app, settings
from bot.__main__ import _parser
from bot.metrics import REGISTRY
from bot.settings import PREFIX, ROOT, Settings
from bot.sources.declaring import read_declarations

DEPLOY = ROOT / "deploy"
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def samples(family: Metric) -> set[str]:
    return {family.name + suffix for suffix in SUFFIXES[family.type]}


def variables(text: str) -> set[str]:
    found = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", text))
    assert found
    return found


def known_variables() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_dashboard_asks_for_metrics_that_there_are_and_shows_them_all() -> None:
    families = {family.name: samples(family) for family in REGISTRY.collect()}
    panels = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))["panels"]
    asked = {name for panel in panels for one in panel["targets"] for name in re.findall(r"sitrep_\w+", one["expr"])}

    assert asked - set().union(*families.values()) == set()
    assert [family for family, names in families.items() if not names & asked] == []
    assert len({panel["id"] for panel in panels}) == len(panels)


def unit() -> dict[str, dict[str, list[str]]]:
    """Section -> key -> values; systemd takes a key several times."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), dict_type=Several)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / "sitrep.service").read_text(encoding="utf-8"))
    return {
        section: {key: value.split("\n") for key, value in parser[section].items()} for section in parser.sections()
    }


class Several(dict[str, Any]):
    """Keeps the values of a key that comes again."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, self[key] + value if isinstance(value, list) and key in self else value)


def test_the_unit_starts_the_bot_with_settings_that_exist() -> None:
    service = unit()["Service"]
    program, *arguments = shlex.split(service["ExecStart"][0])

    assert (program.endswith("/sitrep"), _parser().parse_args(arguments).command) == (True, "run")
    assert variables((DEPLOY / "sitrep.service").read_text(encoding="utf-8")) <= known_variables()
    assert (service["Type"], service["NoNewPrivileges"], service["DynamicUser"]) == (["notify"], ["yes"], ["yes"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "sitrep.service").read_text(encoding="utf-8")
    copy = tmp_path / "sitrep.service"
    copy.write_text(text.replace("/opt/sitrep/.venv/bin/sitrep", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )

    assert [line for line in done.stderr.splitlines() if "sitrep.service" in line] == []


def test_the_example_settings_are_accepted_but_for_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DEPLOY / "sitrep.toml").read_text(encoding="utf-8")
    (tmp_path / settings.FILE).write_text(text.replace("/var/lib/sitrep/articles", str(tmp_path)))
    monkeypatch.chdir(tmp_path)

    chosen = settings.read({})

    assert "displaced" in {tracker.name for tracker in app.all_trackers(chosen)}
    assert "flood" in {topic.name for topic in app.all_stories(chosen)}
    assert read_declarations(chosen.sources, settings.FILE, tmp_path).problems == ()


def composed() -> dict[str, Any]:
    loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_the_compose_file_keeps_its_specification() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"),
            str(DEPLOY / "compose.yaml"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout


def test_the_composed_services_are_command_lines_and_settings_of_the_program() -> None:
    services = composed()["services"]
    own = {name: one for name, one in services.items() if one["image"] == "sitrep"}

    assert len(own) > 1
    for one in own.values():
        assert _parser().parse_args(one["command"]).command == one["command"][0]
        assert set(one["environment"]) <= known_variables()
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])


def test_the_image_runs_unprivileged_from_its_lock_file_and_is_asked_for_its_health() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for name in line.split()}
    offered = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert variables(text) <= known_variables()
    assert re.search(r"^USER (?!root)\w+$", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*\n.*\[\"python\".*/healthz", text, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["python:3.11-slim"] * 2
    assert copied == offered
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_lock_file_of_the_image_adds_only_the_database_to_the_bots() -> None:
    locked = {
        file: set(re.findall(r"^([\w.-]+==\S+)", (ROOT / file).read_text(), re.MULTILINE))
        for file in ("requirements.txt", "requirements-scale.txt", "requirements-dev.txt")
    }

    assert locked["requirements.txt"] <= locked["requirements-scale.txt"] <= locked["requirements-dev.txt"]
