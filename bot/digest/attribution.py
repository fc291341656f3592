"""Who says it: every attribution of an article, with source, cue and what is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.digest.claims import Claim, claims, framing, phrase
from bot.digest.model import Attribution, Body, Mention, Span, Speaker
from bot.digest.parties import Casting, parties
from bot.digest.quotations import Quotation, quotations

if TYPE_CHECKING:
    from bot.digest.language import Paragraph, Parsed

_SPEECH = 4  #: words from which a quotation is somebody's speech and no mere word in marks
_LEAD_IN = 80  #: characters that may stand between "he said" and the quotation that it opens


def attributions(parsed: Parsed, bodies: Sequence[Body], mentions: Sequence[Mention]) -> tuple[Attribution, ...]:
    """All that the article puts into somebody's mouth, in the order of the text; its own voice is absent."""
    casting = Casting(bodies, mentions)
    found = [
        _attribution(voice, casting, parsed.article.text)
        for voice in _voices(parsed.paragraphs)
        if voice.claim.content or voice.quoted
    ]
    return tuple(sorted(found, key=lambda one: (one.content[0].start, one.content[-1].end)))


def speaker_at(attributions: Sequence[Attribution], span: Span) -> Attribution | None:
    """The attribution whose content most tightly holds ``span``; None where the article speaks itself."""
    best: tuple[int, Attribution] | None = None
    for attribution in attributions:
        for content in attribution.content:
            if content.holds(span) and (best is None or content.end - content.start < best[0]):
                best = (content.end - content.start, attribution)
    return best[1] if best else None


@dataclass(slots=True, kw_only=True)
class _Voice:
    """A claim in its paragraph, and the quotations it frames in this paragraph or later ones."""

    claim: Claim
    paragraph: Paragraph
    quoted: list[Span] = field(default_factory=list)

    @property
    def frame(self) -> Span:
        """From the first to the last word of source and cue, counted from the paragraph's start."""
        start = min(self.claim.source[0], self.claim.cue[0])
        end = max(self.claim.source[1], self.claim.cue[1])
        return _local(self.paragraph, (start, end))


def _voices(paragraphs: Sequence[Paragraph]) -> Iterator[_Voice]:
    """Every claim, with the quotations that it frames given to it."""
    last: _Voice | None = None
    running = False
    before: Paragraph | None = None
    for paragraph in paragraphs:
        text = paragraph.doc.text
        voices = [_Voice(claim=claim, paragraph=paragraph) for claim in claims(paragraph.doc)]
        marked = quotations(text)
        speaking = [voice for voice in voices if not any(one.span.holds(voice.frame) for one in marked)]
        waiting: list[Quotation] = []
        here: _Voice | None = None
        for quotation in marked:
            voice = _framer(quotation, speaking, text)
            speech = len(quotation.span.of(text).split()) >= _SPEECH
            if voice is None and speech:
                voice = here or _continued(quotation, last, running, text) or _unlisted(quotation, paragraph, before)
                if voice is not None and voice.paragraph is paragraph and voice is not here:
                    voices.append(voice)
                    speaking.append(voice)
                elif voice is not None and voice.claim.content == () and not voice.quoted and voice is not last:
                    voices.append(voice)
            if voice is None:
                if speech:
                    waiting.append(quotation)
                continue
            for one in (*waiting, quotation):
                voice.quoted.append(_shifted(one.span, paragraph.start))
            waiting = []
            if speech:
                here = voice
        if marked:
            last, running = here or last, not marked[-1].closed
        else:
            last, running = None, False
        before = paragraph
        yield from _outspoken(voices, [one.span for one in marked if len(one.span.of(text).split()) >= _SPEECH])


def _outspoken(voices: Sequence[_Voice], speeches: Sequence[Span]) -> Iterator[_Voice]:
    """The voices without what a quoted or reported speaker merely thinks, or says of himself."""
    said = [
        _local(voice.paragraph, piece) for voice in voices if not voice.claim.opinion for piece in voice.claim.content
    ]
    for voice in voices:
        frame = voice.frame
        quoted = any(speech.holds(frame) for speech in speeches)
        if quoted and not voice.claim.firm:
            continue
        if voice.claim.opinion and (quoted or any(span.holds(frame) for span in said)):
            continue
        yield voice


