"""The error tree: what a person must act on. Each text says expected, got, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with what somebody wrote or set up; ``got`` never holds a secret.

    ``is_advice``: the bot runs well without it, but somebody may miss something.
    """

    where: str
    expected: str
    got: str
    fix: str
    is_advice: bool = False

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, got {self.got}. {self.fix}"


class SitrepError(Exception):
    """The bot cannot go on until somebody acts; the text is meant for that person."""


class ConfigurationError(SitrepError):
    """Settings that do not hold; every problem at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class StoreBusyError(SitrepError):
    """Another process owns the store."""


class StoreBrokenError(SitrepError):
    """A file of the store cannot be read."""


class StoreVersionError(SitrepError):
    """A file of the store was written by another version of the program."""


class StoreFullError(SitrepError):
    """The disk did not take a change, of which nothing was kept."""


class StoreAwayError(SitrepError):
    """The database server does not answer; what was asked may be asked again."""


class OvertakenError(SitrepError):
    """Another process changed the stories meanwhile; the step is to be made anew from what is stored now."""


class UnfitFileError(SitrepError):
    """A file that somebody gave holds something else than it should; every problem at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
