"""Chats that are spoken to in their own language."""

from __future__ import annotations

import pytest

from bot.sandbox.commands import Scope
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Role
from tests.conftest import Stage
from tests.people import MARA, labels, pressed, said


def person(state: SandboxState, language: str) -> Chat:
    return state.add_person("Olena", language)


async def test_a_newcomer_is_answered_in_the_language_of_their_telegram(bot: Stage) -> None:
    (welcome,) = await bot.state.ask(person(bot.state, "uk"), "/start")

    assert welcome.text.startswith("Я читаю новини на одну тему")


async def test_a_language_that_the_bot_does_not_speak_is_answered_in_english(bot: Stage) -> None:
    (welcome,) = await bot.state.ask(person(bot.state, "fr"), "/start")

    assert welcome.text.startswith("I read the news about one story")


async def test_a_chosen_language_goes_before_that_of_telegram(bot: Stage) -> None:
    chat = person(bot.state, "uk")
    await bot.state.ask(chat, "/language ko")

    (help_,) = await bot.state.ask(chat, "/help")

    assert "물어볼 수 있는 것" in help_.text


async def test_the_panel_changes_its_language_at_the_press(bot: Stage) -> None:
    (panel,) = await bot.state.ask(person(bot.state, "en"), "/language")

    panel = await pressed(bot.state, panel, "Українська")

    assert panel.text.startswith("Мова")
    assert ["English", "한국어"] in labels(panel)
    assert any("✓ Українська" in row for row in labels(panel))


async def test_a_groups_panel_stays_in_the_groups_language_whoever_presses(bot: Stage) -> None:
    state, group = bot.state, bot.state.group
    olena = state.users[person(state, "uk").id]
    state.set_role(group, olena, Role.ADMINISTRATOR)
    panel = await said(state, group, "/settings", MARA)

    shown = await pressed(state, panel, "🔔 Alerts", olena)
    await pressed(state, shown, "Switch on", olena)
    theirs = await said(state, group, "/summary", olena.id)

    assert shown.text.startswith("Alerts\n")
    assert theirs.text.startswith("Summary\n")


async def test_a_group_speaks_the_language_of_whoever_adds_the_bot(bot: Stage) -> None:
    state, group = bot.state, bot.state.group
    olena = state.users[person(state, "uk").id]
    state.set_bot_role(group, Role.LEFT, by=olena)
    state.set_bot_role(group, Role.MEMBER, by=olena)
    (hello,) = await state.wait_for_messages(group)

    theirs = await said(state, group, "/settings", MARA)

    assert hello.text.startswith("Я переказую")
    assert theirs.text.startswith("Налаштування")


async def test_the_menu_is_set_in_every_language(bot: Stage) -> None:
    menus = {code: bot.state.menus.get(Scope(language=code)) for code in ("", "uk", "ko", "ru")}

    names = [[command.name for command in menu] for menu in menus.values()]
    assert all(names)
    assert all(one == names[0] for one in names)
    assert {menu[0].description for menu in menus.values()} == {
        "The story in a few cited lines",
        "Головне в кількох рядках із джерелами",
        "출처가 달린 핵심 요약",
        "Главное в нескольких строках с источниками",
    }


def menu_of(state: SandboxState, chat: Chat) -> list[str]:
    """What a chat's own menu says; nothing when it has none."""
    return [command.description for command in state.menus.get(Scope(kind="chat", chat_id=chat.id))]


@pytest.mark.parametrize("words", ["/language ko", "/settings language ko"])
async def test_the_menu_of_a_chat_follows_the_language_that_it_chose(bot: Stage, words: str) -> None:
    chat = person(bot.state, "uk")

    await bot.state.ask(chat, words)
    chosen = menu_of(bot.state, chat)
    await bot.state.ask(chat, "/language auto")

    assert chosen[0] == "출처가 달린 핵심 요약"
    assert menu_of(bot.state, chat) == []


@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("uk", "Скільки військових?", "Статті написані англійською"),
        ("ko", "병력이 얼마나 됩니까?", "기사가 영어로 되어 있어"),
        ("ru", "/search Курск", "Статьи написаны по-английски"),
    ],
)
async def test_words_in_letters_that_no_english_article_has_are_answered_with_what_there_is(
    bot: Stage, language: str, words: str, told: str
) -> None:
    (answer,) = await bot.state.ask(person(bot.state, language), words)

    assert answer.text.startswith(told)
    assert "/troops" in answer.text