def _framer(quotation: Quotation, speaking: Sequence[_Voice], text: str) -> _Voice | None:
    """The claim beside a quotation, or about it, that says who speaks."""
    best: tuple[int, _Voice] | None = None
    for voice in speaking:
        distance = _distance(quotation.span, voice, text)
        if distance is not None and (best is None or distance < best[0]):
            best = (distance, voice)
    return best[1] if best else None


def _distance(quoted: Span, voice: _Voice, text: str) -> int | None:
    frame = voice.frame
    if quoted.end <= frame.start:
        between = text[quoted.end : frame.start]
        if not any(letter.isalnum() for letter in between):
            return frame.start - quoted.end
    elif frame.end <= quoted.start:
        between = text[frame.end : quoted.start]
        if len(between) <= _LEAD_IN and not any(stop in between for stop in (". ", "? ", "! ", '"', "”")):
            return quoted.start - frame.end
    if any(_local(voice.paragraph, piece).meets(quoted) for piece in voice.claim.content):
        return min(abs(quoted.end - frame.start), abs(quoted.start - frame.end))
    return None


def _continued(quotation: Quotation, last: _Voice | None, running: bool, text: str) -> _Voice | None:
    """The speaker of the paragraph before, if his quotation goes on."""
    if last is None or quotation.span.start > 0:
        return None
    return last if running or quotation.span.end >= len(text.rstrip()) else None


def _unlisted(quotation: Quotation, paragraph: Paragraph, before: Paragraph | None) -> _Voice | None:
    """A speaker whose verb is no reporting verb: the person who acts in the words around the quotation."""
    start, end = quotation.span.start, quotation.span.end
    claim = framing(paragraph.doc, start, end)
    if claim is not None:
        return _Voice(claim=claim, paragraph=paragraph)
    if start == 0 and before is not None:
        length = len(before.doc.text)
        claim = framing(before.doc, length, length)
        if claim is not None:
            return _Voice(claim=claim, paragraph=before)
    return None


def _attribution(voice: _Voice, casting: Casting, text: str) -> Attribution:
    claim, paragraph = voice.claim, voice.paragraph
    return Attribution(
        speaker=_speaker(claim, paragraph, casting, text),
        content=tuple(_merged([*(_span(paragraph, piece) for piece in claim.content), *voice.quoted])),
        direct=bool(voice.quoted),
    )


def _speaker(claim: Claim, paragraph: Paragraph, casting: Casting, text: str) -> Speaker:
    source = _span(paragraph, claim.source)
    cue = _span(paragraph, claim.cue)
    head = paragraph.doc[claim.head]
    if claim.antecedent is not None:
        noun = paragraph.doc[claim.antecedent]
        whole = phrase(noun)
        keys = parties(paragraph, noun, casting, range(*whole))
        mention = casting.mention(paragraph, noun)
        named = mention.span if mention is not None and not mention.pronoun else _span(paragraph, whole)
        return Speaker(span=source, cue=cue, named=named, parties=keys)
    mention = casting.mention(paragraph, head)
    if any(child.dep_ == "conj" for child in head.children):
        mention = None
    return Speaker(
        span=source,
        cue=cue,
        named=casting.fuller(mention, text) if mention is not None else None,
        parties=parties(paragraph, head, casting, range(*claim.source)),
    )


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, overlapping ones made one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _shifted(span: Span, by: int) -> Span:
    return Span(start=span.start + by, end=span.end + by)


def _local(paragraph: Paragraph, tokens: tuple[int, int]) -> Span:
    part = paragraph.doc[tokens[0] : tokens[1]]
    return Span(start=part.start_char, end=part.end_char)


def _span(paragraph: Paragraph, tokens: tuple[int, int]) -> Span:
    return paragraph.span(paragraph.doc[tokens[0] : tokens[1]])
