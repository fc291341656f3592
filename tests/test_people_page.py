"""The main paths of people, in a real Chromium on the chat page, with the whole bot at the other end."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright, expect

from bot import app
from bot.ports import Store
from bot.render.notices import ONLY_ADMINISTRATORS
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.settings import SANDBOX
from bot.telegram.application import connect
from tests.browser_setup import LAUNCH_ARGS
from tests.conftest import START, TICK, settings_for
from tests.test_chat_page import DESKTOP, PHONE, become, bubbles, chromium, open_chat, type_and_send

__all__ = ["chromium"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
BOT = "Sitrep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A bot at work, the sandbox that it talks to, and a browser."""

    state: SandboxState
    store: Store
    address: str
    browser: Browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(chromium: str, seeds_story: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    data = tmp_path_factory.mktemp("people")
    shutil.copy(seeds_story / SANDBOX, data / SANDBOX)
    clock = SandboxClock(lambda: datetime.now(UTC))
    clock.move_to(START)
    state = SandboxState(clock=clock, bot_name=BOT, bot_username="sitrep_bot")
    parts = await asyncio.to_thread(app.open_parts, settings_for(data), SANDBOX)
    async with (
        serving(state) as address,
        app.running(connect(state.token, address), parts, clock, TICK),
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH_ARGS))
        yield Scene(state=state, store=parts.store, address=address, browser=browser)
        await browser.close()
    await asyncio.to_thread(parts.store.close)


@asynccontextmanager
async def opened(scene: Scene, size: ViewportSize = DESKTOP) -> AsyncIterator[Page]:
    """The page with empty chats, of which the bot knows nothing."""
    scene.state.start_over()
    scene.state.acquainted.clear()
    for chat in list(scene.state.chats):
        await scene.store.forget(chat)  # type: ignore[arg-type]
    page = await scene.browser.new_page(viewport=size, locale="en-GB", timezone_id="UTC")
    await page.goto(scene.address)
    await expect(page.locator(".chat-item").first).to_be_visible()
    yield page
    await page.close()


async def press(page: Page, *labels: str) -> None:
    """Presses buttons of the newest message, one after the other."""
    for label in labels:
        await bubbles(page).last.get_by_role("button", name=label).first.click()


async def start(page: Page) -> None:
    await open_chat(page, BOT)
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(newest(page)).to_contain_text("For example")


def newest(page: Page) -> Locator:
    return bubbles(page).last


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_newcomer_subscribes_by_buttons_alone(scene: Scene, size: ViewportSize) -> None:
    async with opened(scene, size) as page:
        await start(page)
        await press(page, "Skip the tour", "Get a daily briefing")
        await expect(newest(page)).to_contain_text("You are not subscribed")
        await press(page, "+ 08:00", "Europe", "Kaliningrad", "Kyiv")

        await expect(newest(page)).to_contain_text("Briefings: 08:00 every day")
        await expect(newest(page)).to_contain_text("Next briefing: Wednesday, 13 November at 08:00")
        await expect(bubbles(page)).to_have_count(3)


async def test_zone_and_quiet_hours_are_changed_in_the_same_message(scene: Scene) -> None:
    async with opened(scene) as page:
        await start(page)
        await type_and_send(page, "/subscribe 08:00 Kyiv")
        await expect(newest(page)).to_contain_text("Subscribed")
        await type_and_send(page, "/settings")
        await expect(newest(page)).to_contain_text("Settings of this chat")
        await press(page, "Zone", "Asia", "Sakhalin", "Seoul")
        await expect(newest(page)).to_contain_text("Asia/Seoul, where it is 18:0")

        await press(page, "Quiet", "22:00–07:00", "Let urgent alerts pass", "Back")

        await expect(newest(page)).to_contain_text("Quiet hours: 22:00–07:00, urgent alerts pass")
        await expect(bubbles(page)).to_have_count(6)


async def test_every_label_of_the_settings_fits_a_phone(scene: Scene) -> None:
    cut = "buttons => buttons.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    async with opened(scene, PHONE) as page:
        await start(page)
        await type_and_send(page, "/settings zone Kyiv")
        for way in (
            [],
            ["Times"],
            ["+ 08:00", "✎ 08:00"],
            ["Back", "Back", "Zone"],
            ["America"],
            ["Adak"],
            ["Back", "Back", "Back", "Quiet"],
            ["Back", "Contents"],
            ["Back", "Alerts", "Switch on"],
        ):
            for label in way:
                await press(page, label)
                await expect(newest(page).locator("[aria-busy=true]")).to_have_count(0)
            assert await newest(page).get_by_role("button").evaluate_all(cut) == []


async def test_a_location_from_the_paper_clip_sets_the_zone(scene: Scene) -> None:
    async with opened(scene) as page:
        await start(page)
        await page.get_by_role("button", name="Attach").click()
        await page.get_by_role("button", name="Location", exact=True).click()
        await page.get_by_role("combobox", name="Place").select_option("Tokyo")
        await page.get_by_role("button", name="Share").click()

        await expect(newest(page)).to_contain_text("Times are Asia/Tokyo time.")


async def test_a_member_of_a_group_is_refused_and_the_settings_stay(scene: Scene) -> None:
    async with opened(scene) as page:
        await open_chat(page, "Newsroom")
        await type_and_send(page, "/settings@sitrep_bot")
        await expect(newest(page)).to_contain_text("Settings of this chat")

        await become(page, "Ben")
        await open_chat(page, "Newsroom")
        await press(page, "No sound")

        await expect(page.get_by_role("dialog", name=re.compile(ONLY_ADMINISTRATORS))).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(newest(page)).to_contain_text("Sound: on")
        await type_and_send(page, "/settings@sitrep_bot")
        await expect(newest(page)).to_contain_text(ONLY_ADMINISTRATORS)


async def test_a_channel_is_controlled_from_private(scene: Scene) -> None:
    async with opened(scene) as page:
        await start(page)
        await type_and_send(page, "/settings @morning_wire")
        await expect(newest(page)).to_contain_text("Settings of Morning wire")
        await press(page, "Times", "+ 20:00", "UTC")
        await expect(newest(page)).to_contain_text("Briefings: 20:00 every day")

        await type_and_send(page, "/today @morning_wire")
        await expect(newest(page)).to_contain_text("Sent to @morning_wire.")
        await open_chat(page, "Morning wire")

        await expect(bubbles(page).first).to_contain_text("[")


async def test_the_start_adds_the_bot_to_a_group_and_shows_its_settings_there(scene: Scene) -> None:
    async with opened(scene) as page:
        scene.state.group.roles.pop(scene.state.bot.id)
        await start(page)
        await press(page, "Skip the tour")
        await bubbles(page).last.get_by_role("link", name="Add me to a group").click()
        await page.locator("#alert").get_by_role("button", name="Newsroom").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Newsroom")
        await expect(newest(page)).to_contain_text("Settings of this chat")


async def test_forgetting_asks_first(scene: Scene) -> None:
    async with opened(scene) as page:
        await start(page)
        await type_and_send(page, "/subscribe 08:00 Kyiv")
        await expect(newest(page)).to_contain_text("Subscribed")
        await type_and_send(page, "/forget")
        await expect(newest(page)).to_contain_text("Shall I?")
        await press(page, "Yes, delete everything")
        await expect(newest(page)).to_contain_text("Done: everything about it is deleted")

        await type_and_send(page, "/subscribe")

        await expect(newest(page)).to_contain_text("You are not subscribed")
        assert await scene.store.chat(scene.state.private.id) is None  # type: ignore[arg-type]
