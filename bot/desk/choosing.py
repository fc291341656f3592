"""What somebody chooses for a chat, in words: "quiet 22:00-07:00". Buttons carry the same words as commands: pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chats import MOST_SCHEDULES, Chat, Choices, Length, NotUnderstood, Quiet, Schedule, Section, Theme
from bot.desk.alerting import CHOSEN_KINDS
from bot.desk.following import find_story, following
from bot.desk.times import Wish, close_zones, read_time, read_wish, read_zone
from bot.desk.watching import EXAMPLE, MOST_WATCHES, read_watch
from bot.digest.watched import Watch
from bot.render import expected
from bot.render.words import SOURCE, languages
from bot.stories import StoryTopic

MOST_ALERTS = 50  #: a local day
ON_OFF = {"on": True, "off": False}
AUTOMATIC = "auto"  #: the language of whoever writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What choosing needs to know: the moment, the names of the trackers there are, and the stories."""

    now: datetime
    trackers: tuple[str, ...]
    topics: tuple[StoryTopic, ...] = ()


Choice = Callable[[Chat, Sequence[str], Context], Chat | NotUnderstood]


def choose(chat: Chat, words: Sequence[str], context: Context) -> Chat | NotUnderstood:
    """The chat once it has chosen what ``words`` say; its derived moment is not yet corrected."""
    subject, *rest = words or ("",)
    choice = CHOICES.get(subject.lower())
    if choice is None or (choice is _story and len(context.topics) < 2):
        known = [name for name in CHOICES if name != "story" or len(context.topics) > 1]
        return NotUnderstood(expected=expected.one_of(known), got=subject, example="quiet 22:00-07:00")
    return choice(chat, rest, context)


def _time(chat: Chat, words: Sequence[str], context: Context) -> Chat | NotUnderstood:
    if words and words[-1].lower() == "off":
        at = read_time(" ".join(words[:-1]))
        if at is not None:
            return replace(chat, schedules=tuple(kept for kept in chat.schedules if kept.at != at))
    wish = read_wish(words, chat.zone)
    if not isinstance(wish, Wish):
        return NotUnderstood(
            expected=expected.time_of_day(has_zone=chat.zone is not None),
            got=" ".join(words),
            example="time 08:00 weekdays" if chat.zone else "time 08:00 Europe/Kyiv",
        )
    return with_schedule(replace(chat, zone=wish.zone), wish, context.now)


def with_schedule(chat: Chat, wish: Wish, now: datetime) -> Chat | NotUnderstood:
    """The chat with one more schedule, or with other days for one it has; in order of the day."""
    kept = {schedule.at: schedule for schedule in chat.schedules}
    if wish.at not in kept and len(kept) >= MOST_SCHEDULES:
        return NotUnderstood(
            expected=expected.few_times(MOST_SCHEDULES),
            got=expected.one_more(),
            example=f"time {chat.schedules[0].at:%H:%M} off",
        )
    before = kept.get(wish.at)
    kept[wish.at] = (
        replace(before, days=wish.days) if before is not None else Schedule(at=wish.at, days=wish.days, since=now)
    )
    return replace(chat, schedules=tuple(kept[at] for at in sorted(kept)))


