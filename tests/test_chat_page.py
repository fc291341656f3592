"""The chat page in a real Chromium, with the echo bot at the other end."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox.limits import Mode
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Role
from tests.browser_setup import HOW_TO_ENABLE, LAUNCH_ARGS, find_browser, is_required
from tests.sandbox_fixtures import connected_bot, echo_bot, new_state

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
BRIEFING = datetime(2031, 5, 6, 5, 0, tzinfo=UTC)
PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=800)


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = (b"\0" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A served sandbox with its bots, and a browser to look at it."""

    state: SandboxState
    address: str
    bot: Bot
    browser: Browser
    briefings: list[datetime]  #: at most one, the next
    windows: list[Page]  #: at most one, which most tests share


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser's path; without one these tests are skipped, in continuous integration they fail."""
    path = find_browser()
    if path is None:
        message = f"no Chromium for the chat page's tests; to enable them, {HOW_TO_ENABLE}"
        if is_required():
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(chromium: str) -> AsyncIterator[Stage]:
    state = new_state()
    briefings: list[datetime] = []

    async def next_briefing() -> datetime | None:
        return briefings[0] if briefings else None

    async with (
        serving(state, next_briefing=next_briefing) as address,
        connected_bot(state, address) as bot,
        echo_bot(state, address),
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH_ARGS))
        yield Stage(state=state, address=address, bot=bot, browser=browser, briefings=briefings, windows=[])
        await browser.close()


@pytest.fixture(autouse=True)
def fresh_chats(stage: Stage) -> None:
    """Every test begins with empty chats in real time."""
    stage.state.start_over()
    stage.state.acquainted.clear()
    stage.state.clock.follow_real_time()
    stage.briefings.clear()


@asynccontextmanager
async def opened(stage: Stage) -> AsyncIterator[Page]:
    """The page, loaded anew in the window most tests share."""
    if not stage.windows:
        stage.windows.append(await stage.browser.new_page(viewport=DESKTOP, locale="en-GB", timezone_id="UTC"))
    async with watched(stage, stage.windows[0]) as page:
        yield page


@asynccontextmanager
async def opened_apart(
    stage: Stage, *, size: ViewportSize = DESKTOP, dark: bool = False, touch: bool = False
) -> AsyncIterator[Page]:
    """The page in a window of its own, which remembers nothing."""
    window = await stage.browser.new_page(
        viewport=size, color_scheme="dark" if dark else "light", has_touch=touch, locale="en-GB", timezone_id="UTC"
    )
    async with watched(stage, window) as page:
        yield page
    await window.close()


@asynccontextmanager
async def watched(stage: Stage, page: Page) -> AsyncIterator[Page]:
    """Loads the page; any error on it, and any request that leaves this computer, fails the test."""
    complaints: list[str] = []

    def on_error(error: Error) -> None:
        complaints.append(str(error))

    def on_console(line: ConsoleMessage) -> None:
        if _is_error(line):
            complaints.append(line.text)

    def on_request(request: Request) -> None:
        if not request.url.startswith(stage.address):
            complaints.append(request.url)

    page.on("pageerror", on_error)
    page.on("console", on_console)
    page.on("request", on_request)
    await page.goto(stage.address)
    await expect(page.locator(".chat-item").first).to_be_visible()
    yield page
    page.remove_listener("pageerror", on_error)
    page.remove_listener("console", on_console)
    page.remove_listener("request", on_request)
    assert complaints == []


def _is_error(line: ConsoleMessage) -> bool:
    return line.type == "error"


def bubbles(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("article")


async def open_chat(page: Page, title: str) -> None:
    await page.get_by_role("navigation", name="Chats").get_by_role("link", name=re.compile(title)).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)


