"""What operators read of the sources: where each stands, what was added, and what was read of what they brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.digest.model import Article, Basis, Revision
from bot.errors import Problem
from bot.render.calendar import day_of
from bot.render.html import Html, bold, code, italic, join, said, said_many, text
from bot.render.layout import units
from bot.render.message import MESSAGE_LIMIT, Button, Message
from bot.render.operators import brief
from bot.render.revisions import updated
from bot.render.sources import AUTHOR, BASES
from bot.render.words import phrase, say, say_many

PREFIX = "w:"  #: before what a button of /feeds asks, a source's number, and a page
A_PAGE = 5  #: sources in one message
MOST_READ = 8  #: articles, problems and remarks of one answer that are told one by one
ROOM = 100  #: UTF-16 units left for the line that says how many more there are
MOST_NAMED = 10  #: feeds that are named in one answer
#: UTF-16 units of what strangers wrote; with them any of these answers fits into a message
NAME, PLACE, TITLE, REASON, REMARK = 60, 100, 120, 240, 120
KINDS = {"feed": phrase("feed"), "page": phrase("page"), "folder": phrase("folder")}  #: how `SourceKind` is told


class Press(StrEnum):
    """What a button of /feeds asks."""

    PAGE = "page"
    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "ask"  #: whether to remove
    REMOVED = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """Where a source stands. ``place`` is its address or path; moments as in `bot.ports.SourceState`.

    ``by_operator`` says that it may be removed by command; the others stand in the configuration.
    """

    number: int
    name: str
    kind: str
    place: str
    by_operator: bool
    paused: bool
    articles: int
    last_article: datetime | None
    set_aside: int
    last_try: datetime | None
    next_try: datetime | None
    reason: str | None
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """Some of the sources, a page from 0 of ``pages``, seen at ``now``; ``total`` counts all."""

    lines: Sequence[SourceLine]
    total: int
    page: int
    pages: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is told of one article that was brought.

    ``is_new`` and ``is_changed`` are both False for one that was known just so. ``figures`` and ``events`` count what
    was read in it; ``stories`` are the titles of those it belongs to. ``repeats`` names an earlier article of which it
    repeats the wording; ``revision`` is what the last of its new versions changed.
    """

    article: Article
    is_new: bool = False
    is_changed: bool = False
    figures: int = 0
    events: int = 0
    stories: tuple[str, ...] = ()
    repeats: str | None = None
    revision: Revision | None = None


def read_press(data: str) -> tuple[Press, int, int]:
    """What a button asks, the number of its source, and the page it stands on.

    Raises:
        ValueError: it is no such button.
    """
    what, _, rest = data.removeprefix(PREFIX).partition(":")
    number, _, page = rest.partition(":")
    if not data.startswith(PREFIX):
        raise ValueError(f"expected {PREFIX}what:number:page, got {data!r}")
    return Press(what), int(number), int(page)


def source_page(found: SourcePage) -> Message:
    """The answer to /feeds."""
    if not found.total:
        return Message(html=join([bold(say("I follow no sources yet.")), _how_to_add()], "\n"))
    head = bold(
        say_many("Where articles come from: {number} source", "Where articles come from: {number} sources", found.total)
    )
    rows = [row for line in found.lines if (row := _buttons(line, found.page))]
    turns = []
    if found.page > 0:
        turns.append(Button(label=say("‹ Before"), data=_data(Press.PAGE, 0, found.page - 1)))
    if found.page + 1 < found.pages:
        label = say("Page {page} of {pages} ›", page=found.page + 2, pages=found.pages)
        turns.append(Button(label=label, data=_data(Press.PAGE, 0, found.page + 1)))
    blocks = [head, *(_source(line, found.now) for line in found.lines), _how_to_add()]
    return Message(html=join(blocks, "\n\n"), buttons=(*rows, tuple(turns)) if turns else tuple(rows))


