"""A tracker's answer: who says how many, what agrees and what does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

from bot.digest.model import (
    Claim,
    Comparator,
    Digest,
    Figure,
    FigureGroup,
    Finding,
    FindingKind,
    Reality,
    Span,
    Tracker,
)
from bot.render import calendar
from bot.render.html import Html, bold, italic, join, text
from bot.render.layout import Item, chunks, source_name
from bot.render.overview import CONDITIONAL, DENIED, PLANNED, Title
from bot.render.snippets import claim_words, one_line, shown
from bot.render.words import phrase, say

NEWS_CONFLICTS = 1  #: conflicts of a tracker that a briefing tells; the tracker's command has all
NEWS_CLAIMS = 3  #: claims of a tracker that a briefing tells
PRONOUNS = frozenset("it its they their them he his she her there here".split())
_IF = re.compile(r"\b(?:if|unless|provided)\b", re.IGNORECASE)
NO_SPEAKER = phrase("no source named")
UNDATED = phrase("undated")
FINDINGS = {
    FindingKind.SAME_SOURCE: phrase("⚠️ Conflict: the same source, two numbers"),
    FindingKind.INCOMPATIBLE: phrase("⚠️ Conflict: different speakers, incompatible numbers"),
    FindingKind.PART_EXCEEDS: phrase("⚠️ Conflict: a part exceeds the whole"),
    FindingKind.SAME_NUMBER: phrase("🤝 Same number, different speakers"),
    FindingKind.OTHER_DATE: phrase("📅 Different dates, different numbers"),
    FindingKind.COMPOSITION: phrase("↔️ Same number, different scope"),
    FindingKind.HEDGE: phrase("↔️ Same number, different hedge"),
}
PLACES_DIFFER = phrase("the places named differ")
NO_SCOPE = phrase("Owner and place not recognised")
PART = phrase("part of {whole}")
QUOTED_ONLY = phrase("place or owner in the quotation")


def figure_items(digest: Digest, tracker: Tracker) -> list[Item]:
    """The groups of a tracker, each with its claims and what was found among them; then the findings between groups."""
    groups = [group for group in digest.groups if group.tracker == tracker.name]
    own = {index for group in groups for index in group.claims}
    left = [finding for finding in digest.findings if own.issuperset(finding.claims)]
    items = []
    for group in groups:
        items.append(Item(html=bold(group_name(digest, group)), heading=True))
        items += claim_items(digest, [digest.claims[index] for index in group.claims])
        inside = [finding for finding in left if set(finding.claims) <= set(group.claims)]
        items += _finding_items(digest, inside)
        left = [finding for finding in left if finding not in inside]
    if left:
        items.append(Item(html=bold(say(Title.ACROSS)), heading=True))
        items += _finding_items(digest, left)
    return items


def disagreement_items(digest: Digest) -> list[Item]:
    """Everything in which claims differ, of every tracker; conflicts first. Mere agreement is left out."""
    agreed = (FindingKind.SAME_NUMBER, FindingKind.HEDGE)
    return _finding_items(
        digest, [finding for finding in digest.findings if finding.kind not in agreed or finding.places_differ]
    )


def new_disagreement_items(digest: Digest, since: int) -> list[Item]:
    """The conflicts that sources after number ``since`` brought, of every tracker."""
    return _finding_items(
        digest,
        [found for found in digest.findings if found.kind.is_conflict and _new(digest, found.claims, since)],
    )


def news_items(digest: Digest, tracker: Tracker, since: int) -> list[Item]:
    """The conflicts and the claims of a tracker that sources after number ``since`` brought; conflicts come first."""
    own = [index for group in digest.groups if group.tracker == tracker.name for index in group.claims]
    conflicts = [
        finding
        for finding in digest.findings
        if finding.kind.is_conflict and {*own}.issuperset(finding.claims) and _new(digest, finding.claims, since)
    ]
    claims = [digest.claims[index] for index in own if digest.claims[index].citation.source > since]
    numbered = [claim for claim in claims if claim.figure.comparator is not Comparator.VAGUE]
    return [
        *_finding_items(digest, conflicts[:NEWS_CONFLICTS])[:NEWS_CONFLICTS],
        *claim_items(digest, numbered[:NEWS_CLAIMS]),
    ]


def claim_items(digest: Digest, claims: Iterable[Claim]) -> list[Item]:
    """One item a claim."""
    return [claim_item(digest, claim) for claim in claims]


def _finding_items(digest: Digest, findings: Iterable[Finding]) -> list[Item]:
    """Every finding in words, with every number, its speaker and its source; a long one in several items."""
    return [
        item for finding in findings for item in chunks(digest, finding.claims, partial(_finding_item, digest, finding))
    ]


def _finding_item(digest: Digest, finding: Finding, indices: Sequence[int]) -> Item:
    """The finding with some of its claims."""
    claims = [digest.claims[index] for index in indices]
    lines = [bold(finding_heading(finding.kind, places_differ=finding.places_differ))]
    brief = finding.kind in (FindingKind.SAME_NUMBER, FindingKind.HEDGE) and not finding.places_differ
    lines += [finding_line(digest, claim, brief=brief) for claim in claims]
    return Item(html=join(lines, "\n"), citations=tuple(claim.citation for claim in claims))


def finding_heading(kind: FindingKind, *, places_differ: bool) -> str:
    """What was found among claims, in words."""
    words = say(FINDINGS[kind])
    return f"{words} ({say(PLACES_DIFFER)})" if places_differ else words


def finding_line(digest: Digest, claim: Claim, *, brief: bool) -> Html:
    """One claim: "• around 8,000 soldiers in the coastal region: Jane Doe said [2]"; in brief without the place."""
    words = claim_words(digest, claim, brief=brief)
    return Html(f"• {words}: {text(_said(digest, claim))} [{claim.citation.source}]")


def claim_item(digest: Digest, claim: Claim) -> Item:
    """The claim's own words; below, who says it, when, and where that was read."""
    source = digest.sources[claim.citation.source - 1]
    about = Html(f"{italic(' · '.join(claim_notes(digest, claim)))} · {source_name(source)}")
    citations = (claim.citation,) if claim.whole is None else (claim.citation, digest.claims[claim.whole].citation)
    return Item(html=Html(f"• {claim_words(digest, claim)}\n{about}"), citations=citations)


