"""The settings of a chat: one message whose keyboard leads from panel to panel and changes it in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.chats import (
    EVERY_DAY,
    MOST_SCHEDULES,
    WEEKDAYS,
    Alerts,
    Chat,
    Length,
    Quiet,
    Schedule,
    Section,
    Theme,
    Weekday,
)
from bot.digest.alert import AlertKind
from bot.outbox import ChatId
from bot.render.html import Html, bold, code, join, said, text
from bot.render.message import Button, Message
from bot.render.stories import Standing, standing_words
from bot.render.words import languages, phrase, say, say_many

PREFIX = "c"  #: how callback data of the settings begins; then a chat's id or none, ":", panel, bar, words of choice
TIMES_OFFERED = ("06:00", "07:00", "08:00", "09:00", "12:00", "18:00", "20:00", "22:00")
NIGHTS_OFFERED = ("21:00-06:00", "22:00-07:00", "23:00-08:00")
OTHER_LENGTH = {Length.SHORT: phrase("✂️ Short briefings"), Length.FULL: phrase("📜 Full briefings")}
LENGTHS = {Length.SHORT: phrase("short"), Length.FULL: phrase("full")}
SECTIONS = {
    Section.SUMMARY: phrase("summary"),
    Section.FIGURES: phrase("figures"),
    Section.TIMELINE: phrase("timeline"),
    Section.CONFLICTS: phrase("conflicts"),
}
OTHER_THEME = {Theme.LIGHT: Theme.DARK, Theme.DARK: Theme.LIGHT}
THEMES = {Theme.LIGHT: phrase("☀️ Light pictures"), Theme.DARK: phrase("🌙 Dark pictures")}
A_HALF = 16  #: characters of a label that two buttons in a row have room for on a phone
CAPS_OFFERED = (1, 3, 5, 10, 20)
CITIES_A_PAGE = 20
A_ROW = 3
A_LABEL = 24  #: characters of a watch on the button that removes it
WATCH_EXAMPLE = 'ferry "port of Larne" +strike -football'
KINDS = {
    AlertKind.FIGURE_MOVED: phrase("📈 Moved figures"),
    AlertKind.FIGURE_NEW: phrase("🔢 New figures"),
    AlertKind.CONFLICT_OPENED: phrase("⚡ Conflicts"),
    AlertKind.CONFLICT_CLOSED: phrase("🤝 Conflicts over"),
    AlertKind.EVENT: phrase("🆕 Events"),
    AlertKind.CORRECTION: phrase("✏️ Corrections"),
}  #: what the kinds of alerts are called that a chat chooses among
A_MONDAY = date(2024, 1, 1)
UNNEEDED = ("Argentina",)  #: parts of a zone's name that nobody needs to find its city
REGIONS = {
    "Africa": phrase("Africa"),
    "America": phrase("America"),
    "Asia": phrase("Asia"),
    "Atlantic": phrase("Atlantic"),
    "Australia": phrase("Australia"),
    "Europe": phrase("Europe"),
    "Indian": phrase("Indian Ocean"),
    "Pacific": phrase("Pacific"),
}  #: how the names of zones begin, and what people call that


class Panel(StrEnum):
    """A page of the settings."""

    MAIN = "m"
    TIMES = "ts"
    TIME = "t"
    ZONE = "z"
    QUIET = "q"
    CONTENT = "b"
    ALERTS = "a"
    STORY = "s"
    WATCHES = "w"
    LANGUAGE = "l"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a settings button asks: the words of choice, "" for none, and the panel to show then.

    ``argument`` says what a panel is about: a time of day; for zones the region, the page of it, and the time of the
    briefing that waits for a zone, as far as there are. ``about`` is the chat whose settings they are, None for the one
    that the button stands in.
    """

    panel: Panel
    argument: str = ""
    words: str = ""
    about: ChatId | None = None

    def data(self) -> str:
        """The press as callback data, at most 64 bytes."""
        return f"{PREFIX}{'' if self.about is None else self.about}:{self.panel} {self.argument}|{self.words}"

    @staticmethod
    def read(data: str) -> Press:
        """The press that ``data`` carries.

        Raises:
            ValueError: the data is none.
        """
        chat, colon, rest = data.removeprefix(PREFIX).partition(":")
        head, bar, words = rest.partition("|")
        panel, _, argument = head.partition(" ")
        if not data.startswith(PREFIX) or not colon or not bar:
            raise ValueError(f"expected {PREFIX}:panel argument|words, got {data!r}")
        about = ChatId(int(chat)) if chat else None
        return Press(panel=Panel(panel), argument=argument, words=words, about=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the panels show: the chat, its trackers' titles by name, the zones there are, and the moment.

    Of a chat that is set from elsewhere, ``name`` is how a command names it, and ``title`` how people do. ``stories``
    are those it can choose from, none when there is one only. ``near`` are the zones that are offered first.
    """

    chat: Chat
    trackers: Mapping[str, str]
    zones: Sequence[str]
    now: datetime
    name: str | None = None
    title: str = ""
    stories: Sequence[Standing] = ()
    near: Sequence[str] = ()


def settings_panel(view: View, press: Press) -> Message:
    """A panel of the settings, with the buttons that change what it shows."""
    panel = _panel(view, press)
    if view.name is None:
        return panel
    rows = tuple(tuple(_about(button, view.chat.id) for button in row) for row in panel.buttons)
    return replace(panel, buttons=rows)


def times_offered(view: View) -> tuple[tuple[Button, ...], ...]:
    """Buttons that subscribe the chat at the usual times; without a zone they ask for it next."""
    return tuple(row for row in settings_panel(view, Press(panel=Panel.TIMES)).buttons[:-1] if row)


def _about(button: Button, chat: ChatId) -> Button:
    return replace(button, data=replace(Press.read(button.data), about=chat).data())


def _panel(view: View, press: Press) -> Message:
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
        case Panel.STORY:
            return _story(view) if view.stories else _main(view)
        case Panel.WATCHES:
            return _watches(view)
        case Panel.LANGUAGE:
            return _language(view)


def _main(view: View) -> Message:
    chat, choices = view.chat, view.chat.choices
    lines = [
        bold(say("Settings of {chat}", chat=view.title) if view.name else say("Settings of this chat")),
        *([_line(say("📰 Story"), _followed(view).topic.title)] if view.stories else []),
        _line(say("🕗 Briefings"), ", ".join(map(schedule_words, chat.schedules)) or say("none")),
        _line(say("🌍 Time zone"), _zone_words(view)),
        _line(say("🌙 Quiet hours"), quiet_words(choices.quiet)),
        _line(say("📄 A briefing holds"), _content_words(view)),
        _line(say("🔔 Alerts"), alerts_words(choices.alerts)),
        _line(say("🔊 Sound"), say("off: messages come silently") if choices.silent else say("on")),
    ]
    if chat.away is not None and (chat.away.until is None or view.now < chat.away.until):
        until = chat.away.until
        words = (
            say("until you send {command}", command="/resume")
            if until is None
            else say("until {moment}", moment=local(until, chat.zone))
        )
        lines.append(_line(say("⏸ Paused"), words))
    elif chat.next_due is not None:
        lines.append(_line(say("Next briefing"), local(chat.next_due, chat.zone)))
    rows = (
        (_to(say("🕗 Times"), Panel.TIMES), _to(say("🌍 Zone"), Panel.ZONE), _to(say("🌙 Quiet"), Panel.QUIET)),
        (
            _to(say("📄 Contents"), Panel.CONTENT),
            _to(say("🔔 Alerts"), Panel.ALERTS),
            _to(say("🌐 Language"), Panel.LANGUAGE),
        ),
        (
            _do(
                say("🔇 No sound") if not choices.silent else say("🔊 With sound"),
                Panel.MAIN,
                f"sound {_switched(not choices.silent)}",
            ),
            _do(*_other_length(choices.length)),
        ),
    )
    first = ((_to(say("📰 Story"), Panel.STORY),),) if view.stories else ()
    return Message(html=join(lines, "\n"), buttons=(*first, *rows))


def _followed(view: View) -> Standing:
    """The story that the chat follows; the first when it chose none, or one that is gone."""
    return next((one for one in view.stories if one.topic.name == view.chat.story), view.stories[0])


def _story(view: View) -> Message:
    """The stories there are, and what each has."""
    lines = [bold(say("Which story to follow")), said("Commands, briefings and alerts here are about it.")]
    lines += [_line(one.topic.title, standing_words(one)) for one in view.stories]
    choices = [
        _do(_ticked(one is _followed(view), one.topic.title), Panel.STORY, f"story {one.topic.name}")
        for one in view.stories
    ]
    return Message(html=join(lines, "\n"), buttons=(*_rows(choices, 1), _back()))


def _other_length(length: Length) -> tuple[str, Panel, str]:
    other = Length.SHORT if length is Length.FULL else Length.FULL
    return say(OTHER_LENGTH[other]), Panel.MAIN, f"length {other}"


def _times(view: View) -> Message:
    chat = view.chat
    lines = [bold(say("When to brief you"))]
    lines += [text(f"• {schedule_words(schedule)}") for schedule in chat.schedules] or [said("No briefings yet.")]
    if chat.zone is None:
        lines.append(said("Choose a time; which time zone it is in I ask next."))
    else:
        lines.append(said("Times are {zone} time. Another one:", zone=text(chat.zone)))
        lines.append(code(_command(view, "time 07:30 weekdays")))
    taken = {f"{schedule.at:%H:%M}" for schedule in chat.schedules}
    change = [_to(f"✎ {at}", Panel.TIME, at) for at in sorted(taken)]
    free = [at for at in TIMES_OFFERED if at not in taken] if len(taken) < MOST_SCHEDULES else []
    if chat.zone is None:
        add = [_to(f"+ {at}", Panel.ZONE, at) for at in free]
    else:
        add = [_do(f"+ {at}", Panel.TIMES, f"time {at}") for at in free]
    return Message(html=join(lines, "\n"), buttons=(*_rows(change, A_ROW), *_rows(add, 4), _back()))


def _time(view: View, at: str) -> Message:
    found = next((schedule for schedule in view.chat.schedules if f"{schedule.at:%H:%M}" == at), None)
    if found is None:
        return _times(view)
    days = [
        _do(("✓ " if day in found.days else "") + day_name(day), Panel.TIME, _with_day(found, day), at)
        for day in EVERY_DAY
    ]
    groups = [
        _do(say("Every day"), Panel.TIME, f"time {at} daily", at),
        _do(say("Weekdays"), Panel.TIME, f"time {at} weekdays", at),
    ]
    rows = (*_rows(days, 4), tuple(groups), (_do(say("🗑 Remove"), Panel.TIMES, f"time {at} off"),), _back(Panel.TIMES))
    return Message(
        html=join([bold(say("Briefing at {time}", time=at)), text(days_words(found.days))], "\n"), buttons=rows
    )


def _with_day(schedule: Schedule, day: Weekday) -> str:
    """The words that add or take a day; the last one cannot be taken."""
    days = set(schedule.days) ^ {day} or {day}
    return f"time {schedule.at:%H:%M} {','.join(one.name[:3].lower() for one in sorted(days))}"


def _zone(view: View, argument: str) -> Message:
    """All regions, the pages of one, or the cities of a page; whatever it is, a briefing may wait for the zone."""
    words = argument.split()
    at = next((word for word in words if ":" in word), "")
    region = next((word for word in words if word in REGIONS), None)
    page = next((int(word) for word in words if word.isdecimal()), None)
    lines = [bold(say("A briefing at {time}: in which time zone?", time=at) if at else say("Time zone"))]
    if view.chat.zone is not None:
        lines.append(text(say("Now: {state}.", state=_zone_words(view))))
    if region is None:
        return _regions(view, lines, at)
    lines.append(said("Which of these places keeps the same time as you?"))
    names = sorted((name for name in view.zones if name.startswith(region + "/")), key=city_of)
    pages = [names[start : start + CITIES_A_PAGE] for start in range(0, len(names), CITIES_A_PAGE)]
    if page is None and len(pages) > 1:
        ranges = [
            _to(f"{city_of(found[0])} – {city_of(found[-1])}", Panel.ZONE, f"{region} {number} {at}".rstrip())
            for number, found in enumerate(pages)
        ]
        return Message(html=join(lines, "\n"), buttons=(*_rows(ranges, 1), _back(Panel.ZONE, at)))
    cities = [_choose_zone(city_of(name), name, at) for name in pages[min(page or 0, len(pages) - 1)]]
    back = _back(Panel.ZONE, f"{region} {at}".rstrip() if len(pages) > 1 else at)
    return Message(html=join(lines, "\n"), buttons=(*_rows(cities, 2), back))


def _regions(view: View, lines: list[Html], at: str) -> Message:
    lines.append(said("Choose a region, or send a city:"))
    lines.append(code(f"/subscribe {_named(view)}{at} Kyiv" if at else _command(view, "zone Kyiv")))
    if view.chat.id > 0 and not at:
        lines.append(said("Or share your location here (📎): I take the zone from it and do not keep it."))
    near = [_choose_zone(city_of(name), name, at) for name in view.near]
    regions = [_to(say(called), Panel.ZONE, f"{name} {at}".rstrip()) for name, called in REGIONS.items()]
    back = _back(Panel.TIMES if at else Panel.MAIN)
    rows = (*_rows(near, A_ROW), *_rows(regions, 2))
    return Message(html=join(lines, "\n"), buttons=(*rows, (_choose_zone("UTC", "UTC", at),), back))


def _choose_zone(label: str, name: str, at: str) -> Button:
    return _do(label, Panel.MAIN, f"time {at} {name}" if at else f"zone {name}")


def city_of(zone: str) -> str:
    """The place that names a zone: "Buenos Aires"; "Knox, Indiana"."""
    *parts, city = zone.replace("_", " ").split("/")[1:]
    return f"{city}, {parts[0]}" if parts and parts[0] not in UNNEEDED else city


def _quiet(view: View) -> Message:
    quiet = view.chat.choices.quiet
    lines = [
        bold(say("Quiet hours")),
        text(say("Now: {state}.", state=quiet_words(quiet))),
        said("No alert and no late briefing comes in them; a briefing whose own time is then comes all the same."),
        said("Other hours: {example}", example=code(_command(view, "quiet 22:30-06:15"))),
    ]
    nights = [_do(night.replace("-", "–"), Panel.QUIET, f"quiet {night}") for night in NIGHTS_OFFERED]
    rows = [tuple(nights)]
    if quiet is not None:
        passes = say("🚨 Hold urgent alerts too") if quiet.urgent_passes else say("🚨 Let urgent alerts pass")
        rows.append((_do(passes, Panel.QUIET, f"quiet urgent {_switched(quiet.urgent_passes)}"),))
        rows.append((_do(say("No quiet hours"), Panel.QUIET, "quiet off"),))
    return Message(html=join(lines, "\n"), buttons=(*rows, _back()))


def _content(view: View) -> Message:
    choices = view.chat.choices
    sections = [
        _switch(section in choices.sections, _capital(say(SECTIONS[section])), f"sections {section}")
        for section in Section
    ]
    shown = _shown_trackers(view)
    trackers = [
        _switch(name in shown, say(title), f"trackers {name}")
        for name, title in view.trackers.items()
        if Section.FIGURES in choices.sections
    ]
    weekly, theme = choices.pictures.weekly, choices.pictures.theme
    often, other = "off" if weekly else "weekly", OTHER_THEME[theme]
    pictures = (
        _do(_ticked(weekly, say("🖼 A picture a week")), Panel.CONTENT, f"picture {often}"),
        _do(say(THEMES[other]), Panel.CONTENT, f"picture {other}"),
    )
    lines = [bold(say("What a briefing holds")), text(_content_words(view))]
    width = 1 if any(len(say(title)) > A_HALF for title in view.trackers.values()) else 2
    return Message(html=join(lines, "\n"), buttons=(*_rows(sections, 2), *_rows(trackers, width), pictures, _back()))


def _switch(is_on: bool, label: str, words: str) -> Button:
    """A part of the briefing that is there or not; the last one of its kind stays."""
    return _do(_ticked(is_on, label), Panel.CONTENT, f"{words} {_switched(is_on)}")


def _shown_trackers(view: View) -> tuple[str, ...]:
    chosen = view.chat.choices.trackers
    return tuple(view.trackers) if chosen is None else tuple(name for name in view.trackers if name in chosen)


def _alerts(view: View) -> Message:
    alerts = view.chat.choices.alerts
    lines = [
        bold(say("Alerts")),
        said("A message between briefings when a figure moves, a new event is told, or sources start to disagree."),
        said("Now: {state}.", state=text(alerts_words(alerts))),
    ]
    kinds = [
        _do(
            _ticked(kind in alerts.kinds, say(label)),
            Panel.ALERTS,
            f"alerts kinds {kind} {_switched(kind in alerts.kinds)}",
        )
        for kind, label in KINDS.items()
        if alerts.on
    ]
    caps = [
        _do(
            _ticked(cap == alerts.cap, say_many("{number} a day", "{number} a day", cap)),
            Panel.ALERTS,
            f"alerts cap {cap}",
        )
        for cap in CAPS_OFFERED
        if alerts.on
    ]
    label = say("Switch off") if alerts.on else say("Switch on")
    switch = _do(label, Panel.ALERTS, f"alerts {_switched(alerts.on)}")
    watches = _to(say("👀 Words to watch for"), Panel.WATCHES)
    return Message(
        html=join(lines, "\n"), buttons=(*_rows(kinds, 2), *_rows(caps, A_ROW), (watches,), (switch,), _back())
    )


def _watches(view: View) -> Message:
    watches = view.chat.choices.alerts.watches
    lines = [
        bold(say("Words to watch for")),
        said(
            "Of each new article I send the first sentence with one of them. Case, plurals and endings do not matter."
        ),
        *(join([text("• "), code(watch.text)]) for watch in watches),
        said("Another one: {command}", command=code(f"/watch {_named(view)}{WATCH_EXAMPLE}")),
        said("+ before a word: the article must have it too; - before a word: it must not."),
    ]
    if watches and not view.chat.choices.alerts.on:
        lines.append(said("Alerts are off, so none of them is told: {command}", command=text("/alerts on")))
    remove = [_do(f"🗑 {_shortened(watch.text)}", Panel.WATCHES, f"unwatch {watch.mark}") for watch in watches]
    return Message(html=join(lines, "\n"), buttons=(*_rows(remove, 2), _back(Panel.ALERTS)))


def alerts_words(alerts: Alerts) -> str:
    """What of the alerts a chat gets, in words."""
    if not alerts.on:
        return say("off")
    if not alerts.kinds:
        return say_many(
            "only words you watch for, at most {number} a day",
            "only words you watch for, at most {number} a day",
            alerts.cap,
        )
    return say_many("on, at most {number} a day", "on, at most {number} a day", alerts.cap)


def _shortened(label: str) -> str:
    return label if len(label) <= A_LABEL else label[: A_LABEL - 1] + "…"


def _language(view: View) -> Message:
    chosen = view.chat.choices.language
    lines = [
        bold(say("Language")),
        said("What I say of my own is in this language; quotations stay in the articles’ own words."),
        said("Until you choose one I speak that of your Telegram."),
    ]
    ways = [
        _do(_ticked(code == chosen, name), Panel.LANGUAGE, f"language {code}") for code, name in languages().items()
    ]
    automatic = _do(_ticked(chosen is None, say("As in Telegram")), Panel.LANGUAGE, "language auto")
    return Message(html=join(lines, "\n"), buttons=(*_rows(ways, 2), (automatic,), _back()))


def schedule_words(schedule: Schedule) -> str:
    """ "08:00 every day" """
    return f"{schedule.at:%H:%M} {days_words(schedule.days)}"


def days_words(days: tuple[Weekday, ...]) -> str:
    """The days of the week in words."""
    if days == EVERY_DAY:
        return say("every day")
    if days == WEEKDAYS:
        return say("on weekdays")
    return say("on {days}", days=", ".join(map(day_name, days)))


def day_name(day: Weekday) -> str:
    """The short name of a day of the week, as it stands by itself."""
    return _capital(say("{day:ccc}", day=A_MONDAY + timedelta(days=day)))


def typed(at: time, days: tuple[Weekday, ...]) -> str:
    """A time and days as one types them: "08:00", "08:00 mon,wed"."""
    if days == EVERY_DAY:
        return f"{at:%H:%M}"
    return f"{at:%H:%M} {'weekdays' if days == WEEKDAYS else ','.join(day.name[:3].lower() for day in days)}"


def quiet_words(quiet: Quiet | None) -> str:
    """Quiet hours in words."""
    if quiet is None:
        return say("none")
    hours = f"{quiet.begins:%H:%M}–{quiet.ends:%H:%M}"
    return say("{hours}, urgent alerts pass", hours=hours) if quiet.urgent_passes else hours


def local(moment: datetime, zone: str | None) -> str:
    """A moment in the chat's own time."""
    here = moment.astimezone(ZoneInfo(zone or "UTC"))
    words = say("{day:EEEE, d MMMM} at {time:HH:mm}", day=here, time=here)
    return words if zone else f"{words} UTC"


def _zone_words(view: View) -> str:
    zone = view.chat.zone
    if zone is None:
        return say("not chosen")
    return say("{zone}, where it is {time:HH:mm}", zone=zone, time=view.now.astimezone(ZoneInfo(zone)))


def _content_words(view: View) -> str:
    choices = view.chat.choices
    shown = _shown_trackers(view)
    parts: list[str] = [
        f"{say(SECTIONS[section])} ({', '.join(shown)})" if section is Section.FIGURES else say(SECTIONS[section])
        for section in choices.sections
    ]
    return f"{', '.join(parts)}; {say(LENGTHS[choices.length])}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _line(label: str, words: str) -> Html:
    return join([text(label + ": "), bold(words)])


def _named(view: View) -> str:
    """What stands between a command and its words."""
    return f"{view.name} " if view.name else ""


def _command(view: View, words: str) -> str:
    return f"/settings {_named(view)}{words}"


def _switched(is_on: bool) -> str:
    """What to say to have the opposite."""
    return "off" if is_on else "on"


def _ticked(is_on: bool, label: str) -> str:
    return ("✓ " if is_on else "") + label


def _do(label: str, panel: Panel, words: str, argument: str = "") -> Button:
    return Button(label=label, data=Press(panel=panel, argument=argument, words=words).data())


def _to(label: str, panel: Panel, argument: str = "") -> Button:
    return Button(label=label, data=Press(panel=panel, argument=argument).data())


def _back(to: Panel = Panel.MAIN, argument: str = "") -> tuple[Button, ...]:
    return (_to(say("↩ Back"), to, argument),)


def _rows(buttons: Iterable[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    found = list(buttons)
    return tuple(tuple(found[start : start + width]) for start in range(0, len(found), width))
