"""Tracker declarations: a decoded TOML mapping becomes trackers, or one error names all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from bot.digest.model import Tracker

_KEYS = {
    "command": "a string",
    "title": "a string",
    "units": "a list of strings",
    "totals": "a list of strings",
    "members": "a list of strings",
    "excluded": "a list of strings",
    "statuses": "a table of lists of strings",
    "needs_status": "true or false",
    "money": "true or false",
}
_STATUS_WORDS = 2
_COMMAND = re.compile(r"[a-z][a-z0-9_]{0,31}")  #: Telegram's form of a command


class TrackerError(ValueError):
    """A file's declarations are wrong; ``problems`` has one line each: file, table, key, expected, got."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def trackers(data: Mapping[str, object], file: str) -> tuple[Tracker, ...]:
    """The trackers that ``data`` (a TOML file, decoded) declares, in its order; ``file`` is named in problems.

    Raises:
        TrackerError: at least one declaration is wrong; all are reported.
    """
    problems: list[str] = []
    found = []
    commands: dict[str, str] = {}
    for name, table in data.items():
        where = f"{file}: [{name}]"
        if not isinstance(table, Mapping):
            problems.append(f"{file}: {name}: expected a table [{name}], got {_shown(table)}")
            continue
        before = len(problems)
        problems += _problems(table, where)
        if not _COMMAND.fullmatch(name):
            problems.append(
                f"{where}: expected a name of a-z, 0-9 and _, at most 32, beginning with a letter, got {_shown(name)}"
            )
        command = table.get("command", name)
        if isinstance(command, str) and command in commands:
            problems.append(
                f"{where} command: expected a command of its own, got {command!r}, which [{commands[command]}] has"
            )
        if len(problems) == before:
            found.append(_tracker(name, table))
            commands[str(command)] = name
    if not data:
        problems.append(f"{file}: expected at least one tracker table, got none")
    if problems:
        raise TrackerError(tuple(problems))
    return tuple(found)


def _problems(table: Mapping[str, object], where: str) -> list[str]:
    """Everything wrong inside one table, in the order of its keys."""
    problems = []
    for key, value in table.items():
        expected = _KEYS.get(key)
        if expected is None:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            problems.append(f"{where} {key}: expected one of {', '.join(_KEYS)}, got {key!r}{hint}")
        elif not _fits(expected, value):
            problems.append(f"{where} {key}: expected {expected}, got {_shown(value)}")
        elif key == "command" and not _COMMAND.fullmatch(str(value)):
            problems.append(
                f"{where} command: expected a-z, 0-9 and _, at most 32, beginning with a letter, got {_shown(value)}"
            )
        elif key == "statuses" and isinstance(value, Mapping):
            for status, words in value.items():
                problems += _status_problems(words, f"{where} statuses.{status}")
    if "title" not in table:
        problems.append(f"{where} title: expected a string, got nothing")
    if not table.get("units") and table.get("money") is not True:
        problems.append(f"{where} units: expected at least one noun, or money = true, got {_shown(table.get('units'))}")
    if table.get("needs_status") is True and not table.get("statuses"):
        problems.append(
            f"{where} statuses: expected at least one status, as needs_status is true, "
            f"got {_shown(table.get('statuses'))}"
        )
    return problems


def _status_problems(words: object, where: str) -> list[str]:
    """What is wrong with the words of one status."""
    if not _fits("a list of strings", words) or not isinstance(words, list):
        return [f"{where}: expected a list of strings, got {_shown(words)}"]
    long = [word for word in words if len(word.split()) > _STATUS_WORDS]
    return [f"{where}: expected one word, or a verb and its noun, got {_shown(word)}" for word in long]


def _fits(expected: str, value: object) -> bool:
    match expected:
        case "a string":
            return isinstance(value, str) and bool(value.strip())
        case "a list of strings":
            return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)
        case "true or false":
            return isinstance(value, bool)
        case _:
            return isinstance(value, Mapping)


def _shown(value: object) -> str:
    """``value`` as a person would recognise it in the file, shortened."""
    if value is None:
        return "nothing"
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 60 else f"{text[:57]}..."


def _tracker(name: str, table: Mapping[str, object]) -> Tracker:
    """The tracker of a table in which no problem was found."""
    statuses = table.get("statuses", {})
    assert isinstance(statuses, Mapping)
    return Tracker(
        name=name,
        command=str(table.get("command", name)),
        title=str(table["title"]),
        units=_words(table.get("units")),
        totals=_words(table.get("totals")),
        members=_words(table.get("members")),
        statuses=tuple((str(status), _words(words)) for status, words in statuses.items()),
        needs_status=table.get("needs_status") is True,
        excluded=_words(table.get("excluded")),
        money=table.get("money") is True,
    )


def _words(value: object) -> tuple[str, ...]:
    """A list of words, lower-cased, each once, in the file's order."""
    return tuple(dict.fromkeys(str(item).strip().lower() for item in value)) if isinstance(value, list) else ()
