"""The picture of the timeline: what happened when, and how closely the day is known."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from bot.digest.model import Account, Digest, Entry, Event, EventStatus
from bot.digest.salience import days_by_salience, importance, witness
from bot.digest.standing import standing
from bot.render import calendar
from bot.render.overview import Title, overview
from bot.render.pictures import legend
from bot.render.pictures.figures import cut
from bot.render.pictures.scales import DayScale, day_scale
from bot.render.pictures.values import Group, Mark, Meaning, Open, Picture, Row
from bot.render.timeline import STATUSES, telling
from bot.render.words import say

MOST_EVENTS = 12  #: as many as a phone shows in letters that can be read
CLAUSE_LIMIT = 120  #: characters
SHORTEST = 28  #: characters of a telling that says enough by itself
LEANING = 0.35  #: penalty from which a telling needs the sentences around it to be understood
OPEN_END = timedelta(days=30)  #: how far a stretch without one end is drawn before it has faded
_MEANINGS = {
    EventStatus.HAPPENED: Meaning.HAPPENED,
    EventStatus.PLANNED: Meaning.AHEAD,
    EventStatus.CONDITIONAL: Meaning.AHEAD,
    EventStatus.DENIED: Meaning.DENIED,
}


def timeline_picture(digest: Digest) -> Picture | None:
    """The dated events that matter most, in their order; None when there are none."""
    chosen = _chosen(digest)
    if not chosen:
        return None
    scale = day_scale([_days(digest.timeline[index]) for index in chosen], are_wide=True)
    rows = [_row(digest, index, scale) for index in chosen]
    left = len(digest.timeline) + len(digest.undated) - len(chosen)
    used = {row.mark.meaning for row in rows if row.mark is not None}
    return Picture(
        title=say(Title.TIMELINE),
        subtitle=overview(digest),
        axis=scale.axis,
        groups=(Group(heading="", rows=tuple(rows)),),
        key=legend.key(used),
        notes=(
            *((legend.broken(),) if scale.axis.breaks else ()),
            *legend.rest(left, "timeline"),
            *legend.sign([overview(digest), *(row.lead for row in rows)]),
        ),
        fades=True,
    )


def _chosen(digest: Digest) -> list[int]:
    """The places on the timeline of the entries that matter most, in the order of the days."""
    events: dict[int, list[Event]] = defaultdict(list)
    for entry in digest.timeline:
        for account in entry.accounts:
            events[account.citation.source].append(account.event)
    sources = {source.number: source for source in digest.sources}
    days = days_by_salience(
        [witness(source.origin, source.article.published.day, events[number]) for number, source in sources.items()]
    )
    ranked = sorted(
        (index for index, entry in enumerate(digest.timeline) if entry.when is not None),
        key=lambda index: (-importance(digest.timeline[index], sources, days), -index),
    )
    return sorted(ranked[:MOST_EVENTS], key=lambda index: (_days(digest.timeline[index])[0], index))


def _days(entry: Entry) -> tuple[date, date]:
    """The first and the last day that are drawn."""
    when = entry.when
    if when is None:
        raise ValueError("expected a dated entry")
    if when.first is None and when.last is not None:
        return (when.last - OPEN_END if when.last - date.min > OPEN_END else date.min), when.last
    if when.last is None and when.first is not None:
        return when.first, (when.first + OPEN_END if date.max - when.first > OPEN_END else date.max)
    return when.first or date.min, when.last or date.max


def _row(digest: Digest, index: int, scale: DayScale) -> Row:
    entry = digest.timeline[index]
    when = entry.when
    if when is None:
        raise ValueError("expected a dated entry")
    told = _telling(digest, entry)
    status = STATUSES[told.event.status]
    others = dict.fromkeys(
        account.citation.source for account in entry.accounts if account.citation.source != told.citation.source
    )
    first = digest.sources[entry.accounts[0].citation.source - 1]
    return Row(
        lead=calendar.dated(when, first),
        words=cut(_clause(digest, told), CLAUSE_LIMIT),
        notes=(*((say(status),) if status else ()), *legend.also_in(others)),
        sources=(told.citation.source,),
        index=index,
        mark=_mark(entry, scale, Meaning.DISPUTED if entry.actors_differ else _MEANINGS[told.event.status]),
    )


def _mark(entry: Entry, scale: DayScale, meaning: Meaning) -> Mark:
    """A day is a dot at its middle, anything longer a bar."""
    first, last = _days(entry)
    when = entry.when
    if first == last:
        middle = (scale.begins(first) + scale.ends(last)) / 2
        return Mark(first=middle, last=middle, meaning=meaning)
    opens = None
    if when is not None and (when.first is None or when.last is None):
        opens = Open.BELOW if when.first is None else Open.ABOVE
    return Mark(first=scale.begins(first), last=scale.ends(last), meaning=meaning, open=opens)


def _telling(digest: Digest, entry: Entry) -> Account:
    """The telling that is printed: one that gives the entry's date, the shortest that can stand alone."""
    dated = [account for account in entry.accounts if _gives(account, entry)] or list(entry.accounts)

    def cost(account: Account) -> tuple[bool, bool, int]:
        clause = _clause(digest, account)
        return len(clause) < SHORTEST, standing(clause).penalty > LEANING, len(clause)

    return min(dated, key=cost)


def _gives(account: Account, entry: Entry) -> bool:
    return account.event.time is not None and account.event.time.when == entry.when


def _clause(digest: Digest, account: Account) -> str:
    return telling(digest.sources[account.citation.source - 1].article.text, account)
