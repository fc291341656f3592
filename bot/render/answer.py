"""Answers to questions about a story, page by page, and the briefing that tells what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.chats import USUAL, Choices, Length, Section
from bot.digest.model import Digest, Tracker
from bot.render import figures, timeline, understood
from bot.render.calendar import INFERRED
from bot.render.check import problems
from bot.render.facts import LinkTo, copy_rows, fact_key, no_link
from bot.render.html import Html, bold, code, italic, join, said, text
from bot.render.layout import Item, Page, pack, units
from bot.render.message import CAPTION_LIMIT, NEW, Button, Message, Question, View
from bot.render.overview import NOTHING_NEW, SIGN, Title, in_words, late, more, overview, story_line
from bot.render.pictures.choosing import picture_of
from bot.render.search import Narrowed, first_steps, hit_items, nothing
from bot.render.snippets import is_copied
from bot.render.sources import context_items, source_items
from bot.render.summary import line_items
from bot.render.words import phrase, say

STORY_COMMANDS = {
    "summary": phrase("The story in a few cited lines"),
    "timeline": phrase("What happened when"),
    "conflicts": phrase("Where the sources disagree"),
    "sources": phrase("The articles, their dates and how they are known"),
}  #: command -> what the menu says of it; each tracker adds its own
SENT_AT_ONCE = 2  #: messages of an answer; a longer one is paged through by buttons
BRIEFING_LINES = 4  #: cited lines that open a briefing
SHORT_LINES = 2  #: the same for a short one
EMPTY_STORY = phrase("No articles have been read yet.")
_END = Item(html=Html(""), heading=True)
NO_HTML = Html("")
EMPTY_ANSWER = phrase("The articles say nothing that belongs here.")


def answer(
    digest: Digest,
    question: Question,
    trackers: Sequence[Tracker],
    narrowed: Narrowed | None = None,
    story: str | None = None,
    *,
    link_to: LinkTo = no_link,
) -> tuple[Message, ...]:
    """The messages to send for a question; another page or view of it is one message that replaces the shown one.

    ``narrowed`` is what the words of the question leave of the story. When they leave nothing, the answer says so and
    offers what there is. ``story`` is the title of the story, when there are several; ``link_to`` gives the links to
    facts that a copied citation ends with.

    Raises:
        ValueError: no such command.
    """
    if not digest.sources:
        return (Message(html=join([*story_line(story), said(EMPTY_STORY), *_until_there_are_some()], "\n")),)
    name, items = content(digest, question.command, trackers, narrowed)
    items = sound(digest, items, trackers)
    if not items and narrowed is not None:
        return (nothing(digest, question, name, narrowed.request, trackers, story=story),)
    title = _title(name, digest, () if narrowed is None else understood.lines(narrowed.request), story)
    if not items:
        html = join([title, said(EMPTY_ANSWER), text(more(trackers))], "\n\n")
        return (Message(html=html, buttons=first_steps(trackers)),)
    pages = pack(digest, title, items)
    if question.view is View.SOURCES:
        return (_sources_view(digest, question, pages, trackers, link_to),)
    if len(pages) > SENT_AT_ONCE or question.page > 0:
        page = min(question.page, len(pages) - 1)
        return (_message(digest, pages, page, question, trackers),)
    return tuple(_message(digest, pages, page, question, trackers) for page in range(len(pages)))


def _until_there_are_some() -> list[Html]:
    """What to do while there are no articles, for readers and for those who run the bot."""
    return [
        said("To be told what they say once there are some: {command}", command=code("/subscribe 08:00 Kyiv")),
        said(
            "Whoever runs this bot brings them with {add}, {feeds} or a file.",
            add=code("/add https://…"),
            feeds=code("/feeds add https://…"),
        ),
    ]


def briefing(
    digest: Digest,
    since: int,
    trackers: Sequence[Tracker],
    choices: Choices = USUAL,
    due: datetime | None = None,
    *,
    story: str | None = None,
) -> tuple[Message, ...]:
    """What is new after revision ``since`` (0: the whole story), as messages.

    ``due`` is the local moment it was meant for, when it comes so late that this is to be said. ``story`` is the title
    of the story, when there are several.
    """
    if not digest.sources:
        when = text("/subscribe")
        coming = said(
            "The next briefing tells what has come by then; when that is you choose with {command}.", command=when
        )
        return (Message(html=join([*story_line(story), *_late(due), said(EMPTY_STORY), coming], "\n\n")),)
    heading, rest = _title(Title.BRIEFING, digest, story=story), text(more(trackers))
    nothing_new = join([heading, *_late(due), said(NOTHING_NEW), rest], "\n\n")
    if since >= digest.revision:
        return (Message(html=nothing_new),)
    title = join([_title(Title.BRIEFING if since == 0 else Title.NEWS, digest, story=story), *_late(due)], "\n")
    shown = [one for one in trackers if choices.trackers is None or one.name in choices.trackers]
    items = [item for section in choices.sections for item in _briefing_section(digest, section, since, shown, choices)]
    checked = sound(digest, items, trackers)
    if not checked and all(source.copy_of is not None for source in digest.sources if source.number > since):
        return (Message(html=nothing_new),)
    most = 1 if choices.length is Length.SHORT else SENT_AT_ONCE
    pages = _shortened(digest, title, checked, Item(html=text(more(trackers))), most)
    return tuple(Message(html=page.html) for page in pages)


def _briefing_section(
    digest: Digest, section: Section, since: int, trackers: Sequence[Tracker], choices: Choices
) -> list[Item]:
    match section:
        case Section.SUMMARY:
            fresh = [line for line in digest.leads if line.citation.source > since]
            new = [line for line in fresh if not is_copied(digest, line.citation)]
            lines = digest.summary if since == 0 else new
            most = SHORT_LINES if choices.length is Length.SHORT else BRIEFING_LINES
            return _section(Title.IN_SHORT, line_items(digest, lines[:most]))
        case Section.FIGURES:
            return [
                item
                for tracker in trackers
                for item in _section(tracker.title, figures.news_items(digest, tracker, since))
            ]
        case Section.TIMELINE:
            return _section(Title.TIMELINE, timeline.news_items(digest, since))
        case Section.CONFLICTS:
            return _section(Title.CONFLICTS, figures.new_disagreement_items(digest, since))


def _late(due: datetime | None) -> list[Html]:
    return [] if due is None else [italic(late(due))]


def _shortened(digest: Digest, title: Html, items: Sequence[Item], rest: Item, most: int) -> tuple[Page, ...]:
    """As many of the items, from the first, as ``most`` messages hold, and where the rest is found."""
    for count in range(len(items), 0, -1):
        if items[count - 1].heading:
            continue
        pages = pack(digest, title, [*items[:count], rest])
        if len(pages) <= most:
            return pages
    return pack(digest, title, [rest])


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One cited line with its quotation, to show how an answer looks, and the key of its sentence; "" without one."""

    html: Html = NO_HTML
    key: str = ""
    has_articles: bool = False


