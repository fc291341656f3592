"""Who says it: every attribution of an article, with source, cue and what is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.digest.claims import Claim, claims
from bot.digest.countries import fold
from bot.digest.model import Attribution, Body, Mention, Span, Speaker

if TYPE_CHECKING:
    from bot.digest.language import Paragraph, Parsed


def attributions(parsed: Parsed, bodies: Sequence[Body], mentions: Sequence[Mention]) -> tuple[Attribution, ...]:
    """All that the article puts into somebody's mouth, in the order of the text; its own voice is absent."""
    found = []
    for paragraph in parsed.paragraphs:
        for claim in claims(paragraph.doc):
            if claim.content:
                found.append(_attribution(claim, paragraph, bodies, mentions))
    return tuple(sorted(found, key=lambda one: (one.content[0].start, one.content[-1].end)))


def speaker_at(attributions: Sequence[Attribution], span: Span) -> Attribution | None:
    """The attribution whose content most tightly holds ``span``; None where the article speaks itself."""
    best: tuple[int, Attribution] | None = None
    for attribution in attributions:
        for content in attribution.content:
            if content.holds(span) and (best is None or content.end - content.start < best[0]):
                best = (content.end - content.start, attribution)
    return best[1] if best else None


def _attribution(
    claim: Claim, paragraph: Paragraph, bodies: Sequence[Body], mentions: Sequence[Mention]
) -> Attribution:
    source = _span(paragraph, claim.source)
    within = [mention for mention in mentions if mention.span.meets(source)]
    parties = tuple(dict.fromkeys(bodies[mention.body].key for mention in within)) or (
        fold(source.of(_text(paragraph))),
    )
    return Attribution(
        speaker=Speaker(span=source, cue=_span(paragraph, claim.cue), parties=parties),
        content=tuple(_span(paragraph, piece) for piece in claim.content),
    )


def _text(paragraph: Paragraph) -> str:
    return " " * paragraph.start + paragraph.doc.text


def _span(paragraph: Paragraph, tokens: tuple[int, int]) -> Span:
    return paragraph.span(paragraph.doc[tokens[0] : tokens[1]])
