"""What was expected instead of words that choose nothing, as it stands after "I expected"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.words import number, say


def one_of(names: Sequence[str]) -> str:
    """One of some words that a chat can send."""
    return say("one of: {names}", names=", ".join(names))


def some_of(names: Sequence[str]) -> str:
    """Some of the words that a chat can send."""
    return say("some of: {names}", names=", ".join(names))


def all_or_some_of(names: Sequence[str]) -> str:
    """The word for all of them, or some."""
    return say("“all” or some of: {names}", names=", ".join(names))


def time_of_day(*, has_zone: bool) -> str:
    """A time, and a zone where the chat has none yet."""
    return say("a time of day") if has_zone else say("a time of day and a zone")


def few_times(most: int) -> str:
    """No more briefings a day than so many."""
    return say("at most {most} times a day", most=number(most))


def one_more() -> str:
    """What came when there were as many as there may be."""
    return say("one more")


def zone(close: Sequence[str]) -> str:
    """A time zone; ``close`` are some that may be meant."""
    if close:
        return say("a time zone, such as {names}", names=", ".join(close))
    return say("a time zone: a continent and a city")


def quiet_hours() -> str:
    """What can be said after "quiet"."""
    return say("two times of day, “off”, or, once there are quiet hours, “urgent on” or “urgent off”")


def alerts(most: int) -> str:
    """What can be said after "alerts"."""
    return say("“on”, “off”, or “cap” and a number from 1 to {most}", most=number(most))


def on_or_off() -> str:
    """A switch."""
    return say("“on” or “off”")


def a_while() -> str:
    """How long a pause may be."""
    return say("a while of hours, days or weeks, at most a year")
