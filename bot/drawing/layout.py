"""From what a picture shows to where everything stands on the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.chats import Theme
from bot.drawing.course import lay_course
from bot.drawing.paper import (
    BODY,
    HEADING,
    LEAD,
    MARGIN,
    PAPERS,
    SMALL,
    SUBTITLE,
    TITLE,
    WIDTH,
    Type,
    width_of,
    wrapped,
)
from bot.drawing.sheet import Align, Sheet, Sign, Stroke, Words
from bot.render.pictures.values import Axis, Explained, Mark, Open, Picture, Row

LABELS = 530  #: pixels for a number and what it counts
LABELS_OF_EVENTS = (390, 480)  #: pixels for a date, at least and at most
GUTTER = 44  #: between words and marks
EDGE = 22  #: beyond the axis on the right, for a mark at its very end
BETWEEN_ROWS = 22
BETWEEN_GROUPS = 30
MOST_LINES = 4
ARROW = 54  #: pixels that an open end reaches
TICK = 9  #: half its height
BREAK = 8  #: half of the gap in the line where the axis is broken
NO_BREAK = "\u00a0"
AIR = 12  #: between labels of the axis


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """How wide the labels are, and where the axis begins and ends."""

    labels: float
    left: float
    right: float

    def place(self, at: float) -> float:
        """A place on the axis in pixels."""
        return self.left + (self.right - self.left) * at


def laid_out(picture: Picture, theme: Theme) -> Sheet:
    """The sheet of a picture."""
    sheet = Sheet(paper=PAPERS[theme], width=WIDTH)
    y = _lay_lines(sheet, MARGIN, picture.title, TITLE, sheet.paper.ink)
    y = _lay_lines(sheet, y + 2, picture.subtitle, SUBTITLE, sheet.paper.quiet)
    if picture.course is not None:
        y = lay_course(sheet, picture.course, y + BETWEEN_GROUPS)
    y = _lay_key(sheet, picture.key, y + 18) if picture.key else y
    y = _lay_groups(sheet, picture, y + BETWEEN_GROUPS)
    if picture.listed:
        y = _lay_lines(sheet, y + BETWEEN_GROUPS - BETWEEN_ROWS, picture.listed_under, HEADING, sheet.paper.quiet) + 6
    for row in picture.listed:
        y = _lay_paragraph(sheet, row, y, sheet.paper.ink) + 10
    y += 12
    for note in picture.notes:
        y = _lay_lines(sheet, y + 6, note, SMALL, sheet.paper.quiet)
    sheet.height = y + MARGIN - 12
    return sheet


def _lay_lines(sheet: Sheet, y: float, words: str, kind: Type, colour: str) -> float:
    """Words from margin to margin; returns where they end."""
    for line in wrapped(words, kind, WIDTH - 2 * MARGIN, MOST_LINES):
        sheet.words.append(Words(x=MARGIN, y=y, words=line, kind=kind, colour=colour))
        y += kind.line
    return y


def _lay_key(sheet: Sheet, key: Sequence[Explained], y: float) -> float:
    """What the marks mean, side by side as far as there is room."""
    x: float = MARGIN
    for explained in key:
        width = 36 + width_of(explained.words, SMALL)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, y = MARGIN, y + SMALL.line + 4
        sheet.signs.append(Sign(left=x + 12, right=x + 12, y=y + SMALL.line / 2, meaning=explained.meaning))
        sheet.words.append(Words(x=x + 36, y=y, words=explained.words, kind=SMALL, colour=sheet.paper.quiet))
        x += width + 44
    return y + SMALL.line


def _lay_groups(sheet: Sheet, picture: Picture, y: float) -> float:
    labels = _room_for_dates(picture) if picture.fades else LABELS
    columns = _Columns(labels=labels, left=MARGIN + labels + GUTTER, right=WIDTH - MARGIN - EDGE)
    for number, group in enumerate(picture.groups):
        y = _lay_heading(sheet, group.heading, picture.axis, columns, y + (BETWEEN_GROUPS if number else 0))
        for row in group.rows:
            y = _lay_row(sheet, row, picture, columns, y) + BETWEEN_ROWS
    return y


def _room_for_dates(picture: Picture) -> float:
    """As wide as the longest date that stands on one line in the room there is."""
    least, most = LABELS_OF_EVENTS
    widths = [width_of(row.lead, LEAD) for group in picture.groups for row in group.rows]
    return max([least, *(width for width in widths if width <= most)])


def _lay_heading(sheet: Sheet, heading: str, axis: Axis, columns: _Columns, y: float) -> float:
    """What a group is about, and beside the last line of it the labels of the axis."""
    lines = wrapped(heading, HEADING, columns.labels, 3) or ("",)
    for number, line in enumerate(lines):
        sheet.words.append(
            Words(x=MARGIN, y=y + number * HEADING.line, words=line, kind=HEADING, colour=sheet.paper.quiet)
        )
    y += (len(lines) - 1) * HEADING.line
    free = columns.left - GUTTER
    for tick in sorted(axis.ticks, key=lambda tick: tick.at):
        words = _tick_words(sheet, columns.place(tick.at), tick.label, y + 4)
        if words.box.left >= free:
            sheet.words.append(words)
            free = words.box.right + AIR
    return y + HEADING.line + 8


def _tick_words(sheet: Sheet, x: float, label: str, y: float) -> Words:
    """A label centred on its place, but not beyond the sheet's margin."""
    half = width_of(label, SMALL) / 2
    x = min(x, WIDTH - MARGIN + EDGE - half)
    return Words(x=x, y=y, words=label, kind=SMALL, colour=sheet.paper.quiet, align=Align.CENTRE)


