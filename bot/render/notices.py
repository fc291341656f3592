"""What the bot says about itself: greeting, help, subscriptions, refusals, apologies."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from itertools import groupby

from bot.chats import Chat, NotUnderstood
from bot.render import expected
from bot.render.answer import Example
from bot.render.html import Html, bold, code, join, said, text
from bot.render.message import NEW, Button, Message
from bot.render.overview import button_label
from bot.render.settings import days_words, local
from bot.render.words import phrase, say

Rows = Sequence[tuple[Button, ...]]

EXAMPLE = "/subscribe 08:00 Europe/Kyiv"
OUTDATED = phrase("This button is from an older version. Please ask again.")
NO_PICTURE = phrase("This cannot be drawn; the words above say all of it.")
LONGEST_ECHO = 40  #: characters of somebody's own words in an answer
CHANNEL_EXAMPLE = "/subscribe @channel 08:00"
ABOUT_YOU = (
    "today",
    "subscribe",
    "unsubscribe",
    "alerts",
    "watch",
    "unwatch",
    "news",
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


def welcome(
    example: Example, story: Mapping[str, str], group_link: str | None = None, *, has_briefings: bool = False
) -> Message:
    """What the bot does, with buttons for the first steps: the answer to /start in a group, and after the tour.

    ``group_link`` adds the bot to a group; a group itself needs none. Where there are briefings already, the button for
    them leads to these.
    """
    briefings = say("🕗 My briefings") if has_briefings else say("🕗 Get a daily briefing")
    return Message(
        html=introduction(example),
        buttons=(
            tuple(Button(label=button_label(command), data=NEW + command) for command in first_steps(story)),
            (Button(label=briefings, data=NEW + "subscribe"),),
            *(((Button(label=say("👥 Add me to a group"), url=group_link),),) if group_link else ()),
        ),
    )


def introduction(example: Example, *, is_operator: bool = False) -> Html:
    """What the bot does and how it is checked, with a real cited line; or what to do while there is no article.

    ``is_operator``: whoever reads it may bring some.
    """
    lead = bold(say("I read the news about one story and tell you what it says, line by line."))
    if not example.has_articles:
        return join([lead, _no_articles(is_operator=is_operator)], "\n")
    how = said(
        "The number in brackets is the article that a line is from; tap the quotation to open the very sentence. I add "
        "nothing of my own."
    )
    shown = [join([said("For example:"), example.html], "\n")] if example.html else []
    return join([join([lead, how], "\n"), *shown], "\n\n")


def _no_articles(*, is_operator: bool) -> Html:
    if not is_operator:
        return said(
            "There are no articles yet. Choose a daily briefing now, and what they say comes by itself: {example}",
            example=code(EXAMPLE),
        )
    return said(
        "There are no articles yet. Send me a link with {add}, a feed with {feeds}, or a file.",
        add=code("/add https://…"),
        feeds=code("/feeds add https://…"),
    )


def help_text(menu: Mapping[str, str]) -> Message:
    """The answer to /help: every command, those about the story first."""
    story = [_help_line(command, words) for command, words in menu.items() if command not in ABOUT_YOU]
    you = [_help_line(command, menu[command]) for command in ABOUT_YOU if command in menu]
    notes = [
        narrowing(),
        said(
            "In a channel I post what its administrators choose in their chat with me: {example}",
            example=code(CHANNEL_EXAMPLE),
        ),
    ]
    return Message(
        html=join(
            [
                join([bold(say("What you can ask")), *story], "\n"),
                join([bold(say("Your briefings, alerts and this chat")), *you], "\n"),
                *notes,
            ],
            "\n\n",
        )
    )


def narrowing() -> Html:
    """That an answer can be narrowed, and how."""
    return said(
        "Words and days narrow an answer: {example}, {other}. Or ask in your own words.",
        example=code("/timeline november"),
        other=code("/summary since monday"),
    )


def _help_line(command: str, words: str) -> Html:
    return text(f"/{command} – {say(words)}")


def subscribed(chat: Chat, name: str | None = None) -> Message:
    """A briefing is added: all that the chat has, and when the next one comes; ``name`` is another chat's."""
    if name:
        lead = said("Subscribed {chat}: {briefings}", chat=text(name), briefings=_briefings(chat))
    else:
        lead = said("Subscribed: {briefings}", briefings=_briefings(chat))
    lines = [lead, _next(chat, name)]
    if not chat.choices.alerts.on:
        lines.append(said("News between briefings: {command}", command=text(_to(name, "alerts on"))))
    return Message(html=join(lines, "\n"))


