"""The paper of a picture: its colours by day and by night, sizes in pixels, and how wide words are on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg

from bot.chats import Theme
from bot.drawing.fonts import face
from bot.render.pictures.values import Meaning

WIDTH = 1080  #: pixels: a phone's screen from edge to edge
DPI = 72  #: so that a point is a pixel
MARGIN = 54
CUT = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The colours of one theme."""

    ground: str
    ink: str
    quiet: str
    rule: str
    marks: dict[Meaning, str]
    lines: tuple[str, ...]


# Okabe and Ito's colours, which people with any kind of colour blindness tell apart; each kind of mark has a shape too.
PAPERS = {
    Theme.LIGHT: Paper(
        ground="#fbfaf7",
        ink="#1b1b1b",
        quiet="#6a6863",
        rule="#dedbd3",
        marks={
            Meaning.CONFLICT: "#d55e00",
            Meaning.BOTH: "#d55e00",
            Meaning.AGREED: "#0072b2",
            Meaning.ALONE: "#6a6863",
            Meaning.HAPPENED: "#0072b2",
            Meaning.AHEAD: "#0072b2",
            Meaning.DENIED: "#6a6863",
            Meaning.DISPUTED: "#d55e00",
        },
        lines=("#0072b2", "#d55e00", "#00795a", "#a64d79"),
    ),
    Theme.DARK: Paper(
        ground="#17191c",
        ink="#f0eee9",
        quiet="#a3a19b",
        rule="#363a40",
        marks={
            Meaning.CONFLICT: "#ff8c42",
            Meaning.BOTH: "#ff8c42",
            Meaning.AGREED: "#56b4e9",
            Meaning.ALONE: "#a3a19b",
            Meaning.HAPPENED: "#56b4e9",
            Meaning.AHEAD: "#56b4e9",
            Meaning.DENIED: "#a3a19b",
            Meaning.DISPUTED: "#ff8c42",
        },
        lines=("#56b4e9", "#ff8c42", "#2cc79b", "#e79fc4"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A size of letters in pixels, and the distance from one line to the next."""

    size: float
    line: float
    bold: bool = False


TITLE = Type(size=54, line=66, bold=True)
SUBTITLE = Type(size=29, line=40)
HEADING = Type(size=31, line=42, bold=True)
LEAD = Type(size=33, line=43, bold=True)
BODY = Type(size=29, line=38)
SMALL = Type(size=27, line=36)


@lru_cache(maxsize=1)
def _renderer() -> RendererAgg:
    return RendererAgg(8, 8, DPI)


@lru_cache(maxsize=4096)
def width_of(words: str, kind: Type) -> float:
    """How wide words are, in pixels."""
    width, _, _ = _renderer().get_text_width_height_descent(words, face(kind.size, bold=kind.bold), ismath=False)
    return float(width)


def wrapped(words: str, kind: Type, width: float, most: int) -> tuple[str, ...]:
    """Words in lines no wider than ``width``, at most ``most``; the rest is cut with "…". Long words are broken."""
    lines: list[str] = []
    left = [word for word in words.split(" ") if word]
    while left:
        line = ""
        while left and width_of(f"{line} {left[0]}".strip(), kind) <= width:
            line = f"{line} {left.pop(0)}".strip()
        if not line:
            line, rest = _broken(left.pop(0), kind, width)
            left.insert(0, rest)
        lines.append(line)
        if len(lines) == most and left:
            return (*lines[:-1], _cut(f"{line} {left[0]}", kind, width))
    return tuple(lines)


def _broken(word: str, kind: Type, width: float) -> tuple[str, str]:
    """As much of a word as fits, at least a letter, and what is left of it."""
    count = next((count for count in range(len(word) - 1, 1, -1) if width_of(word[:count], kind) <= width), 1)
    return word[:count], word[count:]


def _cut(words: str, kind: Type, width: float) -> str:
    """As much as fits before "…", at a word if the line has several."""
    bare = words.removesuffix(f" {CUT}")
    while bare and width_of(f"{bare} {CUT}", kind) > width:
        bare = bare.rsplit(" ", 1)[0] if " " in bare else bare[:-1]
    return f"{bare} {CUT}"