def sample(digest: Digest) -> Example:
    """The first line of the summary that passes the check."""
    for line in digest.summary:
        items = sound(digest, line_items(digest, [line]), ())
        if items:
            key = fact_key(digest, line.citation)
            return Example(html=pack(digest, Html(""), items)[0].html, key=key, has_articles=True)
    return Example(has_articles=bool(digest.sources))


def caption(digest: Digest, command: str, trackers: Sequence[Tracker]) -> tuple[Html, bool]:
    """What stands below the picture of a command's answer: the answer itself, when it is short enough, which the second
    value says; else what the picture is about, and where its words are.

    Raises:
        ValueError: no such command.
    """
    name, items = content(digest, command, trackers)
    pages = pack(digest, _title(name, digest), sound(digest, items, trackers))
    if len(pages) == 1 and units(pages[0].html) <= CAPTION_LIMIT:
        return pages[0].html, True
    return join([_title(name, digest), text(in_words(command))], "\n"), False


def content(
    digest: Digest, command: str, trackers: Sequence[Tracker], narrowed: Narrowed | None = None
) -> tuple[str, list[Item]]:
    """The title and the items of a command's answer.

    Raises:
        ValueError: no such command.
    """
    told = digest if narrowed is None else narrowed.digest
    match command:
        case "summary":
            return Title.SUMMARY, line_items(told, told.summary)
        case "timeline":
            return Title.TIMELINE, timeline.timeline_items(told)
        case "conflicts":
            return Title.CONFLICTS, [*figures.disagreement_items(told), *timeline.disagreement_items(told)]
        case "sources":
            return Title.SOURCES, source_items(told, None if narrowed is None else narrowed.sources)
        case "search":
            return Title.SEARCH, [] if narrowed is None else hit_items(told, narrowed.hits)
        case _:
            for tracker in trackers:
                if tracker.command == command:
                    return tracker.title, figures.figure_items(told, tracker)
            known = [*STORY_COMMANDS, *(tracker.command for tracker in trackers)]
            raise ValueError(f"expected one of {', '.join(known)}, got {command!r}")


