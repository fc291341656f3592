"""Whatever a command finds nothing for, its answer says what to do next: every command, in every state there is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from bot import app
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Message
from bot.settings import SANDBOX
from handlers.operators import COMMANDS, SOURCE_COMMANDS
from tests.conftest import Stage, settings_for

ARGUMENTS = ("", "qqzzy")  #: none, and one that means nothing to any command
QUIET = "Two friends met in the old harbour and talked about the weather. They went home happy and content."
PLAIN = frozenset({"status", "chats"})  #: tell operators how things are; there is nothing to be done
DRAFTS = "broadcast"  #: what follows it is shown as everybody would get it, in a message of its own


def commands(stage: Stage) -> list[str]:
    """Every command there is for anybody, from the bot's own menu."""
    parts = app.open_parts(settings_for(stage.data), SANDBOX)
    try:
        return [*app.full_menu(parts.answers())]
    finally:
        parts.store.close()


async def emptied(stage: Stage) -> None:
    """A bot that has read nothing."""
    shutil.rmtree(stage.data)
    stage.data.mkdir()


async def read_something_quiet(stage: Stage, tmp_path: Path) -> Path:
    """A bot whose only article has neither figures nor events nor anything that two could disagree about."""
    await emptied(stage)
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text(f"A walk by the sea\n\n{QUIET}\n")
    parts = app.open_parts(settings_for(stage.data, articles), SANDBOX)
    await parts.read(lambda _: None)
    parts.store.close()
    return articles


def says_what_to_do(answers: Sequence[Message]) -> bool:
    """Whether there is something to read, a button, a file, or a command to send."""
    return any(one.buttons or one.attachment or re.search(r"(?<![\w/])/[a-z]+|\[\d+]", one.text) for one in answers)


async def walk(state: SandboxState, names: Sequence[str], reader: Chat | None = None) -> dict[str, str]:
    """The commands whose answer leaves whoever asked alone with it, each asked by somebody new or by ``reader``."""
    wrong = {}
    for name in names:
        for argument in ARGUMENTS:
            asked = f"/{name} {argument}".strip()
            chat = reader or state.add_person("Olena")
            answers = await state.ask(chat, asked)
            if not says_what_to_do(answers):
                wrong[asked] = "\n".join(one.text for one in answers)
    return wrong


async def test_a_newcomer_without_a_story_is_told_what_to_do_by_every_command(stage: Stage) -> None:
    names = commands(stage)
    await emptied(stage)
    async with stage.bot():
        wrong = await walk(stage.state, [*names, "nosuchcommand"])

    assert len(names) > 20
    assert wrong == {}


async def test_a_story_without_figures_events_and_conflicts_says_what_there_is(stage: Stage, tmp_path: Path) -> None:
    names = commands(stage)
    await read_something_quiet(stage, tmp_path)
    async with stage.bot():
        (troops,) = await stage.state.ask(stage.state.private, "/troops")
        wrong = await walk(stage.state, names)

    assert "The articles say nothing that belongs here.\n\nAll of it: /summary, " in troops.text
    assert wrong == {}


async def test_a_newcomer_to_a_story_is_told_what_to_do_by_every_command(stage: Stage) -> None:
    names = commands(stage)
    async with stage.bot():
        wrong = await walk(stage.state, names)

    assert wrong == {}


async def test_operators_without_feeds_and_stories_are_told_what_to_do(stage: Stage) -> None:
    await emptied(stage)
    operator = stage.state.add_person("Ada")
    names = [name for name in (*COMMANDS, *SOURCE_COMMANDS, "feeds export", "feeds pause") if name not in PLAIN]
    async with stage.bot(operators=(operator.id,)):
        (how, *_) = await stage.state.ask(operator, f"/{DRAFTS}")
        wrong = await walk(stage.state, [name for name in names if name != DRAFTS], operator)

    assert says_what_to_do([how])

    assert wrong == {}


async def test_a_day_without_alerts_says_where_they_are_chosen(bot: Stage) -> None:
    await bot.state.ask(bot.state.private, "/alerts on")

    (news,) = await bot.state.ask(bot.state.private, "/news")

    assert news.text == "No alerts in the last days.\nWhich ones come here you choose with /alerts."
