"""What operators may ask, broadcasts, bans, /privacy and /forget: the whole bot against the sandbox."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta

import pytest

from bot.outbox import ChatId, State
from bot.render.notices import ONLY_ADMINISTRATORS
from bot.sandbox.faults import Fault
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Place, Role
from handlers.operators import COMMANDS
from tests.conftest import ROUNDS, AtWork, Stage
from tests.people import BEN, MARA, answered, labels, now, pressed, said


async def subscribers(state: SandboxState, count: int) -> list[int]:
    """So many people who have subscribed."""
    chats = [state.add_person(f"Reader {number}") for number in range(count)]
    await asyncio.gather(*(state.ask(chat, "/subscribe 20:00 Kyiv") for chat in chats))
    return [chat.id for chat in chats]


def copies(state: SandboxState, chat: int, words: str) -> int:
    """How often somebody got something."""
    return sum(words in message.text for message in state.messages(state.chats[chat]) if message.by_bot)


async def delivered(bot: AtWork) -> None:
    """Waits until no broadcast is under way."""
    async with asyncio.timeout(90):
        while await bot.store.broadcasts():  # noqa: ASYNC110  (a store has no event for it)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("command", COMMANDS)
async def test_for_anybody_else_there_are_no_such_commands(stage: Stage, command: str) -> None:
    private = stage.state.private
    async with stage.bot(operators=(MARA,)):
        await said(stage.state, stage.state.chats[MARA], "/start", MARA)
        (refused,) = await stage.state.ask(private, f"/{command} 1")
        (unknown,) = await stage.state.ask(private, f"/x{command}x 1")
        (help_text,) = await stage.state.ask(private, "/help")
        stage.state.say(stage.state.group, f"/{command} 1", sender=stage.state.users[MARA])
        await stage.state.ask(private, "/help")
        menus = json.loads(json.dumps(stage.state.shown_menus()))

    assert refused.text == unknown.text.replace(f"x{command}x", command)
    assert f"/{command}" not in help_text.text
    assert f"/{command}" not in refused.text.partition("\n")[2]
    assert [message for message in stage.state.messages(stage.state.group) if message.by_bot] == []
    assert {command} & {line["command"] for line in menus[str(private.id)][str(private.id)]} == set()
    assert {command} <= {line["command"] for line in menus[str(MARA)][str(MARA)]}


async def test_status_tells_how_the_bot_is(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        await subscribers(state, 2)
        state.faults.add(Fault(method="sendMessage", status=400, description="Bad Request: nonsense"))
        state.say(private, "/help")
        await state.wait_until(lambda: not state.faults.waiting)
        await asyncio.sleep(0.1)
        (status,) = await state.ask(private, "/status")
        await bot.drained()

    lines = dict(line.split(": ", 1) for line in status.text.splitlines() if ": " in line)
    assert lines["Telegram"].startswith("answers in ")
    assert lines["Briefings"] == "on time"
    assert lines["Outbox"] == "empty"
    assert lines["Chats"] == "2, of them 2 subscribed"
    assert lines["Story"] == "5 articles"
    assert lines["Store"].endswith(" MB")
    assert "Errors and warnings, the newest first" in status.text


async def test_a_broadcast_is_looked_at_confirmed_and_reaches_everybody_once(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        readers = await subscribers(state, 5)
        said_ = state.say(private, "/broadcast On <b>Sunday</b> I rest.", is_html=True)
        preview, confirm = await state.wait_for_messages(private, 2, after=said_)
        assert preview.text == "On Sunday I rest."
        assert [entity.kind for entity in preview.content.entities] == ["bold"]
        assert labels(confirm) == [["Send to 5 chats"], ["Do not send"]]
        assert copies(state, readers[0], "Sunday") == 0

        await pressed(state, confirm, "Send")
        await delivered(bot)
        again = state.press(confirm, confirm.buttons[0][0])
        await state.wait_until(lambda: again.answer is not None)

    assert [copies(state, reader, "On Sunday I rest.") for reader in readers] == [1] * 5
    assert again.answer is not None
    assert again.answer.text == "This broadcast is over, or another one was written since."


async def test_a_broadcasts_message_tells_how_far_it_is(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        readers = await subscribers(state, 5)
        state.set_bot_role(state.chats[readers[0]], Role.KICKED)
        await state.ask(state.chats[readers[1]], "/pause")
        _, confirm = await state.ask(private, "/broadcast Now with a map.", 2)
        assert labels(confirm)[0] == ["Send to 3 chats"]
        await pressed(state, confirm, "Send")
        await delivered(bot)

    assert now(state, confirm).text == "Sent: 3 of 3 chats have it."
    assert [copies(state, reader, "Now with a map.") for reader in readers] == [0, 0, 1, 1, 1]


async def test_a_broadcast_goes_on_after_a_restart_and_nobody_gets_it_twice(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        readers = await subscribers(state, 12)
        _, confirm = await state.ask(private, "/broadcast Now with a map.", 2)
        state.faults.add(Fault(method="sendMessage", delay=timedelta(seconds=0.2), times=12))
        await answered(state, confirm, "Send")
        await state.wait_until(lambda: sum(copies(state, reader, "map") for reader in readers) > 0)
    assert sum(copies(state, reader, "map") for reader in readers) < 13
    async with stage.bot(operators=(private.id,)) as bot:
        await delivered(bot)

    assert [copies(state, reader, "map") for reader in readers] == [1] * 12
    assert now(state, confirm).text == "Sent: 12 of 12 chats have it."


async def test_a_broadcast_that_is_stopped_reaches_nobody_else(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        readers = await subscribers(state, 5)
        for reader in readers:
            state.faults.add(Fault(method="sendMessage", status=429, retry_after=2, times=1000, chat_id=reader))
        _, confirm = await state.ask(private, "/broadcast Now with a map.", 2)
        await pressed(state, confirm, "Send")
        await answered(state, confirm, "Stop")
        await delivered(bot)
        depth = await bot.store.depth()

    assert now(state, confirm).text.startswith("Called back: 0 of 5 chats have it.")
    assert depth.by_state[State.PENDING] == 0
    assert sum(copies(state, reader, "map") for reader in readers) == 0


async def test_a_draft_is_not_sent_when_it_is_not_wanted(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        readers = await subscribers(state, 1)
        _, confirm = await state.ask(private, "/broadcast Never mind.", 2)
        await pressed(state, confirm, "Do not send")
        assert await bot.store.broadcasts() == ()

    assert now(state, confirm).text == "Not sent."
    assert copies(state, readers[0], "Never mind") == 0


async def test_another_persons_press_on_an_operators_button_does_nothing(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        await subscribers(state, 1)
        _, confirm = await state.ask(private, "/broadcast Now with a map.", 2)
        await answered(state, confirm, "Send", state.users[BEN])
        (broadcast,) = await bot.store.broadcasts()

    assert broadcast.stage == "draft"


async def test_a_broadcast_without_words_or_readers_is_answered(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)):
        (how,) = await state.ask(private, "/broadcast")
        _, nobody = await state.ask(private, "/broadcast Hello", 2)

    assert how.text.startswith("Write the message after the command")
    assert (nobody.text.split(":")[0], nobody.buttons) == ("Nobody would get this", ())


async def test_chats_are_counted_and_listed_by_id_alone(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)):
        await subscribers(state, 22)
        await said(state, state.group, "/subscribe@sandbox_bot 08:00 Kyiv", MARA)
        await state.ask(private, "/subscribe @morning_wire 08:00 Kyiv")
        (first,) = await state.ask(private, "/chats")
        second = await pressed(state, first, "Page 2 of 2")

    assert first.text.splitlines()[1:3] == [
        "22 private, 1 group, 1 supergroup or channel",
        "24 subscribed, 0 shut me out, 0 banned",
    ]
    assert len(first.text.splitlines()) == 3 + 20
    assert second.text.splitlines()[-2:] == [
        f"{state.group.id} · group · subscribed",
        f"{state.channel.id} · supergroup or channel · subscribed",
    ]
    assert labels(second) == [["‹ Before"]]
    assert "Reader" not in first.text + second.text


async def test_a_banned_chat_is_neither_answered_nor_sent_anything_until_unbanned(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot(operators=(private.id,)) as bot:
        (reader,) = await subscribers(state, 1)
        chat = state.chats[reader]
        (banned,) = await state.ask(private, f"/ban {reader}")
        last = state.messages(chat)[-1]
        state.say(chat, "/summary")
        state.set_role(state.group, state.users[reader], Role.MEMBER)
        state.say(state.group, "/summary@sandbox_bot", sender=state.users[reader])
        await state.ask(private, "/conflicts")  # Telegram drops updates that are a day old
        await asyncio.sleep(ROUNDS)
        stage.clock.move_by(timedelta(days=1))
        await bot.drained()
        assert [message for message in state.messages(chat) if message.by_bot and message.id > last.id] == []
        assert [message for message in state.messages(state.group) if message.by_bot] == []

    async with stage.bot(operators=(private.id,)):
        await asyncio.sleep(ROUNDS)
        assert [message for message in state.messages(chat) if message.by_bot and message.id > last.id] == []
        (unbanned,) = await state.ask(private, f"/unban {reader}")
        came, *_ = await state.wait_for_messages(chat, after=state.messages(chat)[-1])

    assert banned.text == f"Banned. I do not answer it and send it nothing. To undo it: /unban {reader}"
    assert unbanned.text == f"{reader} is not banned any more; what it had chosen holds again."
    assert "[" in came.text


async def test_a_banned_group_stays_banned_under_its_new_id(stage: Stage) -> None:
    state, private, group = stage.state, stage.state.private, stage.state.group
    async with stage.bot(operators=(private.id,)) as bot:
        await said(state, group, "/subscribe@sandbox_bot 08:00 Kyiv", MARA)
        await state.ask(private, f"/ban {group.id}")
        new = state.upgrade(group)
        await state.ask(private, "/help")

        assert await bot.store.is_banned(ChatId(new.id))


@pytest.mark.parametrize("words", ["", "Ben", "1 2"])
async def test_a_ban_without_an_id_is_answered_with_how(stage: Stage, words: str) -> None:
    async with stage.bot(operators=(stage.state.private.id,)):
        (answer,) = await stage.state.ask(stage.state.private, f"/ban {words}")

    assert answer.text == "Add the id of a chat, as /chats shows it: /ban 123456789"


async def test_an_operator_is_not_banned(stage: Stage) -> None:
    async with stage.bot(operators=(stage.state.private.id, MARA)):
        (answer,) = await stage.state.ask(stage.state.private, f"/ban {MARA}")

    assert answer.text.startswith("This is an operator.")


async def test_privacy_says_what_is_kept_and_how_long(bot: Stage) -> None:
    (told,) = await bot.state.ask(bot.state.private, "/privacy")

    for words in ("What I keep", "2 days", "30 days", "1 year", "never names or texts", "/forget"):
        assert words in told.text


async def test_forgetting_asks_first_and_leaves_nothing_of_the_chat(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot() as bot:
        await state.ask(private, "/subscribe 08:00 Europe/Kyiv")
        stage.clock.move_by(timedelta(days=1))
        await bot.drained()
        (asks,) = await state.ask(private, "/forget")
        kept = await pressed(state, asks, "No, keep it")
        assert kept.text == "Nothing was deleted."
        assert await bot.store.chat(ChatId(private.id)) is not None

        (asks,) = await state.ask(private, "/forget")
        done = await pressed(state, asks, "Yes")
        (shown,) = await state.ask(private, "/subscribe")
        content = b"".join(path.read_bytes() for path in stage.data.iterdir() if path.name.startswith("sandbox.db"))

    assert done.text.startswith("Done: everything about it is deleted")
    assert shown.text.startswith("You are not subscribed")
    assert str(private.id).encode() not in content
    assert b"Europe/Kyiv" not in content


async def test_in_a_group_only_administrators_have_it_forgotten(bot: Stage) -> None:
    state, group = bot.state, bot.state.group
    await said(state, group, "/subscribe@sandbox_bot 08:00 Kyiv", MARA)
    asks = await said(state, group, "/forget@sandbox_bot", MARA)

    refused = await answered(state, asks, "Yes", state.users[BEN])
    assert (refused, now(state, asks).text) == (ONLY_ADMINISTRATORS, asks.text)
    done = await pressed(state, asks, "Yes", state.users[MARA])

    assert done.text.startswith("Done")


async def test_a_channel_is_forgotten_from_private(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot() as bot:
        await state.ask(private, "/subscribe @morning_wire 08:00 Kyiv")
        (asks,) = await state.ask(private, "/forget @morning_wire")
        await pressed(state, asks, "Yes")

        assert await bot.store.chat(ChatId(state.channel.id)) is None
    assert "everything I keep about Morning wire" in asks.text


async def test_a_chat_that_has_shut_the_bot_out_for_a_year_is_forgotten(stage: Stage) -> None:
    from bot.desk.subscriptions import Subscriptions

    state, private = stage.state, stage.state.private
    async with stage.bot() as bot:
        (reader,) = await subscribers(state, 1)
        await state.ask(private, "/subscribe 08:00 Kyiv")
        state.set_bot_role(state.chats[reader], Role.KICKED)
        await state.ask(private, "/help")
        desk = Subscriptions(store=bot.store, clock=stage.clock, trackers=())
        stage.clock.move_by(timedelta(days=364))
        assert await desk.forget_the_lost() == 0
        stage.clock.move_by(timedelta(days=2))

        assert await desk.forget_the_lost() == 1
        assert await bot.store.chat(ChatId(reader)) is None
        assert await bot.store.chat(ChatId(private.id)) is not None


async def test_no_name_and_no_words_of_anybody_are_logged_or_stored(stage: Stage, spoken: io.StringIO) -> None:
    state, private, group = stage.state, stage.state.private, stage.state.group
    state.add_person("Zebulonia")
    async with stage.bot(operators=(private.id,)) as bot:
        (reader,) = await subscribers(state, 1)
        for words in (
            "/start",
            "what of the xylophones?",
            "/settings xylophones",
            "/help",
            "/ban xylophones",
            "/status",
        ):
            await state.ask(private, words)
        shared = state.share_place(private, Place(latitude=50.450412345, longitude=30.524512345))
        await state.wait_for_messages(private, after=shared)
        await said(state, group, "/subscribe@sandbox_bot 08:00 Xylophonia", MARA)
        await state.ask(private, "/settings @morning_wire sound off")
        _, confirm = await state.ask(private, "/broadcast Xylophones for all", 2)
        state.faults.add(Fault(method="sendMessage", chat_id=reader, status=400, description="Bad Request: no"))
        await pressed(state, confirm, "Send")
        await delivered(bot)
        state.faults.add(Fault(method="sendMessage", cuts=True))
        state.say(private, "/help")
        await asyncio.sleep(ROUNDS)
        stage.clock.move_by(timedelta(days=1))
        await bot.drained()
        content = b"".join(path.read_bytes() for path in stage.data.iterdir() if path.name.startswith("sandbox.db"))
    told = spoken.getvalue()

    assert "delivery" in told
    for words in ("xylophon", "zebulonia", "mara", "newsroom", "morning wire", "morning_wire", "50.4504123"):
        assert words not in told.lower()
    for word in (b"Zebulonia", b"Mara", b"Newsroom", b"orning wire", b"orning_wire", b"50.4504123", b"what of the"):
        assert word not in content
