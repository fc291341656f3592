"""The articles of the story, and any cited sentence in its paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest.model import Basis, Citation, Digest, Source
from bot.render import calendar
from bot.render.html import Html, bold, italic, join, link, quote, text, underline
from bot.render.layout import CUT, QUOTE_LIMIT, Item
from bot.render.snippets import one_line

BASES = {
    Basis.STATED: "stated by the publisher",
    Basis.MANIFEST: "given with the articles",
    Basis.FEED: "given by the feed",
    Basis.INFERRED: "inferred: no article prints it",
}
SHARED = "shares its wording or publisher with {other}: one origin, not two"
OPEN = "open the article"
AROUND = 700  #: characters of the paragraph shown before, and after, a cited sentence


def source_items(digest: Digest) -> list[Item]:
    """One item an article: number, label, title, author, date and how it is known, wording shared with another."""
    return [Item(html=_source(digest, source)) for source in digest.sources]


def _source(digest: Digest, source: Source) -> Html:
    article = source.article
    lines = [bold(f"[{source.number}] {source.label}")]
    if article.title and article.title != source.label:
        lines.append(text(article.title))
    if article.byline:
        lines.append(text(f"by {article.byline}"))
    lines.append(italic(f"{calendar.published(source)}, {BASES[article.published.basis]}"))
    if source.origin != source.number:
        lines.append(text(SHARED.format(other=_first_of(digest, source))))
    if article.url:
        lines.append(link(OPEN, article.url))
    return join(lines, "\n")


def _first_of(digest: Digest, source: Source) -> str:
    """The number and label of the article that this one shares its origin with."""
    other = digest.sources[source.origin - 1]
    return f"[{other.number}] {other.label}"


def context_items(digest: Digest, citations: Sequence[Citation]) -> list[Item]:
    """Every cited sentence, underlined, in its paragraph."""
    return [Item(html=_context(digest.sources[citation.source - 1], citation)) for citation in citations]


def _context(source: Source, citation: Citation) -> Html:
    """The paragraph, or as much of it before and after the sentence as a phone takes."""
    article, sentence = source.article.text, citation.sentence
    gap = "\n\n" if "\n" in sentence.of(article) else "\n"
    start = article.rfind(gap, 0, sentence.start) + len(gap) if gap in article[: sentence.start] else 0
    end = article.find(gap, sentence.end) if gap in article[sentence.end :] else len(article)
    before, after = article[start : sentence.start], article[sentence.end : end].rstrip()
    if len(before) > AROUND:
        before = f"{CUT} {before[-AROUND:].split(' ', 1)[-1]}"
    if len(after) > AROUND:
        after = f"{after[:AROUND].rsplit(' ', 1)[0]} {CUT}"
    words = [text(one_line(before)), underline(one_line(sentence.of(article))[:QUOTE_LIMIT]), text(one_line(after))]
    head = bold(f"[{source.number}] {source.label}, {calendar.published(source)}")
    return join([head, quote(join(words))], "\n")
