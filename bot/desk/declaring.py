"""The stories that the configuration declares: its ``[stories.NAME]`` tables, and what is wrong with them: pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from bot.digest.watched import Watch, stems
from bot.errors import Problem
from bot.stories import EVERYTHING, StoryName, StoryTopic

KEYS = ("title", "any", "must", "must_not")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")
NAME_FORM = "1 to 24 of a-z, 0-9 and -"
LONGEST_TITLE = 60  #: characters; it stands on a button
_FIX = "Change it there."


def declared_stories(tables: Mapping[str, object], where: str) -> tuple[tuple[StoryTopic, ...], tuple[Problem, ...]]:
    """The stories that ``[stories.NAME]`` tables declare, in their order, and everything that is wrong with them.

    A table has ``title`` and at least one word or phrase in ``any`` or ``must``; ``where`` names the file.
    """
    topics: list[StoryTopic] = []
    problems: list[Problem] = []
    for name, table in tables.items():
        place = f"{where}: [stories.{name}]"
        if not NAME.fullmatch(name):
            problems.append(_wrong(place, f"a name of {NAME_FORM}", name))
        if not isinstance(table, Mapping):
            problems.append(_wrong(place, "a table with title and any", table))
            continue
        problems += [_unknown(f"{place} {key}", key) for key in table if key not in KEYS]
        title = table.get("title", name)
        if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_TITLE or "\n" in title:
            problems.append(_wrong(f"{place} title", f"a line of 1 to {LONGEST_TITLE} characters", title))
            title = name
        words = {key: _words(table.get(key, []), f"{place} {key}", problems) for key in ("any", "must", "must_not")}
        if not words["any"] and not words["must"] and not table.get("any") and not table.get("must"):
            problems.append(_wrong(place, "words in any or must", ", ".join(table) or "nothing"))
        watch = Watch(any_of=words["any"], must=words["must"], must_not=words["must_not"])
        topics.append(StoryTopic(name=StoryName(name), title=title.strip(), words=watch))
        if len({topic.mark for topic in topics}) < len(topics):  # one pair of names in 65,536
            problems.append(_wrong(place, "another name: buttons confuse this one with another story's", name))
    return tuple(topics), tuple(problems)


def followed(declared: Sequence[StoryTopic], by_operators: Sequence[StoryTopic] = ()) -> tuple[StoryTopic, ...]:
    """The stories that the bot follows: the declared ones, or the one of every article; then those of operators.

    A name that the configuration declares is the configuration's.
    """
    first = tuple(declared) or (EVERYTHING,)
    names = {topic.name for topic in first}
    return (*first, *(topic for topic in by_operators if topic.name not in names))


def _words(given: object, where: str, problems: list[Problem]) -> tuple[str, ...]:
    """The words and phrases of a list, each once; one word may stand for a list of one."""
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list):
        problems.append(_wrong(where, 'a list of words and phrases, like ["flood", "river Brell"]', given))
        return ()
    sound = [word for word in listed if isinstance(word, str) and stems(word)]
    problems += [_wrong(where, "a word or phrase with letters or digits", word) for word in listed if word not in sound]
    return tuple(dict.fromkeys(" ".join(word.split()) for word in sound))


def _wrong(where: str, expected: str, got: object) -> Problem:
    return Problem(where=where, expected=expected, got=repr(got)[:60], fix=_FIX)


def _unknown(where: str, key: object) -> Problem:
    close = difflib.get_close_matches(str(key), KEYS, 1, 0)
    fix = f"Did you mean {close[0]}?" if close else _FIX
    return Problem(where=where, expected=f"one of {', '.join(KEYS)}", got=repr(key), fix=fix)