def how_to_subscribe(chat: Chat, buttons: Rows = (), name: str | None = None) -> Message:
    """The answer to /subscribe alone: what the chat has, if anything, and how to have more; ``buttons`` do it too."""
    if not chat.schedules:
        lines = [
            said("{chat} gets no daily briefing yet.", chat=text(name))
            if name
            else said("You are not subscribed to the daily briefing."),
            said("Choose a time below, or send one with a city: {example}", example=code(_example(name))),
        ]
    else:
        lines = [
            briefed_when(chat, name),
            said(
                "For another one choose or send another time: {example}",
                example=code(_to(name, "subscribe 20:30 weekdays")),
            ),
        ]
    return Message(html=join(lines, "\n"), buttons=tuple(buttons))


def briefed_when(chat: Chat, name: str | None = None) -> Html:
    """The briefings that a chat has, and when the next one comes."""
    briefings = _briefings(chat)
    gets = (
        said("{chat} gets {briefings}", chat=text(name), briefings=briefings)
        if name
        else said("You get {briefings}", briefings=briefings)
    )
    return join([gets, _next(chat, name)], "\n")


def _to(name: str | None, words: str) -> str:
    """A command about the chat that it is sent in, or about another one by its name."""
    command, _, rest = words.partition(" ")
    return " ".join(part for part in (f"/{command}", name or "", rest) if part)


def _example(name: str | None) -> str:
    return _to(name, EXAMPLE.removeprefix("/"))


def _briefings(chat: Chat) -> Html:
    """ "a briefing every day at **08:00** and **20:30**, Europe/Kyiv time." """
    wanted = [
        said(
            "{days} at {times}",
            days=text(days_words(days)),
            times=join([bold(f"{schedule.at:%H:%M}") for schedule in schedules], say(" and ")),
        )
        for days, schedules in groupby(chat.schedules, key=lambda schedule: schedule.days)
    ]
    return said("a briefing {when}, {zone} time.", when=join(wanted, ", "), zone=text(chat.zone or ""))


def _next(chat: Chat, name: str | None = None) -> Html:
    everything = _to(name, "unsubscribe")
    if len(chat.schedules) == 1:
        end = say("{command} ends it.", command=everything)
    else:
        one = _to(name, f"unsubscribe {chat.schedules[0].at:%H:%M}")
        end = say("{one} ends one, {all} all.", one=one, all=everything)
    if chat.next_due is None:
        coming = say("None comes until you send {command}.", command=_to(name, "resume"))
    else:
        coming = say("The next one comes on {moment}.", moment=local(chat.next_due, chat.zone))
    return text(f"{coming} {end}")


def not_understood(wrong: NotUnderstood, command: str, name: str | None = None) -> Message:
    """Words that choose nothing; ``command`` is what they came after, ``name`` another chat's that they are about."""
    return Message(
        html=join(
            [
                said(
                    "I expected {expected}; I got {got}",
                    expected=text(wrong.expected),
                    got=code(_shown(wrong.got) or say("nothing")),
                ),
                said("For example: {example}", example=code(_to(name, f"{command} {wrong.example}"))),
            ],
            "\n",
        )
    )


def expectation(wrong: NotUnderstood) -> str:
    """The same, as short as whoever presses a button can be told it."""
    return say("I expected {expected}.", expected=wrong.expected)