def confirm_removal(line: SourceLine, page: int) -> Message:
    """Whether to follow a source no more."""
    lines = [
        bold(say("Remove {source}?", source=_called(line))),
        said("I would not look at it any more. The articles that came from it stay."),
    ]
    return Message(
        html=join(lines, "\n"),
        buttons=(
            (
                Button(label=say("Remove"), data=_data(Press.REMOVED, line.number, page)),
                Button(label=say("Keep"), data=_data(Press.PAGE, 0, page)),
            ),
        ),
    )


def how_to_feeds() -> Message:
    """/feeds with words that are not understood."""
    lines = [
        bold(say("What I understand")),
        _usage("/feeds", say("where each source stands")),
        _usage(
            "/feeds add https://gazette.example/feed.xml The Gazette", say("a feed or a page; the name may be left out")
        ),
        _usage("/feeds pause 2", say("no look until it is resumed")),
        _usage("/feeds resume 2", say("looks at once")),
        _usage("/feeds remove 2", say("one that was added here")),
        _usage("/feeds export", say("the feeds as an OPML file")),
        said("An OPML file that you send me is read in: every feed in it is added."),
    ]
    return Message(html=join(lines, "\n"))


def how_to_add() -> Message:
    """/add without an address."""
    return Message(
        html=join(
            [
                said(
                    "Add the address of one article: {example}", example=code("/add https://gazette.example/news/river")
                ),
                said("Or send me a file (.txt, .md, .html or .pdf), or forward a channel's post."),
            ],
            "\n",
        )
    )


def source_added(line: SourceLine, title: str | None, entries: int) -> Message:
    """What was found at an address, and that it is followed now."""
    found = say("a page with an article")
    if line.kind == "feed":
        found = say_many("a feed with {number} entry", "a feed with {number} entries", entries)
    named = f", “{_short(title, TITLE)}”" if title else ""
    return Message(
        html=join(
            [
                said(
                    "{added} as {source}: {found}.",
                    added=bold(say("Added")),
                    source=text(_called(line)),
                    found=text(found + named),
                ),
                said("I look at it now, and then again and again; /feeds tells how it goes."),
            ],
            "\n",
        )
    )


def source_known(line: SourceLine) -> Message:
    """The source is followed already."""
    return Message(html=text(say("I follow this already: {source}.", source=_called(line))))


def source_paused(line: SourceLine) -> Message:
    """A source is looked at no more for now."""
    command = code(f"/feeds resume {line.number}")
    return Message(html=said("Paused: {source}. To go on: {command}", source=text(_called(line)), command=command))


def source_resumed(line: SourceLine) -> Message:
    """A source is looked at again."""
    return Message(html=text(say("{source} is looked at again, now.", source=_called(line))))


def source_removed(line: SourceLine) -> Message:
    """A source is followed no more."""
    return Message(html=text(say("Removed: {source}. The articles that came from it stay.", source=_called(line))))


def source_stays(line: SourceLine) -> Message:
    """A source of the configuration cannot be removed here."""
    return Message(
        html=said(
            "{source} stands in the configuration file, so only there can it be removed. It can be paused: {command}",
            source=text(_called(line)),
            command=code(f"/feeds pause {line.number}"),
        )
    )


def no_such_source(wanted: str) -> Message:
    """There is none of this number."""
    return Message(html=text(say("I follow no source with the number {wanted}. /feeds shows them all.", wanted=wanted)))


def not_found(problem: Problem) -> Message:
    """An address, or a list of feeds, that does not hold."""
    example = said("For example: {example}", example=code("/feeds add https://example.org/feed"))
    return Message(html=join([bold(say("Not added.")), _problem(problem), example], "\n"))


def list_read(added: Sequence[str], known: int, refused: Sequence[Problem], passed_over: int) -> Message:
    """What came of an OPML file."""
    lines = [bold(say_many("Added {number} feed.", "Added {number} feeds.", len(added)))]
    if added:
        lines.append(text(_listed(added)))
    if known:
        lines.append(text(say("Followed already: {count}.", count=known)))
    if passed_over:
        lines.append(text(say("Entries that are no feeds: {count}.", count=passed_over)))
    if refused:
        lines.append(text(say("Refused: {count}.", count=len(refused))))
        lines += [_problem(problem) for problem in refused[:MOST_READ]]
    return Message(html=join(lines, "\n"))


