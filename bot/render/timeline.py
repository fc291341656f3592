"""What happened when: entries by date, each telling with the words its date was read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from bot.digest.model import Account, Digest, Entry, EventStatus
from bot.render import calendar
from bot.render.html import Html, bold, italic, join, text
from bot.render.layout import Item, chunks, source_name
from bot.render.overview import CONDITIONAL, DENIED, PLANNED, Title
from bot.render.snippets import balanced, is_copied, one_line
from bot.render.words import phrase, say

CLAUSE_LIMIT = 260  #: characters of a telling on the timeline; the quotation has the rest
ACTORS_DIFFER = phrase("⚠️ The accounts name who acted differently")
NEWS_ENTRIES = 4  #: dated entries that a briefing tells; /timeline has all
NO_DATE = phrase("no date given")
COUNTED = phrase("{words} counted from {anchor}")
STATUSES = {
    EventStatus.HAPPENED: "",
    EventStatus.PLANNED: PLANNED,
    EventStatus.CONDITIONAL: CONDITIONAL,
    EventStatus.DENIED: DENIED,
}


def timeline_items(digest: Digest) -> list[Item]:
    """The entries under their dates, oldest first, then the undated ones."""
    items = entry_items(digest, digest.timeline)
    if digest.undated:
        items += [Item(html=bold(say(Title.UNDATED)), heading=True), *entry_items(digest, digest.undated)]
    return items


def disagreement_items(digest: Digest) -> list[Item]:
    """The entries whose tellings differ on who acted."""
    return entry_items(digest, [entry for entry in digest.timeline if entry.actors_differ])


def news_items(digest: Digest, since: int) -> list[Item]:
    """The latest dated entries that sources after number ``since`` tell, oldest first, each by the first of these."""
    told = []
    for entry in digest.timeline:
        fresh = [account for account in entry.accounts if account.citation.source > since]
        if fresh and fresh[0].event.time is not None:
            told.append(Entry(when=fresh[0].event.time.when, accounts=(fresh[0],)))
    return entry_items(digest, told[-NEWS_ENTRIES:])


def entry_items(digest: Digest, entries: Iterable[Entry]) -> list[Item]:
    """Every entry; one with many tellings in several items, each under the date.

    What a copy tells in the very words of the article that it is a copy of is told once.
    """
    return [
        item
        for entry in _uncopied(digest, entries)
        for item in chunks(digest, entry.accounts, partial(entry_item, digest, entry))
    ]


def _uncopied(digest: Digest, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries without what only repeats; those of which nothing is left are left out."""
    for entry in entries:
        own = tuple(account for account in entry.accounts if not is_copied(digest, account.citation))
        if own:
            yield replace(entry, accounts=own)


def entry_item(digest: Digest, entry: Entry, accounts: Sequence[Account]) -> Item:
    """An event: its date, some of its tellings, and whether they differ on who acted."""
    first = digest.sources[entry.accounts[0].citation.source - 1]
    lines = [] if entry.when is None else [bold(calendar.dated(entry.when, first))]
    lines += [_account_line(digest, entry, account) for account in accounts]
    actors = [_actor_line(digest, account) for account in accounts if _shows_actor(digest, account)]
    if entry.actors_differ and len(actors) > 1:
        lines += [text(say(ACTORS_DIFFER) + ":"), *actors]
    return Item(html=join(lines, "\n"), citations=tuple(account.citation for account in accounts))


def _account_line(digest: Digest, entry: Entry, account: Account) -> Html:
    """The clause, whether it has happened, the words that date it, the source."""
    source = digest.sources[account.citation.source - 1]
    clause = text(f"• {_clause(source.article.text, account)}")
    about = [say(STATUSES[account.event.status])] if STATUSES[account.event.status] else []
    about.append(_date_words(digest, entry, account))
    return Html(f"{clause}\n{italic(' · '.join(about))} · {source_name(source)}")


def _clause(article: str, account: Account) -> str:
    """The words that tell the event, cut at a word when they are long."""
    words = telling(article, account)
    return words if len(words) <= CLAUSE_LIMIT else words[:CLAUSE_LIMIT].rsplit(" ", 1)[0] + " […]"


def telling(article: str, account: Account) -> str:
    """The words that tell the event, all of them."""
    return " […] ".join(
        one_line(balanced(article, piece, account.citation.sentence).of(article)) for piece in account.event.clause
    )


def _date_words(digest: Digest, entry: Entry, account: Account) -> str:
    """ "“last week”: ≈ 4 to 10 Nov 2024"; the date itself only where it is not the entry's."""
    source = digest.sources[account.citation.source - 1]
    time = account.event.time
    if time is None or time.when is None:
        return say(NO_DATE)
    words = f"“{one_line(time.span.of(source.article.text))}”"
    if time.anchor_span is not None:
        words = say(COUNTED, words=words, anchor=f"“{one_line(time.anchor_span.of(source.article.text))}”")
    return words if time.when == entry.when else f"{words}: {calendar.dated(time.when, source)}"


def _shows_actor(digest: Digest, account: Account) -> bool:
    """Whether the words that are shown of a telling name who acted."""
    article = digest.sources[account.citation.source - 1].article.text
    actor = account.event.actor
    return actor is not None and one_line(actor.of(article)) in _clause(article, account)


def _actor_line(digest: Digest, account: Account) -> Html:
    source = digest.sources[account.citation.source - 1]
    actor = account.event.actor
    return text(f"– {one_line(actor.of(source.article.text))} [{source.number}]") if actor is not None else Html("")