def only_in_a_chat(command: str) -> Message:
    """Somebody asked in the terminal for what only a chat can have."""
    return Message(
        html=said(
            "{command} needs a chat. Start the bot with sitrep run, and write there: {example}",
            command=text(f"/{command}"),
            example=code(EXAMPLE if command == "subscribe" else f"/{command}"),
        )
    )


def wrong_time(got: str, name: str | None = None) -> Message:
    """There is no such time of day."""
    wrong = (
        said("{words} is not a time of day I can read.", words=code(_shown(got)))
        if got
        else said("The time of day is missing.")
    )
    right = said(
        "Write it like {time} or {other}, for example {example}",
        time=code("08:00"),
        other=code("8am"),
        example=code(_example(name)),
    )
    return Message(html=join([wrong, right], "\n"))


def wrong_zone(got: str, wanted: str, close: Sequence[str], name: str | None = None) -> Message:
    """There is no such time zone, or none was given; ``close`` are names like it, ``wanted`` the time as typed."""
    if not got:
        wrong = said("Which time zone is that? Add a city:")
    elif close:
        wrong = said("{words} is not a time zone I know. Did you mean:", words=code(_shown(got)))
    else:
        wrong = said("{words} is not a time zone I know. Write:", words=code(_shown(got)))
    examples = [code(_to(name, f"subscribe {wanted} {zone}")) for zone in close or ("Europe/Kyiv", "America/New_York")]
    return Message(html=join([wrong, *examples], "\n"))


def unsubscribed(before: Chat, at: time | None, name: str | None = None) -> Message:
    """The subscription is over, or one of its times is, or there was none; ``before`` is the chat as it was."""
    if not before.schedules:
        not_yet = said("{chat} is not subscribed.", chat=text(name)) if name else said("You are not subscribed.")
        how = said("To get a daily briefing: {example}", example=code(_example(name)))
        return Message(html=join([not_yet, how], " "))
    times = [f"{schedule.at:%H:%M}" for schedule in before.schedules]
    if at is None:
        return Message(
            html=said(
                "Unsubscribed. To come back: {example}",
                example=code(_to(name, f"subscribe {times[0]} {before.zone}")),
            )
        )
    if f"{at:%H:%M}" not in times:
        words = say("There is no briefing at {time}. You have: {times}.", time=f"{at:%H:%M}", times=", ".join(times))
        return Message(html=text(words))
    left = [one for one in times if one != f"{at:%H:%M}"]
    over = say("No more briefings at {time}.", time=f"{at:%H:%M}")
    rest = say("You still have: {times}.", times=", ".join(left)) if left else say("That was the only one.")
    return Message(html=text(f"{over} {rest}"))


def only_administrators() -> Message:
    """Somebody else tried to change what a whole group gets."""
    return Message(html=said(ONLY_ADMINISTRATORS))


def not_theirs(name: str) -> Message:
    """A chat was named that the person, or the bot, does not administer; which of them is nobody's business."""
    return Message(
        html=said(
            "That works for a channel or group in which both you and I are administrators. For {chat} I cannot see "
            "that. Add me there as an administrator first.",
            chat=code(_shown(name)),
        )
    )


def set_in_private(name: str, link: str) -> Message:
    """A channel asked for its settings, which are no reading for its subscribers."""
    return Message(
        html=said(
            "To keep this channel tidy, it is set in a private chat with me: {command}",
            command=code(f"/settings {name}"),
        ),
        buttons=((Button(label=say("⚙️ Settings of this channel"), url=link),),),
    )