def nothing_to_export() -> Message:
    """No feeds, so no file."""
    return Message(
        html=said(
            "I follow no feeds, so there is nothing to export. To follow one: {command}",
            command=code("/feeds add https://…"),
        )
    )


def exported(count: int) -> Html:
    """The caption of the OPML file."""
    return said_many("{number} feed, as other readers take them.", "{number} feeds, as other readers take them.", count)


def accounts(read: Sequence[Account], remarks: Sequence[str], problems: Sequence[Problem]) -> Message:
    """What was read of what somebody brought."""
    blocks = [
        *map(_account, read),
        *(join([bold(say("Not read.")), _problem(problem)], "\n") for problem in problems),
        *(text(_short(remark, REASON)) for remark in remarks),
    ]
    shown = blocks[:MOST_READ]
    while units(join(shown, "\n\n")) > MESSAGE_LIMIT - ROOM:
        shown = shown[:-1]
    if len(shown) < len(blocks):
        shown = [*shown, text(say("And {count} more.", count=len(blocks) - len(shown)))]
    if not read and not remarks:
        again = said("Another one: {command}", command=code("/add https://…"))
        return Message(html=join([*(shown or [said("There was nothing in it to read.")]), again], "\n\n"))
    return Message(html=join(shown, "\n\n"))


def cannot_read_now(problem: Problem) -> Message:
    """A page that may be had later."""
    lines = [
        bold(say("I could not have it now.")),
        _problem(problem),
        said("Send it again later; if it is a feed or a page that goes on, /feeds add follows it."),
    ]
    return Message(html=join(lines, "\n"))


def file_too_large(name: str, size: int, limit: int) -> Message:
    """A file that Telegram does not give to bots."""
    return Message(
        html=text(
            say(
                "{file} has {size} MB; Telegram gives me files of at most {limit} MB. Send the text alone.",
                file=_short(name, NAME),
                size=f"{size / 1e6:.1f}",
                limit=f"{limit / 1e6:.0f}",
            )
        )
    )


def file_of_no_kind(name: str) -> Message:
    """A file whose ending says that it is no article."""
    return Message(
        html=text(
            say(
                "I read files that end in .txt, .md, .html or .pdf, and lists of feeds that end in .opml. Got: {file}",
                file=_short(name, NAME),
            )
        )
    )


def file_not_fetched(name: str) -> Message:
    """Telegram did not give the file."""
    words = say("Telegram did not let me have {file}. Please send it again.", file=_short(name, NAME))
    return Message(html=text(words))


def takes_a_while() -> Message:
    """Whoever waits is told that it goes on."""
    return Message(
        html=said("Still at it: I wait for the page, or for what I read before it. The answer comes by itself.")
    )


def only_operators() -> Message:
    """Somebody else asks for what operators do."""
    return Message(
        html=text(
            say(
                "Only those who run this bot choose where its articles come from, in their private chat with me. "
                "/sources shows every article I have read."
            )
        )
    )


def _source(line: SourceLine, now: datetime) -> Html:
    state = [
        say(KINDS[line.kind]),
        *([say("paused")] if line.paused else []),
        *([] if line.by_operator else [say("from the configuration")]),
    ]
    brought = say("nothing new from it yet")
    if line.last_article is not None:
        articles = say_many("{number} article", "{number} articles", line.articles)
        brought = say("{articles}, the last {ago}", articles=articles, ago=_ago(line.last_article, now))
    looked = say("not looked at yet")
    if line.last_try is not None:
        looked = say("looked at {ago}", ago=_ago(line.last_try, now))
    steps = [brought]
    if line.set_aside:
        steps.append(
            say_many(
                "{number} article set aside, not in English",
                "{number} articles set aside, not in English",
                line.set_aside,
            )
        )
    steps.append(looked)
    if not line.paused:
        steps.append(say("next {soon}", soon=_in(line.next_try, now)))
    lines = [join([bold(_called(line)), text(" · " + " · ".join(state))]), text("; ".join(steps))]
    if line.reason is not None:
        lines.append(join([bold(say("In trouble:")), text(" " + _short(line.reason, REASON))]))
    lines += [italic(_short(remark, REMARK)) for remark in line.remarks[:1]]
    return join([*lines, code(_short(line.place, PLACE))], "\n")


