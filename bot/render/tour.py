"""The first minute with the bot: a few steps in one message, which its buttons turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.chats import Chat
from bot.render.answer import Example
from bot.render.html import Html, bold, code, italic, join, said, text
from bot.render.message import NEW, Button, Message
from bot.render.notices import (
    EXAMPLE,
    briefed_when,
    first_steps,
    how_to_subscribe,
    introduction,
    narrowing,
    subscribed,
    welcome,
)
from bot.render.overview import button_label
from bot.render.settings import Panel, city_of
from bot.render.settings import Press as SettingsPress
from bot.render.words import phrase, say

PREFIX = "tour:"  #: how callback data of the tour begins; then the step, a bar, and what the step is about
TIMES_OFFERED = ("07:00", "08:00", "12:00", "20:00")  #: fewer than in the settings: a first choice is a quick one


class Step(StrEnum):
    """Where somebody is: one of the four steps, an aside of one, or past the last."""

    LINE = "line"
    CONTEXT = "context"
    ASK = "ask"
    BRIEFING = "briefing"
    ZONE = "zone"
    GROUP = "group"
    OVER = "over"


ORDER = (Step.LINE, Step.ASK, Step.BRIEFING, Step.GROUP)
TITLES = {
    Step.LINE: phrase("Check a line"),
    Step.ASK: phrase("What to ask"),
    Step.BRIEFING: phrase("A daily briefing"),
    Step.GROUP: phrase("In a group"),
}
ASIDES = {Step.CONTEXT: Step.LINE, Step.ZONE: Step.BRIEFING}  #: aside -> the step that it belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class TourPress:
    """What a button of the tour asks: the step to show, and what that is about.

    ``words`` are the key of a sentence for its context, a time of day for the zone, and words of choice for the
    briefing, which are done first; else "".
    """

    step: Step
    words: str = ""

    def data(self) -> str:
        """The press as callback data, at most 64 bytes."""
        return f"{PREFIX}{self.step}|{self.words}"

    @staticmethod
    def read(data: str) -> TourPress:
        """The press that ``data`` carries.

        Raises:
            ValueError: the data is none.
        """
        step, bar, words = data.removeprefix(PREFIX).partition("|")
        if not data.startswith(PREFIX) or not bar:
            raise ValueError(f"expected {PREFIX}step|words, got {data!r}")
        return TourPress(step=Step(step), words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the steps are told from.

    ``story`` are the commands about it with what the menu says of them, ``zones`` those that are near to whoever reads
    the bot's language, ``group_link`` adds the bot to a group. ``username`` is the bot's where it answers inline, else
    None. ``is_operator``: they may bring articles.
    """

    chat: Chat
    story: Mapping[str, str]
    example: Example
    group_link: str
    zones: Sequence[str] = ()
    username: str | None = None
    is_operator: bool = False


def greeting(visit: Visit) -> Message:
    """The answer to /start in a private chat: the first step to a newcomer; to others how things stand."""
    chat = visit.chat
    is_known = chat.schedules or chat.zone is not None or chat.choices.alerts.on
    return _again(visit) if is_known else tour_step(visit, Step.LINE)


def tour_step(visit: Visit, step: Step, words: str = "") -> Message:
    """A step of the tour; ``words`` are the time of day of a briefing that waits for its zone."""
    match step:
        case Step.LINE | Step.CONTEXT:
            return _line(visit)
        case Step.ASK:
            return _ask(visit)
        case Step.BRIEFING:
            return _briefing(visit)
        case Step.ZONE:
            return _zone(visit, words)
        case Step.GROUP:
            return _group(visit)
        case Step.OVER:
            return welcome(visit.example, visit.story, visit.group_link, has_briefings=bool(visit.chat.schedules))


def in_context(page: Message) -> Message:
    """The page of the example's sentence, with the way back into the tour."""
    return replace(page, buttons=(*page.buttons, *_turning(Step.CONTEXT)))


def briefed(visit: Visit) -> Message:
    """The step of the briefing, right after one was chosen in it."""
    return _step(Step.BRIEFING, [subscribed(visit.chat).html])


