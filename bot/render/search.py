"""What the articles say to somebody's words, best first: cited sentences, claims and events; or that it is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.digest.model import Digest, Entry, Line, Tracker
from bot.render import calendar
from bot.render.figures import claim_items
from bot.render.html import Html, bold, italic, join, said, text
from bot.render.layout import Item
from bot.render.message import CALLBACK_LIMIT, NEW, Button, Message, Question
from bot.render.overview import button_label, explained, overview, story_line
from bot.render.summary import line_items
from bot.render.timeline import entry_items
from bot.render.understood import Request, lines
from bot.render.words import phrase, say, say_many

NOTHING = phrase("No article holds enough of these words.")
NOTHING_HERE = phrase("Nothing here fits.")
NO_SUCH_NUMBER = phrase("No article has the number {number}: the last is {last}.")
THERE_IS = phrase("There is:")
LABEL = 24  #: characters of somebody's words on a button


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A sentence that answers. Its claims, as indices of the digest's, or its event are shown instead, if given."""

    line: Line
    claims: tuple[int, ...] = ()
    entry: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a request leaves of a story.

    ``digest`` has only what fits, and all sources, whose numbers stay; of these ``sources`` fit. ``hits`` answer a
    search, best first.
    """

    request: Request
    digest: Digest
    sources: frozenset[int] = frozenset()
    hits: tuple[Hit, ...] = ()


def hit_items(digest: Digest, hits: Sequence[Hit]) -> list[Item]:
    """One item a hit, or one a claim; nothing twice."""
    items: list[Item] = []
    for hit in hits:
        if hit.claims:
            items += claim_items(digest, [digest.claims[index] for index in hit.claims])
        elif hit.entry is not None:
            items += entry_items(digest, [hit.entry])
        else:
            items += line_items(digest, [hit.line])
    return [*dict.fromkeys(items)]


def nothing(
    digest: Digest,
    question: Question,
    title: str,
    request: Request,
    trackers: Sequence[Tracker],
    *,
    story: str | None = None,
) -> Message:
    """Says that nothing fits, and offers what there is; ``story`` is the title of the story, when there are several."""
    is_search = question.command == "search"
    offers = _offers(digest, trackers)
    there_is = offers if is_search else {question.command: offers[question.command]}
    found = [text(f"/{command}: {words}") for command, words in there_is.items()]
    head = [bold(title), *story_line(story), *(italic(line) for line in lines(request))]
    head.append(_why(digest, question, request))
    return Message(
        html=explained(join([join(head, "\n"), join([said(THERE_IS), *found], "\n")], "\n\n")),
        buttons=first_steps(trackers) if is_search else _ways_on(question, request),
    )


def _why(digest: Digest, question: Question, request: Request) -> Html:
    """What was looked for in vain."""
    if question.command == "search":
        return said(NOTHING)
    number = article_number(request.words) if question.command == "sources" else None
    if number is not None:
        return said(NO_SUCH_NUMBER, number=text(f"[{number}]"), last=text(f"[{len(digest.sources)}]"))
    return said(NOTHING_HERE)


def article_number(words: str) -> int | None:
    """The number of an article, as a citation prints it or bare; None for other words."""
    digits = words.strip("[] ")
    return int(digits) if digits.isascii() and digits.isdecimal() else None


def how_to_search(digest: Digest, trackers: Sequence[Tracker]) -> Message:
    """The answer to words that ask for nothing."""
    found = [text(f"/{command}: {words}") for command, words in _offers(digest, trackers).items()]
    how = said("Ask me in your own words, or /search a name, a place, a number. I answer with what the articles say.")
    html = join([how, join([said(THERE_IS), *found], "\n")], "\n\n")
    return Message(html=explained(html), buttons=first_steps(trackers))


def only_english(digest: Digest, trackers: Sequence[Tracker]) -> Message:
    """The answer to words in letters that no English text has."""
    found = [text(f"/{command}: {words}") for command, words in _offers(digest, trackers).items()]
    how = said("The articles are in English, so I find only English words, for example names. Or choose a command:")
    return Message(html=explained(join([how, join(found, "\n")], "\n\n")), buttons=first_steps(trackers))


def _ways_on(question: Question, request: Request) -> tuple[tuple[Button, ...], ...]:
    """All of the command's answer; and the words looked for in all articles."""
    whole = Question(command=question.command, story=question.story).data() if question.story else question.command
    rows = [(Button(label=say("All of {command}", command=f"/{question.command}"), data=NEW + whole),)]
    search = replace(question, command="search", page=0)
    if request.words and len((NEW + search.data()).encode()) <= CALLBACK_LIMIT:
        words = request.words if len(request.words) <= LABEL else f"{request.words[: LABEL - 1]}…"
        rows.append((Button(label=say("Search {words}", words=f"“{words}”"), data=NEW + search.data()),))
    return tuple(rows)


def first_steps(trackers: Sequence[Tracker]) -> tuple[tuple[Button, ...], ...]:
    """Buttons for the commands that have something to tell of nearly every story."""
    commands = ["summary", *(tracker.command for tracker in trackers[:1]), "timeline"]
    return (tuple(Button(label=button_label(command), data=NEW + command) for command in commands),)


def _offers(digest: Digest, trackers: Sequence[Tracker]) -> dict[str, str]:
    """Every command about the story and how much it has to tell."""
    days = [entry for entry in digest.timeline if entry.when is not None]
    events = say_many("{number} dated event", "{number} dated events", len(days))
    if days:
        first, last = ((entry, digest.sources[entry.accounts[0].citation.source - 1]) for entry in (days[0], days[-1]))
        dates = [calendar.dated(entry.when, source) for entry, source in (first, last) if entry.when is not None]
        events += f", {calendar.between(*dates)}"
    counts = {
        tracker.command: sum(len(group.claims) for group in digest.groups if group.tracker == tracker.name)
        for tracker in trackers
    }
    differing = sum(finding.kind.is_conflict for finding in digest.findings)
    differing += sum(entry.actors_differ for entry in digest.timeline)
    return {
        "summary": say_many("{number} cited line", "{number} cited lines", len(digest.summary)),
        **{command: say_many("{number} figure", "{number} figures", count) for command, count in counts.items()},
        "timeline": events,
        "conflicts": say_many("{number} conflict", "{number} conflicts", differing),
        "sources": overview(digest),
    }
