"""What somebody's words and days leave of a story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.desk.asking import SEARCH
from bot.desk.searching import Index
from bot.digest import summary
from bot.digest.model import Claim, Digest, Entry, Grain, Line, Tracker, When
from bot.digest.stretches import Stretch, fits, stretch
from bot.render.message import Question
from bot.render.search import Narrowed, article_number
from bot.render.understood import Days, Request

OLD = timedelta(days=7)  #: after its latest article a story's own last day stands for today
CANDIDATES = 60  #: lines from which a summary of some days is chosen


def narrow(digest: Digest, index: Index, question: Question, trackers: Sequence[Tracker]) -> Narrowed:
    """What of the story belongs to the words of a question and to the days named in them. Blocks.

    The digest has at least one source.
    """
    command, words = question.command, question.words
    today = question.today or max(source.article.published.day for source in digest.sources)
    found = stretch(words, anchor(digest, today))
    days = None if found is None else _days(digest, found, today)
    left = words if found is None else found.rest
    request = Request(words=left, days=days)
    if command == SEARCH:
        answers = index.search(words, found)
        return Narrowed(
            request=Request(asked=words, days=days if found and answers.dated else None, missing=answers.missing),
            digest=digest,
            hits=answers.hits,
        )
    when = None if found is None else found.when
    sources = {source.number for source in digest.sources if _is_in(_on(source.article.published.day), when)}
    if command == "sources":
        number = article_number(left)
        if number is not None:
            one = frozenset(sources & {number})
            return Narrowed(request=Request(days=days) if one else request, digest=digest, sources=one)
        numbers = sources & index.sources(left) if left else sources
        return Narrowed(request=request, digest=digest, sources=frozenset(numbers))
    if command == "summary":
        told = _summary(digest, index, left, when, sources)
        return Narrowed(request=request, digest=replace(digest, summary=told))
    tracker = next((tracker for tracker in trackers if tracker.command == command), None)
    keep_claim = _claim_filter(digest, index, left, when, tracker)
    dated, undated = _entries(digest, index, left, when)
    return Narrowed(
        request=request,
        digest=replace(
            digest,
            groups=tuple(
                replace(group, claims=kept)
                for group in digest.groups
                if (kept := tuple(number for number in group.claims if keep_claim(number)))
            ),
            findings=tuple(
                finding for finding in digest.findings if any(keep_claim(number) for number in finding.claims)
            ),
            timeline=dated,
            undated=undated,
        ),
    )


def anchor(digest: Digest, today: date) -> date:
    """The day from which days are counted: today, or the day of the latest article when the story is old."""
    latest = max(source.article.published.day for source in digest.sources)
    return today if latest - OLD <= today <= latest + OLD else latest


def _days(digest: Digest, found: Stretch, today: date) -> Days:
    day = anchor(digest, today)
    latest = max(digest.sources, key=lambda source: source.article.published.moment)
    return Days(said=found.said, when=found.when, today=day, latest=None if day == today else latest)


def _claim_filter(
    digest: Digest, index: Index, words: str, when: When | None, tracker: Tracker | None
) -> Callable[[int], bool]:
    """Whether a claim, by its number, belongs to the words and the days: its own, else those of its article."""
    groups = [group for group in digest.groups if tracker is None or group.tracker == tracker.name]
    among = {number for group in groups for number in group.claims}
    held = index.claims(words, among) if words else among

    def keeps(number: int) -> bool:
        return number in held and _is_in(_dated(digest.claims[number]), when)

    return keeps


def _dated(claim: Claim) -> When:
    return claim.when or _on(claim.published)


def _entries(
    digest: Digest, index: Index, words: str, when: When | None
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The dated and the undated entries that fit; an undated one fits no days."""
    held = index.entries(words) if words else None
    dated = [
        entry
        for number, entry in enumerate(digest.timeline)
        if (held is None or number in held) and (entry.when is None or _is_in(entry.when, when))
    ]
    undated = [
        entry
        for number, entry in enumerate(digest.undated, len(digest.timeline))
        if (held is None or number in held) and when is None
    ]
    return tuple(dated), tuple(undated)


def _summary(digest: Digest, index: Index, words: str, when: When | None, sources: set[int]) -> tuple[Line, ...]:
    """The lines that stand best for what fits: those that hold the words, or what the days brought."""
    if words:
        return index.telling(words, when, summary.LINES)
    leads = [line for line in digest.leads if line.citation.source in sources]
    told = [*leads, *(line for line in index.dated(when) if line not in leads)][:CANDIDATES] if when else leads
    return _best(digest, told)


def _best(digest: Digest, told: Sequence[Line]) -> tuple[Line, ...]:
    from bot.digest import lines  # it leads to spaCy, which a start must not pay for

    candidates = [
        lines.candidate(
            line.citation.sentence.of(digest.sources[line.citation.source - 1].article.text),
            article=digest.sources[line.citation.source - 1].origin,
            position=place,
            speaker_elsewhere=line.speaker is not None,
        )
        for place, line in enumerate(told)
    ]
    return tuple(told[choice] for choice in summary.choose(candidates, summary.LINES))


def _on(day: date) -> When:
    return When(first=day, last=day, grain=Grain.DAY, reckoned=False)


def _is_in(date_: When, asked: When | None) -> bool:
    return asked is None or fits(date_, asked)
