"""What the settings declare: trackers, stories, families of publishers."""

from __future__ import annotations

import tomllib

from bot.desk.asking import SEARCH
from bot.desk.declaring import declared_stories
from bot.digest.model import Tracker
from bot.digest.trackers import TrackerError, trackers
from bot.errors import ConfigurationError, Problem
from bot.render.answer import STORY_COMMANDS
from bot.render.export.files import COMMAND as EXPORT
from bot.render.notices import ABOUT_YOU
from bot.settings import FILE, ROOT, Settings
from bot.sources.families import Families, read_families, shipped_families
from bot.stories import StoryTopic
from handlers.operators import COMMANDS as OPERATORS_COMMANDS
from handlers.operators import SOURCE_COMMANDS

TRACKERS = "trackers.toml"
RESERVED = (*STORY_COMMANDS, SEARCH, EXPORT, *ABOUT_YOU, *OPERATORS_COMMANDS, *SOURCE_COMMANDS)


def all_trackers(settings: Settings) -> tuple[Tracker, ...]:
    """The shipped trackers, with those of the settings added or put in their place.

    Raises:
        ConfigurationError: a declaration in the settings does not hold.
    """
    shipped = tomllib.loads((ROOT / "bot" / TRACKERS).read_text(encoding="utf-8"))
    declared = {**shipped, **settings.trackers}
    commands = {name: table.get("command", name) for name, table in declared.items()}
    taken = [_taken_command(name, command) for name, command in commands.items() if command in RESERVED]
    try:
        followed = trackers(declared, FILE)
    except TrackerError as error:
        raise ConfigurationError([*map(_tracker_problem, error.problems), *taken]) from error
    if taken:
        raise ConfigurationError(taken)
    return followed


def all_stories(settings: Settings) -> tuple[StoryTopic, ...]:
    """The stories that the settings declare, in their order; none when there are none.

    Raises:
        ConfigurationError: a declaration does not hold.
    """
    declared, problems = declared_stories(settings.stories, FILE)
    if problems:
        raise ConfigurationError(problems)
    return declared


def all_families(settings: Settings) -> Families:
    """The families of publishers that come with the program, with those of the operator's own file; blocking.

    Raises:
        ConfigurationError: the file cannot be read, or a part of it does not hold.
    """
    shipped = shipped_families()
    if settings.families is None:
        return shipped
    try:
        own = read_families(settings.families.read_text(encoding="utf-8"), str(settings.families))
    except (OSError, UnicodeDecodeError) as error:
        fix = "Name another file with families, or leave it out."
        problem = Problem(where=str(settings.families), expected="a TOML file in UTF-8", got=str(error), fix=fix)
        raise ConfigurationError([problem]) from error
    if own.problems:
        raise ConfigurationError(own.problems)
    return Families(members={**shipped.members, **own.members}, wires=shipped.wires | own.wires)


def _taken_command(name: str, command: str) -> Problem:
    return Problem(
        where=f"{FILE}: [{name}] command",
        expected="a command that the bot does not have yet",
        got=repr(command),
        fix="Choose another word.",
    )


def _tracker_problem(line: str) -> Problem:
    where, _, rest = line.partition(": expected ")
    expected, _, got = rest.partition(", got ")
    return Problem(where=where, expected=expected, got=got, fix=f"Change it under [trackers] in {FILE}.")
