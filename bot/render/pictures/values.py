"""What a picture shows: words, and marks on one axis. It says what everything means, never how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a mark's colour and shape say: of a number what others say to it, of an event whether it happened."""

    CONFLICT = "conflict"
    BOTH = "conflict and agreement"
    AGREED = "agreement"
    ALONE = "alone"
    HAPPENED = "happened"
    AHEAD = "ahead"
    DENIED = "denied"
    DISPUTED = "disputed"


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

    def words(self) -> tuple[str, ...]:
        """Every text of it."""
        names = [(line.name, *(point.label for point in line.points)) for line in self.lines]
        ticks = [tick.label for tick in (*self.days.ticks, *self.numbers.ticks)]
        return (self.heading, *(words for name in names for words in name), *ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A kind of mark, and what it means to a reader."""

    meaning: Meaning
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A whole picture.

    ``listed`` are rows that have no place on the axis, below the heading ``listed_under``. ``notes`` are the sentences
    below it that explain it or say what is not in it. ``fades``: an open end pales, as time does, instead of ending in
    an arrow.
    """

    title: str
    subtitle: str
    axis: Axis
    groups: tuple[Group, ...]
    key: tuple[Explained, ...]
    listed_under: str = ""
    listed: tuple[Row, ...] = ()
    course: Course | None = None
    notes: tuple[str, ...] = ()
    fades: bool = False

    def words(self) -> tuple[str, ...]:
        """Every text of it, to see whether its letters can be drawn."""
        rows = [*(row for group in self.groups for row in group.rows), *self.listed]
        course = [] if self.course is None else self.course.words()
        return (
            self.title,
            self.subtitle,
            self.listed_under,
            *self.notes,
            *course,
            *(explained.words for explained in self.key),
            *(tick.label for tick in self.axis.ticks),
            *(group.heading for group in self.groups),
            *(words for row in rows for words in (row.lead, row.words, *row.notes)),
        )