def _lay_row(sheet: Sheet, row: Row, picture: Picture, columns: _Columns, y: float) -> float:
    """The number or date with its mark beside it, and below them from margin to margin whose it is."""
    if row.mark is not None:
        _lay_track(sheet, picture.axis, columns, y)
        sheet.signs.append(_sign(row.mark, columns, y + LEAD.line / 2, fades=picture.fades))
    colour = sheet.paper.ink if row.mark is not None else sheet.paper.quiet
    for line in wrapped(row.lead, LEAD, columns.labels, 2):
        sheet.words.append(Words(x=MARGIN, y=y, words=line, kind=LEAD, colour=colour))
        y += LEAD.line
    return _lay_paragraph(sheet, row, y, colour)


def _lay_track(sheet: Sheet, axis: Axis, columns: _Columns, y: float) -> None:
    """The row's own axis: a line, and across it a short one for each tick and two dots for each break."""
    middle = y + LEAD.line / 2
    edges = [0.0, *sorted(axis.breaks), 1.0]
    for number, (begin, end) in enumerate(pairwise(edges)):
        left = columns.place(begin) + (BREAK if number else 0)
        right = columns.place(end) - (BREAK if number < len(edges) - 2 else 0)
        sheet.strokes.append(Stroke(points=((left, middle), (right, middle)), colour=sheet.paper.rule, width=2))
    for tick in axis.ticks:
        x = columns.place(tick.at)
        sheet.strokes.append(Stroke(points=((x, middle - TICK), (x, middle + TICK)), colour=sheet.paper.rule, width=2))
    for at in axis.breaks:
        x = columns.place(at)
        for aside in (-BREAK / 2, BREAK / 2):
            slant = ((x + aside - 3, middle + TICK), (x + aside + 3, middle - TICK))
            sheet.strokes.append(Stroke(points=slant, colour=sheet.paper.quiet, width=2))


def _lay_paragraph(sheet: Sheet, row: Row, y: float, colour: str) -> float:
    """Whose the number is, or what happened, with the numbers of the sources; then the notes, in a quieter colour."""
    numbers = "".join(f"[{source}]" for source in row.sources)
    room = WIDTH - 2 * MARGIN
    said = f"{' '.join(wrapped(row.words, BODY, room, MOST_LINES))}{NO_BREAK}{numbers}"
    loud = len(said.split(" "))
    notes = "".join(f" ·{NO_BREAK}{note}" for note in row.notes)
    for line in wrapped(said + notes, BODY, room, MOST_LINES + 2):
        words = line.split(" ")
        first = " ".join(words[:loud])
        if first:
            sheet.words.append(Words(x=MARGIN, y=y, words=first, kind=BODY, colour=colour))
        if rest := " ".join(words[loud:]):
            x = MARGIN + (width_of(f"{first} ", BODY) if first else 0)
            sheet.words.append(Words(x=x, y=y, words=rest, kind=BODY, colour=sheet.paper.quiet))
        loud = max(loud - len(words), 0)
        y += BODY.line
    return y


def _sign(mark: Mark, columns: _Columns, y: float, *, fades: bool) -> Sign:
    begin, end = columns.place(mark.first), columns.place(mark.last)
    reach = {
        Open.ABOVE: min(end + ARROW, columns.right + EDGE),
        Open.BELOW: max(begin - ARROW, columns.left - EDGE),
        None: 0.0,
    }[mark.open]
    return Sign(left=begin, right=end, y=y, meaning=mark.meaning, open=mark.open, end=reach, fades=fades)
