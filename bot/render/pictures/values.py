"""What a picture shows: words, and marks on one axis. It says what everything means, never how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

REST = "… and {count} more: /{command}"
SIGN = "≈ no article prints this date"
OVER_TIME = "Over time · {heading}"
NOT_DRAWN = "Without a number to draw"
BROKEN = "The axis leaves out stretches without events."
LOGARITHMIC = "Logarithmic axis: each step is a multiple of the one before."


class Meaning(StrEnum):
    """What a mark's colour and shape say; the value is the words of the key above the picture."""

    CONFLICT = "conflicts with another"
    BOTH = "same number elsewhere, and a conflict"
    AGREED = "same number told elsewhere"
    ALONE = "stands alone"
    HAPPENED = "happened"
    AHEAD = "planned or conditional"
    DENIED = "denied"
    DISPUTED = "accounts differ on who acted"


class Open(StrEnum):
    """Which end of a mark is not known: it goes on below, or above."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A dot, or a bar from ``first`` to ``last``: places on the axis, 0 its beginning and 1 its end.

    Raises:
        ValueError: it lies outside the axis or runs backward.
    """

    first: float
    last: float
    meaning: Meaning
    open: Open | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= 1:
            raise ValueError(f"a mark needs 0 <= first <= last <= 1, got {self.first}..{self.last}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim or event: ``lead`` is its number or date, ``words`` and ``notes`` stand below.

    ``sources`` are the numbers that a reader finds in the text; the first is whose words these are. Without a mark it
    is only listed. ``index`` is its place among the digest's claims, or on its timeline.
    """

    lead: str
    words: str
    notes: tuple[str, ...]
    sources: tuple[int, ...]
    index: int
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows about one thing; ``heading`` names it, "" when there is nothing to tell apart."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A labelled place on the axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """``breaks`` are the places where a stretch is left out."""

    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One dated number of a line: its place in the panel, 0..1 from the left and from the bottom."""

    x: float
    y: float
    label: str
    sources: tuple[int, ...]
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How one speaker's number changed: it holds until the speaker gives the next one."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Numbers of one thing over time, a line a speaker."""

    heading: str
    lines: tuple[Steps, ...]
    days: Axis
    numbers: Axis
    is_logarithmic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A whole picture.

    ``listed`` are rows that have no place on the axis. ``notes`` are the sentences below it that explain it or say what
    is not in it. ``fades``: an open end pales, as time does, instead of ending in an arrow.
    """

    title: str
    subtitle: str
    axis: Axis
    groups: tuple[Group, ...]
    key: tuple[Meaning, ...]
    listed: tuple[Row, ...] = ()
    course: Course | None = None
    notes: tuple[str, ...] = ()
    fades: bool = False

    def words(self) -> tuple[str, ...]:
        """Every text of it, to see whether its letters can be drawn."""
        rows = [*(row for group in self.groups for row in group.rows), *self.listed]
        lines = [] if self.course is None else [self.course.heading, *(line.name for line in self.course.lines)]
        return (
            self.title,
            self.subtitle,
            *self.notes,
            *lines,
            *(group.heading for group in self.groups),
            *(words for row in rows for words in (row.lead, row.words, *row.notes)),
        )
