"""The tour and the reset of the chat page in a real Chromium, with the whole bot at the other end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.test_chat_page import DESKTOP, PHONE, bubbles, chromium
from tests.test_newsdesk_page import READING, Scene, opened, read_example, scene

__all__ = ["chromium", "scene"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
TITLES = (
    "Say hello",
    "Check a line",
    "Ask for the numbers",
    "A briefing each morning",
    "Do not wait for it",
    "Bring news",
    "Publish it",
    "That is all",
)


async def expect_step(page: Page, title: str) -> None:
    await expect(page.locator("#tour-title")).to_have_text(title, timeout=READING)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_tour_does_each_step_when_asked_to_and_comes_only_once(scene: Scene, size: ViewportSize) -> None:
    async with opened(scene, at="/", size=size, tour=True) as page:
        for title in TITLES:
            await expect_step(page, title)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await page.locator("#tour-buttons").get_by_role("button").first.click()

        await expect(page.get_by_role("dialog", name="That is all")).to_be_hidden()
        await expect(page.locator("#publish-status")).to_contain_text("with 2 alerts for 1 chat", timeout=READING)
        assert scene.state.clock.offset > timedelta(minutes=1)
        await page.reload()
        await expect(page.get_by_role("button", name=re.compile("^You are You"))).to_be_visible()
        await expect(page.locator("#tour")).to_be_hidden()


async def test_steps_that_one_takes_oneself_are_noticed(scene: Scene) -> None:
    async with opened(scene, at="/", tour=True) as page:
        await page.get_by_role("button", name="Start", exact=True).click()
        await expect_step(page, "Check a line")
        await page.get_by_role("button", name="Show the whole quote").click()
        await expect_step(page, "Ask for the numbers")
        await page.keyboard.press("Tab")
        await page.get_by_label("Message", exact=True).fill("/troops")
        await page.keyboard.press("Enter")

        await expect_step(page, "A briefing each morning")


async def test_the_tour_is_left_by_escape_and_taken_again_from_the_settings(scene: Scene) -> None:
    async with opened(scene, at="/", tour=True) as page:
        await page.get_by_role("button", name="Press it for me").focus()
        await page.keyboard.press("Escape")
        await expect(page.locator("#tour")).to_be_hidden()

        await page.get_by_role("button", name="Sandbox settings").click()
        await page.get_by_role("button", name="Take the tour again").click()

        await expect_step(page, "Say hello")


async def test_the_tour_goes_on_where_it_was_after_a_reload(scene: Scene) -> None:
    async with opened(scene, at="/", tour=True) as page:
        await page.locator("#tour-buttons").get_by_role("button", name="Skip").click()
        await page.reload()

        await expect_step(page, "Check a line")


async def test_a_reset_asks_first_and_then_everything_is_as_at_the_beginning(scene: Scene) -> None:
    async with opened(scene, at="/") as page:
        await page.get_by_role("button", name="Start", exact=True).click()
        await page.get_by_label("Message", exact=True).fill("/subscribe 08:00 Kyiv")
        await page.keyboard.press("Enter")
        await expect(bubbles(page)).to_have_count(4)
        await page.get_by_role("link", name=re.compile("News desk")).click()
        await read_example(page)
        await page.get_by_role("button", name="Publish to the bot").click()
        await expect(page.locator("#publish-status")).to_contain_text("Published as [6]", timeout=READING)
        scene.state.clock.move_by(timedelta(days=1))

        await page.get_by_role("button", name="Sandbox settings").click()
        await page.get_by_role("button", name="Reset the sandbox").click()
        await page.locator("#alert").get_by_role("button", name="Cancel").click()
        assert len(await scene.desk.articles()) == 6
        await page.get_by_role("button", name="Sandbox settings").click()
        await page.get_by_role("button", name="Reset the sandbox").click()
        await page.locator("#alert").get_by_role("button", name="Reset").click()

        await expect_step(page, "Say hello")
        await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
        assert len(await scene.desk.articles()) == 5
        assert scene.state.clock.offset == timedelta(0)
        moment = await page.evaluate(
            "fetch('/sandbox/next_briefing', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            " body: '{}'}).then(answer => answer.json())"
        )
        assert moment == {"moment": None}


async def test_a_reader_who_wants_no_motion_sees_none(scene: Scene) -> None:
    async with opened(scene, at="/", tour=True) as page:
        await page.emulate_media(reduced_motion="reduce")

        longest = await page.locator("#tour").evaluate("tour => parseFloat(getComputedStyle(tour).animationDuration)")

        assert longest < 0.001
