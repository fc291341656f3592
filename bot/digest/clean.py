"""What of a received text is the article: prose, headings, captions, bylines; the rest is furniture.

The text is never altered; every passage points into it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bot.digest.model import Article, Passage, PassageKind, Span

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?…:](?: ?[\"'”’)\]»])*$")
_INNER_END = re.compile(r"[a-z)\"”’] ?[.!?](?: ?[\"'”’)])*\s+[\"'“‘(]?[A-Z]")
_CREDIT = re.compile(
    r"[\[(][^\])]{0,50}\b(?:photos?|images?|pictures?|screen ?capture|screen ?shot|handout|courtesy|getty|file)\b"
    r"[^\])]{0,50}[\])]$",
    re.IGNORECASE,
)
_AGENCY_CREDIT = re.compile(r"[\[(][A-Z][A-Z .]+(?:/[A-Z][A-Z .]+)*[\])]$")
_CAPTION = re.compile(
    r"^(?:(?:an? |this |the )?(?:undated |file |aerial |satellite |screen ?)*"
    r"(?:image|photo|photograph|picture|screen ?grab|screenshot|frame grab|handout)\b"
    r"(?:\s+\w+){0,4}?\s+(?:shows?|captured|taken|provided|released|made|from)\b"
    r"|file(?:\s+photo)?\s*[-–—:]|photo(?:graph)?s?\s*:|pictured?\s*:|caption\s*:)",
    re.IGNORECASE,
)
_CREDITED = re.compile(r"^(?:photograph|picture):\s", re.IGNORECASE)  #: a photographer's name, and maybe a paragraph
_BYLINE = re.compile(
    r"^(?:by|By|BY)\s+(?:[A-Z][\w.’'-]+(?:\s+(?:and\s+)?[A-Z][\w.’'-]+){0,7}(?:\s*[,|\[(<].*)?$|[A-Z’'. -]+\b.*@)"
)
_BY_DAY = re.compile(
    r"by (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|christmas|easter)\b",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_CREDIT_LINE = re.compile(
    r"^(?:(?:image|photo|picture|illustration|video|graphic)s?\s+(?:created|generated|made|credit|source|by|via|courtesy)\b"
    r"|(?:source|via|credits?|original|read)\s*(?:link|article|url|story|more|also|the full)?\s*:"
    r"\s*\S*(?:https?:|www\.)"
    r"|(?:image|photo|picture|video)\s+credit|©|\(c\)\s|copyright\b)",
    re.IGNORECASE,
)
_WIDGET = re.compile(
    r"\b(?:log ?in|logged in|sign ?(?:in|up)|subscribe(?:rs)? (?:to|now|here|today|for)|newsletters?|cookies?"
    r"|your (?:inbox|e-?mail|account|browser)|click (?:here|to|on)|tap here|follow us|share this"
    r"|leave a (?:comment|reply)|(?:write|post|add|view|read) (?:a )?comments?|advertisements?|all rights reserved"
    r"|copyright|can ?(?:no|')t play media|media (?:playback|caption)|image (?:caption|copyright)"
    r"|video can ?not be played|(?:page )?last updated"
    r"|terms of (?:use|service)|privacy policy|related (?:articles?|stories|news|topics)"
    r"|read (?:more|also|next)|more from|recommended for you|trending now|download (?:the|our) app|skip to"
    r"|this (?:article|story) (?:was|has been) (?:updated|originally|first)|enable javascript)\b",
    re.IGNORECASE,
)
_ADDRESSES_READER = re.compile(
    r"\b(?:you|your|please|us|our|here|now|to)\b|:|^\W*\w+(?:\W+\w+){0,5}\W*$", re.IGNORECASE
)
DATELINE = re.compile(
    r"^(?:[A-Z][A-Z.’'-]+(?: [A-Z.’'-]+)*|[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)?(?=,? ?(?:\(|\w+\.? \d)))"
    r"(?:, [A-Z][\w.’' -]{1,30})??(?:, \w+\.? \d{1,2}(?:, \d{4})?)?\s*(?:\([^()]{2,40}\))?\s*[-–—]{1,2}\s+"
)  #: "VELMORA, Castria (Wire) - " before the first words of a report
_LOWER_WORDS = frozenset(
    "a an and as at but by for from in into nor of off on or over per so than that the to up via vs with yet "
    "after amid is are".split()
)
WIDGET_WORDS = 25  #: a line of the page's furniture that speaks to its reader is hardly longer
BYLINE_WORDS = 18  #: the names, offices and agencies of a byline are hardly more words
PROSE_WORDS = 20  #: a line of so many words is prose even when its full stop is missing


def passages(article: Article) -> list[Passage]:
    """Every paragraph of the text, in order, with what it is. Blank lines are in none."""
    spans = list(_paragraphs(article.text))
    kinds = [_kind_alone(span.of(article.text)) for span in spans]
    _mark_repeats(article, spans, kinds)
    _mark_headings(article, spans, kinds)
    return [Passage(span=span, kind=kind or PassageKind.FURNITURE) for span, kind in zip(spans, kinds, strict=True)]


def _paragraphs(text: str) -> Iterator[Span]:
    """The paragraphs: lines, or, in a text wrapped at a fixed width, the blocks between blank lines."""
    lines = [match.span() for match in _LINE.finditer(text) if match.group().strip()]
    wrapped = _is_wrapped(text, lines)
    index = 0
    while index < len(lines):
        start, end = lines[index]
        while wrapped and index + 1 < len(lines) and _runs_on(text, lines[index], lines[index + 1]):
            index += 1
            end = lines[index][1]
        part = text[start:end]
        start += len(part) - len(part.lstrip())
        yield Span(start=start, end=start + len(part.strip()))
        index += 1


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Whether lines break in mid-sentence as a rule: most lines with a neighbour below end without a full stop."""
    pairs = [
        (a, b)
        for a, b in itertools.pairwise(lines)
        if text[a[1] : b[0]].count("\n") == 1 and len(text[a[0] : a[1]].split()) >= 5
    ]
    broken = [
        a for a, b in pairs if not _ENDS.search(text[a[0] : a[1]].strip()) and text[b[0] : b[1]].strip()[:1].islower()
    ]
    return len(pairs) >= 4 and len(broken) * 3 > len(pairs)