def claim_notes(digest: Digest, claim: Claim) -> list[str]:
    """Who says it, its hedges, its date, whether it is planned or denied, and what it is a part of."""
    article, figure = digest.sources[claim.citation.source - 1].article.text, claim.figure
    hedges = [hedge.of(article) for hedge in figure.hedges if not _is_cue(figure, hedge)]
    parts = [_said(digest, claim), *(f"“{hedge}”" for hedge in hedges), _as_of(digest, claim)]
    if (outlook := outlook_of(claim, article)) is not None:
        parts.append(say(outlook))
    if claim.whole is not None:
        parts.append(say(PART, whole=_whole(digest, claim, digest.claims[claim.whole])))
    return parts


def _whole(digest: Digest, part: Claim, whole: Claim) -> str:
    """The larger number, as the claim's own sentence gives it; from another sentence, in its words."""
    article = digest.sources[whole.citation.source - 1].article.text
    if whole.citation.sentence == part.citation.sentence:
        return one_line(whole.figure.surface.of(article))
    return f"“{one_line(shown(digest, whole).of(article))}”"


def _is_cue(figure: Figure, hedge: Span) -> bool:
    """Whether a hedge is the reporting word, which is printed anyway."""
    return figure.speaker is not None and figure.speaker.cue.meets(hedge)


def _said(digest: Digest, claim: Claim) -> str:
    """Who says it: "Jane Doe said", or as it stands where the reporting words come first: "according to Jane Doe"."""
    speaker = claim.figure.speaker
    if speaker is None:
        return say(NO_SPEAKER)
    article = digest.sources[claim.citation.source - 1].article.text
    cue = one_line(speaker.cue.of(article))
    if 0 <= speaker.span.start - speaker.cue.end <= 1:
        return one_line(article[speaker.cue.start : speaker.span.end])
    if speaker.span.meets(speaker.cue):
        return one_line(speaker.span.of(article))
    named = speaker.named if speaker.is_pronoun(article) else None
    return f"{one_line((named or speaker.span).of(article))} {cue}"


def outlook_of(claim: Claim, article: str) -> str | None:
    """The phrase "planned", "conditional" or "denied", for a number that is not said to be so now."""
    match claim.figure.reality:
        case Reality.ACTUAL | Reality.POSSIBLE:
            return None
        case Reality.DENIED:
            return DENIED
        case Reality.PLANNED:
            return CONDITIONAL if _IF.search(claim.citation.sentence.of(article)) else PLANNED


def _as_of(digest: Digest, claim: Claim) -> str:
    """The date the article itself gives the claim, beside the words it was read from."""
    time = claim.figure.as_of
    source = digest.sources[claim.citation.source - 1]
    if time is None or time.when is None or not claim.citation.sentence.holds(time.span):
        return say(UNDATED)
    return f"{calendar.dated(time.when, source)} (“{time.span.of(source.article.text)}”)"


def group_name(digest: Digest, group: FigureGroup) -> str:
    """What is measured, in the words of the group's claims: of whom, where, in what status."""
    parts = [_words(digest, group, "whose"), _words(digest, group, "place")]
    if group.status is not None:
        parts.append(say(group.status))
    return " · ".join(dict.fromkeys(part for part in parts if part)) or say(NO_SCOPE)


def _words(digest: Digest, group: FigureGroup, field: str) -> str | None:
    """How the group's claims name whose or where, as it stands in the words that are shown of one."""
    named = False
    for index in group.claims:
        claim = digest.claims[index]
        span = claim.figure.whose if field == "whose" else claim.figure.place
        if span is not None and span.of(digest.sources[claim.citation.source - 1].article.text).lower() in PRONOUNS:
            continue
        if span is not None and shown(digest, claim).holds(span):
            return one_line(span.of(digest.sources[claim.citation.source - 1].article.text))
        named = named or span is not None
    return say(QUOTED_ONLY) if named else None


def _new(digest: Digest, claims: Sequence[int], since: int) -> bool:
    return any(digest.claims[index].citation.source > since for index in claims)
