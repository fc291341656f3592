"""People ask for pictures and get them, or the same in words: the whole bot against the sandbox."""

from __future__ import annotations

import asyncio
import io
import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.chats import Theme
from bot.drawing.studio import Studio
from bot.render.notices import NO_PICTURE
from bot.render.pictures.choosing import picture_of
from bot.render.pictures.values import Picture
from bot.sandbox.faults import Fault
from bot.sandbox.world import Message
from tests.conftest import START, Stage
from tests.people import answered, labels
from tests.story import seed_digest, shipped_trackers

AS_PICTURE = "🖼 As a picture"
DAY = timedelta(days=1)
A_WHILE = timedelta(seconds=90)  #: for a process to start on a busy machine


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Theme]]:
    """A drawing that costs nothing, and what was asked of it."""
    asked: list[tuple[str, Theme]] = []

    async def draw(_: Studio, picture: Picture, theme: Theme) -> bytes:
        asked.append((picture.title, theme))
        png = io.BytesIO()
        Image.new("RGB", (40, 60), "white").save(png, "PNG")
        return png.getvalue()

    monkeypatch.setattr(Studio, "draw", draw)
    return asked


@pytest.fixture
def undrawable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing that fails."""

    async def draw(_: Studio, picture: Picture, theme: Theme) -> None:
        return None

    monkeypatch.setattr(Studio, "draw", draw)


def is_picture(message: Message) -> bool:
    return message.attachment is not None and message.attachment.is_photo


def uploads(stage: Stage) -> int:
    """How many files were ever uploaded."""
    return len(stage.state.files)


async def test_a_command_with_the_word_sends_its_picture_and_the_words(bot: Stage) -> None:
    picture, *words = await bot.state.ask(bot.state.private, "/troops picture", 2, within=A_WHILE)

    assert is_picture(picture)
    assert picture.attachment is not None
    assert (picture.attachment.width, picture.attachment.height > 1000) == (1080, True)
    assert picture.text.startswith("People under arms\n5 articles, 4 independent origins")
    assert not any(is_picture(message) for message in words)
    assert "around 10,000 North Korean soldiers" in words[0].text


@pytest.mark.parametrize("command", ["troops", "timeline"])
async def test_the_button_below_an_answer_sends_its_picture(
    bot: Stage, drawn: list[tuple[str, Theme]], command: str
) -> None:
    *_, answer = await bot.state.ask(bot.state.private, f"/{command}")

    told = await answered(bot.state, answer, AS_PICTURE)

    (*_, picture) = await bot.state.wait_for_messages(bot.state.private, after=answer)
    assert told == ""
    assert is_picture(picture)
    assert f"/{command}" in picture.text


@pytest.mark.parametrize("command", ["summary", "conflicts", "sources"])
async def test_an_answer_without_a_picture_offers_none(bot: Stage, command: str) -> None:
    answers = await bot.state.ask(bot.state.private, f"/{command}")

    assert AS_PICTURE not in {label for answer in answers for row in labels(answer) for label in row}


async def test_a_picture_is_drawn_and_uploaded_once(bot: Stage, drawn: list[tuple[str, Theme]]) -> None:
    first, *_ = await bot.state.ask(bot.state.private, "/troops picture", 2)
    second, *_ = await bot.state.ask(bot.state.group, "/troops picture", 2)

    assert (is_picture(first), is_picture(second)) == (True, True)
    assert drawn == [("People under arms", Theme.LIGHT)]
    assert uploads(bot) == 1
    assert bot.state.sent.answers["sendphoto 200"] == 2


async def test_a_restart_uploads_no_picture_again(stage: Stage, drawn: list[tuple[str, Theme]]) -> None:
    for _ in range(2):
        async with stage.bot():
            picture, *_ = await stage.state.ask(stage.state.private, "/troops picture", 2)
            assert is_picture(picture)

    assert (len(drawn), uploads(stage)) == (1, 1)


async def test_a_picture_that_telegram_forgot_is_uploaded_anew(bot: Stage, drawn: list[tuple[str, Theme]]) -> None:
    await bot.state.ask(bot.state.private, "/troops picture", 2)
    bot.state.files.clear()

    picture, *_ = await bot.state.ask(bot.state.private, "/troops picture", 2)
    again, *_ = await bot.state.ask(bot.state.private, "/troops picture", 2)

    assert (is_picture(picture), is_picture(again)) == (True, True)
    assert (len(drawn), uploads(bot)) == (1, 1)


async def test_a_picture_that_is_not_taken_is_told_in_words(bot: Stage, drawn: list[tuple[str, Theme]]) -> None:
    bot.state.faults.add(Fault(method="sendPhoto", status=400, description="Bad Request: IMAGE_PROCESS_FAILED"))

    caption, words = (await bot.state.ask(bot.state.private, "/troops picture", 2))[:2]

    assert not is_picture(caption)
    assert caption.text.startswith("People under arms")
    assert "around 10,000 North Korean soldiers" in words.text


async def test_a_group_that_allows_no_pictures_gets_words_and_stays(bot: Stage, drawn: list[tuple[str, Theme]]) -> None:
    refusal = "Bad Request: not enough rights to send photos to the chat"
    bot.state.faults.add(Fault(method="sendPhoto", status=400, description=refusal))

    caption, words = (await bot.state.ask(bot.state.group, "/troops picture", 2))[:2]

    assert (is_picture(caption), is_picture(words)) == (False, False)
    assert await bot.state.ask(bot.state.group, "/summary@sandbox_bot")


@pytest.mark.usefixtures("undrawable")
async def test_what_cannot_be_drawn_is_told_in_words(bot: Stage) -> None:
    *_, answer = await bot.state.ask(bot.state.private, "/troops picture")

    assert not is_picture(answer)
    assert "around 10,000 North Korean soldiers" in answer.text
    assert await answered(bot.state, answer, AS_PICTURE) == NO_PICTURE


async def test_pictures_have_the_colours_that_the_chat_chose(bot: Stage, drawn: list[tuple[str, Theme]]) -> None:
    await bot.state.ask(bot.state.private, "/settings picture dark")

    await bot.state.ask(bot.state.private, "/troops picture", 2)

    assert drawn == [("People under arms", Theme.DARK)]


async def test_the_settings_panel_chooses_pictures(bot: Stage) -> None:
    (panel,) = await bot.state.ask(bot.state.private, "/settings")
    await answered(bot.state, panel, "📄 Contents")
    for label in ("🖼 A picture a week", "🌙 Dark pictures"):
        await answered(bot.state, panel, label)

    shown = bot.state.message(bot.state.private, panel.id)

    assert shown is not None
    assert ["✓ 🖼 A picture a week", "☀️ Light pictures"] in labels(shown)


async def test_wrong_words_about_pictures_are_answered_with_right_ones(bot: Stage) -> None:
    (answer,) = await bot.state.ask(bot.state.private, "/settings picture sepia")

    assert "/settings picture weekly" in answer.text


async def test_one_briefing_a_week_comes_with_a_picture(stage: Stage, drawn: list[tuple[str, Theme]]) -> None:
    chat = stage.state.private
    async with stage.bot() as at_work:
        await stage.state.ask(chat, "/subscribe 08:00 Europe/Kyiv")
        await stage.state.ask(chat, "/settings picture weekly")
        days = []
        for day in range(1, 9):
            before = len(stage.state.messages(chat))
            stage.clock.move_to(START + day * DAY)
            await at_work.drained()
            came = [message for message in stage.state.messages(chat)[before:] if message.by_bot]
            days.append([is_picture(message) for message in came])

    assert [any(day) for day in days] == [True, *[False] * 6, True]
    assert days[0][-1]
    assert not days[0][0]
    assert uploads(stage) == 1


async def test_a_briefing_without_the_wish_has_no_picture(stage: Stage, drawn: list[tuple[str, Theme]]) -> None:
    chat = stage.state.private
    async with stage.bot() as at_work:
        await stage.state.ask(chat, "/subscribe 08:00 Europe/Kyiv")
        stage.clock.move_to(START + DAY)
        await at_work.drained()

    assert not any(is_picture(message) for message in stage.state.messages(chat))
    assert drawn == []


async def test_many_who_get_one_picture_get_one_upload(stage: Stage, drawn: list[tuple[str, Theme]]) -> None:
    chats = [stage.state.private, stage.state.group, stage.state.forum]
    async with stage.bot() as at_work:
        for chat in chats:
            await stage.state.ask(chat, "/subscribe@sandbox_bot 08:00 Europe/Kyiv")
            await stage.state.ask(chat, "/settings@sandbox_bot picture weekly")
        stage.state.set_latency(timedelta(milliseconds=400), timedelta())
        stage.clock.move_to(START + DAY)
        await at_work.drained()

    assert [sum(map(is_picture, stage.state.messages(chat))) for chat in chats] == [1, 1, 1]
    assert (len(drawn), uploads(stage)) == (1, 1)


async def test_a_picture_that_is_not_kept_any_more_is_sent_as_words(
    stage: Stage, drawn: list[tuple[str, Theme]]
) -> None:
    chat = stage.state.private
    async with stage.bot() as at_work:
        await stage.state.ask(chat, "/subscribe 08:00 Europe/Kyiv")
        await stage.state.ask(chat, "/settings picture weekly")
        keep = at_work.store.keep_picture

        async def keep_and_lose(*given: object) -> None:
            await keep(*given)  # type: ignore[arg-type]
            await at_work.store.prune_pictures(START + 2 * DAY)

        at_work.store.keep_picture = keep_and_lose  # type: ignore[method-assign,assignment]
        stage.clock.move_to(START + DAY)
        await at_work.drained()

    *_, last = stage.state.messages(chat)
    assert not is_picture(last)
    assert last.text.startswith("People under arms")


async def test_a_drawing_process_that_dies_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    picture = picture_of(seed_digest(), "troops", shipped_trackers())
    assert picture is not None
    studio = Studio()
    try:
        first = await studio.draw(picture, Theme.LIGHT)
        (worker,) = multiprocessing.active_children()
        worker.kill()
        await asyncio.to_thread(worker.join)

        meanwhile = await studio.draw(picture, Theme.LIGHT)
        again = await studio.draw(picture, Theme.LIGHT)
    finally:
        await studio.close()

    assert meanwhile is None
    assert first is not None
    assert again == first
    assert multiprocessing.active_children() == []


async def test_a_drawing_that_hangs_is_given_up_and_its_process_ended() -> None:
    picture = picture_of(seed_digest(), "timeline", shipped_trackers())
    assert picture is not None
    studio = Studio()
    try:
        await studio.warm()
        studio.patience = timedelta(milliseconds=1)

        drawn = await studio.draw(picture, Theme.LIGHT)

        assert (drawn, multiprocessing.active_children()) == (None, [])
    finally:
        await studio.close()


def test_the_bot_itself_never_imports_what_draws(tmp_path: Path) -> None:
    import subprocess
    import sys

    words = "import sys, bot.app, bot.__main__; print([name for name in ('matplotlib', 'PIL') if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
