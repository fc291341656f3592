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
    return say("“on”, “off”, “kinds” and some of them, or “cap” and a number from 1 to {most}", most=number(most))


def kinds(names: Sequence[str]) -> str:
    """What can be said after "alerts kinds"."""
    return say("“all”, “none” or some of: {names}", names=", ".join(names))


def few_watches(most: int) -> str:
    """No more watches than so many."""
    return say("at most {most} watches", most=number(most))


def a_watch(ours: Sequence[str]) -> str:
    """One of the watches there are, to end it."""
    if not ours:
        return say("a watch that there is; there is none")
    return say("“all” or one of: {names}", names=", ".join(ours))


def a_phrase() -> str:
    """A watched phrase is marked."""
    return say("a phrase with a mark at both ends")


def spaces() -> str:
    """Watched words stand apart."""
    return say("words with spaces between them")


def a_word() -> str:
    """Something to watch for."""
    return say("a word to watch for")


def few_terms(most: int) -> str:
    """No more words in one watch than so many."""
    return say("at most {most} words and phrases", most=number(most))


def short_term(longest: int) -> str:
    """No longer word or phrase to watch for than so many characters."""
    return say("a word or phrase of at most {longest} characters", longest=number(longest))


def plain_words() -> str:
    """No patterns."""
    return say("plain words, no patterns")


def rare_word() -> str:
    """No word that says nothing."""
    return say("a word that not every sentence has")


def on_or_off() -> str:
    """A switch."""
    return say("“on” or “off”")


def a_while() -> str:
    """How long a pause may be."""
    return say("a while of hours, days or weeks, at most a year")


def story_name() -> str:
    """How an operator may call a story in commands."""
    return say("a name of 1 to 24 of a-z, 0-9 and -")


def free_name() -> str:
    """A story's name that is an operator's to give."""
    return say("a name that the configuration does not declare")


def distinct_name() -> str:
    """Names of stories are told apart by a mark of a few letters in buttons."""
    return say("another name, which buttons do not confuse with another story's")


def story_title(longest: int) -> str:
    """What a story is called, no longer than so many characters."""
    return say("a title of 1 to {longest} characters between quotation marks", longest=number(longest))


def few_stories(most: int) -> str:
    """No more stories than so many."""
    return say("at most {most} stories", most=number(most))
