"""The articles of the story, and any cited sentence in its paragraph."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.digest.model import Basis, Citation, Digest, Source, Span
from bot.render import calendar, revisions
from bot.render.html import Html, bold, italic, join, link, quote, said, text, underline
from bot.render.layout import CUT, QUOTE_LIMIT, Item
from bot.render.snippets import one_line
from bot.render.summary import line_items
from bot.render.words import number, phrase, say

BASES = {
    Basis.STATED: phrase("stated by the publisher"),
    Basis.MANIFEST: phrase("given with the articles"),
    Basis.FEED: phrase("given by the feed"),
    Basis.INFERRED: phrase("inferred: no article prints it"),
}
AUTHOR = phrase("by {author}")
SHARED = phrase("shares its wording or publisher with {other}: one origin, not two")
COPY = phrase("says what {other} says, nearly word for word: one origin, not two")
ALSO = phrase("also at: {others}")
OPEN = phrase("open the article")
AROUND = 700  #: characters of the paragraph shown before, and after, a cited sentence
MOST_LEADS = 3  #: lines that are shown of an article that is asked for alone
MOST_COPIES = 20  #: that are named below the article whose words they have


def source_items(digest: Digest, numbers: Collection[int] | None = None) -> list[Item]:
    """One item an article, of those numbers or all: number, label, title, author, date and how it is known, wording
    shared with another, when it was updated and what changed.

    An article that another one shown has the words of is named there, and has no item of its own. One that is asked
    for alone is shown with all that is kept of its updates, and with its most telling lines.
    """
    shown = [source for source in digest.sources if numbers is None or source.number in numbers]
    if len(shown) == 1 and numbers is not None:
        (source,) = shown
        leads = [line for line in digest.leads if line.citation.source == source.number]
        return [
            Item(html=_source(digest, source)),
            *_updates(source),
            *line_items(digest, leads[:MOST_LEADS]),
        ]
    there = {source.number for source in shown}
    return [
        Item(html=join([_source(digest, source), *revisions.glance(source)], "\n"))
        for source in shown
        if source.copy_of not in there
    ]


def full_items(digest: Digest) -> list[Item]:
    """The articles as a file lists them: like ``source_items``, each followed by all that is kept of its updates."""
    return [
        item
        for source in digest.sources
        if source.copy_of is None
        for item in (Item(html=_source(digest, source)), *_updates(source))
    ]


def also_at(digest: Digest, source: Source) -> Html | None:
    """ "also at: [4] The Herald, [7] The Post" for the copies of an article; None when there is none."""
    copies = copies_of(digest, source)
    if not copies:
        return None
    names = join(map(_linked, copies[:MOST_COPIES]), ", ")
    left = len(copies) - MOST_COPIES
    if left > 0:
        names = said("{names} and {count} more", names=names, count=text(number(left)))
    return said(ALSO, others=names)


def copies_of(digest: Digest, source: Source) -> list[Source]:
    """The articles that have the words of this one."""
    return [other for other in digest.sources if other.copy_of == source.number]


def _source(digest: Digest, source: Source) -> Html:
    article = source.article
    lines = [bold(f"[{source.number}] {source.label}")]
    if article.title and article.title != source.label:
        lines.append(text(article.title))
    if article.byline:
        lines.append(text(say(AUTHOR, author=article.byline)))
    lines.append(italic(f"{calendar.published(source)}, {say(BASES[article.published.basis])}"))
    if source.copy_of is not None:
        lines.append(text(say(COPY, other=_named(digest, source.copy_of))))
    elif source.origin != source.number:
        lines.append(text(say(SHARED, other=_named(digest, source.origin))))
    copies = also_at(digest, source)
    if copies is not None:
        lines.append(copies)
    if article.url:
        lines.append(link(say(OPEN), article.url))
    return join(lines, "\n")


def _linked(source: Source) -> Html:
    label, url = f"[{source.number}] {source.label}", source.article.url
    return link(label, url) if url else text(label)


def _updates(source: Source) -> list[Item]:
    return [_update(source, lines) for lines in revisions.whole(source)]


def _update(source: Source, lines: Sequence[Html]) -> Item:
    return Item(html=join([bold(f"[{source.number}] {source.label}"), *lines], "\n"))


def _named(digest: Digest, number: int) -> str:
    return f"[{number}] {digest.sources[number - 1].label}"


def update_items(digest: Digest, citation: Citation) -> list[Item]:
    """What a cited sentence was before its article was last updated."""
    source = digest.sources[citation.source - 1]
    words = " ".join(citation.sentence.of(source.article.text).split())
    return [
        _update(source, revisions.beside(change, revision))
        for revision in source.revisions[-1:]
        for change in revision.changes
        if change.after == words
    ]


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