def _line(visit: Visit) -> Message:
    commands = text(", ".join(f"/{command}" for command in first_steps(visit.story)))
    asking = [
        said("Ask {commands}, or in your own words.", commands=commands),
        said("A briefing each day at a time you choose: {example}", example=code(EXAMPLE)),
    ]
    parts = [introduction(visit.example, is_operator=visit.is_operator), join(asking, "\n")]
    look = _button(say("📖 Read in context"), Step.CONTEXT, visit.example.key)
    return _step(Step.LINE, parts, ((look,),) if visit.example.key else ())


def _ask(visit: Visit) -> Message:
    steps = first_steps(visit.story)
    lines = [text(f"/{command} – {say(visit.story[command])}") for command in steps]
    row = tuple(Button(label=button_label(command), data=NEW + command) for command in steps)
    return _step(Step.ASK, [join(lines, "\n"), narrowing()], (row,))


def _briefing(visit: Visit) -> Message:
    chat = visit.chat
    taken = {f"{schedule.at:%H:%M}" for schedule in chat.schedules}
    row = tuple(
        _button(f"+ {at}", Step.ZONE, at) if chat.zone is None else _button(f"+ {at}", Step.BRIEFING, f"time {at}")
        for at in TIMES_OFFERED
        if at not in taken
    )
    return _step(Step.BRIEFING, [how_to_subscribe(chat).html], (row,))


def _zone(visit: Visit, at: str) -> Message:
    near = [_button(city_of(name), Step.BRIEFING, f"time {at} {name}") for name in visit.zones]
    elsewhere = SettingsPress(panel=Panel.ZONE, argument=at)
    rows = [tuple(near[start : start + 2]) for start in range(0, len(near), 2)]
    lines = [
        bold(say("A briefing at {time}: in which time zone?", time=at)),
        said("Or send a city: {example}", example=code(f"/subscribe {at} Kyiv")),
    ]
    other = (Button(label=say("🌍 Another place"), data=elsewhere.data()),)
    back = (_button(say("↩ Back"), Step.BRIEFING),)
    return Message(html=join(lines, "\n"), buttons=(*rows, other, back))


def _group(visit: Visit) -> Message:
    lines = [
        said(
            "In a group I answer the same commands; its administrators choose briefings and alerts for it, with "
            "{settings}.",
            settings=text("/settings"),
        )
    ]
    if visit.username is not None:
        lines.append(
            said(
                "In any other chat write {example}: I offer cited lines to send there.",
                example=code(f"@{visit.username} {next(iter(visit.story), '')}"),
            )
        )
    return _step(Step.GROUP, lines, ((Button(label=say("👥 Add me to a group"), url=visit.group_link),),))


def _again(visit: Visit) -> Message:
    """To somebody who has been here: what they have, and the first steps."""
    chat = visit.chat
    back = welcome(visit.example, visit.story, visit.group_link, has_briefings=bool(chat.schedules))
    standing = [briefed_when(chat)] if chat.schedules else []
    html = join([bold(say("Welcome back.")), *standing], "\n")
    example = [visit.example.html] if visit.example.html else []
    tour = (_button(say("👣 The first steps again"), Step.LINE),)
    return Message(html=join([html, *example], "\n\n"), buttons=(*back.buttons, tour))


def _step(step: Step, parts: Sequence[Html], rows: Sequence[Sequence[Button]] = ()) -> Message:
    """A step under its title, with its buttons and those that turn."""
    place = ORDER.index(step) + 1
    count = italic(say("Step {place} of {steps}", place=place, steps=len(ORDER)))
    title = [] if step is Step.LINE else [bold(say(TITLES[step]))]
    shown = tuple(tuple(row) for row in rows if row)
    return Message(html=join([*title, *parts, count], "\n\n"), buttons=(*shown, *_turning(step)))


def _turning(step: Step) -> tuple[tuple[Button, ...], ...]:
    """The buttons to the steps before and after, and out."""
    back = ASIDES.get(step) or (ORDER[ORDER.index(step) - 1] if step is not ORDER[0] else None)
    before = [_button(say("↩ Back"), back)] if back else []
    at = ORDER.index(ASIDES.get(step, step))
    if at + 1 == len(ORDER):
        return ((*before, _button(say("✓ Done"), Step.OVER)),)
    after = _button(f"{say(TITLES[ORDER[at + 1]])} ›", ORDER[at + 1])
    return ((*before, after), (_button(say("Skip the tour"), Step.OVER),))


def _button(label: str, step: Step, words: str = "") -> Button:
    return Button(label=label, data=TourPress(step=step, words=words).data())
