"""/backup: an operator gets the store as a file, and nobody else learns that there is such a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SANDBOX
from handlers import backup
from storage.copies import restore
from storage.tinydb_store import open_store
from tests.conftest import Stage


async def test_an_operator_gets_the_store_as_a_file_that_can_be_restored(stage: Stage, tmp_path: Path) -> None:
    private = stage.state.private
    async with stage.bot(operators=(private.id,)):
        await stage.state.ask(private, "/subscribe 08:00 Europe/Kyiv")
        (sent,) = await stage.state.ask(private, "/backup")
        (help_text,) = await stage.state.ask(private, "/help")

    assert sent.attachment is not None
    assert sent.attachment.name == "sitrep-backup.db"
    (tmp_path / "copy.db").write_bytes(sent.attachment.content)
    restore(tmp_path / "other", SANDBOX, tmp_path / "copy.db")
    store = open_store(tmp_path / "other", SANDBOX)
    assert [chat.id for chat in await store.subscribed()] == [private.id]
    store.close()
    assert "/backup" not in help_text.text
    assert "backup" not in repr(stage.state.shown_menus())


async def test_for_anybody_else_there_is_no_such_command(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot(operators=(private.id + 1,)):
        (refused,) = await stage.state.ask(private, "/backup")
        (unknown,) = await stage.state.ask(private, "/bakcup")

    assert refused.attachment is None
    assert refused.text == unknown.text.replace("bakcup", "backup")


async def test_an_operator_gets_no_file_in_a_group(stage: Stage) -> None:
    group, private = stage.state.group, stage.state.private
    async with stage.bot(operators=(private.id,)):
        stage.state.say(group, "/backup")
        await stage.state.ask(private, "/help")

    assert [message for message in stage.state.messages(group) if message.attachment is not None] == []


async def test_a_backup_that_telegram_does_not_take_is_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "LARGEST", 1000)
    private = stage.state.private
    async with stage.bot(operators=(private.id,)):
        (said,) = await stage.state.ask(private, "/backup")

    assert said.text.endswith("On the bot's machine:\nsitrep backup FILE")