def _zone(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    got = " ".join(words)
    zone = read_zone(got)
    if zone is None:
        close = close_zones(got)
        return NotUnderstood(
            expected=expected.zone(close),
            got=got,
            example=f"zone {(close or ('Europe/Kyiv',))[0]}",
        )
    return replace(chat, zone=zone)


def _quiet(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    kept = chat.choices.quiet
    match [word.lower() for word in words]:
        case ["off"]:
            return _chosen(chat, replace(chat.choices, quiet=None))
        case ["urgent", ("on" | "off") as passes] if kept is not None:
            return _chosen(chat, replace(chat.choices, quiet=replace(kept, urgent_passes=ON_OFF[passes])))
    begins, _dash, ends = "".join(words).replace("–", "-").partition("-")
    one, other = read_time(begins), read_time(ends)
    if one is None or other is None or one == other:
        return NotUnderstood(
            expected=expected.quiet_hours(),
            got=" ".join(words),
            example="quiet 22:00-07:00",
        )
    passes_now = kept is not None and kept.urgent_passes
    return _chosen(chat, replace(chat.choices, quiet=Quiet(begins=one, ends=other, urgent_passes=passes_now)))


def _sections(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    asked = _switched(words, chat.choices.sections, tuple(Section)) or {word.lower().strip(",") for word in words}
    if not asked or asked - set(Section):
        return NotUnderstood(expected=expected.some_of([*Section]), got=" ".join(words), example="sections summary")
    return _chosen(chat, replace(chat.choices, sections=tuple(section for section in Section if section in asked)))


def _trackers(chat: Chat, words: Sequence[str], context: Context) -> Chat | NotUnderstood:
    shown = context.trackers if chat.choices.trackers is None else chat.choices.trackers
    asked = _switched(words, shown, context.trackers) or {word.lower().strip(",") for word in words}
    if asked in ({"all"}, set(context.trackers)):
        return _chosen(chat, replace(chat.choices, trackers=None))
    if not asked or asked - set(context.trackers):
        return NotUnderstood(
            expected=expected.all_or_some_of(context.trackers), got=" ".join(words), example="trackers all"
        )
    return _chosen(chat, replace(chat.choices, trackers=tuple(name for name in context.trackers if name in asked)))


def _alerts(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    alerts = chat.choices.alerts
    match [word.lower() for word in words]:
        case ["on"]:  # who chose no kind, and watched for words only, wants more now
            return _chosen(
                chat, replace(chat.choices, alerts=replace(alerts, on=True, kinds=alerts.kinds or CHOSEN_KINDS))
            )
        case ["off"]:
            silent = replace(chat, heard=replace(chat.heard, held=(), due=None, waiting=0))
            return _chosen(silent, replace(chat.choices, alerts=replace(alerts, on=False)))
        case ["cap", number] if number.isdecimal() and 1 <= int(number) <= MOST_ALERTS:
            return _chosen(chat, replace(chat.choices, alerts=replace(alerts, cap=int(number))))
        case ["kinds", *kinds]:
            return _kinds(chat, kinds)
        case _:
            return NotUnderstood(
                expected=expected.alerts(MOST_ALERTS),
                got=" ".join(words),
                example="alerts on",
            )


def _kinds(chat: Chat, words: Sequence[str]) -> Chat | NotUnderstood:
    """The kinds of alerts: some, "all", "none", or one "on" or "off"; words that are watched for are none of them."""
    kept: set[str] = set(chat.choices.alerts.kinds)
    asked: set[str]
    match words:
        case [name, ("on" | "off") as state] if name in CHOSEN_KINDS:
            asked = kept | {name} if ON_OFF[state] else kept - {name}
        case ["all"]:
            asked = set(CHOSEN_KINDS)
        case ["none"]:
            asked = set()
        case _:
            asked = {word.strip(",") for word in words}
            if not asked or asked - set(CHOSEN_KINDS):
                return NotUnderstood(
                    expected=expected.kinds(CHOSEN_KINDS),
                    got=" ".join(words),
                    example="alerts kinds event, conflict",
                )
    kinds = tuple(kind for kind in CHOSEN_KINDS if kind in asked)
    return _chosen(chat, replace(chat.choices, alerts=replace(chat.choices.alerts, kinds=kinds)))


def _watch(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    """Watches for something more. Who had no alerts gets those of the watched words, and no others."""
    watch = read_watch(" ".join(words))
    if isinstance(watch, NotUnderstood):
        return replace(watch, example=f"watch {watch.example}")
    alerts = chat.choices.alerts
    if watch not in alerts.watches and len(alerts.watches) >= MOST_WATCHES:
        return NotUnderstood(
            expected=expected.few_watches(MOST_WATCHES),
            got=expected.one_more(),
            example=f"unwatch {alerts.watches[0].text}",
        )
    watches = tuple(dict.fromkeys((*alerts.watches, watch)))
    kinds = alerts.kinds if alerts.on else ()
    return _chosen(chat, replace(chat.choices, alerts=replace(alerts, on=True, kinds=kinds, watches=watches)))


def _unwatch(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    """Watches for one thing less, given in its words or as buttons call it, or for "all" less."""
    alerts, got = chat.choices.alerts, " ".join(words)
    gone = set(alerts.watches) if got.lower() == "all" else {one for one in alerts.watches if _is_meant(one, got)}
    if not gone and not (got.startswith("#") or got.lower() == "all"):  # a second press finds it gone, which is right
        ours = [watch.text for watch in alerts.watches]
        return NotUnderstood(
            expected=expected.a_watch(ours),
            got=got,
            example=f"unwatch {ours[0]}" if ours else f"watch {EXAMPLE}",
        )
    watches = tuple(watch for watch in alerts.watches if watch not in gone)
    return _chosen(chat, replace(chat.choices, alerts=replace(alerts, watches=watches)))


def _is_meant(watch: Watch, got: str) -> bool:
    return got == watch.mark or read_watch(got.lower()) == read_watch(watch.text.lower())


def _sound(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    match [word.lower() for word in words]:
        case [("on" | "off") as state]:
            return _chosen(chat, replace(chat.choices, silent=not ON_OFF[state]))
        case _:
            return NotUnderstood(expected=expected.on_or_off(), got=" ".join(words), example="sound off")


def _length(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    asked = " ".join(words).lower()
    if asked not in set(Length):
        return NotUnderstood(expected=expected.one_of([*Length]), got=" ".join(words), example="length short")
    return _chosen(chat, replace(chat.choices, length=Length(asked)))


def _story(chat: Chat, words: Sequence[str], context: Context) -> Chat | NotUnderstood:
    topic = find_story(context.topics, " ".join(words))
    if topic is None:
        names = [one.name for one in context.topics]
        return NotUnderstood(expected=expected.one_of(names), got=" ".join(words), example=f"story {names[0]}")
    return following(chat, topic.name)


def _language(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    asked = " ".join(words).lower()
    by_name = {key.lower(): code for code, name in languages().items() for key in (code, name)}
    if asked != AUTOMATIC and asked not in by_name:
        return NotUnderstood(
            expected=expected.one_of([*languages(), AUTOMATIC]), got=" ".join(words), example=f"language {SOURCE}"
        )
    return _chosen(chat, replace(chat.choices, language=by_name.get(asked)))


def _picture(chat: Chat, words: Sequence[str], _: Context) -> Chat | NotUnderstood:
    kept = chat.choices.pictures
    match [word.lower() for word in words]:
        case [("weekly" | "off") as often]:
            return _chosen(chat, replace(chat.choices, pictures=replace(kept, weekly=often == "weekly")))
        case [theme] if theme in set(Theme):
            return _chosen(chat, replace(chat.choices, pictures=replace(kept, theme=Theme(theme))))
        case _:
            return NotUnderstood(
                expected=expected.one_of(["weekly", "off", *Theme]), got=" ".join(words), example="picture weekly"
            )


def _switched(words: Sequence[str], kept: Sequence[str], known: Sequence[str]) -> set[str]:
    """What is left of ``kept`` after "timeline off", or comes to it after "timeline on"; the last one stays.

    Empty when the words are no such switch.
    """
    match [word.lower() for word in words]:
        case [name, "on"] if name in known:
            return {*kept, name}
        case [name, "off"] if name in known:
            return {one for one in kept if one != name} or set(kept)
        case _:
            return set()


def _chosen(chat: Chat, choices: Choices) -> Chat:
    return replace(chat, choices=choices)


CHOICES: Mapping[str, Choice] = {
    "time": _time,
    "zone": _zone,
    "quiet": _quiet,
    "sections": _sections,
    "trackers": _trackers,
    "alerts": _alerts,
    "watch": _watch,
    "unwatch": _unwatch,
    "sound": _sound,
    "length": _length,
    "story": _story,
    "picture": _picture,
    "language": _language,
}  #: subject -> what reads the words after it
