"""What the bot says about itself: greeting, help, subscriptions, refusals, apologies."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from itertools import groupby

from bot.chats import Chat, NotUnderstood
from bot.render import expected
from bot.render.html import Html, bold, code, join, said, text
from bot.render.message import NEW, Button, Message
from bot.render.settings import days_words, local
from bot.render.words import phrase, say

Rows = Sequence[tuple[Button, ...]]

EXAMPLE = "/subscribe 08:00 Europe/Kyiv"
OUTDATED = phrase("This button is from an older version. Please ask again.")
LONGEST_ECHO = 40  #: characters of somebody's own words in an answer
CHANNEL_EXAMPLE = "/subscribe @channel 08:00"
ABOUT_YOU = (
    "today",
    "subscribe",
    "unsubscribe",
    "settings",
    "story",
    "language",
    "pause",
    "resume",
    "privacy",
    "forget",
    "help",
    "start",
)  #: commands about the chat and not the story, in the order of /help
ONLY_ADMINISTRATORS = phrase("In a group only its administrators can change what it gets.")
FIRST_STEPS = 3  #: story commands offered as buttons in the greeting


def welcome(sample: Html, story: Mapping[str, str], group_link: str | None = None) -> Message:
    """The answer to /start: two lines, a real cited line, and buttons for the first steps.

    ``group_link`` adds the bot to a group; a group itself needs none.
    """
    lines = [
        bold("I read the news about one story and tell you what it says, line by line."),
        text("Every line is cited: tap a quotation to see the sentence it is from. I add nothing of my own."),
    ]
    example = [join([text("For example:\n"), sample])] if sample else []
    return Message(
        html=join([join(lines, "\n"), *example], "\n\n"),
        buttons=(
            tuple(Button(label=command.capitalize(), data=NEW + command) for command in _first_steps(story)),
            (Button(label="🕗 Get a daily briefing", data=NEW + "subscribe"),),
            *(((Button(label="👥 Add me to a group", url=group_link),),) if group_link else ()),
        ),
    )


def help_text(menu: Mapping[str, str]) -> Message:
    """The answer to /help: every command, those about the story first."""
    story = [_help_line(command, words) for command, words in menu.items() if command not in ABOUT_YOU]
    you = [_help_line(command, menu[command]) for command in ABOUT_YOU if command in menu]
    notes = [
        join(
            [
                text("Words and days narrow an answer: "),
                code("/timeline november"),
                text(", "),
                code("/summary since monday"),
                text(". Or ask in your own words."),
            ]
        ),
        join(
            [text("In a channel I post what its administrators choose in their chat with me: "), code(CHANNEL_EXAMPLE)]
        ),
    ]
    return Message(
        html=join(
            [
                join([bold("What you can ask"), *story], "\n"),
                join([bold("Your briefings and this chat"), *you], "\n"),
                *notes,
            ],
            "\n\n",
        )
    )


def _help_line(command: str, words: str) -> Html:
    return text(f"/{command} – {words}")


def subscribed(chat: Chat, name: str | None = None) -> Message:
    """A briefing is added: all that the chat has, and when the next one comes; ``name`` is another chat's."""
    lead = f"Subscribed {name}: " if name else "Subscribed: "
    return Message(html=join([join([text(lead), *_briefings(chat)]), _next(chat, name)], "\n"))


def how_to_subscribe(chat: Chat, buttons: Rows = (), name: str | None = None) -> Message:
    """The answer to /subscribe alone: what the chat has, if anything, and how to have more; ``buttons`` do it too."""
    if not chat.schedules:
        lines = [
            text(f"{name} gets no daily briefing yet." if name else "You are not subscribed to the daily briefing."),
            join([text("Choose a time below, or send one with a city: "), code(_example(name))]),
        ]
    else:
        lines = [
            join([text(f"{name} gets " if name else "You get "), *_briefings(chat)]),
            _next(chat, name),
            join([text("For another one choose or send another time: "), code(_to(name, "subscribe 20:30 weekdays"))]),
        ]
    return Message(html=join(lines, "\n"), buttons=tuple(buttons))


def _to(name: str | None, words: str) -> str:
    """A command about the chat that it is sent in, or about another one by its name."""
    command, _, rest = words.partition(" ")
    return " ".join(part for part in (f"/{command}", name or "", rest) if part)


def _example(name: str | None) -> str:
    return _to(name, EXAMPLE.removeprefix("/"))


def _briefings(chat: Chat) -> list[Html]:
    """ "a briefing every day at **08:00** and **20:30**, Europe/Kyiv time." """
    wanted: list[Html] = [text("a briefing")]
    for days, schedules in groupby(chat.schedules, key=lambda schedule: schedule.days):
        wanted.append(text(f"{'' if len(wanted) == 1 else ','} {days_words(days)} at "))
        wanted.append(Html(" and ".join(bold(f"{schedule.at:%H:%M}") for schedule in schedules)))
    return [*wanted, text(f", {chat.zone} time.")]


def _next(chat: Chat, name: str | None = None) -> Html:
    one = _to(name, f"unsubscribe {chat.schedules[0].at:%H:%M}")
    end = (
        f"{_to(name, 'unsubscribe')} ends it."
        if len(chat.schedules) == 1
        else f"{one} ends one, {_to(name, 'unsubscribe')} all."
    )
    if chat.next_due is None:
        return text(f"None comes until you send {_to(name, 'resume')}. {end}")
    return text(f"The next one comes on {local(chat.next_due, chat.zone)}. {end}")


