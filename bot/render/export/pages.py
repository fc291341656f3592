"""A story as a page to read: the answers of the bot one after the other, each item with the sentences it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser

from bot.digest.model import Citation, Digest, Tracker
from bot.render import calendar
from bot.render.answer import STORY_COMMANDS, content, sound
from bot.render.html import Html, italic, join, link, text
from bot.render.layout import Item
from bot.render.overview import SIGN, overview
from bot.render.snippets import one_line
from bot.render.sources import full_items
from bot.render.words import language, say

SOURCES = "sources"  #: the command whose answer is told in full
STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --soft: #63636a; --line: #d8d8dc; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #eaeaec; --soft: #a1a1a8; --line: #3a3a3e; --paper: #161618; } }
body { font: 1rem/1.55 Georgia, serif; color: var(--ink); background: var(--paper); max-width: 42rem; margin: 2rem auto;
  padding: 0 1rem; }
h1, h2, h3 { font-family: system-ui, sans-serif; line-height: 1.25; }
h2 { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
blockquote { margin: .4rem 0 1rem 1rem; padding-left: .8rem; border-left: 2px solid var(--line); color: var(--soft); }
i { color: var(--soft); }
""".strip()
_MARKED = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_ANGLES = str.maketrans({"<": "%3C", ">": "%3E", "\\": "%5C", "\n": ""})  #: what would end an address between angles


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the page: its title and its items, checked against the articles."""

    title: str
    items: tuple[Item, ...]


def parts(digest: Digest, trackers: Sequence[Tracker]) -> tuple[Part, ...]:
    """What every command about the story answers, in the menu's order; what has nothing to say is left out.

    Where a chat shows an article's last update and a command for the rest, a file has all that is kept.
    """
    first, *others = STORY_COMMANDS
    found = []
    for command in (first, *(tracker.command for tracker in trackers), *others):
        title, items = content(digest, command, trackers)
        if command == SOURCES:
            items = full_items(digest)
        if items := sound(digest, items, trackers):
            found.append(Part(title=title, items=tuple(items)))
    return tuple(found)


def as_html(digest: Digest, trackers: Sequence[Tracker], title: str, now: datetime) -> str:
    """A page that stands alone: no scripts, nothing loaded from anywhere."""
    body = [f"<h1>{text(title)}</h1>", *(f"<p>{italic(line)}</p>" for line in _head(digest, now))]
    for part in parts(digest, trackers):
        body.append(f"<h2>{text(part.title)}</h2>")
        for item in part.items:
            body.append(_heading(item) if item.heading else f"<p>{_broken(item.html)}</p>")
            body += [f"<blockquote>{_quoted(digest, citation)}</blockquote>" for citation in _cited(digest, item)]
    inner = "\n".join(body)
    return (
        f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{text(title)}</title>\n'
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n{inner}\n</body>\n</html>\n"
    )


def as_markdown(digest: Digest, trackers: Sequence[Tracker], title: str, now: datetime) -> str:
    """The page in CommonMark."""
    blocks = [f"# {_escaped(title)}", *(f"*{_escaped(line)}*" for line in _head(digest, now))]
    for part in parts(digest, trackers):
        blocks.append(f"## {_escaped(part.title)}")
        for item in part.items:
            words = markdown(item.html)
            blocks.append(f"### {words.replace('**', '')}" if item.heading else words)
            blocks += [_indented(markdown(_quoted(digest, citation))) for citation in _cited(digest, item)]
    return "\n\n".join(blocks) + "\n"


def markdown(html: Html) -> str:
    """Telegram's HTML in CommonMark; line breaks stay."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.out).replace("\n", "  \n").strip()


def _head(digest: Digest, now: datetime) -> Iterator[str]:
    yield overview(digest)
    yield say("As of {moment:d MMM y, HH:mm} UTC.", moment=now)
    yield say(SIGN)


def _cited(digest: Digest, item: Item) -> Iterable[Citation]:
    """The sentences that an item cites and does not print whole itself."""
    for citation in dict.fromkeys(item.citations):
        words = text(one_line(citation.sentence.of(digest.sources[citation.source - 1].article.text)))
        if citation.antecedent is not None or words not in item.html:
            yield citation


def _quoted(digest: Digest, citation: Citation) -> Html:
    """The sentence, and where it stands."""
    source = digest.sources[citation.source - 1]
    article = source.article
    label = f"[{source.number}] {source.label}"
    named = link(label, article.url) if article.url else text(label)
    before = [] if citation.antecedent is None else [text(f"{one_line(citation.antecedent.of(article.text))} […] ")]
    words = text(one_line(citation.sentence.of(article.text)))
    return join([text("“"), *before, words, text("” — "), named, text(f", {calendar.published(source)}")])


def _heading(item: Item) -> str:
    return f"<h3>{item.html.removeprefix('<b>').removesuffix('</b>')}</h3>"


def _broken(html: Html) -> str:
    return html.replace("\n", "<br>\n")


def _escaped(words: str) -> str:
    return _MARKED.sub(r"\\\1", words)


def _indented(words: str) -> str:
    return "\n".join(f"> {line}" for line in words.split("\n"))


class _Reader(HTMLParser):
    """Telegram's tags as marks of CommonMark, words escaped."""

    marks = {"b": "**", "i": "*", "u": "", "code": "`", "blockquote": ""}  # noqa: RUF012  (read only)

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a mark."""
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.out.append("[")
        else:
            self.out.append(self.marks.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        """Closes it."""
        self.out.append(
            f"](<{self._links.pop().translate(_ANGLES)}>)" if tag == "a" and self._links else self.marks.get(tag, "")
        )

    def handle_data(self, data: str) -> None:
        """Words."""
        self.out.append(_escaped(data))
