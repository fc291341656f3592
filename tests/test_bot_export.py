"""/export and ``sitrep digest --format``: the story as a file, in the reader's hands."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from icalendar import Calendar

from bot.desk.exports import Exported, Exports
from bot.render.export.document import schema
from bot.render.export.files import Form
from bot.sandbox.faults import Fault
from bot.sandbox.world import Message
from bot.stories import MAIN
from tests.conftest import Stage
from tests.people import answered, labels
from tests.test_cli import sitrep


def file_of(message: Message) -> tuple[str, str]:
    """The name and the text of the file that a message carries."""
    assert message.attachment is not None
    return message.attachment.name, message.attachment.content.decode()


async def test_export_offers_four_forms_and_a_press_sends_the_file(bot: Stage) -> None:
    private = bot.state.private
    (offer,) = await bot.state.ask(private, "/export")
    assert labels(offer) == [["📝 Markdown", "🌐 Web page"], ["🧩 JSON", "📅 Calendar"]]

    await answered(bot.state, offer, "Markdown")
    sent = (await bot.state.wait_for_messages(private, after=offer))[-1]

    name, content = file_of(sent)
    assert name == "story.md"
    assert content.startswith("# What the articles say\n")
    assert sent.text.startswith("What the articles say\n5 articles")
    assert "as text in Markdown" in sent.text


@pytest.mark.parametrize(("word", "name"), [("json", "story.json"), ("HTML", "story.html"), ("calendar", "story.ics")])
async def test_a_form_can_be_named(bot: Stage, word: str, name: str) -> None:
    (sent,) = await bot.state.ask(bot.state.private, f"/export {word}")

    assert file_of(sent)[0] == name
    if word == "json":
        jsonschema.validate(json.loads(file_of(sent)[1]), schema())
    if word == "calendar":
        assert len(Calendar.from_ical(file_of(sent)[1]).events) > 5


async def test_another_word_is_answered_with_the_forms(bot: Stage) -> None:
    (said,) = await bot.state.ask(bot.state.private, "/export docx")

    assert said.text == "I expected markdown, html, json, ics; I got docx\nFor example: /export html"


async def test_a_file_is_made_once_a_story_and_language(bot: Stage) -> None:
    (first,) = await bot.state.ask(bot.state.private, "/export json")
    bot.clock.move_by(timedelta(hours=1))
    (second,) = await bot.state.ask(bot.state.private, "/export json")

    assert file_of(first) == file_of(second)


async def test_a_story_that_got_another_title_is_exported_under_it(stage: Stage) -> None:
    titles = []
    async with stage.bot() as bot:
        exports = Exports(store=bot.store, trackers=(), clock=stage.clock)
        for title in ("Flood", "The flood of the north"):
            made = await exports.file(Form.MARKDOWN, MAIN, title)
            assert isinstance(made, Exported)
            titles.append(made.content.decode().partition("\n")[0])

    assert titles == ["# Flood", "# The flood of the north"]


async def test_an_empty_story_says_what_to_do(stage: Stage) -> None:
    shutil.rmtree(stage.data)
    stage.data.mkdir()
    async with stage.bot():
        (offer,) = await stage.state.ask(stage.state.private, "/export")
        (refused,) = await stage.state.ask(stage.state.private, "/export json")

    told = "No article has been read yet, so there is no file. As soon as /sources lists one, ask again."
    assert (offer.text, offer.buttons, refused.text, refused.attachment) == (told, (), told, None)


async def test_a_chat_that_takes_no_files_is_told(bot: Stage) -> None:
    words = "Bad Request: not enough rights to send documents to the chat"
    bot.state.faults.add(Fault(method="sendDocument", status=400, description=words))

    (said,) = await bot.state.ask(bot.state.private, "/export json")

    assert said.text.startswith("Telegram did not take the file.")


def test_the_terminal_writes_and_prints_it(seeds_story: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(seeds_story, data)

    printed = sitrep(data, "digest", "--format", "json")
    written = sitrep(data, "digest", "--format", "html", "--to", str(tmp_path / "story.html"))
    again = sitrep(data, "digest", "--format", "html", "--to", str(tmp_path / "story.html"))
    lost = sitrep(data, "digest", "--to", "x.html")

    jsonschema.validate(json.loads(printed.stdout), schema())
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "story.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (again.returncode, lost.returncode) == (1, 1)
    assert "a name that is free" in again.stderr
    assert "--format" in lost.stderr
