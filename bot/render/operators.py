"""What only those who run the bot read: how it is, who its chats are, and how far a broadcast is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chats import Kind
from bot.outbox import ChatId
from bot.render.html import Html, bold, code, join, said, text
from bot.render.message import Button, Message
from bot.render.words import number, phrase, say, say_many

PREFIX = "o:"  #: before what an operator's button asks, and a number
SEND, STOP, CHATS = "send", "stop", "chats"
TROUBLED = 3  #: sources in trouble that are named
MOST_STORIES = 20  #: that are named
A_DAY, AN_HOUR, A_MINUTE = 86400, 3600, 60  #: seconds
KINDS = {
    Kind.PRIVATE: phrase("private"),
    Kind.GROUP: phrase("group"),
    Kind.SUPERGROUP: phrase("supergroup or channel"),
}
STATES = {
    "pending": phrase("waiting"),
    "sending": phrase("being sent"),
    "paused": phrase("held back"),
    "dead": phrase("given up"),
}  #: how `State` is told
SUBSCRIBED, SHUT_ME_OUT, BANNED = phrase("subscribed"), phrase("shut me out"), phrase("banned")


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
    message waits that waits longest. ``articles`` counts all there are; ``stories`` says by title how many belong to
    each, ``homeless`` how many fit none. ``sources`` are followed, ``troubled`` are the names of those that cannot be
    read now; ``set_aside`` counts what they brought in languages that are not read. ``size`` is bytes.
    """

    answered_in: timedelta | None
    behind: timedelta
    held_up: timedelta
    queue: Mapping[str, int]
    oldest: timedelta | None
    chats: int
    subscribed: int
    articles: int
    stories: Sequence[tuple[str, int]]
    homeless: int
    sources: int
    troubled: Sequence[str]
    set_aside: int
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
        bold(say("How I am")),
        _line("Telegram", _reached(found.answered_in)),
        _line(say("Briefings"), say("{time} behind", time=brief(found.behind)) if found.behind else say("on time")),
        _line(say("My loop"), say("held up by {time}", time=brief(found.held_up))),
        _line(say("Outbox"), _queue(found.queue) or say("empty")),
        _line(say("Waits longest"), say("nothing waits") if found.oldest is None else brief(found.oldest)),
        _line(
            say("Chats"),
            say("{all}, of them {subscribed} subscribed", all=number(found.chats), subscribed=number(found.subscribed)),
        ),
        _line(say("Story") if len(found.stories) == 1 else say("Stories"), _library(found)),
        _line(say("Sources"), _sources(found)),
        *([_line(say("Set aside"), _set_aside(found.set_aside))] if found.set_aside else []),
        _line(say("Store"), f"{found.size / 1e6:.1f} MB" + (f"; {found.store_fault}" if found.store_fault else "")),
        *_faults(say("Messages given up last"), found.given_up),
        *_faults(say("Errors and warnings, the newest first"), found.errors),
    ]
    return Message(html=join(lines, "\n"))


def _library(found: Status) -> str:
    """ "23 articles: The flood 12, The strike 9; in no story 4"; the count alone where one story has them all."""
    counted = say_many("{number} article", "{number} articles", found.articles)
    if len(found.stories) == 1 and not found.homeless:
        return counted
    named = ", ".join(f"{title} {number(count)}" for title, count in found.stories[:MOST_STORIES])
    if len(found.stories) > MOST_STORIES:
        named = say("{names} and {count} more", names=named, count=len(found.stories) - MOST_STORIES)
    parts = [named, *([say("in no story {count}", count=found.homeless)] if found.homeless else [])]
    return f"{counted}: {'; '.join(parts)}"


def _set_aside(count: int) -> str:
    return say_many(
        "{number} article that is not in English: /feeds", "{number} articles that are not in English: /feeds", count
    )


def register(found: Register) -> Message:
    """The answer to /chats."""
    kinds = ", ".join(_counted(count, KINDS[kind]) for kind, count in found.kinds.items())
    marks = ((SUBSCRIBED, found.subscribed), (SHUT_ME_OUT, found.shut_out), (BANNED, found.banned))
    lines = [
        bold(say("Chats I keep something of")),
        text(kinds or say("none")),
        text(", ".join(_counted(count, mark) for mark, count in marks)),
        *(_entry(entry) for entry in found.entries),
    ]
    turns = []
    if found.page > 0:
        turns.append(Button(label=say("‹ Before"), data=f"{PREFIX}{CHATS}:{found.page - 1}"))
    if found.page + 1 < found.pages:
        turns.append(
            Button(
                label=say("Page {page} of {pages} ›", page=found.page + 2, pages=found.pages),
                data=f"{PREFIX}{CHATS}:{found.page + 1}",
            )
        )
    return Message(html=join(lines, "\n"), buttons=(tuple(turns),) if turns else ())


def how_to_broadcast() -> Message:
    """/broadcast without words."""
    return Message(
        html=join(
            [
                said("Write the message after the command; bold, links and the like are kept:"),
                code("/broadcast " + say("On Sunday from 10 to 11 I am being mended.")),
                said("I show you how it looks and how many get it before anything is sent."),
            ],
            "\n",
        )
    )


