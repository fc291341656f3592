"""What can be read from HTML with the standard library: what its head states, and the paragraphs of a fragment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from bot.sources.text import neutral

SEARCHED = 600_000  #: characters of a page in which its head must end
MOST_NODES = 5_000  #: of linked data that are looked at
_DATES = (
    "article:published_time og:article:published_time datepublished article.published parsely-pub-date sailthru.date "
    "pubdate publishdate publish-date publish_date publication_date dc.date.issued dcterms.issued dc.date.created "
    "dcterms.created dcterms.date dc.date og:pubdate date.issued article_date_original date"
).split()  #: of meta elements, best first
_ARTICLES = ("article", "posting", "report")
_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li main ol p pre section table td th tr ul".split()
)
_SKIPPED = frozenset(
    "aside button figure footer form iframe math nav noscript object script select style svg template textarea".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page states about itself, as it is written there; ``published`` best first."""

    published: tuple[str, ...] = ()
    canonical: str | None = None
    language: str | None = None


def read_head(html: str) -> Head:
    """What the markup states; a page that states nothing gives an empty one."""
    reader = _HeadReader()
    reader.feed(html[:SEARCHED])
    linked = [found for text in reader.linked for found in _linked_dates(text)]
    metas = [reader.metas[name] for name in _DATES if name in reader.metas]
    return Head(
        published=(*metas[:1], *linked, *metas[1:], *reader.times),
        canonical=reader.canonical,
        language=reader.language,
    )


def paragraphs(html: str) -> str:
    """The words of an HTML fragment, a paragraph a line with an empty line between; pictures and programs left out."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(part.split()) for part in "".join(reader.parts).split("\n"))
    return neutral("\n\n".join(row for row in lines if row))


class _HeadReader(HTMLParser):
    """Collects the elements of a page that state something of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, str] = {}
        self.times: list[str] = []
        self.linked: list[str] = []
        self.canonical: str | None = None
        self.language: str | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "html":
                self.language = given.get("lang") or given.get("xml:lang") or self.language
            case "meta":
                name = given.get("property") or given.get("name") or given.get("itemprop") or ""
                self.metas.setdefault(name.lower(), given.get("content", ""))
            case "link" if "canonical" in given.get("rel", "").lower().split():
                self.canonical = self.canonical or given.get("href") or None
            case "time" if "pubdate" in given or "datepublished" in given.get("itemprop", "").lower():
                self.times.append(given.get("datetime", ""))
            case "script":
                self._inside = given.get("type", "").lower().strip() == "application/ld+json"
                if self._inside:
                    self.linked.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False if tag == "script" else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.linked[-1] += data


class _TextReader(HTMLParser):
    """Collects text; ``skipped`` counts the open elements whose content is none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(" ".join(data.split("\n")))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _SKIPPED:
            self.parts.append("\n")


def _linked_dates(text: str) -> list[str]:
    """``datePublished`` of the articles in one piece of linked data, then those of anything else in it."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    first: list[str] = []
    second: list[str] = []
    for node in _nodes(data):
        stated = node.get("datePublished")
        if isinstance(stated, str):
            kind = str(node.get("@type", "")).lower()
            (first if any(word in kind for word in _ARTICLES) else second).append(stated)
    return first + second


def _nodes(data: object) -> Iterator[dict[str, object]]:
    waiting = [data]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
