"""What ``sitrep check`` finds out about the bot's place with Telegram and on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from telegram import Bot, User, WebhookInfo

from bot import checkup
from bot.asgi import LOOPBACK
from bot.checkup import bot_problems, set_by_botfather, updates_elsewhere
from bot.sandbox.faults import Fault
from bot.settings import Settings
from tests.conftest import Stage, free_port, settings_for
from tests.test_surface import open_bot

HOOK = "https://bot.example.org/hook"


def me(*, inline: bool = True, groups: bool = True, reads_all: bool = False) -> User:
    return User(
        1,
        "Wire",
        is_bot=True,
        username="wire_bot",
        supports_inline_queries=inline,
        can_join_groups=groups,
        can_read_all_group_messages=reads_all,
    )


def hook(url: str, error: str | None = None) -> WebhookInfo:
    return WebhookInfo(url, has_custom_certificate=False, pending_update_count=7, last_error_message=error)


def bot_of(stage: Stage, token: str | None = None) -> Bot:
    return Bot(token or stage.state.token, base_url=f"{stage.address}/bot", base_file_url=f"{stage.address}/file/bot")


def test_a_bot_as_it_should_be_needs_no_advice() -> None:
    assert (set_by_botfather(me()), updates_elsewhere(hook(""), None), updates_elsewhere(hook(HOOK), HOOK)) == (
        [],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("bot", "where", "fix"),
    [
        (me(inline=False), "inline mode of @wire_bot", "/setinline"),
        (me(groups=False), "groups of @wire_bot", "/setjoingroups"),
        (me(reads_all=True), "privacy mode of @wire_bot", "/setprivacy"),
    ],
)
def test_what_people_miss_is_advised_with_what_to_send_to_botfather(bot: User, where: str, fix: str) -> None:
    (advice,) = set_by_botfather(bot)

    assert (advice.where, advice.is_advice) == (where, True)
    assert f"Send @BotFather {fix}, choose @wire_bot" in advice.fix


@pytest.mark.parametrize(("url", "ours"), [(HOOK, None), (HOOK, "https://bot.example.org/other")])
def test_a_webhook_that_leads_elsewhere_is_told(url: str, ours: str | None) -> None:
    (advice,) = updates_elsewhere(hook(url), ours)

    assert (advice.where, advice.got, advice.is_advice) == ("webhook", f"another one, {HOOK}", True)


def test_a_webhook_that_telegram_cannot_reach_is_a_problem() -> None:
    (problem,) = updates_elsewhere(hook(HOOK, "Connection refused"), HOOK)

    assert (problem.got, problem.is_advice) == ("Connection refused, with 7 updates waiting", False)


async def test_telegram_is_asked_about_the_token_and_the_webhook(stage: Stage) -> None:
    good = await bot_problems(bot_of(stage), None)
    (refused,) = await bot_problems(bot_of(stage, "1:wrong"), None)
    stage.state.faults.add(Fault(method="getMe", cuts=True, times=9))
    (away,) = await bot_problems(bot_of(stage), None)
    stage.state.faults.clear()
    async with bot_of(stage) as bot:
        await bot.set_webhook(f"http://{LOOPBACK}:{free_port()}/hook")
    (elsewhere,) = await bot_problems(bot_of(stage), None)

    assert good == []
    assert (refused.where, refused.got) == ("SITREP_TOKEN", "one that Telegram refuses")
    assert away.got.startswith("no answer (")
    assert elsewhere.where == "webhook"


async def doors(settings: Settings) -> list[tuple[str, bool]]:
    return [(one.got, one.is_advice) for one in await checkup.door_problems(settings)]


async def test_an_address_that_is_taken_is_told_unless_a_bot_lives_there(stage: Stage, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        address = f"{LOOPBACK}:{taken.getsockname()[1]}"
        found = await doors(settings.model_copy(update={"listen": address}))
    async with open_bot(stage) as bot:
        ours = await doors(settings.model_copy(update={"listen": bot.removeprefix("http://")}))
    free = await doors(settings.model_copy(update={"listen": f"{LOOPBACK}:{free_port()}"}))

    assert found == [(f"{address}: Address already in use", False)]
    assert (ours, free) == ([], [])
