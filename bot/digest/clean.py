"""What of a received text is the article: prose, headings, captions, bylines; the rest is furniture."""

from __future__ import annotations

import re

from bot.digest.model import Article, Passage, PassageKind, Span

_LINE = re.compile(r"[^\n]+")


def passages(article: Article) -> list[Passage]:
    """Every non-blank line of the text, in order, with what it is."""
    found = []
    for match in _LINE.finditer(article.text):
        line = match.group()
        bare = line.strip()
        if bare:
            start = match.start() + line.index(bare[0])
            found.append(Passage(span=Span(start=start, end=start + len(bare)), kind=PassageKind.PROSE))
    return found
