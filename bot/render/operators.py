"""What only those who run the bot read: how it is, who its chats are, and how far a broadcast is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chats import Kind
from bot.outbox import ChatId
from bot.render.html import Html, bold, code, join, text
from bot.render.message import Button, Message

PREFIX = "o:"  #: before what an operator's button asks, and a number
SEND, STOP, CHATS = "send", "stop", "chats"
TROUBLED = 3  #: sources in trouble that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that went wrong: when, and what."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the bot is.

    ``answered_in`` is how long Telegram took for an answer, None when it gave none; ``behind`` how late the briefing
    is that has been due longest; ``held_up`` how much longer than asked a short sleep took; ``oldest`` how long the
    message waits that waits longest. ``sources`` are followed, ``troubled`` are the names of those that cannot be read
    now. ``size`` is bytes.
    """

    answered_in: timedelta | None
    behind: timedelta
    held_up: timedelta
    queue: Mapping[str, int]
    oldest: timedelta | None
    chats: int
    subscribed: int
    articles: int
    sources: int
    troubled: Sequence[str]
    size: int
    store_fault: str | None
    given_up: Sequence[Fault]
    errors: Sequence[Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A chat in the list of them."""

    chat: ChatId
    kind: Kind
    is_subscribed: bool
    is_shut_out: bool
    is_banned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A page of the list of chats, from 0, with the counts of all."""

    kinds: Mapping[Kind, int]
    subscribed: int
    shut_out: int
    banned: int
    entries: Sequence[Entry]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a broadcast is; ``held_back`` counts chats that shut the bot out meanwhile."""

    number: int
    recipients: int
    sent: int
    given_up: int
    held_back: int
    is_called_back: bool
    is_over: bool


def read_press(data: str) -> tuple[str, int]:
    """What an operator's button asks, and the number it is about.

    Raises:
        ValueError: it is no such button.
    """
    what, _, number = data.removeprefix(PREFIX).partition(":")
    if not data.startswith(PREFIX) or what not in (SEND, STOP, CHATS):
        raise ValueError(f"expected {PREFIX}what:number, got {data!r}")
    return what, int(number)


def status(found: Status) -> Message:
    """The answer to /status."""
    lines = [
        bold("How I am"),
        _line("Telegram", "no answer" if found.answered_in is None else f"answers in {brief(found.answered_in)}"),
        _line("Briefings", f"{brief(found.behind)} behind" if found.behind else "on time"),
        _line("My loop", f"held up by {brief(found.held_up)}"),
        _line("Outbox", ", ".join(f"{count:,} {state}" for state, count in found.queue.items() if count) or "empty"),
        _line("Waits longest", "nothing waits" if found.oldest is None else brief(found.oldest)),
        _line("Chats", f"{found.chats:,}, of them {found.subscribed:,} subscribed"),
        _line("Story", _many(found.articles, "article")),
        _line("Sources", _sources(found)),
        _line("Store", f"{found.size / 1e6:.1f} MB" + (f"; {found.store_fault}" if found.store_fault else "")),
        *_faults("Messages given up last", found.given_up),
        *_faults("Errors and warnings, the newest first", found.errors),
    ]
    return Message(html=join(lines, "\n"))


def register(found: Register) -> Message:
    """The answer to /chats."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in found.kinds.items()) or "none"
    lines = [
        bold("Chats I keep something of"),
        text(kinds),
        text(f"{found.subscribed:,} subscribed, {found.shut_out:,} shut me out, {found.banned:,} banned"),
        *(_entry(entry) for entry in found.entries),
    ]
    turns = []
    if found.page > 0:
        turns.append(Button(label="‹ Before", data=f"{PREFIX}{CHATS}:{found.page - 1}"))
    if found.page + 1 < found.pages:
        turns.append(
            Button(label=f"Page {found.page + 2} of {found.pages} ›", data=f"{PREFIX}{CHATS}:{found.page + 1}")
        )
    return Message(html=join(lines, "\n"), buttons=(tuple(turns),) if turns else ())


def how_to_broadcast() -> Message:
    """/broadcast without words."""
    return Message(
        html=join(
            [
                text("Write the message after the command; bold, links and the like are kept:"),
                code("/broadcast On Sunday from 10 to 11 I am being mended."),
                text("I show you how it looks and how many get it before anything is sent."),
            ],
            "\n",
        )
    )


def confirm_broadcast(number: int, recipients: int) -> Message:
    """Below the preview: to how many it goes, and the last word."""
    if not recipients:
        return Message(html=text("Nobody would get this: no chat wants briefings or alerts at the moment."))
    return Message(
        html=text(
            f"Above is what {_many(recipients, 'chat')} would get: all that want briefings or alerts. "
            "Those who paused or blocked me get nothing; in quiet hours it makes no sound."
        ),
        buttons=(
            (Button(label=f"Send to {_many(recipients, 'chat')}", data=f"{PREFIX}{SEND}:{number}"),),
            (Button(label="Do not send", data=f"{PREFIX}{STOP}:{number}"),),
        ),
    )


def broadcast_progress(progress: Progress) -> Message:
    """How far a broadcast is, with a button that calls it back while that is of use."""
    title = "Sending"
    if progress.is_over:
        title = "Called back" if progress.is_called_back else "Sent"
    elif progress.is_called_back:
        title = "Being called back"
    lines = [join([bold(title), text(f": {progress.sent:,} of {_many(progress.recipients, 'chat')} have it.")])]
    if progress.given_up:
        lines.append(text(f"Given up: {progress.given_up:,}. /status tells why."))
    if progress.held_back:
        lines.append(text(f"Held back until they let me in again: {progress.held_back:,}."))
    stop = Button(label="Stop sending", data=f"{PREFIX}{STOP}:{progress.number}")
    return Message(html=join(lines, "\n"), buttons=() if progress.is_over or progress.is_called_back else ((stop,),))


def not_sent() -> Message:
    """A draft was thrown away."""
    return Message(html=text("Not sent."))


def broadcast_over() -> str:
    """A button of a broadcast that is not there any more."""
    return "This broadcast is over, or another one was written since."


def how_to_ban(command: str) -> Message:
    """/ban or /unban without an id."""
    return Message(html=join([text("Add the id of a chat, as /chats shows it: "), code(f"/{command} 123456789")]))


def banned(chat: ChatId) -> Message:
    """A chat is banned."""
    words = "Banned. I do not answer it and send it nothing. To undo it: "
    return Message(html=join([text(words), code(f"/unban {chat}")]))


def unbanned(chat: ChatId, *, was_banned: bool) -> Message:
    """A chat is not banned any more."""
    words = "is not banned any more; what it had chosen holds again." if was_banned else "was not banned."
    return Message(html=join([code(str(chat)), text(f" {words}")]))


def operators_stay() -> Message:
    """An operator was to be banned."""
    return Message(html=text("This is an operator. Take the number out of the settings first."))


def brief(while_: timedelta) -> str:
    """A stretch of time in its largest unit: "45 ms", "12 s", "3 min", "5 h", "2 days"."""
    seconds = while_.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _entry(entry: Entry) -> Html:
    marks = [
        str(entry.kind),
        *(["subscribed"] if entry.is_subscribed else []),
        *(["shut me out"] if entry.is_shut_out else []),
        *(["banned"] if entry.is_banned else []),
    ]
    return join([code(str(entry.chat)), text(" · " + " · ".join(marks))])


def _sources(found: Status) -> str:
    if not found.troubled:
        return f"{found.sources:,}, none in trouble"
    named = ", ".join(found.troubled[:TROUBLED]) + (" …" if len(found.troubled) > TROUBLED else "")
    return f"{found.sources:,}, in trouble {len(found.troubled):,}: {named}; /feeds tells why"


def _faults(title: str, faults: Sequence[Fault]) -> list[Html]:
    lines = [text(f"{fault.at:%d %b %H:%M:%S} {fault.what}") for fault in faults]
    return [bold(title), *lines] if lines else []


def _line(label: str, words: str) -> Html:
    return join([text(label + ": "), bold(words)])


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
