"""Captions of pictures that stand among an article's sentences and look like them."""

from __future__ import annotations

import re

from bot.digest.model import Source

_MARKS = re.compile(
    r"(?i)\b(?:file )?(?:photo(?:graph)?s?|image|picture)(?: (?:by|from|taken|released|provided|made)\b|:|/)"
    r"|\(?(?:AP|AFP|Reuters|EPA) ?(?:Photo|/)|\bGetty Images\b|\b(?:pictured|seen here)\b"
    r"|\bin this (?:photo|image|picture)\b"
    r"|^(?:(?:AP|AFP|Reuters|EPA) )?"
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?(?::| -)"
)


def is_caption(sentence: str, source: Source) -> bool:
    """Whether a sentence is a caption: it says so, or gives a day of these weeks with its year, as no reporter does."""
    return _MARKS.search(sentence) is not None or _has_full_date(sentence, source.article.published.day.year)


def _has_full_date(sentence: str, year: int) -> bool:
    return re.search(rf"\b[A-Z][a-z]{{2,8}}\.? \d{{1,2}}, {year}\b", sentence) is not None
