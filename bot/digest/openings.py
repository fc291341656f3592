"""What an article opens with: its first sentences of prose, as it prints them, read from the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.digest.captions import is_caption
from bot.digest.clean import passages
from bot.digest.glued import beginning, proper
from bot.digest.model import PassageKind, Source, Span
from bot.digest.news_writing import is_whole

OPENING = 2  #: sentences with which an article opens; one of them tells its news
LOOKED_AT = 12  #: sentences among which they are, behind captions, stamps and buttons
SHORT = 4  #: words of a heading that ends like a sentence, at most
PROSE = 9  #: words from which a sentence behind a stamp is prose
SURVEYED = 4  #: sentences among which a survey says that it is one
_SURVEY = re.compile(
    r"^(?:Here(?:[’']s| is| are)|Below (?:is|are)|(?:The )?[Ff]ollowing (?:is|are)|The following\b|These are"
    r"|(?:A|An) (?:\w+ )?(?:look|summary|timeline|round-?up|guide|chronology)\b|Q&A|Factbox|FACTBOX)"
)  #: how a page begins that puts together what is known
_ENDS = re.compile(r"[.!?][\"”’')\]]*\s+(?=[\"“‘'(]?[A-Z\d$£€])")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Rev|Hon|St|No|vs|Inc|Corp|Co|Ltd|Jr|Sr"
    r"|La|Fla|Ala|Miss|Calif|Tex|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec))\.$"
)


def openings(source: Source) -> tuple[Span, ...]:
    """The sentences that an article opens with, in their order; no captions, headings or buttons, none of a survey."""
    return _openings(source)


@lru_cache(maxsize=1 << 12)
def _openings(source: Source) -> tuple[Span, ...]:
    found: list[Span] = []
    for count, span in enumerate(prose(source)):
        sentence = proper(span, source.article.text).of(source.article.text)
        if count < SURVEYED and _SURVEY.match(sentence):
            return ()
        if count >= SURVEYED and (len(found) >= OPENING or count == LOOKED_AT):
            break
        is_sentence = is_whole(sentence) or sentence.endswith("?")
        if is_sentence and len(sentence.split()) > SHORT and not is_caption(sentence, source):
            found.append(span)
    return tuple(found[:OPENING])


def prose(source: Source) -> Iterator[Span]:
    """The sentences of an article's prose, captions and headings that run into it among them, in their order."""
    text = source.article.text
    for passage in passages(source.article):
        if passage.kind is not PassageKind.PROSE and not _is_stamped(passage.span.of(text)):
            continue
        start = passage.span.start
        for stop in _ENDS.finditer(text, start, passage.span.end):
            if not _ABBREVIATION.search(text, start, stop.start() + 1):
                yield Span(start=start, end=start + len(text[start : stop.end()].rstrip()))
                start = stop.end()
        yield Span(start=start, end=passage.span.end)


def _is_stamped(line: str) -> bool:
    """Whether a line is no prose for the stamp alone that stands before its sentence."""
    first = beginning(line)
    return first > 0 and is_whole(line[first:]) and len(line[first:].split()) > PROSE
