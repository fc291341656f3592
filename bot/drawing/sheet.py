"""A picture laid out on its sheet: every word, line and mark with its place, in pixels from the top left."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.drawing.paper import Paper, Type, width_of
from bot.render.pictures.values import Meaning, Open


class Align(StrEnum):
    """Which end of words their place means; Matplotlib's own names."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text; ``y`` is its top. With a halo it can be read across a line."""

    x: float
    y: float
    words: str
    kind: Type
    colour: str
    align: Align = Align.LEFT
    has_halo: bool = False

    @property
    def baseline(self) -> float:
        """Where the letters stand."""
        return self.y + self.kind.line * 0.76

    @property
    def box(self) -> Box:
        """What the line takes up, as wide as its letters are."""
        width = width_of(self.words, self.kind)
        left = {Align.LEFT: self.x, Align.CENTRE: self.x - width / 2, Align.RIGHT: self.x - width}[self.align]
        return Box(left=left, top=self.y, right=left + width, bottom=self.y + self.kind.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through points; ``dashes`` are lengths of ink and gap, none for an unbroken one."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A mark from ``left`` to ``right``, at one place when they are the same; ``end`` is how far an open one goes on.

    ``fades``: an open end pales instead of ending in an arrow.
    """

    left: float
    right: float
    y: float
    meaning: Meaning
    open: Open | None = None
    end: float = 0.0
    fades: bool = False


@dataclass(slots=True, kw_only=True)
class Sheet:
    """All that is to be painted; strokes lie below the signs, and words above all."""

    paper: Paper
    width: float
    height: float = 0.0
    words: list[Words] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        """Whether no words stand there."""
        return not any(words.box.meets(box) for words in self.words)
