"""Who says it: every attribution of an article, with source, cue and what is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.digest.claims import claims, framing
from bot.digest.clauses import Claim, phrase
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
    reading = _Reading()
    for paragraph in parsed.paragraphs:
        reading.read(paragraph)
    text = parsed.article.text
    found = [_attribution(voice, casting, text) for voice in reading.voices if voice.content]
    return tuple(sorted(found, key=lambda one: (one.content[0].start, one.content[-1].end)))


def speaker_at(attributions: Sequence[Attribution], span: Span) -> Attribution | None:
    """The attribution whose content most tightly holds ``span``; None where the article speaks itself."""
    best: tuple[int, Attribution] | None = None
    for attribution in attributions:
        for content in attribution.content:
            if content.holds(span) and (best is None or content.end - content.start < best[0]):
                best = (content.end - content.start, attribution)
    return best[1] if best else None


@dataclass(slots=True, kw_only=True, eq=False)
class _Voice:
    """A claim in its paragraph, the quotations it frames, and what else it goes on to say, here or in later ones."""

    claim: Claim
    paragraph: Paragraph
    quoted: list[Span] = field(default_factory=list)
    further: list[Span] = field(default_factory=list)

    @property
    def frame(self) -> Span:
        """From the first to the last word of source and cue, counted from the paragraph's start."""
        start = min(self.claim.source[0], self.claim.cue[0])
        end = max(self.claim.source[1], self.claim.cue[1])
        return _local(self.paragraph, (start, end))

    @property
    def content(self) -> list[Span]:
        """All that is said, in the order of the text, overlapping parts made one."""
        claimed = (_span(self.paragraph, piece) for piece in self.claim.content)
        return _merged([*claimed, *self.quoted, *self.further])


class _Reading:
    """The article read paragraph by paragraph: who spoke last, and whether he goes on."""

    def __init__(self) -> None:
        self.voices: list[_Voice] = []
        self._last: _Voice | None = None  # who spoke the last quotation of the paragraph before
        self._running = False  # whether that quotation was left open
        self._announcing: _Voice | None = None  # who ended the paragraph before with a colon
        self._before: Paragraph | None = None

    def read(self, paragraph: Paragraph) -> None:
        """Adds the voices of the next paragraph."""
        text = paragraph.doc.text
        marked = quotations(text)
        voices = [_Voice(claim=claim, paragraph=paragraph) for claim in claims(paragraph.doc)]
        speaking = [voice for voice in voices if not any(one.span.holds(voice.frame) for one in marked)]
        if marked:
            last = self._quote(paragraph, marked, voices, speaking)
            self._last, self._running = last or self._last, not marked[-1].closed
        else:
            self._last, self._running = None, False
            if self._announcing is not None:
                self._announcing.further.append(paragraph.span(paragraph.doc[:]))
        self._announcing = _announcing(speaking, text)
        self._before = paragraph
        self.voices += _outspoken(paragraph, voices, marked)

    def _quote(
        self, paragraph: Paragraph, marked: Sequence[Quotation], voices: list[_Voice], speaking: list[_Voice]
    ) -> _Voice | None:
        """Gives each quotation to its speaker; the last who spoke at length."""
        text = paragraph.doc.text
        waiting: list[Quotation] = []
        here: _Voice | None = None
        for quotation in marked:
            speech = _is_speech(quotation, text)
            voice = _framer(quotation, speaking, text)
            if voice is None and speech:
                voice = here or self._continued(quotation, text)
                if voice is None:
                    voice = self._unlisted(quotation, paragraph)
                    voices += [voice] if voice is not None else []
            if voice is None:
                waiting += [quotation] if speech else []
                continue
            voice.quoted += [_shifted(one.span, paragraph.start) for one in (*waiting, quotation)]
            waiting = []
            here = voice if speech else here
        return here

    def _continued(self, quotation: Quotation, text: str) -> _Voice | None:
        """The speaker of the paragraph before, if it announced this quotation or his own goes on."""
        if quotation.span.start > 0:
            return None
        if self._announcing is not None:
            return self._announcing
        return self._last if self._running or quotation.span.end >= len(text.rstrip()) else None

    def _unlisted(self, quotation: Quotation, paragraph: Paragraph) -> _Voice | None:
        """A speaker whose verb is no reporting verb: the person who acts in the words around the quotation."""
        claim = framing(paragraph.doc, quotation.span.start, quotation.span.end)
        if claim is not None:
            return _Voice(claim=claim, paragraph=paragraph)
        if quotation.span.start > 0 or self._before is None:
            return None
        length = len(self._before.doc.text)
        claim = framing(self._before.doc, length, length)
        return _Voice(claim=claim, paragraph=self._before) if claim is not None else None


def _is_speech(quotation: Quotation, text: str) -> bool:
    return len(quotation.span.of(text).split()) >= _SPEECH


def _outspoken(paragraph: Paragraph, voices: Sequence[_Voice], marked: Sequence[Quotation]) -> Iterator[_Voice]:
    """The voices without what a speaker quoted or reported in this paragraph merely thinks, or says of himself."""
    speeches = [one.span for one in marked if _is_speech(one, paragraph.doc.text)]
    said = [span for voice in voices if not voice.claim.opinion for span in voice.content]
    for voice in voices:
        if voice.paragraph is not paragraph:
            yield voice
            continue
        frame = voice.frame
        quoted = any(speech.holds(frame) for speech in speeches)
        if quoted and not voice.claim.firm:
            continue
        if voice.claim.opinion and (quoted or any(span.holds(_shifted(frame, voice.paragraph.start)) for span in said)):
            continue
        yield voice


def _announcing(speaking: Sequence[_Voice], text: str) -> _Voice | None:
    """The claim that ends its paragraph with a colon: the next paragraph is what it says."""
    if not speaking or not text.rstrip().endswith(":"):
        return None
    voice = next((one for one in reversed(speaking) if not one.claim.content), speaking[-1])
    return voice if len(text) - voice.frame.end <= _LEAD_IN else None


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
        if not any(letter.isalnum() for letter in between) and not _says_more(voice):
            return frame.start - quoted.end
    elif frame.end <= quoted.start:
        between = text[frame.end : quoted.start]
        if len(between) <= _LEAD_IN and not any(stop in between for stop in (". ", "? ", "! ", '"', "”")):
            return quoted.start - frame.end
    if any(_local(voice.paragraph, piece).meets(quoted) for piece in voice.claim.content):
        return min(abs(quoted.end - frame.start), abs(quoted.start - frame.end))
    return None


def _says_more(voice: _Voice) -> bool:
    """Whether a claim has its own content after it, so that the quotation before it is another's."""
    content = voice.claim.content
    return bool(content) and content[0][0] >= voice.claim.cue[1]


def _attribution(voice: _Voice, casting: Casting, text: str) -> Attribution:
    claim, paragraph = voice.claim, voice.paragraph
    return Attribution(
        speaker=_speaker(claim, paragraph, casting, text),
        content=tuple(voice.content),
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
