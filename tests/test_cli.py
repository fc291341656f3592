"""The command line as a person uses it, in processes of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.render.html import Html
from bot.render.terminal import terminal_text
from bot.sandbox.contents import PERSON
from bot.settings import ROOT
from tests.conftest import story_commands

STARTED_WITHIN = 120.0  #: seconds, on a machine that does other things too


@pytest.fixture
def data(tmp_path: Path, seeds_story: Path) -> Path:
    """A data folder in which the seeds are already read."""
    folder = tmp_path / "data"
    shutil.copytree(seeds_story, folder)
    return folder


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SITREP_")}
    return {**kept, "SITREP_DATA": str(data), "PYTHONPATH": str(ROOT), **more}


def sitrep(data: Path, *arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment(data, **more),
        cwd=cwd or data.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def running(data: Path, *arguments: str, said: list[str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A bot in a process of its own, and the address it printed; ``said`` takes the lines before that."""
    command = [sys.executable, "-m", "bot", *arguments]
    process = subprocess.Popen(
        command, env=environment(data), cwd=data.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    printed = ""
    try:
        assert process.stdout is not None
        for line in process.stdout:
            printed += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                if said is not None:
                    said += printed.splitlines()
                yield process, found[0]
                break
        else:
            pytest.fail(f"the bot did not start: {printed}")
    finally:
        process.kill()
        process.wait()


def test_ask_answers_in_the_terminal_without_reading_again(data: Path) -> None:
    done = sitrep(data, "ask", "/troops")

    assert (done.returncode, done.stderr) == (0, "")
    assert "10,000" in done.stdout
    assert "<b>" not in done.stdout
    assert "\x1b" not in done.stdout


def test_a_second_start_does_not_load_the_language_model(data: Path) -> None:
    code = (
        "import sys\nfrom bot.__main__ import main\n"
        "try:\n    main(['ask', '/summary'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert 'spacy' not in sys.modules, 'spaCy was imported'"
    )

    done = subprocess.run([sys.executable, "-c", code], env=environment(data), cwd=data.parent, timeout=60, check=False)

    assert done.returncode == 0


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("start", "For example:"),
        ("/help", "/summary – "),
        ("/subscribe 08:00 Europe/Kyiv", "/subscribe needs a chat"),
        ("/unsubscribe@sitrep_bot", "/unsubscribe needs a chat"),
        ("/TIMELINE", "2024"),
        ("/troops@sitrep_bot", "Zelenskyy"),
        ("/sources", "≈ 12 Nov 2024"),
    ],
)
def test_every_command_can_be_asked(
    data: Path, question: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITREP_DATA", str(data))

    with pytest.raises(SystemExit) as end:
        main(["ask", question])

    assert end.value.code == 0
    assert shown in capsys.readouterr().out


def test_output_that_nobody_reads_to_its_end_is_no_error(data: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "bot", "ask", "/summary"]
    settings = environment(data)

    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(command, env=settings, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_command_fails_and_shows_a_right_one(data: Path) -> None:
    done = sitrep(data, "ask", "/tropos")

    assert done.returncode == 1
    assert "Did you mean /troops?" in done.stdout


def test_digest_prints_every_answer_whole(data: Path) -> None:
    done = sitrep(data, "digest")

    assert done.returncode == 0
    shown = re.findall(r"^===== /(.*) =====$", done.stdout, re.MULTILINE)
    assert shown == story_commands()
    assert done.stdout.startswith("5 articles from ")


def test_other_articles_are_read_and_their_dates_inferred(tmp_path: Path) -> None:
    articles = tmp_path / "flood"
    articles.mkdir()
    (articles / "2025-03-04 river.txt").write_text(
        "The river Aldo rose on Monday. Officials said on Tuesday that 1,200 soldiers were sent to the town of Brell.\n"
    )
    (articles / "broken.txt").write_bytes(b"\0")

    done = sitrep(tmp_path / "data", "ask", "/troops", "--articles", str(articles))

    assert done.returncode == 0
    assert "1,200" in done.stdout
    assert "Reading articles: 1/1 (2025-03-04 river.txt)" in done.stderr
    assert "broken.txt: expected text in UTF-8 or Windows-1252, got something else" in done.stderr
    assert (
        "no date printed: taken from the file's name for 2025-03-04 river.txt (2025-03-04); write a manifest"
        in done.stderr
    )


def test_an_answer_can_be_drawn_into_a_new_file(data: Path) -> None:
    file = data.parent / "troops.png"

    done = sitrep(data, "ask", "/troops", "--png", str(file))
    again = sitrep(data, "ask", "/troops", "--png", str(file))
    without = sitrep(data, "ask", "/sources", "--png", str(data.parent / "sources.png"))

    assert (done.returncode, file.read_bytes()[:4]) == (0, b"\x89PNG")
    assert (again.returncode, "a name that is free" in again.stderr) == (1, True)
    assert (without.returncode, "expected an answer that can be drawn" in without.stderr) == (1, True)
    assert not (data.parent / "sources.png").exists()


def test_asking_about_another_folder_leaves_the_stored_story_alone_and_remembers_that_folder(
    data: Path, tmp_path: Path
) -> None:
    articles = tmp_path / "flood"
    articles.mkdir()
    (articles / "river.txt").write_text("Officials said that 1,200 soldiers were sent to the town of Brell.\n")
    served = (data / "sandbox.db").read_bytes()

    first, second = (sitrep(data, "ask", "/troops", "--articles", str(articles)) for _ in range(2))

    assert "1,200" in first.stdout
    assert second.stdout == first.stdout
    assert "Reading articles" in first.stderr
    assert "Reading articles" not in second.stderr
    assert (data / "sandbox.db").read_bytes() == served


def test_check_finds_everything_in_order(data: Path) -> None:
    done = sitrep(data, "check")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Everything is in order.\n")


def test_check_reports_every_problem_at_once_with_its_fix(data: Path, tmp_path: Path) -> None:
    (data / "sandbox.db").write_bytes(b"no database" * 1000)
    (tmp_path / "empty").mkdir()
    (tmp_path / "sitrep.toml").write_text('[trackers.tents]\ncommand = "tents"\ntitle = "Tents"\nunits = "tent"\n')

    done = sitrep(data, "check", "--articles", str(tmp_path / "empty"))

    assert done.returncode == 1
    assert "[tents] units: expected a list of strings, got 'tent'" in done.stderr
    assert "sandbox.db: expected a database of sitrep, got one that cannot be used" in done.stderr
    assert "expected at least one article, got none" in done.stderr
    assert done.stderr.count("✗") == 3


def test_check_reports_what_is_wrong_with_the_sources(data: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "without" / "pypdf").mkdir(parents=True)
    (tmp_path / "without" / "pypdf" / "__init__.py").write_text("raise ImportError('not installed')")
    (tmp_path / "sitrep.toml").write_text(
        '[[sources]]\nkind = "folder"\npath = "inbox"\n[[sources]]\nkind = "folder"\npath = "gone"\n'
        '[[sources]]\nkind = "opml"\npath = "gone.opml"\n[[sources]]\nkind = "feed"\nurl = "http://10.0.0.7/feed"\n'
        '[[sources]]\nkind = "feed"\nurl = "http://10.0.0.8/feed"\nprivate = true\n'
    )

    done = sitrep(data, "check", PYTHONPATH=f"{tmp_path / 'without'}{os.pathsep}{ROOT}")

    assert done.returncode == 1
    for words in (
        "[[sources]] no. 2: path: expected a folder, got ",
        "[[sources]] no. 3: path: expected a file that can be read, got ",
        "[[sources]] no. 4: url: expected an address on the public internet, got http://10.0.0.7/feed",
        "a.pdf: expected the library that reads PDF, got none installed. Install what reads PDF: pip install",
    ):
        assert words in done.stderr
    assert done.stderr.count("✗") == 4


def test_wrong_settings_stop_every_command(data: Path) -> None:
    done = sitrep(data, "ask", "/summary", SITREP_PORT="many", SITREP_TOKEN="secret-words")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "environment variable SITREP_PORT: expected " in done.stderr
    assert "environment variable SITREP_TOKEN: expected a bot token as @BotFather gives it" in done.stderr
    assert "secret-words" not in done.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_run_shows_the_chat_page_and_stops_cleanly(data: Path, stop: signal.Signals) -> None:
    with running(data, "run", "--port", "0") as (process, address):
        with urllib.request.urlopen(address) as page:
            assert "<html" in page.read().decode().lower()

        process.send_signal(stop)
        rest = process.communicate(timeout=STARTED_WITHIN)[0]

    assert process.returncode == 0
    assert rest.endswith("Stopped.\n")
    assert "Traceback" not in rest


def test_a_busy_port_is_left_to_who_has_it_and_the_other_one_is_named(data: Path) -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(data, "sandbox", "--port", str(port), said=said) as (_, address):
            pass

    assert address != f"http://127.0.0.1:{port}/"
    other = address.rstrip("/").rpartition(":")[2]
    assert f"! Port {port} is in use by another program; the chat page is served on port {other} instead." in said


@pytest.mark.parametrize("command", [["digest"], ["ask", "/summary"]])
def test_a_folder_without_articles_is_named_with_what_to_do(data: Path, tmp_path: Path, command: list[str]) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    done = sitrep(data, *command, "--articles", str(empty))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"✗ {empty}: expected at least one article, got none. "
        "Put articles there, or name another folder with --articles.\n"
    )


def post(address: str, deed: str, **body: object) -> None:
    request = urllib.request.Request(
        f"{address}sandbox/{deed}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def words_of_the_bot(address: str, beginning: str) -> str:
    """The first message of the bot that begins so, once it is there."""
    end = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{address}sandbox/state") as answer:
            for message in json.load(answer)["messages"]:
                if message["is_bots"] and message.get("text", "").startswith(beginning):
                    return str(message["text"])
        time.sleep(0.1)
    pytest.fail(f"no message of the bot begins with {beginning!r}")


def test_a_subscription_in_the_sandbox_is_briefed_after_a_restart(data: Path) -> None:
    with running(data, "run", "--port", "0") as (process, address):
        post(address, "say", chat_id=PERSON.id, text="/subscribe 08:00 Europe/Kyiv")
        words_of_the_bot(address, "Subscribed")
        process.terminate()
        process.wait()

    with running(data, "run", "--port", "0") as (_, address):
        post(address, "clock", to_next_briefing=True)
        briefing = words_of_the_bot(address, "")

    assert len(briefing) > 200


def test_a_second_start_reads_nothing_again(data: Path) -> None:
    said: list[str] = []
    with running(data, "run", "--port", "0", said=said):
        pass

    assert "5 articles" in "".join(said)
    assert "0 read anew" in "".join(said)


def test_questions_are_answered_while_a_bot_owns_the_store_and_a_second_bot_is_refused(data: Path) -> None:
    with running(data, "run", "--port", "0"):
        asked = sitrep(data, "ask", "/summary")
        second = sitrep(data, "run", "--port", "0")

    assert asked.returncode == 0
    assert second.returncode == 1
    assert "expected to be the only one who uses this folder, got another running sitrep" in second.stderr


def test_html_becomes_plain_or_styled_words() -> None:
    html = Html(
        "<b>Troops</b> &lt;3 <i>said</i>\n<blockquote expandable>one &amp; two\nthree</blockquote>\n"
        '<a href="https://example.org/">Wire</a> <a href="tg://user?id=1">you</a> <code>x</code>'
    )

    assert terminal_text(html, styled=False) == (
        "Troops <3 said\n  │ one & two\n  │ three\nWire <https://example.org/> you x"
    )
    assert terminal_text(Html("<b>a<i>b</i></b>"), styled=True) == "\x1b[1ma\x1b[3mb\x1b[0m\x1b[1m\x1b[0m"