async def type_and_send(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


def link_in_log(page: Page, name: str) -> Locator:
    return page.get_by_role("log").get_by_role("link", name=name)


async def press_start(page: Page) -> None:
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(bubbles(page)).to_have_count(2)


async def test_a_newcomer_presses_start_and_talks(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await page.keyboard.type("good <b>morning</b>")
        await page.keyboard.press("Enter")

        await expect(bubbles(page)).to_contain_text(
            ["/start", "Hello!", "good <b>morning</b>", "You said: good <b>morning</b>"]
        )
        await expect(page.get_by_label("Message", exact=True)).to_have_value("")
        assert await page.locator(".bubble b").count() == 0


async def test_an_empty_chat_says_what_the_bot_says_about_itself(stage: Stage) -> None:
    async with opened(stage) as page:
        await expect(page.get_by_role("log")).to_contain_text("Press Start, as in Telegram")

        await stage.bot.set_my_description("I repeat what I hear.")
        await expect(page.get_by_role("log")).to_contain_text("I repeat what I hear.")
        await stage.bot.set_my_description("")


async def test_messages_sent_elsewhere_appear_at_once_and_are_counted_until_read(stage: Stage) -> None:
    async with opened(stage) as page:
        await stage.bot.send_message(stage.state.group.id, "one")
        await stage.bot.send_message(stage.state.group.id, "two")
        entry = page.get_by_role("link", name=re.compile("Newsroom"))
        await expect(entry).to_contain_text("two")
        await expect(entry.get_by_label("2 unread")).to_be_visible()
        await expect(page).to_have_title(re.compile(r"^\(2\)"))

        await open_chat(page, "Newsroom")

        await expect(bubbles(page)).to_contain_text(["one", "two"])
        await expect(entry.get_by_label("unread")).to_have_count(0)


async def test_markup_in_names_and_labels_stays_text(stage: Stage) -> None:
    label = "<u>Press</u><img src=x>"
    async with opened(stage) as page:
        await press_start(page)
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label)]])
        await stage.bot.send_document(stage.state.private.id, b"a", filename=f"{label}.csv", reply_markup=keyboard)

        await page.get_by_role("button", name=label).click()

        await expect(page.locator("#toasts")).to_have_text(f"This is the {label}.")
        await expect(page.get_by_role("log")).to_contain_text(f"{label}.csv")
        assert await page.locator("u, img").count() == 0


