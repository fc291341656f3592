"""What the bot keeps of a chat, and the end of it."""

from __future__ import annotations

from datetime import timedelta

from bot.outbox import ChatId
from bot.render.html import Html, bold, join, said, text
from bot.render.message import Button, Message
from bot.render.words import say, say_many

PREFIX = "f"  #: how callback data of /forget begins; then a chat's id or none, ":", and yes or no
YES, NO = "yes", "no"
A_YEAR = 365


def privacy(sent: timedelta, given_up: timedelta, shut_out: timedelta) -> Message:
    """The answer to /privacy; the three are how long what is done and who is gone are kept."""
    years = shut_out.days // A_YEAR
    lines = [
        _part(
            say("What I keep"),
            say(
                "the chat's id, its time zone and language, when to brief it, what it chose in /settings, the words it "
                "watches for, and how far its last briefing and its alerts got. Only of chats that chose something."
            ),
        ),
        _part(
            say("Messages"),
            say(
                "what I send you unasked waits until it is delivered. Then only that it was sent is kept, {sent}, so "
                "that nothing comes twice; what could not be delivered is kept {given_up}. Answers are not kept.",
                sent=_days(sent.days),
                given_up=_days(given_up.days),
            ),
        ),
        _part(
            say("What I do not keep"),
            say(
                "names, what you write, who is in a group, where you are. A location you share is used once, for its "
                "time zone. My log has chats' ids, never names or texts."
            ),
        ),
        _part(
            say("How long"),
            say(
                "until /forget. A chat that has blocked or removed me for {years} is deleted by itself. Copies of the "
                "store that my operators made before keep it until they delete them.",
                years=say_many("{number} year", "{number} years", years),
            ),
        ),
        said("/forget deletes everything about this chat at once."),
    ]
    return Message(html=join([bold(say("Your data")), *lines], "\n\n"))


def confirm_forgetting(about: ChatId | None, title: str) -> Message:
    """The answer to /forget: what would go, and the last word; ``about`` is another chat than this one."""
    which = title if about is not None else say("this chat")
    return Message(
        html=text(
            say(
                "I delete everything I keep about {chat}: its briefings, its settings, and messages still on their "
                "way. This cannot be undone. Shall I?",
                chat=which,
            )
        ),
        buttons=(
            (Button(label=say("Yes, delete everything"), data=_data(about, YES)),),
            (Button(label=say("No, keep it"), data=_data(about, NO)),),
        ),
    )


def forgotten() -> Message:
    """Everything about a chat is deleted."""
    return Message(html=said("Done: everything about it is deleted, also from my disk. /start begins anew."))


def kept() -> Message:
    """Nothing was deleted after all."""
    return Message(html=said("Nothing was deleted."))


def read_press(data: str) -> tuple[ChatId | None, bool]:
    """The chat that a button of /forget is about, None for its own, and whether it is to be deleted.

    Raises:
        ValueError: it is no such button.
    """
    chat, _, answer = data.removeprefix(PREFIX).partition(":")
    if not data.startswith(PREFIX) or answer not in (YES, NO):
        raise ValueError(f"expected {PREFIX}:yes or {PREFIX}:no, got {data!r}")
    return ChatId(int(chat)) if chat else None, answer == YES


def _data(about: ChatId | None, answer: str) -> str:
    return f"{PREFIX}{'' if about is None else about}:{answer}"


def _days(number: int) -> str:
    return say_many("{number} day", "{number} days", number)


def _part(title: str, words: str) -> Html:
    return join([bold(title), text(f": {words}")])
