"""Items packed into messages: never cut in two, within Telegram's limits, each message with the quotations it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TypeVar

from bot.digest.model import Citation, Digest, Source, Span
from bot.render import calendar
from bot.render.html import Html, bold, expandable, italic, join, text
from bot.render.message import ENTITY_LIMIT, MESSAGE_LIMIT
from bot.render.overview import SIGN
from bot.render.words import say

CUT = "[…]"
QUOTE_LIMIT = 900  #: characters of a quoted sentence; a longer one is cut at a word
HAIR_SPACE = "\u200a"  #: between the mark of a quotation and a mark that the sentence itself opens with
_MARKS = ("“", '"', "‘", "'")
TITLE_ROOM = 400  #: units kept free for the title of an answer
CHUNK = 8  #: tellings or claims in one item; more are told in a further one
T = TypeVar("T")
_TAG = re.compile(r"<[^>]+>")
_OPENING = re.compile(r"<[a-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A piece of an answer that is not cut in two, and the sentences it cites. A heading stays with what follows.

    ``shows`` are sentences that it prints whole, which need no quotation.
    """

    html: Html
    citations: tuple[Citation, ...] = ()
    heading: bool = False
    shows: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One message's text and the sentences it cites, in the order of the quotations; those that its items show."""

    html: Html
    citations: tuple[Citation, ...]
    shows: tuple[Citation, ...] = ()


def pack(digest: Digest, title: Html, items: Sequence[Item]) -> tuple[Page, ...]:
    """Pages that hold the items in order; the first opens with the title. At least one page.

    A heading and what follows it up to the next one begin a new page rather than be parted, if a page holds them.

    Raises:
        ValueError: a single item with its quotations is larger than a message.
    """
    pages: list[list[Item]] = [[]]
    for group in _groups(items):
        opening = title if len(pages) == 1 else Html("")
        if pages[-1] and not _fits(digest, opening, [*pages[-1], *group]) and _fits(digest, Html(""), group):
            pages.append([*group])
            continue
        for item in group:
            page = pages[-1]
            if page and not _fits(digest, title if len(pages) == 1 else Html(""), [*page, item]):
                carried = [page.pop()] if len(page) > 1 and page[-1].heading else []
                pages.append([*carried, item])
            else:
                page.append(item)
    built = tuple(_page(digest, title if index == 0 else Html(""), page) for index, page in enumerate(pages))
    largest = max(units(page.html) for page in built)
    if largest > MESSAGE_LIMIT:
        raise ValueError(f"an item of {largest} units does not fit into a message of {MESSAGE_LIMIT}")
    return built


def _groups(items: Sequence[Item]) -> list[list[Item]]:
    """The items from one heading up to the next; those before any heading each by themselves."""
    groups: list[list[Item]] = []
    for item in items:
        if item.heading or not groups or not groups[-1][0].heading:
            groups.append([item])
        else:
            groups[-1].append(item)
    return groups


def chunks(digest: Digest, parts: Sequence[T], item: Callable[[Sequence[T]], Item]) -> list[Item]:
    """The items that hold all parts in order, as few as fit: each leaves room for a title in a message of its own."""
    made: list[Item] = []
    start = 0
    while start < len(parts):
        end = start + 1
        while end < len(parts) and end - start < CHUNK and _has_room(digest, item(parts[start : end + 1])):
            end += 1
        made.append(item(parts[start:end]))
        start = end
    return made


def _has_room(digest: Digest, item: Item) -> bool:
    return units(_page(digest, Html(""), [item]).html) + TITLE_ROOM <= MESSAGE_LIMIT


def units(html: Html) -> int:
    """The UTF-16 units of a text after Telegram has parsed its tags."""
    return len(unescape(_TAG.sub("", html)).encode("utf-16-le")) // 2


def entities(html: Html) -> int:
    """The entities that a text makes."""
    return len(_OPENING.findall(html))


def source_name(source: Source) -> Html:
    """The citation as a reader meets it: number and short label."""
    return italic(f"[{source.number}] {source.label}")


def quoted(article_text: str, span: Span) -> str:
    """A sentence in quotation marks, on one line, cut at a word when it is very long."""
    words = span.of(article_text).replace("\n", " ")
    if len(words) > QUOTE_LIMIT:
        words = words[:QUOTE_LIMIT].rsplit(" ", 1)[0] + f" {CUT}"
    return f"“{HAIR_SPACE if words[:1] in _MARKS else ''}{words}”"


def _fits(digest: Digest, title: Html, items: Sequence[Item]) -> bool:
    page = _page(digest, title, items).html
    return units(page) <= MESSAGE_LIMIT and entities(page) <= ENTITY_LIMIT


def _page(digest: Digest, title: Html, items: Sequence[Item]) -> Page:
    """The items, and below them the quotations, article by article.

    A date that no article prints is explained once: here, when the title has none and so says nothing of it.
    """
    citations = tuple(
        sorted(
            dict.fromkeys(citation for item in items for citation in item.citations),
            key=lambda citation: (citation.source, citation.sentence),
        )
    )
    told = [item.html for item in items]
    quotations = [expandable(_quotations(digest, citations))] if citations else []
    is_unexplained = calendar.INFERRED not in title and any(calendar.INFERRED in part for part in (*told, *quotations))
    sign = [italic(say(SIGN))] if is_unexplained else []
    parts = [*([title] if title else []), *told, *sign, *quotations]
    shows = tuple(citation for item in items for citation in item.shows)
    return Page(html=join(parts, "\n\n"), citations=citations, shows=shows)


def _quotations(digest: Digest, citations: Iterable[Citation]) -> Html:
    """Every cited sentence below its article's number, label and date."""
    by_source: dict[int, list[Citation]] = {}
    for citation in citations:
        by_source.setdefault(citation.source, []).append(citation)
    lines: list[Html] = []
    for number, cited in by_source.items():
        source = digest.sources[number - 1]
        lines.append(bold(f"[{number}] {source.label}, {calendar.published(source)}"))
        lines += [text(quotation(source, citation)) for citation in cited]
    return join(lines, "\n")


def quotation(source: Source, citation: Citation) -> str:
    """The cited sentence, after the one that names its speaker when that is another."""
    sentence = quoted(source.article.text, citation.sentence)
    if citation.antecedent is None:
        return sentence
    return f"{quoted(source.article.text, citation.antecedent)} {CUT} {sentence}"