def _account(account: Account) -> Html:
    article = account.article
    title = bold(_short(article.title or say("an article without a title"), TITLE))
    lead = said("I have this one already: {title}", title=title)
    if account.is_new or account.is_changed:
        lead = said("New: {title}", title=title) if account.is_new else said("A new version: {title}", title=title)
    lines = [lead, text(f"{_short(article.publisher or say('no publisher named'), NAME)}, {_dated(article)}")]
    if article.byline:
        lines.append(text(say(AUTHOR, author=_short(article.byline, NAME))))
    figures = say_many("{number} figure", "{number} figures", account.figures)
    events = say_many("{number} event", "{number} events", account.events)
    lines.append(text(say("I read {figures} and {events} in it.", figures=figures, events=events)))
    if account.is_changed and account.revision is not None:
        lines.append(italic(updated(account.revision)))
    if account.stories:
        lines.append(text(say("It belongs to: {stories}.", stories=_short(", ".join(account.stories), TITLE))))
    else:
        lines.append(said("It fits none of the stories that I follow."))
    if account.repeats is not None:
        other = _short(account.repeats, NAME)
        lines.append(text(say("It repeats the wording of {other}: one origin, not two.", other=other)))
    return join(lines, "\n")


def _dated(article: Article) -> str:
    published = article.published
    is_inferred = published.basis is Basis.INFERRED
    basis = say("inferred, for none is printed in it") if is_inferred else say(BASES[published.basis])
    return f"{day_of(published)}, {basis}"


def _buttons(line: SourceLine, page: int) -> tuple[Button, ...]:
    ask, label = (Press.RESUME, say("▶ Resume")) if line.paused else (Press.PAUSE, say("⏸ Pause"))
    row = [Button(label=f"{label} {line.number}", data=_data(ask, line.number, page))]
    if line.by_operator:
        row.append(Button(label=f"{say('✕ Remove')} {line.number}", data=_data(Press.REMOVE, line.number, page)))
    return tuple(row)


def _how_to_add() -> Html:
    return said("To add one: {command}", command=code("/feeds add https://gazette.example/feed.xml"))


def _usage(command: str, words: str) -> Html:
    return join([code(command), text(f" – {words}")])


def _data(what: Press, number: int, page: int) -> str:
    return f"{PREFIX}{what}:{number}:{page}"


def _called(line: SourceLine) -> str:
    return f"{line.number}. {_short(line.name, NAME)}"


def _problem(problem: Problem) -> Html:
    return text(_short(str(problem), REASON))


def _ago(moment: datetime, now: datetime) -> str:
    passed = now - moment
    return say("{time} ago", time=brief(passed)) if passed.total_seconds() >= 1 else say("just now")


def _in(moment: datetime | None, now: datetime) -> str:
    if moment is None or (moment - now).total_seconds() < 1:
        return say("now")
    return say("in {time}", time=brief(moment - now))


def _listed(names: Sequence[str]) -> str:
    left = len(names) - MOST_NAMED
    named = ", ".join(_short(name, NAME) for name in names[:MOST_NAMED])
    return say("{names} and {count} more", names=named, count=left) if left > 0 else named


def _short(words: str, most: int) -> str:
    """One line of at most so many UTF-16 units, which are what Telegram counts."""
    flat = " ".join(words.split())
    if len(flat.encode("utf-16-le")) <= 2 * most:
        return flat
    return flat.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore") + "…"