def not_understood(wrong: NotUnderstood, command: str, name: str | None = None) -> Message:
    """Words that choose nothing; ``command`` is what they came after, ``name`` another chat's that they are about."""
    return Message(
        html=join(
            [
                join(
                    [text("I expected "), text(wrong.expected), text("; I got "), code(_shown(wrong.got) or "nothing")]
                ),
                join([text("For example: "), code(_to(name, f"{command} {wrong.example}"))]),
            ],
            "\n",
        )
    )


def expectation(wrong: NotUnderstood) -> str:
    """The same, as short as whoever presses a button can be told it."""
    return say("I expected {expected}.", expected=wrong.expected)


def only_in_a_chat(command: str) -> Message:
    """Somebody asked in the terminal for what only a chat can have."""
    need = text(f"/{command} needs a chat. Start the bot with sitrep run, and write there: ")
    return Message(html=join([need, code(EXAMPLE if command == "subscribe" else f"/{command}")]))


def wrong_time(got: str, name: str | None = None) -> Message:
    """There is no such time of day."""
    wrong = (
        join([code(_shown(got)), text(" is not a time of day I can read.")])
        if got
        else text("The time of day is missing.")
    )
    right = join(
        [text("Write it like "), code("08:00"), text(" or "), code("8am"), text(", for example "), code(_example(name))]
    )
    return Message(html=join([wrong, right], "\n"))


def wrong_zone(got: str, wanted: str, close: Sequence[str], name: str | None = None) -> Message:
    """There is no such time zone, or none was given; ``close`` are names like it, ``wanted`` the time as typed."""
    if not got:
        wrong = text("Which time zone is that? Add a city:")
    else:
        wrong = join(
            [code(_shown(got)), text(" is not a time zone I know. " + ("Did you mean:" if close else "Write:"))]
        )
    examples = [code(_to(name, f"subscribe {wanted} {zone}")) for zone in close or ("Europe/Kyiv", "America/New_York")]
    return Message(html=join([wrong, *examples], "\n"))


def unsubscribed(before: Chat, at: time | None, name: str | None = None) -> Message:
    """The subscription is over, or one of its times is, or there was none; ``before`` is the chat as it was."""
    if not before.schedules:
        not_yet = f"{name} is" if name else "You are"
        return Message(html=join([text(f"{not_yet} not subscribed. To get a daily briefing: "), code(_example(name))]))
    times = [f"{schedule.at:%H:%M}" for schedule in before.schedules]
    if at is None:
        return Message(
            html=join([text("Unsubscribed. To come back: "), code(_to(name, f"subscribe {times[0]} {before.zone}"))])
        )
    if f"{at:%H:%M}" not in times:
        return Message(html=text(f"There is no briefing at {at:%H:%M}. You have: {', '.join(times)}."))
    left = [one for one in times if one != f"{at:%H:%M}"]
    rest = f"You still have: {', '.join(left)}." if left else "That was the only one."
    return Message(html=text(f"No more briefings at {at:%H:%M}. {rest}"))


def only_administrators() -> Message:
    """Somebody else tried to change what a whole group gets."""
    return Message(html=said(ONLY_ADMINISTRATORS))


def not_theirs(name: str) -> Message:
    """A chat was named that the person, or the bot, does not administer; which of them is nobody's business."""
    return Message(
        html=join(
            [
                text("That works for a channel or group in which both you and I are administrators. For "),
                code(_shown(name)),
                text(" I cannot see that. Add me there as an administrator first."),
            ]
        )
    )


def set_in_private(name: str, link: str) -> Message:
    """A channel asked for its settings, which are no reading for its subscribers."""
    return Message(
        html=join(
            [text("To keep this channel tidy, it is set in a private chat with me: "), code(f"/settings {name}")]
        ),
        buttons=((Button(label="⚙️ Settings of this channel", url=link),),),
    )


def may_post(name: str, title: str, buttons: Rows) -> Message:
    """To whom made the bot an administrator of a channel, in private: what they can do now."""
    return Message(
        html=join(
            [
                join([text("I can post in "), bold(title), text(" now. Here you choose what it gets, for example:")]),
                code(_to(name, "subscribe 08:00 Europe/Kyiv")),
                code(_to(name, "settings")),
                code(_to(name, "today")),
            ],
            "\n",
        ),
        buttons=tuple(buttons),
    )


def paused(until: datetime | None, zone: str | None, name: str | None = None) -> Message:
    """Nothing comes unasked for a while, or until further notice."""
    back = _to(name, "resume")
    if until is None:
        return Message(html=text(f"Paused. Nothing comes unasked until {back}."))
    return Message(html=text(f"Paused until {local(until, zone)}. {back} ends it earlier."))


def resumed(chat: Chat, *, was_paused: bool, name: str | None = None) -> Message:
    """A pause is over, or there was none; and what comes next."""
    lead = "Welcome back." if was_paused else "There was no pause."
    if chat.next_due is None:
        return Message(html=join([text(f"{lead} No briefing is set. To get one: "), code(_example(name))]))
    return Message(html=text(f"{lead} The next briefing comes on {local(chat.next_due, chat.zone)}."))


def wrong_while(got: str, name: str | None = None) -> Message:
    """It is no while that a pause can last."""
    wrong = NotUnderstood(expected=expected.a_while(), got=got, example="3d")
    return not_understood(wrong, "pause", name)


def sent_there(name: str) -> Message:
    """The briefing was sent to another chat."""
    return Message(html=text(f"Sent to {name}."))


def not_sent_there(name: str) -> Message:
    """The briefing did not arrive in another chat."""
    return Message(html=text(f"{name} did not take it. Am I still an administrator there who may post?"))


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
