"""The alerts of late on pages, those that wait for the chat first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.digest.alert import Alert, with_earlier
from bot.digest.model import Digest, Tracker
from bot.render.alerts import alert_items
from bot.render.check import problems
from bot.render.headlines import earlier_version
from bot.render.html import Html, bold, join, said, text
from bot.render.layout import Item, pack
from bot.render.message import Button, Message
from bot.render.words import phrase, say

PREFIX = "n:"  #: how callback data of the pages begins; then the page, from 0
MOST = 60  #: alerts, the newest
TITLE = phrase("Recent alerts")
NUMBERED = phrase("Recent alerts, page {page} of {pages}")
WAITING = phrase("⏳ Waiting until your quiet hours or a burst is over")
TOLD = phrase("Of the last days")
NONE = phrase("No alerts in the last days.")
SWITCH_ON = phrase("Alerts are off here: /alerts on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """An alert of late; ``is_held``: the chat is to be told of it later."""

    alert: Alert
    is_held: bool = False


def news_page(
    digest: Digest, recent: Sequence[Recent], trackers: Sequence[Tracker], now: datetime, page: int, *, is_on: bool
) -> Message:
    """A page, from 0, of the alerts, given the newest first; what cannot be checked against its sources is left out."""
    ordered = sorted(recent, key=lambda one: not one.is_held)[:MOST]
    told = [one.alert.told for one in ordered]
    shown = with_earlier(digest, told, earlier_version)
    made = list(zip(ordered, alert_items(shown, told, now), strict=True))
    items: list[Item] = []
    for heading, is_held in ((WAITING, True), (TOLD, False)):
        group = [item for one, item in made if one.is_held is is_held and _fits(shown, item)]
        items += [Item(html=bold(say(heading)), heading=True), *group] if group else []
    if not items:
        return Message(html=_none(is_on=is_on))
    pages = _pages(shown, items)
    number = min(page, len(pages) - 1)
    sound = [item for item in pages[number] if item.heading or not _problems(shown, item, trackers, now)]
    title = bold(say(TITLE) if len(pages) == 1 else say(NUMBERED, page=number + 1, pages=len(pages)))
    html = pack(shown, title, sound)[0].html
    return Message(html=join([html, *_closing(is_on=is_on)], "\n\n"), buttons=_buttons(number, len(pages)))


def _pages(digest: Digest, items: Sequence[Item]) -> list[list[Item]]:
    """The items of each page, as many as fit one message below the longest title there is."""
    longest = join([bold(say(NUMBERED, page=99, pages=99)), said(SWITCH_ON)], "\n\n")
    pages: list[list[Item]] = [[]]
    for item in items:
        page = pages[-1]
        if page and len(pack(digest, longest, [*page, item])) > 1:
            carried = [page.pop()] if len(page) > 1 and page[-1].heading else []
            pages.append([*carried, item])
        else:
            page.append(item)
    return pages


def _fits(digest: Digest, item: Item) -> bool:
    """Whether an alert has room in a message."""
    try:
        return len(pack(digest, Html(""), [item])) == 1
    except ValueError:
        return False


def _problems(digest: Digest, item: Item, trackers: Sequence[Tracker], now: datetime) -> tuple[str, ...]:
    return problems(pack(digest, Html(""), [item])[0].html, digest, trackers, now)


def _closing(*, is_on: bool) -> Iterable[Html]:
    return () if is_on else (said(SWITCH_ON),)


def _none(*, is_on: bool) -> Html:
    """That there was nothing, and what to do about it."""
    way = said("Which ones come here you choose with {command}.", command=text("/alerts")) if is_on else said(SWITCH_ON)
    return join([said(NONE), way], "\n")


def _buttons(page: int, pages: int) -> tuple[tuple[Button, ...], ...]:
    """Buttons to the page before and the page after, where there are."""
    row = []
    if page > 0:
        row.append(Button(label=say("‹ Page {page}", page=page), data=f"{PREFIX}{page - 1}"))
    if page + 1 < pages:
        row.append(
            Button(label=say("Page {page} of {pages} ›", page=page + 2, pages=pages), data=f"{PREFIX}{page + 1}")
        )
    return (tuple(row),) if row else ()
