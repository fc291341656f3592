"""What the tests of people and their rights share: pressing, waiting for what a press does, and the four people."""

from __future__ import annotations

from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Message, User

MARA, BEN, IRA = 900001, 900002, 900003  #: administrator, member, anonymous administrator


async def pressed(state: SandboxState, message: Message, label: str, by: User | None = None) -> Message:
    """The message as it is once the bot has done what its button says."""
    await answered(state, message, label, by)
    return now(state, message)


async def answered(state: SandboxState, message: Message, label: str, by: User | None = None) -> str:
    """What the bot tells somebody who presses a button; "" for nothing."""
    query = state.press(now(state, message), label, sender=by)
    await state.wait_until(lambda: query.answer is not None)
    return query.answer.text if query.answer is not None else ""


def now(state: SandboxState, message: Message) -> Message:
    """The message as it is now."""
    found = state.message(state.chats[message.chat_id], message.id)
    assert found is not None
    return found


async def said(state: SandboxState, chat: Chat, words: str, by: int, topic_id: int | None = None) -> Message:
    """The bot's answer to words of somebody."""
    asked = state.say(chat, words, sender=state.users[by], topic_id=topic_id)
    return (await state.wait_for_messages(chat, after=asked))[-1]


def labels(message: Message) -> list[list[str]]:
    """The labels of a message's buttons."""
    return [[button.text for button in row] for row in message.buttons]