def _title(words: str, digest: Digest, request: Sequence[str] = (), story: str | None = None) -> Html:
    """The heading, the story it is of, what was understood of the request, what it is drawn from, and what the sign
    before a date means when a date bears it."""
    below = [*request, overview(digest)]
    if any(INFERRED in line for line in below):
        below.append(say(SIGN))
    return join([bold(say(words)), *story_line(story), *map(italic, below)], "\n")


def _section(title: str, items: list[Item]) -> list[Item]:
    return [Item(html=bold(say(title)), heading=True), *items] if items else []


def sound(digest: Digest, items: Sequence[Item], trackers: Sequence[Tracker]) -> list[Item]:
    """The items that pass the check against their sources, without headings that nothing is left below."""
    sound = [item for item in items if not problems(pack(digest, Html(""), [item])[0].html, digest, trackers)]
    return [item for item, after in pairwise([*sound, _END]) if not (item.heading and after.heading)]


def _message(
    digest: Digest, pages: Sequence[Page], page: int, question: Question, trackers: Sequence[Tracker]
) -> Message:
    """A page with the buttons to its neighbours, to its picture and to its sentences in their paragraphs."""
    rows: list[tuple[Button, ...]] = []
    if len(pages) > SENT_AT_ONCE:
        rows.append(_turning(question, View.ANSWER, page, len(pages)))
    if question.view is View.ANSWER and not question.words and picture_of(digest, question.command, trackers):
        drawn = replace(question, page=0, view=View.PICTURE)
        rows.append((Button(label=say("🖼 As a picture"), data=NEW + drawn.data()),))
    if pages[page].citations:
        first = sum(len(_contexts(digest, earlier)) for earlier in pages[:page])
        context = replace(question, page=first, view=View.SOURCES)
        rows.append((Button(label=say("📖 Read in context"), data=context.data()),))
    return Message(html=pages[page].html, buttons=tuple(rows))


def _sources_view(
    digest: Digest, question: Question, pages: Sequence[Page], trackers: Sequence[Tracker], link_to: LinkTo
) -> Message:
    """The cited sentences in their paragraphs; the button back leads to the page that cites them."""
    contexts = [(index, context) for index, page in enumerate(pages) for context in _contexts(digest, page)]
    if not contexts:
        return _message(digest, pages, 0, question, trackers)
    at = min(question.page, len(contexts) - 1)
    back, context = contexts[at]
    rows: list[tuple[Button, ...]] = []
    if len(contexts) > 1:
        rows.append(_turning(question, View.SOURCES, at, len(contexts)))
    rows += copy_rows(digest, context.shows, link_to)
    rows.append((Button(label=say("↩ Back"), data=replace(question, page=back, view=View.ANSWER).data()),))
    return Message(html=context.html, buttons=tuple(rows))


def _contexts(digest: Digest, page: Page) -> tuple[Page, ...]:
    """The pages that show a page's sentences in their paragraphs."""
    return pack(digest, Html(""), context_items(digest, page.citations)) if page.citations else ()


def _turning(question: Question, view: View, page: int, pages: int) -> tuple[Button, ...]:
    """Buttons to the page before and the page after, where there are."""
    turns = []
    if page > 0:
        turns.append(
            Button(label=say("‹ Page {page}", page=page), data=replace(question, page=page - 1, view=view).data())
        )
    if page + 1 < pages:
        label = say("Page {page} of {pages} ›", page=page + 2, pages=pages)
        turns.append(Button(label=label, data=replace(question, page=page + 1, view=view).data()))
    return tuple(turns)
