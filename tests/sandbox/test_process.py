"""The sandbox in a process of its own, asked by another program over the control API."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

PRIVATE = 1000001


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A sandbox process and where it is."""

    process: subprocess.Popen[str]
    client: httpx.Client
    token: str
    report: Path

    def call(self, method: str, **params: Any) -> httpx.Response:
        return self.client.post(f"/bot{self.token}/{method}", json=params)

    def control(self, name: str, **body: Any) -> Any:
        answer = self.client.post(f"/control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sent(self, **query: Any) -> Any:
        return self.client.get("/control/sent", params=query).json()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
    report = tmp_path_factory.mktemp("sandbox") / "report.json"
    command = [sys.executable, "-m", "bot.sandbox", "--fast", "--chats", "3", "--report", str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = json.loads(process.stdout.readline())
        with httpx.Client(base_url=line["address"]) as client:
            yield Other(process=process, client=client, token=line["token"], report=report)
        process.kill()


@pytest.fixture
def other(process: Other) -> Other:
    process.control("start_over")
    process.control("mode", mode="fast")
    return process


def test_every_message_is_kept_with_its_moment_and_counted(other: Other) -> None:
    (chat, second) = other.control("chats", private=2)["chat_ids"]
    before = time.monotonic()

    for text in ("one", "two"):
        other.call("sendMessage", chat_id=chat, text=text)
    other.call("sendMessage", chat_id=second, text="<b>three</b>", parse_mode="HTML")
    other.call("sendMessage", chat_id=5, text="nobody")
    sent = other.sent(texts=1)

    assert (sent["total"], sent["busiest_second"]) == (3, 3)
    assert sent["chats"] == {str(chat): 2, str(second): 1}
    assert sent["answers"] == {"sendmessage 200": 3, "sendmessage 400": 1}
    assert [text for _, text in sent["texts"][str(chat)]] == ["one", "two"]
    assert before < sent["texts"][str(chat)][0][0] < time.monotonic()
    assert "chats" not in other.sent(brief=1)
    assert other.sent(brief=1)["total"] == 3
    assert other.sent(chat_id=second)["chats"] == {str(second): 1}
    assert other.sent(after=sent["last"])["chats"] == {str(chat): 0, str(second): 0}
    other.control("forget_sent")
    assert other.sent()["total"] == 0


def test_a_crowd_has_started_the_bot_and_can_write(other: Other) -> None:
    chats = other.control("chats", private=3, says="/start")["chat_ids"]

    updates = other.call("getUpdates").json()["result"]

    assert [update["message"]["from"]["id"] for update in updates] == chats
    assert {update["message"]["text"] for update in updates} == {"/start"}
    assert all(str(chat) not in other.client.get("/control/state").text for chat in chats)


def test_strict_and_fast_mode_count_as_said(other: Other) -> None:
    chats = other.control("chats", private=50)["chat_ids"]

    def accepted(**params: Any) -> int:
        return sum(other.call("sendMessage", chat_id=chat, text="x", **params).status_code == 200 for chat in chats)

    other.control("mode", mode="strict")
    strict, paid = accepted(), accepted(allow_paid_broadcast=True)
    other.control("mode", mode="fast", per_second=100)
    rated = accepted()
    other.control("mode", mode="fast")

    assert 30 <= strict < 50
    assert paid == 50
    assert 10 <= rated < 50
    assert accepted() == 50
    assert other.client.post("/control/mode", json={"mode": "strict", "per_second": 5}).status_code == 400


def test_faults_befall_their_share(other: Other) -> None:
    chat = other.control("chats", private=1)["chat_ids"][0]
    fault = {"status": 503, "chance": 0.5, "times": 1000}

    other.control("faults", seed=1, faults=[fault])
    statuses = [other.call("sendMessage", chat_id=chat, text="x").status_code for _ in range(100)]
    other.control("faults")

    assert set(statuses) == {200, 503}
    assert 30 < statuses.count(503) < 70
    assert other.call("sendMessage", chat_id=chat, text="x").status_code == 200


def test_a_network_may_be_slow(other: Other) -> None:
    other.control("latency", seconds=0.2)

    started = time.monotonic()
    other.call("getMe")
    other.control("latency")
    middle = time.monotonic()

    assert middle - started >= 0.2
    assert _fastest(other) < 0.2


def test_a_person_writes_and_moves_the_clock(other: Other) -> None:
    other.control("clock", to="2031-05-06T08:00:00+00:00")

    other.control("say", chat_id=PRIVATE, text="/start")
    (update,) = other.call("getUpdates").json()["result"]
    other.control("clock")

    assert update["message"]["text"] == "/start"
    assert update["message"]["date"] == pytest.approx(1935820800, abs=5)


def test_at_the_end_a_report_tells_what_arrived(process: Other) -> None:
    process.control("start_over")
    process.control("say", chat_id=PRIVATE, text="/start")
    process.call("sendMessage", chat_id=PRIVATE, text="last words")

    process.process.terminate()

    assert process.process.wait(timeout=60) == 0
    report = json.loads(process.report.read_text())
    assert [text for _, text in report["texts"][str(PRIVATE)]] == ["last words"]


def _fastest(other: Other) -> float:
    """Seconds of the fastest of twenty requests, for other programs share the machine."""
    taken = []
    for _ in range(20):
        started = time.monotonic()
        other.call("getMe")
        taken.append(time.monotonic() - started)
    return min(taken)
