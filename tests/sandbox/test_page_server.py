"""The page's own requests: what they do, and whom they are refused."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.control import Control
from bot.sandbox.deeds import NONE_SCHEDULED, Deeds
from bot.sandbox.faults import Fault
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from tests.sandbox_fixtures import new_state

BRIEFING = datetime(2031, 5, 6, 5, 0, tzinfo=UTC)


@pytest.fixture
async def page(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address) as client:
        yield client


async def test_the_page_and_all_it_names_come_from_here_alone(page: httpx.AsyncClient) -> None:
    answer = await page.get("/")

    assert answer.status_code == 200
    assert "http" not in answer.text.replace("http-equiv", "")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for name in ("page.js", "page.css", "theme.js", "icon.svg"):
        assert (await page.get(f"/static/{name}")).status_code == 200


async def test_only_the_loopbacks_own_names_are_answered(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, headers={"Host": "evil.example"}) as foreign:
        assert (await foreign.get("/")).status_code == 400


async def test_a_foreign_sites_form_can_do_nothing(page: httpx.AsyncClient, state: SandboxState) -> None:
    answer = await page.post("/sandbox/say", content=json.dumps({"chat_id": state.private.id, "text": "x"}))

    assert answer.status_code == 415
    assert state.messages(state.private) == []


@pytest.mark.parametrize(
    ("deed", "body", "status", "complaint"),
    [
        ("say", {"chat_id": 5, "text": "x"}, 400, "there is no such chat"),
        ("say", {"chat_id": 1000001, "text": " "}, 409, "an empty message cannot be sent"),
        ("press", {"chat_id": 1000001, "message_id": 9, "row": 0, "column": 0}, 409, "the message is gone"),
        ("delete_topic", {"chat_id": -4001, "topic_id": 1}, 409, "there is no topic 1 in Newsroom"),
        ("say", {"chat_id": -4001, "text": "x", "as": 5}, 400, "there is no such person"),
        (
            "send_file",
            {"chat_id": -4001, "name": "a.png", "content": "YQ==", "is_photo": True},
            400,
            "Bad Request: IMAGE_PROCESS_FAILED",
        ),
        ("bot_role", {"chat_id": -4001, "role": "king"}, 400, "'king' is not a valid Role"),
        ("clock", {"to": "2031-05-06T05:00"}, 400, "expected a moment with a time zone, got 2031-05-06T05:00:00"),
        ("say", [], 400, "expected a JSON object"),
    ],
)
async def test_a_wrong_request_is_told_why(
    page: httpx.AsyncClient, deed: str, body: object, status: int, complaint: str
) -> None:
    answer = await page.post(f"/sandbox/{deed}", json=body)

    assert (answer.status_code, answer.json()) == (status, {"error": complaint})


async def test_the_clock_moves_and_comes_back(page: httpx.AsyncClient, state: SandboxState) -> None:
    await page.post("/sandbox/clock", json={"by": 3600})
    assert state.clock.offset == timedelta(hours=1)

    await page.post("/sandbox/clock", json={"to": BRIEFING.isoformat()})
    assert abs(state.clock.now() - BRIEFING) < timedelta(minutes=1)

    await page.post("/sandbox/clock", json={})
    assert state.clock.offset == timedelta(0)


async def test_without_a_subscription_the_clock_stays_and_says_how_to_get_one(
    page: httpx.AsyncClient, state: SandboxState
) -> None:
    answer = await page.post("/sandbox/clock", json={"to_next_briefing": True})

    assert (answer.status_code, answer.json()["status"]) == (200, NONE_SCHEDULED)
    assert state.clock.offset == timedelta(0)


async def test_the_clock_goes_to_the_next_briefing() -> None:
    state = new_state()

    async def next_briefing() -> datetime:
        return BRIEFING

    async with serving(state, next_briefing=next_briefing) as address, httpx.AsyncClient(base_url=address) as page:
        await page.post("/sandbox/clock", json={"to_next_briefing": True})

    assert abs(state.clock.now() - BRIEFING) < timedelta(minutes=1)


def test_the_documentation_names_every_deed_and_every_part_of_a_fault(state: SandboxState) -> None:
    told = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    deeds = {**Deeds(state, None).by_name(), **Control(state).by_name()}

    assert [name for name in deeds if f"| `{name}` |" not in told and f"| `POST /control/{name}` |" not in told] == []
    assert [part.name for part in fields(Fault) if f"| `{part.name}` |" not in told] == []


def test_a_clock_takes_no_naive_moment() -> None:
    with pytest.raises(ValueError, match="expected a moment with a time zone"):
        SandboxClock(lambda: BRIEFING).move_to(datetime(2031, 5, 6, 5, 0))


async def test_a_fault_can_be_asked_for_and_taken_back(page: httpx.AsyncClient, state: SandboxState) -> None:
    url = f"/bot{state.token}/getMe"

    await page.post("/sandbox/faults", json={"status": 503, "times": 5, "delay": 0.01})
    assert (await page.get(url)).status_code == 503
    await page.post("/sandbox/faults", json={})
    assert (await page.get(url)).status_code == 200
    assert (await page.post("/sandbox/faults", json={"colour": "red"})).status_code == 400


@pytest.mark.parametrize("encoding", ["json", "data", "params"])
async def test_the_bot_api_reads_every_encoding(page: httpx.AsyncClient, state: SandboxState, encoding: str) -> None:
    fields: dict[str, Any] = {
        "chat_id": state.group.id,
        "text": "hello",
        "reply_markup": json.dumps({"force_reply": True}),
    }
    if encoding == "json":
        fields["reply_markup"] = {"force_reply": True}

    sent: dict[str, Any] = {encoding: fields}
    answer = await page.post(f"/bot{state.token}/SENDMESSAGE", **sent)

    assert answer.json()["ok"]
    assert state.messages(state.group)[-1].wants_reply


async def test_a_broken_request_is_refused_in_telegrams_shape(page: httpx.AsyncClient, state: SandboxState) -> None:
    method = f"/bot{state.token}/sendMessage"
    json_type = {"content-type": "application/json"}

    answers = [
        await page.post(method, content="{", headers=json_type),
        await page.post(method, content="[]", headers=json_type),
        await page.post(method, data={"chat_id": state.group.id, "text": "x", "reply_markup": "{"}),
        await page.post(method, json={"chat_id": state.group.id, "text": "x", "reply_markup": []}),
        await page.post(method, json={"text": "x"}),
    ]

    assert [(answer.status_code, answer.json()["ok"]) for answer in answers] == [(400, False)] * 5
    assert answers[-1].json()["description"] == "Bad Request: chat_id is empty"


async def test_an_open_page_hears_what_happens_and_does_not_hold_up_the_end() -> None:
    state = new_state()
    async with httpx.AsyncClient() as client:
        async with serving(state) as address:
            stream = await client.send(client.build_request("GET", f"{address}/sandbox/events"), stream=True)
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: page"
            state.say(state.private, "live")
            async with asyncio.timeout(30):
                while "live" not in await anext(lines):
                    pass
            started = time.monotonic()
        assert time.monotonic() - started < 15
        await stream.aclose()


async def test_an_open_page_hears_nothing_of_a_crowd() -> None:
    state = new_state()
    (chat,) = state.add_crowd(1)
    heard: list[str] = []
    async with httpx.AsyncClient() as client, serving(state) as address:
        stream = await client.send(client.build_request("GET", f"{address}/sandbox/events"), stream=True)
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: page"
        state.say(chat, "one of many")
        state.say(state.private, "live")
        async with asyncio.timeout(30):
            while "live" not in (line := await anext(lines)):
                heard.append(line)
        await stream.aclose()

    assert "one of many" not in "".join(heard)


async def test_a_hundred_requests_on_one_connection_do_not_wait_for_acknowledgements(
    page: httpx.AsyncClient, state: SandboxState
) -> None:
    taken = []
    for _ in range(100):
        started = time.monotonic()
        await page.post(f"/bot{state.token}/getMe")
        taken.append(time.monotonic() - started)

    assert min(taken) < 0.03  # every answer took 40 ms and more when it waited


async def test_a_taken_port_is_an_error() -> None:
    async with serving(new_state()) as address:
        with pytest.raises(OSError, match="in use"):
            async with serving(new_state(), port=int(address.rpartition(":")[2])):
                pass


async def test_a_sandbox_can_be_served_again() -> None:
    state = new_state()
    for _ in range(2):
        async with serving(state) as address, httpx.AsyncClient(base_url=address) as page:
            assert (await page.get("/sandbox/state")).json()["bot"]["first_name"] == "Echo"
