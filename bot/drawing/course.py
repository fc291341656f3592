"""The panel over time: a step line a speaker, each named at its end."""

from __future__ import annotations

from bot.drawing.paper import HEADING, MARGIN, SMALL, WIDTH, Type, width_of, wrapped
from bot.drawing.sheet import Align, Box, Sheet, Stroke, Words
from bot.render.pictures.values import Course, Point

HEIGHT = 420  #: pixels of the panel itself
NAMES = 300  #: pixels for the names at the ends of lines
NAME = Type(size=24, line=31)
NUMBER = Type(size=24, line=31, bold=True)
DASHES: tuple[tuple[float, ...], ...] = ((), (12.0, 5.0), (3.0, 4.0), (12.0, 4.0, 3.0, 4.0))
DOT = 7.0


def lay_course(sheet: Sheet, course: Course, y: float) -> float:
    """The panel from ``y`` down; returns where it ends."""
    for words in wrapped(course.heading, HEADING, WIDTH - 2 * MARGIN, 2):
        sheet.words.append(Words(x=MARGIN, y=y, words=words, kind=HEADING, colour=sheet.paper.quiet))
        y += HEADING.line
    y += 20
    room = max(width_of(tick.label, SMALL) for tick in course.numbers.ticks)
    frame = Box(left=MARGIN + room + 16, top=y, right=WIDTH - MARGIN - NAMES, bottom=y + HEIGHT)
    _lay_axes(sheet, course, frame)
    ends = _lay_names(sheet, course, frame)
    for number, line in enumerate(course.lines):
        _lay_line(sheet, line.points, frame, number)
    return max(frame.bottom + 2 * SMALL.line, ends) + 12


def _lay_axes(sheet: Sheet, course: Course, frame: Box) -> None:
    for tick in course.numbers.ticks:
        y = frame.bottom - HEIGHT * tick.at
        sheet.strokes.append(Stroke(points=((frame.left, y), (frame.right, y)), colour=sheet.paper.rule, width=1.5))
        top = y - SMALL.line / 2
        sheet.words.append(
            Words(x=frame.left - 12, y=top, words=tick.label, kind=SMALL, colour=sheet.paper.quiet, align=Align.RIGHT)
        )
    for tick in course.days.ticks:
        x = frame.left + (frame.right - frame.left) * tick.at
        words = Words(
            x=x,
            y=frame.bottom + SMALL.line / 2 + 4,
            words=tick.label,
            kind=SMALL,
            colour=sheet.paper.quiet,
            align=Align.CENTRE,
        )
        if sheet.is_free(words.box):
            sheet.words.append(words)


def _lay_line(sheet: Sheet, points: tuple[Point, ...], frame: Box, number: int) -> None:
    """The steps to the panel's right edge, a dot at each given number, and the numbers for which there is room."""
    colour = sheet.paper.lines[number]
    corners: list[tuple[float, float]] = []
    for point in points:
        x, y = _place(point, frame)
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
        sheet.strokes.append(Stroke(points=((x - DOT, y), (x + DOT, y)), colour=colour, width=2 * DOT))
    corners.append((frame.right, corners[-1][1]))
    sheet.strokes.append(Stroke(points=tuple(corners), colour=colour, width=4, dashes=DASHES[number]))
    for point in points[:-1]:
        x, y = _place(point, frame)
        for top in (y - NUMBER.line - 10, y + 12):
            words = Words(x=x - DOT, y=top, words=_cited(point), kind=NUMBER, colour=colour, has_halo=True)
            is_inside = words.box.right < frame.right and words.box.bottom < frame.bottom
            if is_inside and sheet.is_free(words.box):
                sheet.words.append(words)
                break


def _lay_names(sheet: Sheet, course: Course, frame: Box) -> float:
    """Each line's last number and name where it ends, below those above it; returns where they end."""
    ends = sorted((_place(line.points[-1], frame)[1], number) for number, line in enumerate(course.lines))
    free = frame.top - 24
    for y, number in ends:
        line = course.lines[number]
        last = wrapped(_cited(line.points[-1]), NUMBER, NAMES - 24, 1)
        labels = [
            *((words, NUMBER) for words in last),
            *((words, NAME) for words in wrapped(line.name, NAME, NAMES - 24, 3)),
        ]
        top = max(free, y - NUMBER.line / 2)
        for words, kind in labels:
            sheet.words.append(
                Words(x=frame.right + 20, y=top, words=words, kind=kind, colour=sheet.paper.lines[number])
            )
            top += kind.line
        free = top + 8
    return free


def _cited(point: Point) -> str:
    return f"{point.label} {''.join(f'[{source}]' for source in point.sources)}"


def _place(point: Point, frame: Box) -> tuple[float, float]:
    return frame.left + (frame.right - frame.left) * point.x, frame.bottom - HEIGHT * point.y
