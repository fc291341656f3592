"""Settings: variables over the file, every problem at once; and no token in a log."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import pytest
import structlog

from bot import app, logs, settings
from bot.errors import ConfigurationError, Problem
from bot.settings import SEEDS, Settings

TOKEN = "123456789:AAFexampleexampleexampleexample_-42"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def with_environment(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def problems_of(environment: dict[str, str]) -> list[Problem]:
    with pytest.raises(ConfigurationError) as refusal:
        settings.read(environment)
    return list(refusal.value.problems)


def test_without_any_setting_the_seeds_are_served_from_the_sandbox() -> None:
    chosen = settings.read({})

    assert (chosen.token, chosen.articles, chosen.port, chosen.trackers) == (None, SEEDS, settings.PORT, {})
    assert chosen.data == settings.ROOT / "data"


def test_an_installed_program_keeps_its_data_with_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))

    assert settings.default_data().name == "sitrep"
    assert settings.default_data() != tmp_path / "data"


def test_the_command_line_wins_over_variables_and_variables_over_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sitrep.toml").write_text(f'port = 1000\ndata = "from-file"\ntoken = "{TOKEN}"\n')
    environment = with_environment(monkeypatch, SITREP_PORT="2000", SITREP_DATA="from-variable")

    chosen = settings.read(environment, port=3000, articles=None)

    assert (chosen.port, chosen.data) == (3000, Path("from-variable"))
    assert chosen.token is not None
    assert chosen.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(chosen)


def test_every_problem_is_reported_at_once_with_its_fix(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sitrep.toml").write_text('articles = "nowhere"\nprot = 1\n')
    environment = with_environment(monkeypatch, SITREP_PORT="99999", SITREP_TOKEN="secret-words", SITREP_TOKN="x")

    assert {(problem.where, problem.got, problem.fix) for problem in problems_of(environment)} == {
        ("environment variable SITREP_TOKN", "a name nobody reads", "Did you mean SITREP_TOKEN?"),
        ("sitrep.toml: articles", "'nowhere'", "Change articles in sitrep.toml, or set SITREP_ARTICLES."),
        ("sitrep.toml: prot", "prot", "Did you mean port?"),
        ("environment variable SITREP_PORT", "'99999'", "Set SITREP_PORT anew, or unset it."),
        (
            "environment variable SITREP_TOKEN",
            "something else (not shown, for it is secret)",
            "Set SITREP_TOKEN anew, or unset it.",
        ),
    }


def test_a_file_that_is_no_toml_is_named_with_the_place(folder: Path) -> None:
    (folder / "sitrep.toml").write_text("port = = 1\n")

    (problem,) = problems_of({})

    assert problem.where == "sitrep.toml"
    assert "line 1" in problem.got


def test_trackers_that_are_no_json_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems_of(with_environment(monkeypatch, SITREP_TRACKERS="{"))

    assert problem.where == "SITREP_TRACKERS"


def test_an_operators_tracker_joins_the_shipped_ones(folder: Path) -> None:
    shipped = app.all_trackers(settings.read({}))
    (folder / "sitrep.toml").write_text('[trackers.tents]\ncommand = "tents"\ntitle = "Tents"\nunits = ["tent"]\n')

    followed = app.all_trackers(settings.read({}))

    assert [tracker.command for tracker in followed] == [*(tracker.command for tracker in shipped), "tents"]
    assert followed[-1].units == ("tent",)


def test_a_wrong_tracker_is_reported_with_file_table_and_key(folder: Path) -> None:
    (folder / "sitrep.toml").write_text('[trackers.tents]\ncommand = "tents"\ntitle = "Tents"\nunits = "tent"\n')

    with pytest.raises(ConfigurationError) as refusal:
        app.all_trackers(settings.read({}))

    (problem,) = refusal.value.problems
    assert "[tents] units" in problem.where
    assert "sitrep.toml" in problem.where
    assert (problem.expected, problem.got) == ("a list of strings", "'tent'")


def test_two_trackers_cannot_have_one_command(folder: Path) -> None:
    (folder / "sitrep.toml").write_text('[trackers.other]\ncommand = "troops"\ntitle = "Others"\nunits = ["other"]\n')

    with pytest.raises(ConfigurationError, match="troops"):
        app.all_trackers(settings.read({}))


def test_a_tracker_cannot_take_a_command_of_the_bot(folder: Path) -> None:
    (folder / "sitrep.toml").write_text('[trackers.start]\ntitle = "Starts"\nunits = ["start"]\n')

    with pytest.raises(ConfigurationError, match="expected a command that the bot does not have yet, got 'start'"):
        app.all_trackers(settings.read({}))


def test_a_taken_command_is_reported_together_with_what_else_is_wrong(folder: Path) -> None:
    (folder / "sitrep.toml").write_text(
        '[trackers.tents]\ntitle = "Tents"\nunits = "tent"\n'
        '[trackers.aid]\ncommand = "help"\ntitle = "Aid"\nmoney = true\n'
    )

    with pytest.raises(ConfigurationError) as refusal:
        app.all_trackers(settings.read({}))

    assert [(problem.where, problem.got) for problem in refusal.value.problems] == [
        ("sitrep.toml: [tents] units", "'tent'"),
        ("sitrep.toml: [aid] command", "'help'"),
    ]


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "80.5"])
def test_what_a_setting_must_be_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    (problem,) = problems_of(with_environment(monkeypatch, SITREP_PORT=port))

    assert str(problem) == (
        f"environment variable SITREP_PORT: expected a whole number from 0 to 65535, got '{port}'. "
        "Set SITREP_PORT anew, or unset it."
    )


def test_settings_of_a_wrong_kind_are_said_in_plain_words(folder: Path) -> None:
    (folder / "sitrep.toml").write_text('articles = 3\ndata = [1]\ntrackers = "tents"\ntoken = 4\n')

    assert {(problem.where, problem.expected) for problem in problems_of({})} == {
        ("sitrep.toml: articles", "a folder of .txt or .md articles"),
        ("sitrep.toml: data", "the path of a folder"),
        ("sitrep.toml: trackers", "a table for each tracker"),
        ("sitrep.toml: token", "a bot token as @BotFather gives it, like 123456789:AAF…"),
    }


def test_a_token_is_taken_out_of_messages_fields_tracebacks_and_other_libraries_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(secrets=("plain-secret",))
    try:
        structlog.get_logger("a").info(f"to /bot{TOKEN}/getMe", address=f"x/bot{TOKEN}", nested={"token": TOKEN})
        logging.getLogger("httpx").warning("HTTP Request: POST https://example.org/bot%s/getMe", TOKEN)
        logging.getLogger("b").warning("with plain-secret and %s", TOKEN.replace(":", "%3A"))
        try:
            raise RuntimeError(f"no answer from /bot{TOKEN}/getUpdates")
        except RuntimeError:
            logging.getLogger("b").exception("failed")
            structlog.get_logger("a").exception("failed too")
    finally:
        logging.getLogger().handlers.clear()

    printed = capsys.readouterr().err
    assert TOKEN not in printed
    assert TOKEN.partition(":")[2] not in printed
    assert "plain-secret" not in printed
    assert printed.count("[token]") >= 8
    assert traceback.format_exc() == "NoneType: None\n"


def test_libraries_requests_are_not_logged_at_all_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        logging.getLogger("httpx").info("HTTP Request: POST https://example.org/bot%s/getMe", TOKEN)
    finally:
        logging.getLogger().handlers.clear()

    assert capsys.readouterr().err == ""


def test_settings_cannot_be_changed() -> None:
    chosen = Settings()

    with pytest.raises(ValueError, match="frozen"):
        chosen.port = 1


def test_operators_are_numbers_with_commas_or_a_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sitrep.toml").write_text("operators = [7, 8]\n")
    assert settings.read({}).operators == (7, 8)

    assert settings.read(with_environment(monkeypatch, SITREP_OPERATORS="123, 456")).operators == (123, 456)
    (problem,) = problems_of(with_environment(monkeypatch, SITREP_OPERATORS="@somebody"))

    assert problem.where == "environment variable SITREP_OPERATORS"
    assert problem.expected == "the numbers of Telegram users, like 123456789, with commas between them"


@pytest.mark.parametrize(("rate", "paid"), [("31", "false"), ("0.5", "true"), ("1001", "true")])
def test_a_rate_that_telegram_does_not_take_is_said(monkeypatch: pytest.MonkeyPatch, rate: str, paid: str) -> None:
    environment = with_environment(monkeypatch, SITREP_RATE=rate, SITREP_PAID_BROADCAST=paid)

    (problem,) = problems_of(environment)

    assert problem.where == "environment variable SITREP_RATE"
    assert problem.expected == "a number of messages a second from 1 to 30, or to 1000 with paid_broadcast"


def test_more_than_the_free_rate_must_be_paid_for_knowingly(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.read(with_environment(monkeypatch, SITREP_RATE="970", SITREP_PAID_BROADCAST="true"))

    assert (chosen.rate, chosen.paid_broadcast) == (970, True)
    assert (Settings.model_fields["rate"].default, Settings.model_fields["paid_broadcast"].default) == (29, False)


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        ("desk@gazette.example", True),
        ("https://gazette.example/about-our-bot", True),
        ("gazette", False),
        ("desk@gazette.example\r\nX-Evil: 1", False),
        ("javascript:alert(1)", False),
        ("désk@gazette.example", False),
    ],
)
def test_the_contact_is_an_address_that_fits_a_header(
    folder: Path, monkeypatch: pytest.MonkeyPatch, given: str, *, holds: bool
) -> None:
    environment = with_environment(monkeypatch, SITREP_CONTACT=given)
    if holds:
        assert settings.read(environment).contact == given
        return
    with pytest.raises(ConfigurationError, match="SITREP_CONTACT: expected an e-mail or a web address"):
        settings.read(environment)
