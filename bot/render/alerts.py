"""Alerts as one message: the change first, then the words it was read from, who says so, and since when it is out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.digest.alert import (
    Alert,
    Clash,
    Corrected,
    Happening,
    Mentioned,
    Moved,
    NewFigure,
    Reported,
    Settled,
    Told,
    with_earlier,
)
from bot.digest.glued import proper
from bot.digest.model import Account, Citation, Claim, Digest, Entry, Tracker
from bot.render.check import problems
from bot.render.figures import claim_item, finding_heading, finding_line
from bot.render.headlines import ARROW, Headline, age, earlier_version, waiting
from bot.render.html import Html, bold, italic, join, text
from bot.render.layout import Item, pack
from bot.render.message import Message
from bot.render.snippets import one_line
from bot.render.summary import line_item
from bot.render.timeline import CLAUSE_LIMIT, entry_item
from bot.render.words import say

TELLINGS = 2  #: claims or tellings of one alert that are shown; the story's commands have all


def alert_message(
    digest: Digest, alerts: Sequence[Alert], trackers: Sequence[Tracker], now: datetime, kept_back: int = 0
) -> Message | None:
    """The alerts in one message, in their order; those that do not fit are counted with the ``kept_back``.

    An alert that cannot be checked against its sources is left out; None when none is left.
    """
    shown = with_earlier(digest, [alert.told for alert in alerts], earlier_version)
    made = list(alert_items(shown, [alert.told for alert in alerts], now))
    sound = [item for item in made if not problems(pack(shown, Html(""), [item])[0].html, shown, trackers, now)]
    for count in range(len(sound), 0, -1):
        left = kept_back + len(sound) - count
        items = [*sound[:count], *([Item(html=text(waiting(left)))] if left else [])]
        pages = pack(shown, Html(""), items)
        if len(pages) == 1 and not problems(pages[0].html, shown, trackers, now):
            return Message(html=pages[0].html)
    return None


def is_sound(digest: Digest, alert: Alert, trackers: Sequence[Tracker], now: datetime) -> bool:
    """Whether an alert can be told: it passes the check by itself, and fits a message."""
    return alert_message(digest, [alert], trackers, now) is not None


def alert_items(digest: Digest, told: Iterable[Told], now: datetime) -> Iterable[Item]:
    """One item for each; the earlier versions that corrections cite stand after the story's sources, in their order."""
    earlier = len(digest.sources) - sum(isinstance(one, Corrected) for one in told)
    for one in told:
        if isinstance(one, Corrected):
            earlier += 1
        yield _item(digest, one, now, earlier)


def _item(digest: Digest, told: Told, now: datetime, earlier: int) -> Item:
    match told:
        case Moved(old=old, new=new):
            return _figures(digest, Headline.MOVED, _change(digest, old, new), (new, old), now)
        case NewFigure(claims=claims):
            return _figures(digest, Headline.FIGURE, _number(digest, claims[0]), claims[:TELLINGS], now)
        case Settled(latest=claims):
            return _figures(digest, Headline.SETTLED, "", claims[:TELLINGS], now)
        case Corrected(before=claim, after=after):
            before = replace(claim, citation=replace(claim.citation, source=earlier), whole=None)
            return _figures(digest, Headline.CORRECTION, _change(digest, before, after), (after, before), now)
        case Clash():
            return _clash(digest, told, now)
        case Happening(entry=entry):
            return _event(digest, entry, now)
        case Reported(line=line):
            return _headed(digest, Headline.REPORT, "", [line_item(digest, line)], now)
        case Mentioned():
            item = line_item(digest, told.line)
            return _headed(digest, Headline.WATCHED, ", ".join(told.words), [item], now)
        case _:
            assert_never(told)


def _figures(digest: Digest, kind: Headline, words: str, claims: Sequence[Claim], now: datetime) -> Item:
    return _headed(digest, kind, words, [claim_item(digest, claim) for claim in claims], now)


def _clash(digest: Digest, clash: Clash, now: datetime) -> Item:
    """Both sides of a conflict, each with its number, speaker and source."""
    heading = bold(finding_heading(clash.kind, places_differ=clash.places_differ))
    lines = [heading, *(finding_line(digest, claim, brief=False) for claim in clash.claims)]
    item = Item(html=join(lines, "\n"), citations=tuple(claim.citation for claim in clash.claims))
    return _headed(digest, Headline.CONFLICT, "", [item], now)


def _event(digest: Digest, entry: Entry, now: datetime) -> Item:
    """The date, and tellings of it in whole sentences where these are short."""
    accounts = tuple(_whole(digest, account) for account in entry.accounts[:TELLINGS])
    shown = Entry(when=entry.when, accounts=accounts)
    return _headed(digest, Headline.EVENT, "", [entry_item(digest, shown, accounts)], now)


def _whole(digest: Digest, account: Account) -> Account:
    sentence = account.citation.sentence
    own = proper(sentence, digest.sources[account.citation.source - 1].article.text)
    if account.event.time is not None and own.holds(account.event.time.span):
        sentence = own
    is_short = sentence.end - sentence.start <= CLAUSE_LIMIT
    return replace(account, event=replace(account.event, clause=(sentence,))) if is_short else account


def _headed(digest: Digest, kind: Headline, words: str, items: Sequence[Item], now: datetime) -> Item:
    """The items under their headline; last, since when the newest of their articles is out."""
    citations = tuple(citation for item in items for citation in item.citations)
    lines = [bold(f"{say(kind)}: {words}" if words else say(kind)), *(item.html for item in items)]
    return Item(html=join([*lines, italic(_age(digest, citations, now))], "\n"), citations=citations)


def _age(digest: Digest, citations: Iterable[Citation], now: datetime) -> str:
    sources = [digest.sources[citation.source - 1] for citation in citations]
    return age(max(sources, key=lambda source: source.article.published.moment), now)


def _change(digest: Digest, old: Claim, new: Claim) -> str:
    """ "8,000 → around 11,000" """
    return ARROW.join((_number(digest, old), _number(digest, new)))


def _number(digest: Digest, claim: Claim) -> str:
    """The number with its comparator, as printed."""
    return one_line(claim.figure.surface.of(digest.sources[claim.citation.source - 1].article.text))
