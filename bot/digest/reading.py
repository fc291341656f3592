"""One article in, one report out: every reader of the digest, in order."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest import language
from bot.digest.attribution import attributions
from bot.digest.clean import DATELINE
from bot.digest.dates import time_expressions
from bot.digest.entities import bodies
from bot.digest.events import events
from bot.digest.figures import figures
from bot.digest.language import Parsed
from bot.digest.model import Article, PassageKind, Report, Tracker

LABEL_WORDS = 6  #: words of an article that stand for its name when it has neither publisher nor title


def read(article: Article, trackers: Sequence[Tracker]) -> Report:
    """Reads one article; pure but slow (a few thousand words a second), so callers run it in a process pool.

    Raises:
        NoModelError: the language model is not installed.
    """
    parsed = language.parse(article, language.load())
    found, mentions = bodies(parsed)
    said = attributions(parsed, found, mentions)
    times = time_expressions(parsed)
    return Report(
        article=article,
        label=_label(parsed),
        passages=parsed.passages,
        sentences=parsed.sentences,
        bodies=found,
        mentions=mentions,
        times=times,
        attributions=said,
        figures=figures(parsed, trackers, found, mentions, said, times),
        events=events(parsed, found, mentions, said, times),
    )


def _label(parsed: Parsed) -> str:
    """What names the article to a reader: publisher, else title, else its first words in quotation marks."""
    article = parsed.article
    printed = (passage.span.of(article.text) for passage in parsed.passages if passage.kind is PassageKind.TITLE)
    title = article.title or next(printed, None)
    if article.publisher or title:
        return article.publisher or " ".join((title or "").split())
    opening = parsed.sentences[0].span.of(article.text) if parsed.sentences else article.text
    words = DATELINE.sub("", opening).split()
    return f"“{' '.join(words[:LABEL_WORDS])}{'…' if len(words) > LABEL_WORDS else ''}”"