def _runs_on(text: str, line: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether, in a wrapped text, the next line belongs to the same paragraph: no blank line, no indent."""
    return text[line[1] : following[0]].count("\n") == 1 and not text[following[0] : following[1]].startswith(
        ("  ", "\t")
    )


def _kind_alone(line: str) -> PassageKind | None:
    """What a line is by its own looks; None where only its neighbours can tell a heading from furniture."""
    words = _WORD.findall(line)
    if _CREDIT_LINE.match(line) or not words:
        return PassageKind.FURNITURE
    if (_BYLINE.match(line) and not _is_glued(line, words)) or (_MAIL.search(line) and len(words) < 12):
        return PassageKind.BYLINE
    if _CREDITED.match(line) and len(words) > BYLINE_WORDS and _ENDS.search(line):
        return PassageKind.PROSE
    if _CAPTION.match(line) or _CREDIT.search(line) or _AGENCY_CREDIT.search(line):
        return PassageKind.CAPTION if len(words) > 3 else PassageKind.FURNITURE
    if (
        len(words) <= WIDGET_WORDS
        and _WIDGET.search(line)
        and _ADDRESSES_READER.search(line)
        and not _INNER_END.search(line)
    ):
        return PassageKind.FURNITURE
    if len(words) >= PROSE_WORDS or (_INNER_END.search(line) and len(words) > 6):
        return PassageKind.PROSE
    if _ENDS.search(line) and len(words) >= 3 and not line[:1].islower() and not line.startswith(("•", "·", ">", "|")):
        return PassageKind.PROSE
    return None


def _is_glued(line: str, words: Sequence[str]) -> bool:
    """Whether a line that begins like a byline is prose: "By Sunday, the …", or a byline with the first paragraph."""
    return _BY_DAY.match(line) is not None or len(words) > BYLINE_WORDS


def _mark_repeats(article: Article, spans: list[Span], kinds: list[PassageKind | None]) -> None:
    """Keeps the first of identical lines; a line that repeats the title stands as the title once."""
    seen: set[str] = set()
    for index, span in enumerate(spans):
        line = " ".join(span.of(article.text).split())
        if line in seen:
            kinds[index] = PassageKind.FURNITURE
        elif article.title is not None and line == " ".join(article.title.split()):
            kinds[index] = PassageKind.TITLE
        seen.add(line)


def _mark_headings(article: Article, spans: list[Span], kinds: list[PassageKind | None]) -> None:
    """Of the lines left open, those that read like headings and have prose below them are headings."""
    has_title = PassageKind.TITLE in kinds
    for index, span in enumerate(spans):
        if kinds[index] is not None or not _reads_like_heading(span.of(article.text)):
            continue
        prose_above = PassageKind.PROSE in kinds[:index]
        below = next(
            (kind for kind in kinds[index + 1 :] if kind not in (PassageKind.CAPTION, PassageKind.BYLINE)), None
        )
        if below is PassageKind.PROSE:
            if prose_above or has_title:
                kinds[index] = PassageKind.HEADING
            else:
                kinds[index] = PassageKind.TITLE
                has_title = True


def _reads_like_heading(line: str) -> bool:
    """Two words or more, most of them capitalised, or four and more in a sentence's case; no signs of a menu."""
    words = _WORD.findall(line)
    if len(words) < 2 or re.search(r"[>|•]|\d\s*/\s*\d", line) or not line[:1].isupper():
        return False
    capitals = sum(word[0].isupper() or word.lower() in _LOWER_WORDS for word in words)
    return capitals * 4 >= len(words) * 3 or len(words) >= 4
