"""The settings of a chat: one message whose keyboard leads from panel to panel and changes it in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.chats import EVERY_DAY, MOST_SCHEDULES, WEEKDAYS, Chat, Length, Quiet, Schedule, Section, Weekday
from bot.render.html import Html, bold, code, italic, join, text
from bot.render.message import Button, Message

PREFIX = "c:"  #: before a panel, a bar and words of choice in callback data
TIMES_OFFERED = ("06:00", "07:00", "08:00", "09:00", "12:00", "18:00", "20:00", "22:00")
NIGHTS_OFFERED = ("21:00-06:00", "22:00-07:00", "23:00-08:00")
CAPS_OFFERED = (1, 3, 5, 10, 20)
CITIES_A_PAGE = 12
A_ROW = 3
REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


class Panel(StrEnum):
    """A page of the settings."""

    MAIN = "main"
    TIMES = "times"
    TIME = "time"
    ZONE = "zone"
    QUIET = "quiet"
    CONTENT = "content"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a settings button asks: the words of choice, "" for none, and the panel to show then.

    ``argument`` says which time of day, region or page of a region a panel is about.
    """

    panel: Panel
    argument: str = ""
    words: str = ""

    def data(self) -> str:
        """The press as callback data, at most 64 bytes."""
        return f"{PREFIX}{self.panel} {self.argument}|{self.words}"

    @staticmethod
    def read(data: str) -> Press:
        """The press that ``data`` carries.

        Raises:
            ValueError: the data is none.
        """
        head, bar, words = data.removeprefix(PREFIX).partition("|")
        panel, _, argument = head.partition(" ")
        if not data.startswith(PREFIX) or not bar:
            raise ValueError(f"expected {PREFIX}panel argument|words, got {data!r}")
        return Press(panel=Panel(panel), argument=argument, words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the panels show: the chat, its trackers' titles by name, the zones there are, and the moment."""

    chat: Chat
    trackers: Mapping[str, str]
    zones: Sequence[str]
    now: datetime


def settings_panel(view: View, press: Press) -> Message:
    """A panel of the settings, with the buttons that change what it shows."""
    match press.panel:
        case Panel.MAIN:
            return _main(view)
        case Panel.TIMES:
            return _times(view)
        case Panel.TIME:
            return _time(view, press.argument)
        case Panel.ZONE:
            return _zone(view, press.argument)
        case Panel.QUIET:
            return _quiet(view)
        case Panel.CONTENT:
            return _content(view)
        case Panel.ALERTS:
            return _alerts(view)


def _main(view: View) -> Message:
    chat, choices = view.chat, view.chat.choices
    lines = [
        bold("Settings of this chat"),
        _line("🕗 Briefings", ", ".join(map(schedule_words, chat.schedules)) or "none"),
        _line("🌍 Time zone", _zone_words(view)),
        _line("🌙 Quiet hours", quiet_words(choices.quiet)),
        _line("📄 A briefing holds", _content_words(view)),
        _line("🔔 Alerts", f"on, at most {choices.alerts.cap} a day" if choices.alerts.on else "off"),
        _line("🔊 Sound", "off: messages come silently" if choices.silent else "on"),
    ]
    if chat.away is not None and (chat.away.until is None or view.now < chat.away.until):
        until = chat.away.until
        words = "until you send /resume" if until is None else f"until {local(until, chat.zone)}"
        lines.append(_line("⏸ Paused", words))
    elif chat.next_due is not None:
        lines.append(_line("Next briefing", local(chat.next_due, chat.zone)))
    rows = (
        (_to("🕗 Times", Panel.TIMES), _to("🌍 Zone", Panel.ZONE), _to("🌙 Quiet", Panel.QUIET)),
        (_to("📄 Contents", Panel.CONTENT), _to("🔔 Alerts", Panel.ALERTS)),
        (
            _do(
                "🔇 Silent" if not choices.silent else "🔊 With sound", Panel.MAIN, f"sound {_switched(choices.silent)}"
            ),
            _do(*_other_length(choices.length)),
        ),
    )
    return Message(html=join(lines, "\n"), buttons=rows)


def _other_length(length: Length) -> tuple[str, Panel, str]:
    other = Length.SHORT if length is Length.FULL else Length.FULL
    return f"Make it {other}", Panel.MAIN, f"length {other}"


def _times(view: View) -> Message:
    chat = view.chat
    lines = [bold("When to brief you")]
    if chat.zone is None:
        lines.append(text("First choose a time zone: a time of day means nothing without one."))
        return Message(html=join(lines, "\n"), buttons=((_to("🌍 Choose a zone", Panel.ZONE),), _back()))
    lines += [text(f"• {schedule_words(schedule)}") for schedule in chat.schedules] or [text("No briefings yet.")]
    lines.append(italic(f"Times are {chat.zone} time. Another one: /settings time 07:30 weekdays"))
    taken = {f"{schedule.at:%H:%M}" for schedule in chat.schedules}
    change = [_to(f"✎ {at}", Panel.TIME, at) for at in sorted(taken)]
    free = [at for at in TIMES_OFFERED if at not in taken] if len(taken) < MOST_SCHEDULES else []
    add = [_do(f"+ {at}", Panel.TIMES, f"time {at}") for at in free]
    return Message(html=join(lines, "\n"), buttons=(*_rows(change, A_ROW), *_rows(add, 4), _back()))


def _time(view: View, at: str) -> Message:
    found = next((schedule for schedule in view.chat.schedules if f"{schedule.at:%H:%M}" == at), None)
    if found is None:
        return _times(view)
    days = [
        _do(("✓ " if day in found.days else "") + day.name.capitalize()[:3], Panel.TIME, _with_day(found, day), at)
        for day in EVERY_DAY
    ]
    groups = [
        _do("Every day", Panel.TIME, f"time {at} daily", at),
        _do("Weekdays", Panel.TIME, f"time {at} weekdays", at),
    ]
    rows = (*_rows(days, 4), tuple(groups), (_do("🗑 Remove", Panel.TIMES, f"time {at} off"),), _back(Panel.TIMES))
    return Message(html=join([bold("Briefing at "), bold(at), text(f"\n{days_words(found.days)}")]), buttons=rows)


def _with_day(schedule: Schedule, day: Weekday) -> str:
    """The words that add or take a day; the last one cannot be taken."""
    days = set(schedule.days) ^ {day} or {day}
    return f"time {schedule.at:%H:%M} {','.join(one.name[:3].lower() for one in sorted(days))}"


def _zone(view: View, argument: str) -> Message:
    lines = [bold("Time zone"), text(f"Now: {_zone_words(view)}.")]
    region, _, page = argument.partition(" ")
    if region not in REGIONS:
        lines.append(text("Choose a region, or send a city: "))
        lines.append(code("/settings zone Kyiv"))
        lines.append(text("In a private chat you can also share a location."))
        regions = [_to(name, Panel.ZONE, name) for name in REGIONS]
        return Message(html=join(lines, "\n"), buttons=(*_rows(regions, A_ROW), _back()))
    names = [name for name in view.zones if name.startswith(region + "/")]
    first = (int(page) if page.isdecimal() else 0) * CITIES_A_PAGE
    cities = [_do(_city(name), Panel.MAIN, f"zone {name}") for name in names[first : first + CITIES_A_PAGE]]
    turns = []
    if first > 0:
        turns.append(_to("‹", Panel.ZONE, f"{region} {first // CITIES_A_PAGE - 1}"))
    if first + CITIES_A_PAGE < len(names):
        turns.append(_to("›", Panel.ZONE, f"{region} {first // CITIES_A_PAGE + 1}"))
    return Message(html=join(lines, "\n"), buttons=(*_rows(cities, A_ROW), *_rows(turns, 2), _back(Panel.ZONE)))


def _city(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ")


def _quiet(view: View) -> Message:
    quiet = view.chat.choices.quiet
    lines = [
        bold("Quiet hours"),
        text(f"Now: {quiet_words(quiet)}."),
        text("No alert and no late briefing comes in them; a briefing whose own time is then comes all the same."),
        italic("Other hours: /settings quiet 22:30-06:15"),
    ]
    nights = [_do(night.replace("-", "–"), Panel.QUIET, f"quiet {night}") for night in NIGHTS_OFFERED]
    rows = [tuple(nights)]
    if quiet is not None:
        passes = "🚨 Hold urgent alerts too" if quiet.urgent_passes else "🚨 Let urgent alerts pass"
        rows.append((_do(passes, Panel.QUIET, f"quiet urgent {_switched(not quiet.urgent_passes)}"),))
        rows.append((_do("No quiet hours", Panel.QUIET, "quiet off"),))
    return Message(html=join(lines, "\n"), buttons=(*rows, _back()))


def _content(view: View) -> Message:
    choices = view.chat.choices
    sections = [
        _do(_ticked(section in choices.sections, section.capitalize()), Panel.CONTENT, _with_section(view, section))
        for section in Section
    ]
    shown = _shown_trackers(view)
    trackers = [
        _do(_ticked(name in shown, title), Panel.CONTENT, _with_tracker(view, name))
        for name, title in view.trackers.items()
        if Section.FIGURES in choices.sections
    ]
    lines = [bold("What a briefing holds"), text(_content_words(view))]
    return Message(html=join(lines, "\n"), buttons=(*_rows(sections, 2), *_rows(trackers, 2), _back()))


def _with_section(view: View, section: Section) -> str:
    """The words that add or take a section; the last one cannot be taken."""
    asked = set(view.chat.choices.sections) ^ {section} or {section}
    return "sections " + " ".join(one for one in Section if one in asked)


def _with_tracker(view: View, name: str) -> str:
    asked = set(_shown_trackers(view)) ^ {name} or {name}
    return "trackers " + ("all" if asked == set(view.trackers) else " ".join(sorted(asked)))


def _shown_trackers(view: View) -> tuple[str, ...]:
    chosen = view.chat.choices.trackers
    return tuple(view.trackers) if chosen is None else tuple(name for name in view.trackers if name in chosen)


def _alerts(view: View) -> Message:
    alerts = view.chat.choices.alerts
    lines = [
        bold("Alerts"),
        text("A message between briefings when a figure moves, a new event is told, or sources fall out."),
        text(f"Now: {f'on, at most {alerts.cap} a day' if alerts.on else 'off'}."),
    ]
    caps = [
        _do(_ticked(cap == alerts.cap, f"{cap} a day"), Panel.ALERTS, f"alerts cap {cap}")
        for cap in CAPS_OFFERED
        if alerts.on
    ]
    switch = _do("Switch off" if alerts.on else "Switch on", Panel.ALERTS, f"alerts {_switched(not alerts.on)}")
    return Message(html=join(lines, "\n"), buttons=(*_rows(caps, A_ROW), (switch,), _back()))


def schedule_words(schedule: Schedule) -> str:
    """ "08:00 every day" """
    return f"{schedule.at:%H:%M} {days_words(schedule.days)}"


def days_words(days: tuple[Weekday, ...]) -> str:
    """The days of the week in words."""
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKDAYS:
        return "on weekdays"
    return "on " + ", ".join(day.name.capitalize()[:3] for day in days)


def quiet_words(quiet: Quiet | None) -> str:
    """Quiet hours in words."""
    if quiet is None:
        return "none"
    return f"{quiet.begins:%H:%M}–{quiet.ends:%H:%M}" + (", urgent alerts pass" if quiet.urgent_passes else "")


def local(moment: datetime, zone: str | None) -> str:
    """A moment in the chat's own time."""
    here = moment.astimezone(ZoneInfo(zone or "UTC"))
    return f"{here:%A}, {here.day} {here:%B} at {here:%H:%M}"


def _zone_words(view: View) -> str:
    zone = view.chat.zone
    return "not chosen" if zone is None else f"{zone}, where it is {view.now.astimezone(ZoneInfo(zone)):%H:%M}"


def _content_words(view: View) -> str:
    choices = view.chat.choices
    shown = _shown_trackers(view)
    parts: list[str] = [
        f"{section} ({', '.join(shown)})" if section is Section.FIGURES else section for section in choices.sections
    ]
    return f"{', '.join(parts)}; {choices.length}"


def _line(label: str, words: str) -> Html:
    return join([text(label + ": "), bold(words)])


def _switched(is_off: bool) -> str:
    return "on" if is_off else "off"


def _ticked(is_on: bool, label: str) -> str:
    return ("✓ " if is_on else "") + label


def _do(label: str, panel: Panel, words: str, argument: str = "") -> Button:
    return Button(label=label, data=Press(panel=panel, argument=argument, words=words).data())


def _to(label: str, panel: Panel, argument: str = "") -> Button:
    return Button(label=label, data=Press(panel=panel, argument=argument).data())


def _back(to: Panel = Panel.MAIN) -> tuple[Button, ...]:
    return (_to("↩ Back", to),)


def _rows(buttons: Iterable[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    found = list(buttons)
    return tuple(tuple(found[start : start + width]) for start in range(0, len(found), width))