def may_post(name: str, title: str, buttons: Rows) -> Message:
    """To whom made the bot an administrator of a channel, in private: what they can do now."""
    return Message(
        html=join(
            [
                said("I can post in {chat} now. Here you choose what it gets, for example:", chat=bold(title)),
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
        return Message(html=text(say("Paused. Nothing comes unasked until {command}.", command=back)))
    words = say("Paused until {moment}. {command} ends it earlier.", moment=local(until, zone), command=back)
    return Message(html=text(words))


def resumed(chat: Chat, *, was_paused: bool, name: str | None = None) -> Message:
    """A pause is over, or there was none; and what comes next."""
    lead = said("Welcome back.") if was_paused else said("There was no pause.")
    if chat.next_due is None:
        return Message(
            html=join([lead, said("No briefing is set. To get one: {example}", example=code(_example(name)))], " ")
        )
    coming = say("The next briefing comes on {moment}.", moment=local(chat.next_due, chat.zone))
    return Message(html=join([lead, text(coming)], " "))


def wrong_while(got: str, name: str | None = None) -> Message:
    """It is no while that a pause can last."""
    wrong = NotUnderstood(expected=expected.a_while(), got=got, example="3d")
    return not_understood(wrong, "pause", name)


def sent_there(name: str) -> Message:
    """The briefing was sent to another chat."""
    return Message(html=said("Sent to {chat}.", chat=text(name)))


def not_sent_there(name: str) -> Message:
    """The briefing did not arrive in another chat."""
    return Message(
        html=said("{chat} did not take it. Am I still an administrator there who may post?", chat=text(name))
    )


def unknown_command(got: str, menu: Mapping[str, str]) -> Message:
    """A command that does not exist; ``got`` without its slash."""
    close = difflib.get_close_matches(got.lower(), list(menu), 2, 0.6)
    if close:
        meant = say(" or ").join(f"/{command}" for command in close)
        hint = text(say("Did you mean {commands}?", commands=meant))
    else:
        hint = text(say("I know {commands}.", commands=", ".join(f"/{command}" for command in menu)))
    return Message(html=join([said("There is no command {command}.", command=code("/" + _shown(got))), hint], "\n"))


def only_commands(menu: Mapping[str, str]) -> Message:
    """Somebody wrote something that is no command."""
    return Message(
        html=text(say("I answer commands: {commands}.", commands=", ".join(f"/{command}" for command in menu)))
    )


def hello_group(story: Mapping[str, str]) -> Message:
    """The bot was added to a group."""
    first = ", ".join(f"/{command}" for command in first_steps(story))
    return Message(
        html=join(
            [
                said("I tell one news story in lines you can check. Ask {commands}, or /help.", commands=text(first)),
                said("An administrator can subscribe the group to a daily briefing: {example}", example=code(EXAMPLE)),
            ],
            "\n",
        )
    )


def topic_gone() -> Message:
    """The topic that the daily briefing went to does not take it any more; this goes to the General topic."""
    return Message(
        html=join(
            [
                said("The topic that I wrote in is closed or was deleted, so the daily briefing now comes here."),
                said("To have it in another topic, an administrator can write there: {example}", example=code(EXAMPLE)),
            ],
            "\n",
        )
    )


def backup_too_large(size: int, most: int) -> Message:
    """A backup of ``size`` bytes is more than Telegram takes."""
    words = say(
        "The backup has {size} MB, and Telegram takes {most}. On the bot's machine:",
        size=round(size / 1e6),
        most=round(most / 1e6),
    )
    return Message(html=join([text(words), code("sitrep backup FILE")], "\n"))


def still_at_it() -> Message:
    """Whoever waits is told that it goes on."""
    return Message(html=said("Still at it. The answer comes here by itself."))


def apology() -> Message:
    """Something went wrong inside."""
    return Message(
        html=said("Sorry, something went wrong on my side. It has been noted; please try again in a moment.")
    )


def _shown(got: str) -> str:
    """What somebody wrote, or enough of it to be recognised."""
    return got if len(got) <= LONGEST_ECHO else got[: LONGEST_ECHO - 1] + "…"


def first_steps(story: Mapping[str, str]) -> list[str]:
    """Summary, the first tracker, and the timeline: what a newcomer wants first."""
    commands = list(story)
    last = ["timeline"] if "timeline" in story else []
    return [command for command in commands if command not in last][: FIRST_STEPS - len(last)] + last