async def test_every_format_of_telegram_shows(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await type_and_send(page, "/formats")
        message = bubbles(page).nth(3)

        await expect(message.locator("strong").first).to_have_text("bold")
        await expect(message.locator("em").first).to_have_text("italic")
        await expect(message.locator("u")).to_have_text("under")
        await expect(message.locator("s")).to_have_text("struck")
        await expect(message.locator("strong em")).to_have_text("both")
        await expect(message.get_by_role("link", name="a link")).to_have_attribute(
            "href", "https://example.org/a?b=1&c=2"
        )
        await expect(message.locator("code").first).to_have_text("x < y")
        await expect(message.locator("pre")).to_have_text('print("<script>")')
        await expect(message.locator("blockquote")).to_have_text("short quote")
        await expect(message.get_by_label("Sent without sound")).to_be_visible()


async def test_a_spoiler_shows_when_tapped(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await type_and_send(page, "/formats")
        spoiler = page.get_by_role("button", name="Hidden text, show")

        await spoiler.focus()
        await page.keyboard.press("Enter")

        await expect(page.locator(".spoiler.is-revealed")).to_have_text("secret")


async def test_a_command_in_a_message_is_sent_when_tapped(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await type_and_send(page, "/formats")

        await page.get_by_role("log").get_by_role("button", name="/quote").click()

        await expect(bubbles(page).last).to_contain_text("Line 1 of a long quotation.")


async def test_an_expandable_quotation_shows_three_lines_until_tapped(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await type_and_send(page, "/quote")
        quote = page.locator("blockquote")
        closed = await quote.evaluate("quote => quote.clientHeight")

        await page.get_by_role("button", name="Show the whole quote").click()
        opened_height = await quote.evaluate("quote => quote.clientHeight")
        await page.get_by_role("button", name="Show less of the quote").click()

        assert 55 < closed < 90
        assert opened_height > 2.5 * closed
        assert await quote.evaluate("quote => quote.clientHeight") == closed


async def test_a_short_expandable_quotation_offers_nothing_to_expand(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await stage.bot.send_message(
            stage.state.private.id, "<blockquote expandable>short</blockquote>", parse_mode="HTML"
        )

        await expect(page.locator("blockquote")).to_have_text("short")
        await expect(page.get_by_role("button", name="Show the whole quote")).to_be_hidden()


async def test_buttons_answer_with_a_toast_an_alert_or_an_edit(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)

        await page.get_by_role("button", name="Toast").click()
        await expect(page.locator("#toasts")).to_have_text("This is the toast.")

        await page.get_by_role("button", name="Alert").click()
        await expect(page.get_by_role("dialog", name="This is the alert.")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog", name="This is the alert.")).to_be_hidden()

        await page.get_by_role("button", name="Edit").click()
        await expect(bubbles(page).last).to_contain_text("Edited.")
        await expect(bubbles(page).last.locator(".edited")).to_be_visible()
        await expect(page.get_by_role("link", name="Web")).to_have_attribute("href", "https://example.org")


async def test_the_command_menu_is_worked_with_the_keyboard(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        field = page.get_by_label("Message", exact=True)

        await field.press_sequentially("/")
        options = page.get_by_role("option")
        await expect(options).to_have_text(
            ["/startSays hello", "/quoteA long quotation", "/formatsEvery format", "/askAsks back"]
        )
        await field.press_sequentially("a")
        await expect(options).to_have_text(["/askAsks back"])
        await expect(field).to_have_attribute("aria-activedescendant", "suggestion-0")
        await page.keyboard.press("Tab")
        await expect(field).to_have_value("/ask ")
        await expect(page.get_by_role("listbox")).to_be_hidden()

        await field.fill("/")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(bubbles(page).nth(2)).to_contain_text("/quote")


async def test_the_menu_button_opens_the_commands_and_a_tap_sends_one(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await page.get_by_role("button", name="Command menu").click()

        await page.get_by_role("option", name="/ask").click()

        await expect(bubbles(page).last).to_contain_text("What is it?")
        await expect(page.locator("#reply-bar")).to_contain_text("What is it?")


async def test_in_a_group_a_chosen_command_is_addressed_and_answered(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Newsroom")
        await type_and_send(page, "nobody hears this")
        await page.get_by_role("button", name="Command menu").click()
        await page.get_by_role("option", name="/start").click()

        await expect(bubbles(page)).to_contain_text(["nobody hears this", "/start@echo_bot", "Hello!"])
        await bubbles(page).last.hover()
        await bubbles(page).last.get_by_role("button", name="Reply").click()
        await expect(bubbles(page).last.get_by_role("button", name="Toast")).to_be_in_viewport(ratio=1)
        await type_and_send(page, "but this")
        await expect(bubbles(page).last).to_contain_text("You said: but this")


async def test_topics_of_a_forum_are_kept_apart(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Field desk")
        await page.get_by_role("tab", name="Sources").click()
        await type_and_send(page, "/start")
        await expect(bubbles(page)).to_contain_text(["/start", "Hello!"])

        await page.get_by_role("tab", name="Sources").press("ArrowLeft")
        await expect(page.get_by_role("tab", name="Briefings")).to_have_attribute("aria-selected", "true")
        await expect(bubbles(page)).to_have_count(0)


async def test_blocking_and_removing_the_bot_takes_the_input_away(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await page.get_by_role("button", name="Chat settings").click()
        await page.get_by_role("button", name="Block the bot").click()
        await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
        assert stage.state.private.role(stage.state.bot.id) is Role.KICKED

        await page.get_by_role("button", name="Unblock the bot").click()
        await expect(page.get_by_label("Message", exact=True)).to_be_visible()

        await open_chat(page, "Morning wire")
        await page.get_by_role("button", name="Chat settings").click()
        await page.get_by_role("combobox", name="You").select_option("Member")
        await expect(page.get_by_text("Only administrators post in a channel.")).to_be_visible()


async def test_a_group_can_be_upgraded_and_found_again(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Newsroom")
        await page.get_by_role("button", name="Chat settings").click()
        await page.get_by_role("button", name="Upgrade to a supergroup").click()

        await expect(page.get_by_role("log")).to_contain_text("The group was upgraded to a supergroup")
        await page.get_by_role("button", name="Open the supergroup").click()
        await expect(page.get_by_role("log")).to_contain_text("This supergroup was a basic group before")


async def test_the_clock_can_be_moved(stage: Stage) -> None:
    async with opened(stage) as page:
        clock = page.get_by_role("button", name=re.compile("^Sandbox clock"))
        await clock.click()
        await page.get_by_role("button", name="+1 h").click()
        await expect(clock).to_contain_text("+1 h")
        assert stage.state.clock.offset == timedelta(hours=1)

        await page.get_by_role("button", name="To the next briefing").click()
        await expect(page.get_by_role("dialog")).to_contain_text("To get one, send /subscribe 08:00")
        stage.briefings.append(BRIEFING)
        await page.get_by_role("button", name="To the next briefing").click()
        await expect(clock).to_contain_text("6 May 05:00")

        await page.get_by_label("Date and time").fill("2031-05-07T18:30")
        await page.get_by_role("button", name="Set", exact=True).click()
        await expect(clock).to_contain_text("7 May 18:30")
        assert abs(stage.state.clock.now() - datetime(2031, 5, 7, 18, 30, tzinfo=UTC)) < timedelta(seconds=30)

        await page.get_by_role("button", name="Back to real time").click()
        assert stage.state.clock.offset == timedelta(0)


async def test_pictures_and_files_show(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await stage.bot.send_photo(stage.state.private.id, png(64, 32), caption="<b>Map</b>", parse_mode="HTML")
        await stage.bot.send_document(stage.state.private.id, b"a,b\n", filename="figures.csv")

        picture = page.get_by_role("img", name="Picture: Map")
        await expect(picture).to_have_js_property("naturalWidth", 64)
        await expect(link_in_log(page, "figures.csv")).to_contain_text("4 B")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(("width", "height"), [(540, 1200), (1600, 400)], ids=["tall", "wide"])
async def test_a_picture_keeps_its_shape_and_its_bubble_has_no_wide_margins(
    stage: Stage, size: ViewportSize, width: int, height: int
) -> None:
    async with opened_apart(stage, size=size) as page:
        await open_chat(page, "Echo")
        await press_start(page)
        caption = "What a caption says of the picture, in more words than fit into one line. " * 3
        await stage.bot.send_photo(stage.state.private.id, png(width, height), caption=caption)
        picture = page.get_by_role("img", name="Picture: What a caption")
        await expect(picture).to_have_js_property("naturalWidth", width)

        shown = await picture.bounding_box()
        bubble = await page.locator(".bubble", has=picture).bounding_box()

        assert shown is not None
        assert bubble is not None
        assert abs(shown["width"] / shown["height"] - width / height) < 0.01 * width / height
        assert bubble["width"] - shown["width"] < 30
        assert bubble["width"] >= 280


async def test_what_comes_after_all_was_read_shows_and_does_not_lead_back_to_the_question(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await type_and_send(page, "first")
        await expect(bubbles(page)).to_have_count(4)
        await stage.bot.send_message(stage.state.private.id, "\n".join(f"line {number}" for number in range(80)))
        await expect(bubbles(page)).to_have_count(5)
        await expect(bubbles(page).nth(2)).to_be_in_viewport()
        await page.get_by_role("log").evaluate("log => log.scrollTo(0, log.scrollHeight)")
        await expect(bubbles(page).last).to_be_in_viewport()

        await stage.bot.send_message(stage.state.private.id, "and then")

        await expect(bubbles(page).last).to_be_in_viewport(ratio=1)


async def test_what_was_asked_stays_in_view_while_its_answers_come(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await type_and_send(page, "first")
        await expect(bubbles(page)).to_have_count(4)

        for number in range(30):
            await stage.bot.send_message(stage.state.private.id, f"answer {number}")
        await expect(bubbles(page)).to_have_count(34)

        await expect(bubbles(page).nth(2)).to_be_in_viewport(ratio=1)


async def test_typing_shows_until_the_message_comes(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await stage.bot.send_chat_action(stage.state.private.id, "typing")
        await expect(page.locator("#chat-subtitle")).to_have_text("typing …")

        await stage.bot.send_message(stage.state.private.id, "there")
        await expect(page.locator("#chat-subtitle")).to_have_text("bot")


async def test_a_deleted_message_goes_from_the_page(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        sent = await stage.bot.send_message(stage.state.private.id, "soon gone")
        await expect(bubbles(page)).to_have_count(3)

        await stage.bot.delete_message(stage.state.private.id, sent.message_id)

        await expect(bubbles(page)).to_have_count(2)


async def test_a_link_to_the_bot_starts_it_with_its_payload(stage: Stage) -> None:
    async with opened(stage) as page:
        link = '<a href="https://t.me/echo_bot?start=story-1">Open</a>'
        await stage.bot.send_message(stage.state.group.id, link, parse_mode="HTML")
        await open_chat(page, "Newsroom")

        await link_in_log(page, "Open").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Echo")
        await expect(bubbles(page).first).to_contain_text("/start story-1")


async def test_a_picture_is_enlarged_when_tapped_and_closed_by_escape(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await stage.bot.send_photo(stage.state.private.id, png(64, 32), caption="Map\nof the north")
        await page.get_by_role("log").get_by_role("button", name="Picture: Map of the north").click()
        large = page.get_by_role("dialog", name="Picture").get_by_role("img")
        await expect(large).to_have_attribute("alt", "Picture: Map\nof the north")

        await page.keyboard.press("Escape")

        await expect(large).to_be_hidden()


async def test_starting_over_asks_first(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await page.get_by_role("button", name="Sandbox settings").click()
        await page.get_by_role("button", name="Reset the sandbox").click()
        await page.locator("#alert").get_by_role("button", name="Reset").click()

        await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
        await expect(bubbles(page)).to_have_count(0)


async def test_on_a_phone_list_and_chat_are_two_screens_that_fit(stage: Stage) -> None:
    async with opened_apart(stage, size=PHONE, touch=True) as page:
        await expect(page.get_by_role("main")).to_be_hidden()
        await open_chat(page, "Echo")
        await expect(page.get_by_role("navigation", name="Chats")).to_be_hidden()
        await press_start(page)
        await type_and_send(page, "/quote")
        await type_and_send(page, "/formats")
        await expect(bubbles(page)).to_have_count(6)
        sideways = (
            "() => document.scrollingElement.scrollWidth - innerWidth + document.querySelector('#log').scrollWidth"
        )
        assert await page.evaluate(f"({sideways})() - document.querySelector('#log').clientWidth") == 0
        stage.state.clock.move_by(timedelta(days=-1, hours=-3))
        stage.state.tell_clock()
        await expect(page.locator("#clock-offset")).to_have_text("−1 d 3 h")
        cut = "() => { const note = document.querySelector('.strip-note'); return note.scrollWidth - note.clientWidth }"
        assert await page.evaluate(cut) <= 0

        await page.get_by_role("button", name="Back to the chats").click()
        await expect(page.get_by_role("navigation", name="Chats")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
async def test_light_and_dark_follow_the_system_until_chosen(stage: Stage, dark: bool) -> None:
    async def ground(page: Page) -> str:
        return str(await page.evaluate("getComputedStyle(document.body).backgroundColor"))

    async with opened_apart(stage, dark=dark) as page:
        expected = ["rgb(255, 255, 255)", "rgb(23, 29, 34)"]
        toggle = page.get_by_role("button", name="Dark theme")
        assert await ground(page) == expected[dark]
        await expect(page.locator("#theme")).to_have_attribute("aria-pressed", str(dark).lower())

        await page.get_by_role("button", name="Sandbox settings").click()
        await toggle.click()
        assert await ground(page) == expected[not dark]
        await page.reload()
        await expect(page.locator(".chat-item").first).to_be_visible()
        assert await ground(page) == expected[not dark]


async def test_a_long_answer_leaves_the_question_in_view(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        said = stage.state.say(stage.state.private, "tell me everything")
        await stage.state.wait_for_messages(stage.state.private, after=said)
        await stage.bot.send_message(stage.state.private.id, "\n".join(f"line {number}" for number in range(200)))

        await expect(bubbles(page)).to_have_count(5)
        await expect(bubbles(page).nth(2)).to_be_in_viewport()
        await page.get_by_role("button", name="To the newest message").click()
        await expect(bubbles(page).nth(2)).not_to_be_in_viewport()


async def become(page: Page, name: str) -> None:
    await page.get_by_role("button", name=re.compile("Change who you are")).click()
    await page.locator(".person-choice", has_text=name).click()
    await expect(page.locator("#person-name")).to_have_text(name)


async def test_another_person_has_another_chat_and_other_messages_of_their_own(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await open_chat(page, "Newsroom")
        await type_and_send(page, "from the owner")
        await expect(page.locator(".is-own")).to_contain_text("from the owner")

        await become(page, "Ben")
        await open_chat(page, "Newsroom")
        await expect(page.locator(".is-other")).to_contain_text("from the owner")
        await type_and_send(page, "from a member")
        await expect(page.locator(".is-own")).to_contain_text("from a member")
        await open_chat(page, "Morning wire")
        await expect(page.get_by_text("Only administrators post in a channel.")).to_be_visible()
        await open_chat(page, "Echo")
        await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()

        await page.reload()
        await expect(page.locator("#person-name")).to_have_text("Ben")
        await become(page, "You")
        await expect(bubbles(page)).to_contain_text(["/start", "Hello!"])


async def test_an_anonymous_administrator_writes_as_the_group(stage: Stage) -> None:
    async with opened(stage) as page:
        await become(page, "Ira")
        await open_chat(page, "Field desk")
        await type_and_send(page, "/start@echo_bot")
        await expect(page.locator(".is-own")).to_contain_text("/start@echo_bot")

        await become(page, "You")
        await open_chat(page, "Field desk")
        await expect(page.locator(".is-other .sender").first).to_have_text("Field desk")


async def test_members_are_promoted_and_leave_by_the_chats_settings(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Field desk")
        await page.get_by_role("button", name="Chat settings").click()
        await page.get_by_role("combobox", name="Ben").select_option("Anonymous admin")
        await page.get_by_role("combobox", name="Mara").select_option("Not here")
        await expect(page.get_by_role("log")).to_contain_text("Mara left")

        assert stage.state.forum.role(900002) is Role.ADMINISTRATOR
        assert 900002 in stage.state.forum.anonymous
        await page.keyboard.press("Escape")
        await become(page, "Mara")
        await open_chat(page, "Field desk")
        await page.get_by_role("button", name="Join").click()
        await expect(page.get_by_label("Message", exact=True)).to_be_visible()


async def test_a_file_and_a_place_are_sent_from_the_paper_clip(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await page.get_by_role("button", name="Attach").click()
        async with page.expect_file_chooser() as choosing:
            await page.get_by_role("button", name="File", exact=True).click()
        await (await choosing.value).set_files({"name": "wire.txt", "mimeType": "text/plain", "buffer": b"news"})
        await expect(bubbles(page).last).to_contain_text("You sent wire.txt")

        await page.get_by_role("button", name="Attach").click()
        await page.get_by_role("button", name="Location", exact=True).click()
        await page.get_by_role("combobox", name="Place").select_option("Tokyo")
        await page.get_by_role("button", name="Share").click()
        await expect(bubbles(page).last).to_contain_text("So far north: 35.676")


async def test_a_file_can_be_dropped_onto_the_messages(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        drop = """log => {
            const carried = new DataTransfer();
            carried.items.add(new File(["news"], "dropped.txt", { type: "text/plain" }));
            log.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""

        await page.get_by_role("log").evaluate(drop)

        await expect(bubbles(page).last).to_contain_text("You sent dropped.txt")


async def test_the_bots_keys_stand_below_the_input_until_taken_away(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await type_and_send(page, "/keys")
        keys = page.get_by_role("group", name="Keyboard")
        await keys.get_by_role("button", name="Nowhere").click()
        await expect(bubbles(page).last).to_contain_text("You said: Nowhere")

        await keys.get_by_role("button", name="Where I am").click()
        await page.get_by_role("button", name="Share").click()

        await expect(bubbles(page).last).to_contain_text("So far north")
        await expect(keys).to_be_hidden()


async def test_a_channels_post_is_forwarded(stage: Stage) -> None:
    async with opened(stage) as page:
        stage.state.say(stage.state.channel, "Ferries are back.")
        await open_chat(page, "Morning wire")
        await bubbles(page).first.hover()
        await page.get_by_role("button", name="Forward").first.click()
        await page.locator("#alert").get_by_role("button", name="Field desk").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Field desk")
        await expect(bubbles(page).last).to_contain_text("Forwarded from Morning wire")
        await expect(bubbles(page).last).to_contain_text("Ferries are back.")


async def test_the_bots_name_brings_offers_and_one_is_sent(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Newsroom")
        await page.get_by_label("Message", exact=True).press_sequentially("@echo_bot ferry")
        options = page.get_by_role("listbox", name="Offers of the bot").get_by_role("option")
        await expect(options).to_contain_text(["ferry 1", "ferry 2"])
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")

        await expect(bubbles(page).first).to_contain_text("About ferry, 2")
        await expect(bubbles(page).first).to_contain_text("via @echo_bot")
        await expect(page.get_by_label("Message", exact=True)).to_have_value("")


async def test_nobody_has_to_know_the_bots_name_by_heart(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Newsroom")
        await expect(page.get_by_role("log")).to_contain_text("its name, @echo_bot.")
        await page.get_by_label("Message", exact=True).press_sequentially("@")
        await expect(page.get_by_role("listbox", name="Names").get_by_role("option")).to_contain_text(["@echo_bot"])
        await page.keyboard.press("Enter")

        await expect(page.get_by_label("Message", exact=True)).to_have_value("@echo_bot ")
        await expect(page.get_by_role("listbox", name="Offers of the bot").get_by_role("option").first).to_be_visible()


async def test_a_button_brings_the_bots_name_into_a_chat_that_is_chosen(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        share = InlineKeyboardMarkup([[InlineKeyboardButton("Share", switch_inline_query="ferry")]])
        await stage.bot.send_message(stage.state.private.id, "share me", reply_markup=share)
        await bubbles(page).last.get_by_role("button", name="Share").click()
        await page.locator("#alert").get_by_role("button", name="Newsroom").click()

        await expect(page.get_by_label("Message", exact=True)).to_have_value("@echo_bot ferry")
        await expect(page.get_by_role("option").first).to_contain_text("ferry 1")


async def test_a_link_adds_the_bot_to_a_group_that_is_chosen(stage: Stage) -> None:
    async with opened(stage) as page:
        stage.state.set_bot_role(stage.state.group, Role.LEFT)
        await press_start(page)
        link = '<a href="https://t.me/echo_bot?startgroup=at-0800">Add me</a>'
        await stage.bot.send_message(stage.state.private.id, link, parse_mode="HTML")

        await link_in_log(page, "Add me").click()
        await page.locator("#alert").get_by_role("button", name="Newsroom").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Newsroom")
        await expect(bubbles(page)).to_contain_text(["/start@echo_bot at-0800", "Hello!"])


async def test_topics_are_opened_closed_and_deleted(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Field desk")
        await page.get_by_role("button", name="New topic").click()
        await page.get_by_label("Name of the topic").fill("Weather")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("tab", name="Weather")).to_have_attribute("aria-selected", "true")

        await page.get_by_role("button", name="Chat settings").click()
        await page.get_by_role("button", name="Close the topic “Weather”").click()
        await expect(page.get_by_role("log")).to_contain_text("Topic closed")
        await become(page, "Ben")
        await open_chat(page, "Field desk")
        await page.get_by_role("tab", name="Weather").click()
        await expect(page.get_by_text("The topic is closed.")).to_be_visible()

        await page.get_by_role("button", name="Chat settings").click()
        await page.get_by_role("button", name="Delete the topic “Weather”").click()
        await expect(page.get_by_role("tab", name="Weather")).to_have_count(0)
        await expect(page.get_by_role("tab", name="General")).to_have_attribute("aria-selected", "true")


async def test_a_migration_outlasts_a_reload(stage: Stage) -> None:
    async with opened(stage) as page:
        await open_chat(page, "Newsroom")
        await page.get_by_role("button", name="Chat settings").click()
        await page.get_by_role("button", name="Upgrade to a supergroup").click()
        await expect(page.get_by_role("button", name="Open the supergroup")).to_be_visible()

        await page.reload()

        await expect(page.get_by_role("log")).to_contain_text("The group was upgraded to a supergroup")
        await page.get_by_role("button", name="Open the supergroup").click()
        await type_and_send(page, "/start@echo_bot")
        await expect(bubbles(page)).to_contain_text(["/start@echo_bot", "Hello!"])


async def test_limits_failures_and_accounts_are_in_one_drawer(stage: Stage) -> None:
    async with opened(stage) as page:
        await press_start(page)
        await page.get_by_role("button", name="Sandbox settings").click()
        await page.get_by_label("As Telegram’s").check()
        await expect(page.get_by_role("spinbutton", name="Messages a second")).to_be_hidden()
        await page.get_by_label("None, or one").check()
        await page.get_by_role("spinbutton", name="Messages a second").fill("500")
        await page.get_by_role("spinbutton", name="Messages a second").press("Tab")
        await stage.state.wait_until(lambda: stage.state.per_second == 500)

        await page.get_by_label("Failure").select_option("500 Internal Server Error")
        await page.get_by_label("Requests it befalls").fill("3")
        await page.get_by_role("button", name="Let it happen").click()
        await expect(page.get_by_text("3 requests will fail.")).to_be_visible()
        assert [fault.status for fault in stage.state.faults.waiting] == [500]
        await page.get_by_role("button", name="Everything works again").click()
        await expect(page.get_by_text("will fail.")).to_be_hidden()
        assert stage.state.faults.waiting == ()

        await page.get_by_role("button", name="Delete the account of You").click()
        await expect(page.get_by_text("This account is deleted.")).to_be_visible()
        await page.get_by_placeholder("First name").fill("Noor")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_role("button", name="Delete the account of Noor")).to_be_visible()
        await page.get_by_role("button", name="Close the settings").click()
        await become(page, "Noor")
        await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    stage.state.set_mode(Mode.FAST)


@pytest.mark.parametrize("chat", ["Echo", "Newsroom", "Field desk", "Morning wire"])
async def test_every_chat_fits_a_phone_and_ones_own_comes_first(stage: Stage, chat: str) -> None:
    async with opened_apart(stage, size=PHONE, touch=True) as page:
        await become(page, "Ben")
        await expect(page.locator(".chat-item-title").first).to_have_text("Echo")

        await open_chat(page, chat)

        await expect(page.get_by_role("button", name="Chat settings")).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("opens", ["Sandbox settings", "Change who you are", "Chat settings", "Attach"])
async def test_no_panel_is_wider_than_a_phone(stage: Stage, opens: str) -> None:
    async with opened_apart(stage, size=PHONE, touch=True) as page:
        await open_chat(page, "Field desk")

        await page.get_by_role("button", name=re.compile(opens)).click()

        inside = (
            "panel => { const box = panel.getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth }"
        )
        assert await page.locator("[popover]:popover-open").evaluate(inside)
        assert (
            await page.locator("[popover]:popover-open").evaluate("panel => panel.scrollWidth - panel.clientWidth") <= 0
        )
