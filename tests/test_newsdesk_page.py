"""The news desk of the chat page in a real Chromium, with the whole bot at the other end."""

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
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot import app
from bot.desk.briefings import Briefings
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.settings import SANDBOX
from bot.showroom import Showroom, showroom
from bot.telegram.application import connect
from tests.browser_setup import LAUNCH_ARGS
from tests.conftest import TICK, settings_for
from tests.test_chat_page import DESKTOP, PHONE, bubbles, chromium

__all__ = ["chromium"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
BOT = "Sitrep"
READING = 60_000  #: milliseconds; the first article waits for the language model
ARTICLE = "General Jane Doe said on 3 May 2024 that around 300 soldiers are stationed in Larvik. A river rose Sunday."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A bot at work with its news desk, the sandbox that it talks to, and a browser."""

    state: SandboxState
    desk: Showroom
    address: str
    browser: Browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(chromium: str, seeds_story: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    data = tmp_path_factory.mktemp("desk")
    shutil.copy(seeds_story / SANDBOX, data / SANDBOX)
    clock = SandboxClock(lambda: datetime.now(UTC))
    state = SandboxState(clock=clock, bot_name=BOT, bot_username="sitrep_bot")
    parts = await asyncio.to_thread(app.open_parts, settings_for(data), SANDBOX)
    planned: list[Briefings] = []

    async def next_briefing() -> datetime | None:
        return await planned[0].next_moment() if planned else None

    async with (
        parts.newsdesk(clock) as newsdesk,
        showroom(parts.store, newsdesk, clock) as desk,
        serving(state, next_briefing=next_briefing, desk=desk) as address,
        app.running(connect(state.token, address), parts, clock, TICK, newsdesk=newsdesk) as briefings,
        async_playwright() as playwright,
    ):
        planned.append(briefings)
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH_ARGS))
        yield Scene(state=state, desk=desk, address=address, browser=browser)
        await browser.close()
    await asyncio.to_thread(parts.store.close)


@asynccontextmanager
async def opened(
    scene: Scene, at: str = "/#desk", *, size: ViewportSize = DESKTOP, tour: bool = False
) -> AsyncIterator[Page]:
    """The page in a window that remembers nothing, of a sandbox in its first state; without the tour unless asked."""
    await scene.desk.reset()
    scene.state.reset()
    page = await scene.browser.new_page(viewport=size, locale="en-GB", timezone_id="UTC")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(scene.address) else complaints.append(asked.url))
    if not tour:
        await page.add_init_script("localStorage.setItem('tour step', 'over')")
    await page.goto(scene.address + at)
    await expect(page.get_by_role("button", name=re.compile("^You are You"))).to_be_visible()
    yield page
    await page.close()
    assert [one for one in complaints if not one.startswith("data:")] == []


async def read_example(page: Page) -> None:
    await page.get_by_role("button", name="Read the example").click()
    await expect(page.locator("#article-text")).to_be_visible(timeout=READING)


async def paste(page: Page, text: str) -> None:
    await page.get_by_label("Or paste its text").fill(text)
    await page.get_by_role("button", name="Read it").click()


async def test_the_example_is_read_and_published_and_its_alert_arrives_in_the_chat(scene: Scene) -> None:
    async with opened(scene) as page:
        await read_example(page)
        await expect(page.get_by_role("heading", level=2)).to_contain_text("Example:")
        await expect(page.locator(".article-head")).to_contain_text("14 Nov 2024, stated by the publisher")
        await page.get_by_role("button", name="Switch them on in your chat").click()
        await expect(page.locator("#publish-status")).to_have_text("Alerts are on in your chat with the bot.")

        await page.get_by_role("button", name="Publish to the bot").click()

        await expect(page.locator("#publish-status")).to_contain_text(
            re.compile(r"Published as \[6\], with \d alerts? for 1 chat"), timeout=READING
        )
        await page.locator("#arrivals").get_by_role("link", name=re.compile("Figure moved")).click(timeout=READING)
        await expect(bubbles(page).last).to_contain_text("around 11,000 → Around 14,000")
        await page.get_by_role("link", name=re.compile("News desk")).click()
        await expect(page.locator(".shelved").first).to_contain_text("[6]Example Gazette (fictional)")


async def test_publishing_again_says_that_nothing_is_new(scene: Scene) -> None:
    async with opened(scene) as page:
        for said in ("It is worth", "The bot has this article already"):
            await read_example(page)
            await page.get_by_role("button", name="Publish to the bot").click()
            await expect(page.locator("#publish-status")).to_contain_text(said, timeout=READING)
            await page.get_by_role("button", name="Bring another article").click()


async def test_a_mark_tells_its_meaning_at_pointer_and_focus_until_escape(scene: Scene) -> None:
    async with opened(scene) as page:
        await paste(page, ARTICLE)
        note = page.get_by_role("tooltip")
        await page.locator(".mark.is-figure").first.hover(timeout=READING)
        await expect(note).to_contain_text("about 300")
        await expect(page.locator(".is-figure .meaning.is-lit")).to_contain_text("around 300")

        await page.keyboard.press("Escape")
        await expect(note).to_be_hidden()
        await page.locator("#article-text [tabindex='0']").focus()
        await expect(note).to_be_visible()
        first = await note.text_content()
        await page.keyboard.press("End")
        await expect(note).not_to_have_text(first or "")
        await page.keyboard.press("Enter")

        await expect(page.locator(".meaning:focus")).to_have_count(1)


async def test_markup_in_an_article_stays_text(scene: Scene) -> None:
    bad = "<img src=x onerror=alert(1)><script>alert(2)</script> <b>Jane Doe</b> said that 300 people left Larvik."
    async with opened(scene) as page:
        await paste(page, bad)

        await expect(page.locator("#article-text")).to_have_text(bad, timeout=READING)
        assert await page.locator("#desk-article :is(img, script, b)").count() == 0


async def test_a_dropped_page_is_read_without_its_scripts(scene: Scene) -> None:
    html = (
        f"<html><head><title>Flood</title></head><body><article><h1>Flood</h1><p>{ARTICLE}</p></article></body></html>"
    )
    drop = (
        "(zone, html) => { const data = new DataTransfer();"
        " data.items.add(new File([html], 'flood.html', {type: 'text/html'}));"
        " zone.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); }"
    )
    async with opened(scene) as page:
        await page.locator("#desk-scroll").evaluate(drop, html)

        await expect(page.locator("#article-text")).to_contain_text("around 300 soldiers", timeout=READING)
        await expect(page.get_by_role("heading", level=2)).to_have_text("Flood")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("song.mp3", b"abc", "expected a file that ends in .txt"),
        ("empty.txt", b" ", "expected an article, got an empty file"),
        ("broken.pdf", b"%PDF-1.7 nothing", "broken.pdf: expected"),
    ],
)
async def test_a_file_that_is_no_article_is_explained(scene: Scene, name: str, content: bytes, sentence: str) -> None:
    async with opened(scene) as page:
        await page.locator("#desk-file").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )

        await expect(page.locator("#desk-status")).to_contain_text(sentence, timeout=READING)
        await expect(page.get_by_role("button", name="Read the example")).to_be_visible()


async def test_an_address_of_this_computer_is_not_asked(scene: Scene) -> None:
    async with opened(scene) as page:
        await page.get_by_label("Or give its address").fill(f"{scene.address}/sandbox/state")
        await page.get_by_role("button", name="Fetch it").click()

        await expect(page.locator("#desk-status")).to_contain_text(re.compile("expected .*, got"))


async def test_articles_already_read_open_in_the_same_view_and_grey_is_not_read(scene: Scene) -> None:
    async with opened(scene, size=PHONE) as page:
        await page.locator(".shelved").filter(has_text="Korea JoongAng Daily").click()

        await expect(page.locator("#article-text .unread").first).to_contain_text("North Korea ratifies")
        await expect(page.locator("#article-text .mark.is-speaker").first).to_be_visible()
        await expect(page.get_by_role("button", name="Publish to the bot")).to_have_count(0)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_news_desk_is_reached_and_worked_by_keyboard_alone(scene: Scene) -> None:
    async with opened(scene, at="/") as page:
        await page.get_by_role("link", name=re.compile("News desk")).press("Enter")
        await expect(page.get_by_role("heading", name="News desk", level=1)).to_be_focused()
        for _ in range(2):
            await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Read the example")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=2)).to_be_focused(timeout=READING)
        await page.keyboard.press("Tab")

        await expect(page.get_by_role("button", name="Publish to the bot")).to_be_focused()


async def check_rules(page: Page, where: str) -> None:
    """Holds what the page shows to axe-core's rules: all of them in the light, those of contrast in the dark."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    light = await Axe().run(page)
    assert light.violations_count == 0, f"{where}: {light.generate_report()}"
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = await Axe().run(page, options={"runOnly": ["color-contrast"]})
    assert dark.violations_count == 0, f"{where}, dark: {dark.generate_report()}"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_state_of_the_page_keeps_the_rules_of_accessibility(scene: Scene, size: ViewportSize) -> None:
    async with opened(scene, at="/", size=size, tour=True) as page:
        await check_rules(page, "tour")
        await page.get_by_role("button", name="Leave the tour").click()
        await page.get_by_role("button", name="Start", exact=True).click()
        await expect(bubbles(page)).to_have_count(2)
        await check_rules(page, "chat")
        await page.get_by_role("button", name="Sandbox settings").click()
        await check_rules(page, "settings")
        await page.keyboard.press("Escape")
        await page.goto(f"{scene.address}/#desk")
        await expect(page.locator(".shelved")).to_have_count(5)
        await check_rules(page, "news desk")
        await read_example(page)
        await page.locator(".mark.is-figure").first.hover()
        await check_rules(page, "article")