def confirm_broadcast(broadcast: int, recipients: int) -> Message:
    """Below the preview: to how many it goes, and the last word."""
    if not recipients:
        return Message(html=said("Nobody would get this: no chat wants briefings or alerts at the moment."))
    return Message(
        html=text(
            say_many(
                "Above is what {number} chat would get: all that want briefings or alerts. Those who paused or "
                "blocked me get nothing; in quiet hours it makes no sound.",
                "Above is what {number} chats would get: all that want briefings or alerts. Those who paused or "
                "blocked me get nothing; in quiet hours it makes no sound.",
                recipients,
            )
        ),
        buttons=(
            (
                Button(
                    label=say_many("Send to {number} chat", "Send to {number} chats", recipients),
                    data=f"{PREFIX}{SEND}:{broadcast}",
                ),
            ),
            (Button(label=say("Do not send"), data=f"{PREFIX}{STOP}:{broadcast}"),),
        ),
    )


def broadcast_progress(progress: Progress) -> Message:
    """How far a broadcast is, with a button that calls it back while that is of use."""
    title = say("Sending")
    if progress.is_over:
        title = say("Called back") if progress.is_called_back else say("Sent")
    elif progress.is_called_back:
        title = say("Being called back")
    reached = say_many(
        "{sent} of {number} chat have it.",
        "{sent} of {number} chats have it.",
        progress.recipients,
        sent=number(progress.sent),
    )
    lines = [join([bold(title), text(f": {reached}")])]
    if progress.given_up:
        lines.append(text(say("Given up: {count}. /status tells why.", count=progress.given_up)))
    if progress.held_back:
        lines.append(text(say("Held back until they let me in again: {count}.", count=progress.held_back)))
    stop = Button(label=say("Stop sending"), data=f"{PREFIX}{STOP}:{progress.number}")
    return Message(html=join(lines, "\n"), buttons=() if progress.is_over or progress.is_called_back else ((stop,),))


def not_sent() -> Message:
    """A draft was thrown away."""
    return Message(html=said("Not sent."))


def broadcast_over() -> str:
    """A button of a broadcast that is not there any more."""
    return say("This broadcast is over, or another one was written since.")


def how_to_ban(command: str) -> Message:
    """/ban or /unban without an id."""
    return Message(
        html=said("Add the id of a chat, as /chats shows it: {example}", example=code(f"/{command} 123456789"))
    )


def banned(chat: ChatId) -> Message:
    """A chat is banned."""
    undo = code(f"/unban {chat}")
    return Message(html=said("Banned. I do not answer it and send it nothing. To undo it: {command}", command=undo))


def unbanned(chat: ChatId, *, was_banned: bool) -> Message:
    """A chat is not banned any more."""
    if was_banned:
        words = said("{chat} is not banned any more; what it had chosen holds again.", chat=code(str(chat)))
    else:
        words = said("{chat} was not banned.", chat=code(str(chat)))
    return Message(html=words)


def operators_stay() -> Message:
    """An operator was to be banned."""
    return Message(html=said("This is an operator. Take the number out of the settings first."))


def _entry(entry: Entry) -> Html:
    marks = [
        say(KINDS[entry.kind]),
        *([say(SUBSCRIBED)] if entry.is_subscribed else []),
        *([say(SHUT_ME_OUT)] if entry.is_shut_out else []),
        *([say(BANNED)] if entry.is_banned else []),
    ]
    return join([code(str(entry.chat)), text(" · " + " · ".join(marks))])


def _sources(found: Status) -> str:
    count = number(found.sources)
    if not found.troubled:
        return say("{sources}, none in trouble", sources=count)
    named = ", ".join(found.troubled[:TROUBLED]) + (" …" if len(found.troubled) > TROUBLED else "")
    return say(
        "{sources}, in trouble {troubled}: {names}; /feeds tells why",
        sources=count,
        troubled=number(len(found.troubled)),
        names=named,
    )


def _faults(title: str, faults: Sequence[Fault]) -> list[Html]:
    lines = [text(say("{at:d MMM HH:mm:ss} {what}", at=fault.at, what=fault.what)) for fault in faults]
    return [bold(title), *lines] if lines else []


def _line(label: str, words: str) -> Html:
    return join([text(label + ": "), bold(words)])


def _reached(answered_in: timedelta | None) -> str:
    return say("no answer") if answered_in is None else say("answers in {time}", time=brief(answered_in))


def _counted(count: int, what: str) -> str:
    return say("{count} {what}", count=count, what=say(what))


def _queue(queue: Mapping[str, int]) -> str:
    return ", ".join(_counted(count, STATES[state]) for state, count in queue.items() if count)


def brief(while_: timedelta) -> str:
    """A stretch of time in its largest unit: "45 ms", "12 s", "3 min", "5 h", "2 days"."""
    seconds = while_.total_seconds()
    if seconds < 1:
        return say("{time} ms", time=round(seconds * 1000))
    if seconds >= 2 * A_DAY:
        return say_many("{number} day", "{number} days", round(seconds / A_DAY))
    if seconds >= 2 * AN_HOUR:
        return say("{time} h", time=round(seconds / AN_HOUR))
    if seconds >= 2 * A_MINUTE:
        return say("{time} min", time=round(seconds / A_MINUTE))
    return say("{time} s", time=round(seconds))
