"""Cited lines, in the articles' own words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest.model import Digest, Line
from bot.render.html import Html, text
from bot.render.layout import CUT, Item, source_name
from bot.render.snippets import one_line


def line_items(digest: Digest, lines: Sequence[Line]) -> list[Item]:
    """One item a line."""
    return [line_item(digest, line) for line in lines]


def line_item(digest: Digest, line: Line) -> Item:
    """The statement, after its speaker where the sentence does not name him, and the source."""
    source = digest.sources[line.citation.source - 1]
    article = source.article.text
    words = f" {CUT} ".join(one_line(piece.of(article)) for piece in line.pieces)
    if line.pieces[0].start > line.citation.sentence.start:
        words = f"{CUT} {words}"
    speaker = "" if line.speaker is None else f"{one_line(line.speaker.of(article))}: "
    statement = text(f"• {speaker}{words}")
    return Item(html=Html(f"{statement}\n{source_name(source)}"), citations=(line.citation,))
