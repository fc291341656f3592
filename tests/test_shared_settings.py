"""The address of a shared database: what a person is told when it does not do, and what is never told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bot.settings import ROOT
from tests import postgres
from tests.conftest import settings_for

SECRET = "pa%2Fssw0rd"
MEANT = "pa/ssw0rd"
WITHOUT_PSYCOPG = "import sys; sys.modules['psycopg'] = None; from bot.__main__ import main; main(['migrate'])"


def sitrep(folder: Path, *arguments: str, code: str | None = None, **settings: str) -> tuple[int, str]:
    """The program's exit code and everything that it said."""
    started = ["-c", code] if code is not None else ["-m", "bot", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(
        [sys.executable, *started],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)} | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_without_its_extra_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    code, said = sitrep(tmp_path, code=WITHOUT_PSYCOPG, SITREP_STORE="postgresql://localhost/sitrep")

    assert code == 1
    assert 'Install them: pip install "sitrep-briefing-bot[scale]".' in said


@pytest.mark.parametrize("arguments", [("migrate",), ("move", "sitrep.db", "store"), ("check",), ("run",)])
def test_a_password_is_never_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "sitrep.db").touch()
    settings = {
        "SITREP_STORE": f"postgresql://someone:{SECRET}@127.0.0.1:1/sitrep",
        "SITREP_TOKEN": "123456789:" + "A" * 35,
        "SITREP_DATA": str(tmp_path),
        "HTTPS_PROXY": "http://127.0.0.1:1",
    }

    code, said = sitrep(tmp_path, *arguments, **settings)

    assert code == 1
    assert "database sitrep at 127.0.0.1:1: expected an answer, got" in said
    assert SECRET not in said
    assert MEANT not in said


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SITREP_STORE": f"mysql://a:{SECRET}@b/c"}, "expected the address of a PostgreSQL database"),
        ({"SITREP_STORE": f"postgresql://a:{SECRET}@b:port:5/c d"}, "expected one like postgresql://user@host"),
        ({"SITREP_STORE_PASSWORD_FILE": "nowhere"}, "expected the path of a file that holds the database's password"),
        ({}, "SITREP_STORE: expected the address"),
    ],
)
def test_a_wrong_address_is_told_without_it(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    code, said = sitrep(tmp_path, "migrate", **settings)

    assert code == 1
    assert words in said
    assert SECRET not in said


def test_the_database_is_brought_up_to_date_once(tmp_path: Path, postgres_server: postgres.Server) -> None:
    address = postgres_server.empty()

    first = sitrep(tmp_path, "migrate", SITREP_STORE=address.url)
    second = sitrep(tmp_path, "migrate", SITREP_STORE=address.url)

    assert first[0] == second[0] == 0
    assert first[1].startswith("Applied 0001 store.\n")
    assert second[1] == f"{address} is up to date.\n"


def test_the_password_may_stand_in_a_file(tmp_path: Path, postgres_server: postgres.Server) -> None:
    from pydantic import SecretStr

    from bot.app import address_of

    address = postgres_server.fresh()
    (tmp_path / "password").write_text(f"{MEANT}\n")
    settings = settings_for(tmp_path).model_copy(
        update={"store": SecretStr(address.url), "store_password_file": tmp_path / "password"}
    )

    found = address_of(settings)

    assert found is not None
    assert found.secrets() == (MEANT,)
    with psycopg.connect(found.conninfo()) as connection:
        assert connection.info.password == MEANT
