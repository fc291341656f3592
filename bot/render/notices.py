"""What the bot says about itself: greeting, help, subscriptions, refusals, apologies."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from bot.render.html import Html, bold, code, join, text
from bot.render.message import NEW, Button, Message

EXAMPLE = "/subscribe 08:00 Europe/Kyiv"
LONGEST_ECHO = 40  #: characters of somebody's own words in an answer
FIRST_STEPS = 3  #: story commands offered as buttons in the greeting


def welcome(sample: Html, story: Mapping[str, str]) -> Message:
    """The answer to /start: two lines, a real cited line, and buttons for the first steps."""
    lines = [
        bold("I read the news about one story and tell you what it says, line by line."),
        text("Every line is cited: tap a quotation to see the sentence it is from. I add nothing of my own."),
    ]
    example = [join([text("For example:\n"), sample])] if sample else []
    return Message(
        html=join([join(lines, "\n"), *example], "\n\n"),
        buttons=(
            tuple(Button(label=command.capitalize(), data=NEW + command) for command in _first_steps(story)),
            (Button(label="Subscribe to a daily briefing", data=NEW + "subscribe"),),
        ),
    )


def help_text(menu: Mapping[str, str]) -> Message:
    """The answer to /help: every command."""
    lines = [text(f"/{command} – {words}") for command, words in menu.items()]
    return Message(
        html=join(
            [
                bold("What you can ask"),
                join(lines, "\n"),
                text("A daily briefing tells you what is new since the last one:"),
                code(EXAMPLE),
            ],
            "\n",
        )
    )


def subscribed(at: time, zone: str, first: datetime) -> Message:
    """A subscription is recorded; ``first`` is the next briefing, in the zone of the subscription."""
    return Message(
        html=join(
            [
                join([text("Subscribed: a briefing every day at "), bold(f"{at:%H:%M}"), text(f", {zone} time.")]),
                text(f"The next one comes on {_moment(first)}. /unsubscribe ends it."),
            ],
            "\n",
        )
    )


def how_to_subscribe(at: time | None = None, zone: str | None = None, first: datetime | None = None) -> Message:
    """The answer to /subscribe alone: the current subscription, if there is one, and how to set it."""
    how = join([text("Send a time and a time zone, for example "), code(EXAMPLE)])
    if at is None or first is None:
        return Message(html=join([text("You are not subscribed to the daily briefing."), how], "\n"))
    now = join([text("You get a briefing every day at "), bold(f"{at:%H:%M}"), text(f", {zone} time.")])
    following = text(f"The next one comes on {_moment(first)}. /unsubscribe ends it.")
    change = join([text("To change it, send another time, for example "), code("/subscribe 20:30")])
    return Message(html=join([now, following, change], "\n"))


def only_in_a_chat(command: str) -> Message:
    """Somebody asked in the terminal for what only a chat can have."""
    need = text(f"/{command} needs a chat. Start the bot with sitrep run, and write there: ")
    return Message(html=join([need, code(EXAMPLE if command == "subscribe" else f"/{command}")]))


def wrong_time(got: str) -> Message:
    """There is no such time of day."""
    wrong = (
        join([code(_shown(got)), text(" is not a time of day I can read.")])
        if got
        else text("The time of day is missing.")
    )
    right = join(
        [text("Write it like "), code("08:00"), text(" or "), code("8am"), text(", for example "), code(EXAMPLE)]
    )
    return Message(html=join([wrong, right], "\n"))


def wrong_zone(got: str, at: time, close: Sequence[str]) -> Message:
    """There is no such time zone, or none was given."""
    if not got:
        wrong = text("Which time zone is that? Add its name, a continent and a city:")
    else:
        wrong = join(
            [code(_shown(got)), text(" is not a time zone I know. " + ("Did you mean:" if close else "Write:"))]
        )
    examples = [code(f"/subscribe {at:%H:%M} {zone}") for zone in close or ("Europe/Kyiv", "America/New_York")]
    return Message(html=join([wrong, *examples], "\n"))


def unsubscribed(was_subscribed: bool) -> Message:
    """The subscription is over, or there was none."""
    if was_subscribed:
        return Message(html=join([text("Unsubscribed. To come back: "), code(EXAMPLE)]))
    return Message(html=join([text("You are not subscribed. To get a daily briefing: "), code(EXAMPLE)]))


def only_administrators() -> Message:
    """Somebody else tried to change what a whole group gets."""
    return Message(html=text("In a group only its administrators can change the daily briefing."))


def unknown_command(got: str, menu: Mapping[str, str]) -> Message:
    """A command that does not exist; ``got`` without its slash."""
    close = difflib.get_close_matches(got.lower(), list(menu), 2, 0.6)
    hint = text("Did you mean " + " or ".join(f"/{command}" for command in close) + "?") if close else None
    known = text("I know " + ", ".join(f"/{command}" for command in menu) + ".")
    return Message(
        html=join([join([text("There is no command "), code("/" + _shown(got)), text(".")]), hint or known], "\n")
    )


def only_commands(menu: Mapping[str, str]) -> Message:
    """Somebody wrote something that is no command."""
    return Message(html=text("I answer commands: " + ", ".join(f"/{command}" for command in menu) + "."))


def hello_group(story: Mapping[str, str]) -> Message:
    """The bot was added to a group."""
    first = ", ".join(f"/{command}" for command in _first_steps(story))
    return Message(
        html=join(
            [
                text(f"I tell one news story in lines you can check. Ask {first}, or /help."),
                join([text("An administrator can subscribe the group to a daily briefing: "), code(EXAMPLE)]),
            ],
            "\n",
        )
    )


def topic_gone() -> Message:
    """The topic that the daily briefing went to does not take it any more; this goes to the General topic."""
    return Message(
        html=join(
            [
                text("The topic that I wrote in is closed or was deleted, so the daily briefing now comes here."),
                join([text("To have it in another topic, an administrator can write there: "), code(EXAMPLE)]),
            ],
            "\n",
        )
    )


def backup_too_large(size: int, most: int) -> Message:
    """A backup of ``size`` bytes is more than Telegram takes."""
    words = f"The backup has {size / 1e6:.0f} MB, and Telegram takes {most / 1e6:.0f}. On the bot's machine:"
    return Message(html=join([text(words), code("sitrep backup FILE")], "\n"))


def apology() -> Message:
    """Something went wrong inside."""
    return Message(
        html=text("Sorry, something went wrong on my side. It has been noted; please try again in a moment.")
    )


def _shown(got: str) -> str:
    """What somebody wrote, or enough of it to be recognised."""
    return got if len(got) <= LONGEST_ECHO else got[: LONGEST_ECHO - 1] + "…"


def _first_steps(story: Mapping[str, str]) -> list[str]:
    """Summary, the first tracker, and the timeline: what a newcomer wants first."""
    commands = list(story)
    last = ["timeline"] if "timeline" in story else []
    return [command for command in commands if command not in last][: FIRST_STEPS - len(last)] + last


def _moment(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B} at {moment:%H:%M}"
