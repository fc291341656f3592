"""The articles of the story, and any cited sentence in its paragraph."""

from __future__ import annotations

from collections.abc import Container, Sequence

from bot.digest.model import Basis, Citation, Digest, Source, Span
from bot.render import calendar
from bot.render.html import Html, bold, italic, join, link, quote, text, underline
from bot.render.layout import CUT, QUOTE_LIMIT, Item
from bot.render.snippets import one_line
from bot.render.words import phrase, say

BASES = {
    Basis.STATED: phrase("stated by the publisher"),
    Basis.MANIFEST: phrase("given with the articles"),
    Basis.FEED: phrase("given by the feed"),
    Basis.INFERRED: phrase("inferred: no article prints it"),
}
AUTHOR = phrase("by {author}")
SHARED = phrase("shares its wording or publisher with {other}: one origin, not two")
OPEN = phrase("open the article")
AROUND = 700  #: characters of the paragraph shown before, and after, a cited sentence


def source_items(digest: Digest, numbers: Container[int] | None = None) -> list[Item]:
    """One item an article, of those numbers or all: number, label, title, author, date and how it is known, wording
    shared with another."""
    return [
        Item(html=_source(digest, source)) for source in digest.sources if numbers is None or source.number in numbers
    ]


def _source(digest: Digest, source: Source) -> Html:
    article = source.article
    lines = [bold(f"[{source.number}] {source.label}")]
    if article.title and article.title != source.label:
        lines.append(text(article.title))
    if article.byline:
        lines.append(text(say(AUTHOR, author=article.byline)))
    lines.append(italic(f"{calendar.published(source)}, {say(BASES[article.published.basis])}"))
    if source.origin != source.number:
        lines.append(text(say(SHARED, other=_first_of(digest, source))))
    if article.url:
        lines.append(link(say(OPEN), article.url))
    return join(lines, "\n")


def _first_of(digest: Digest, source: Source) -> str:
    """The number and label of the article that this one shares its origin with."""
    other = digest.sources[source.origin - 1]
    return f"[{other.number}] {other.label}"


def context_items(digest: Digest, citations: Sequence[Citation]) -> list[Item]:
    """Every cited sentence, underlined, in its paragraph; sentences of one paragraph together."""
    paragraphs: dict[tuple[int, int], list[Citation]] = {}
    for citation in citations:
        article = digest.sources[citation.source - 1].article.text
        paragraphs.setdefault((citation.source, _paragraph(article, citation.sentence).start), []).append(citation)
    return [
        Item(html=_context(digest.sources[number - 1], cited), shows=tuple(cited))
        for (number, _), cited in paragraphs.items()
    ]


def _context(source: Source, cited: Sequence[Citation]) -> Html:
    """The paragraph, or as much of it before, between and after the cited sentences as a phone takes."""
    article = source.article.text
    paragraph = _paragraph(article, cited[0].sentence)
    words: list[Html] = []
    at = paragraph.start
    for sentence in sorted({citation.sentence for citation in cited}):
        words.append(text(one_line(_shortened(article[at : sentence.start], keep_end=True))))
        words.append(underline(one_line(sentence.of(article))[:QUOTE_LIMIT]))
        at = sentence.end
    words.append(text(one_line(_shortened(article[at : paragraph.end], keep_end=False))))
    head = bold(f"[{source.number}] {source.label}, {calendar.published(source)}")
    return join([head, quote(join(words))], "\n")


def _paragraph(article: str, sentence: Span) -> Span:
    """The lines up to the next line break, or blank line where the sentence itself is broken over lines."""
    gap = "\n\n" if "\n" in sentence.of(article) else "\n"
    start = article.rfind(gap, 0, sentence.start)
    end = article.find(gap, sentence.end)
    return Span(start=start + len(gap) if start >= 0 else 0, end=end if end >= 0 else len(article))


def _shortened(words: str, *, keep_end: bool) -> str:
    """Words cut at one end to ``AROUND`` characters."""
    if len(words) <= AROUND:
        return words
    return f"{CUT} {words[-AROUND:].split(' ', 1)[-1]}" if keep_end else f"{words[:AROUND].rsplit(' ', 1)[0]} {CUT}"
