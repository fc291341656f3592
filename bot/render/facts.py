"""A fact by itself: the link that opens it, its page with the sentence in context, and its citation to copy."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from bot.digest.model import Account, ArticleId, Change, Citation, Digest, Entry, Line, Revision, Source, Tracker
from bot.render import calendar
from bot.render.figures import claim_items
from bot.render.html import Html, bold, code, join, said
from bot.render.layout import CUT, Item, pack
from bot.render.message import COPY_LIMIT, NEW, Button, Message
from bot.render.overview import button_label
from bot.render.revisions import beside
from bot.render.snippets import one_line
from bot.render.sources import context_items, update_items
from bot.render.summary import line_item
from bot.render.timeline import entry_item
from bot.render.words import say

PAYLOAD = "f-"  #: how the payload of a link to a fact begins
COPIED_AT_ONCE = 4  #: buttons to copy below one message
LABEL_LIMIT = 60  #: UTF-16 units of an article's label in a citation
WORDS_LIMIT = 24  #: characters of a sentence on a button
Sound = Callable[[Digest, Sequence[Item], Sequence[Tracker]], Sequence[Item]]
LinkTo = Callable[[str], str | None]
"""The address that opens the bot with a payload; None where there is no bot to open."""


def no_link(_: str) -> None:
    """Where there is no bot to open: in the terminal."""


def fact_key(digest: Digest, citation: Citation) -> str:
    """What names a cited sentence, the same in every story and at every start: 16 of A-Z, a-z, 0-9, - and _."""
    article = digest.sources[citation.source - 1].article
    return key_of(article.id, citation.sentence.of(article.text))


def key_of(article: ArticleId, sentence: str) -> str:
    """What names a sentence of an article."""
    words = " ".join(sentence.split())
    return urlsafe_b64encode(blake2b(f"{article}\0{words}".encode(), digest_size=12).digest()).decode()


def payload_of(digest: Digest, citation: Citation) -> str:
    """The payload of the link to a sentence."""
    return PAYLOAD + fact_key(digest, citation)


def fact_page(
    digest: Digest, key: str, sentences: Iterable[Line], trackers: Sequence[Tracker], *, sound: Sound, link_to: LinkTo
) -> tuple[Message, ...]:
    """All that was read from the sentence of this key, and the sentence in its paragraph; empty for an unknown key.

    ``sentences`` are all those of the story, ``sound`` keeps what passes the check. Blocks.
    """
    line = next((line for line in sentences if fact_key(digest, line.citation) == key), None)
    if line is None:
        return ()
    items = [
        *sound(digest, _facts(digest, line), trackers),
        *context_items(digest, [line.citation]),
        *sound(digest, update_items(digest, line.citation), trackers),
    ]
    pages = [page.html for page in pack(digest, Html(""), items)]
    rows = copy_rows(digest, [line.citation], link_to)
    return (*(Message(html=html) for html in pages[:-1]), Message(html=pages[-1], buttons=rows))


def former_fact(digest: Digest, key: str) -> tuple[Message, ...]:
    """What became of the sentence of this key in a later version of its article; empty for one that is not known."""
    for source in digest.sources:
        for revision in source.revisions:
            for change in revision.changes:
                if change.before is not None and key_of(source.article.id, change.before) == key:
                    return (_former(source, revision, change),)
    return ()


def _former(source: Source, revision: Revision, change: Change) -> Message:
    lines = [
        bold(f"[{source.number}] {source.label}"),
        said("This link leads to a sentence that the article does not have any more."),
        *beside(change, revision),
        said("All that I know of the article: {command}", command=code(f"/sources {source.number}")),
    ]
    return Message(html=join(lines, "\n"))


def unknown_fact(trackers: Sequence[Tracker]) -> Message:
    """The answer to a link whose sentence no story has."""
    commands = ["summary", *(tracker.command for tracker in trackers[:1]), "timeline"]
    return Message(
        html=said(
            "This link leads to a sentence that I do not have: its article was changed or withdrawn since, or is not "
            "of a story that I follow. What the articles say now:"
        ),
        buttons=(tuple(Button(label=button_label(command), data=NEW + command) for command in commands),),
    )


def copy_rows(digest: Digest, citations: Iterable[Citation], link_to: LinkTo) -> tuple[tuple[Button, ...], ...]:
    """A button for each of the sentences that copies its citation; with several, each shows where it begins."""
    cited = [*dict.fromkeys(citations)][:COPIED_AT_ONCE]
    if len(cited) == 1:
        return ((Button(label=say("📋 Copy the citation"), copy=citation_text(digest, cited[0], link_to)),),)
    return tuple(
        (
            Button(
                label=say("📋 Copy {words}", words=f"[{citation.source}] “{_first_words(digest, citation)}”"),
                copy=citation_text(digest, citation, link_to),
            ),
        )
        for citation in cited
    )


def citation_text(digest: Digest, citation: Citation, link_to: LinkTo) -> str:
    """The quotation, its source, its date, and a link; at most ``COPY_LIMIT`` UTF-16 units, the quotation cut first."""
    source = digest.sources[citation.source - 1]
    where = link_to(payload_of(digest, citation)) or source.article.url or ""
    end = f" — {_cut(source.label, LABEL_LIMIT)}, {calendar.published(source)}"
    if where and _units(end) + _units(where) < COPY_LIMIT // 2:
        end += f"\n{where}"
    words = " ".join(citation.sentence.of(source.article.text).split())
    return f"“{_cut(words, COPY_LIMIT - _units(end) - 2)}”{end}"


def _facts(digest: Digest, line: Line) -> list[Item]:
    """The figures and events that were read from a sentence; the sentence itself when there are none."""
    cited = (line.citation.source, line.citation.sentence)
    items = claim_items(
        digest, [claim for claim in digest.claims if (claim.citation.source, claim.citation.sentence) == cited]
    )
    for entry in (*digest.timeline, *digest.undated):
        items += [
            entry_item(digest, _told_by(account), [account])
            for account in entry.accounts
            if (account.citation.source, account.citation.sentence) == cited
        ]
    return items or [line_item(digest, line)]


def _told_by(account: Account) -> Entry:
    """The event as one telling has it."""
    time = account.event.time
    return Entry(when=None if time is None else time.when, accounts=(account,))


def _first_words(digest: Digest, citation: Citation) -> str:
    words = one_line(citation.sentence.of(digest.sources[citation.source - 1].article.text))
    return words if len(words) <= WORDS_LIMIT else f"{words[:WORDS_LIMIT].rsplit(' ', 1)[0]}…"


def _cut(words: str, most: int) -> str:
    """The words, cut at a blank where they take more than ``most`` UTF-16 units."""
    if _units(words) <= most:
        return words
    kept = words[: most - len(CUT) - 1]
    while _units(kept) + len(CUT) + 1 > most:
        kept = kept[:-1]
    return f"{kept.rsplit(' ', 1)[0]} {CUT}"


def _units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2
