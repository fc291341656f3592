"""The mechanical check: reads a rendered message as a reader would, and holds every word of it against the articles.

It knows the layout's closed list of templates and the articles, and nothing of how the message was made. What is not a
template must be a verbatim cut of a sentence that the message quotes under the number it cites; the quotations
themselves must stand in the articles; a date must follow from the quoted words and the stated publication date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape

from bot.digest.dates import resolve
from bot.digest.model import Digest, EventStatus, Source, Tracker, When
from bot.digest.watched import stands_in
from bot.render import calendar, overview, revisions, understood
from bot.render.figures import (
    FINDINGS,
    NO_SCOPE,
    NO_SPEAKER,
    PART,
    QUOTED_ONLY,
    UNDATED,
    finding_heading,
)
from bot.render.headlines import ARROW, Headline, age, headline, is_age, is_waiting
from bot.render.layout import CUT, HAIR_SPACE
from bot.render.omissions import (
    Told,
    goes_together,
    has_moved,
    hides_a_date,
    is_corrected,
    is_known_finding,
    is_whole_claim,
    names_scope,
)
from bot.render.overview import CONDITIONAL, DENIED, PLANNED
from bot.render.pictures.choosing import TIMELINE
from bot.render.snippets import is_cut_of
from bot.render.sources import AUTHOR, BASES, COPY, OPEN, SHARED, also_at
from bot.render.timeline import ACTORS_DIFFER, COUNTED, NO_DATE, STATUSES
from bot.render.words import pattern, say

GAP = 80  #: characters that may stand between a speaker and the reporting word
_BLOCK = re.compile(r"<blockquote( expandable)?>(.*?)</blockquote>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_CITED = re.compile(r"^\[(\d+)\] (.+)$")
_TRAILING = re.compile(r"^(.+) \[(\d+)\]$")
_WORDS = "“[^”]+”"
_AS_OF = re.compile(r"^(?P<date>.+) \(“(?P<words>[^”]+)”\)$")
_AHEAD = re.compile(
    r"\b(?:will|shall|would|may|might|could|plan\w*|expect\w*|schedul\w*|due|next|upcoming|until|ahead|future|hope\w*)\b",
    re.IGNORECASE,
)  #: words that look ahead
_ASIDE = re.compile(r"^,[^,]*,")
_BOLD, _PLAIN = "\ue000", "\ue001"  #: of Unicode's private use
_PRONOUN = r"\b(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey|who|which|that)\b"
_QUOTED = re.compile(r"[“\"].*?[”\"]|^.*?”|“.*$")


@dataclass(slots=True, kw_only=True)
class _Quotation:
    """A quoted sentence and the one before it that names its speaker, as the message prints them."""

    sentence: str
    antecedent: str = ""


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read of a message so far."""

    digest: Digest
    trackers: Sequence[Tracker]
    now: datetime | None = None
    titles: frozenset[str] = frozenset()
    quotations: dict[int, list[_Quotation]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    heading: tuple[str, ...] | None = None
    told: list[Told] = field(default_factory=list)
    bold: str = ""
    date: str | None = None
    piece: str | None = None
    pieces: list[tuple[str, int]] = field(default_factory=list)
    actors: list[int] = field(default_factory=list)
    finding: str | None = None
    finding_claims: list[Told] = field(default_factory=list)
    ages: list[str] = field(default_factory=list)

    def source(self, number: str) -> Source | None:
        index = int(number)
        return self.digest.sources[index - 1] if 1 <= index <= len(self.digest.sources) else None


def problems(
    html: str, digest: Digest, trackers: Sequence[Tracker], now: datetime | None = None, *, story: str | None = None
) -> tuple[str, ...]:
    """What in a rendered message cannot be checked against the articles; empty for a sound one.

    ``now`` is the moment that a message counts from when it says how long ago an article was published. ``story`` is
    the title of the digest's story as it was declared, which a message bears when there are several.
    """
    titles = frozenset(line for title in overview.story_line(story) for line in _lines(title))
    reading = _Reading(digest=digest, trackers=trackers, now=now, titles=titles)
    for expandable, block in _BLOCK.findall(html):
        if expandable:
            _read_quotations(reading, _lines(block))
    for part in _blocks(html):
        _read_block(reading, part)
    _close_heading(reading)
    return tuple(reading.found)


def _lines(html: str) -> list[str]:
    """The visible lines."""
    return [unescape(_TAG.sub("", _marked(line) if "•" in line else line)).strip() for line in html.split("\n")]


def _marked(line: str) -> str:
    """A line in which signs that no text has stand for bold type."""
    return line.replace("<b>", _BOLD).replace("</b>", _PLAIN)


def _parted(line: str) -> tuple[str, str]:
    """A marked line without its marks, and what of it is bold."""
    bold = line.partition(_BOLD)[2].partition(_PLAIN)[0]
    return line.replace(_BOLD, "").replace(_PLAIN, ""), bold


def _blocks(html: str) -> list[list[str]]:
    """The parts of a message between blank lines, without its expandable quotations."""
    body = re.sub(r"<blockquote expandable>.*?</blockquote>", "", html, flags=re.DOTALL)
    return [[line for line in _lines(part) if line] for part in body.split("\n\n")]


def _read_quotations(reading: _Reading, lines: Iterable[str]) -> None:
    """The quotations under each number; each must stand in the article of that number, label and date."""
    current: Source | None = None
    for line in lines:
        cited = _CITED.match(line)
        if cited and not line.startswith("“"):
            current = reading.source(cited[1])
            if current is None or cited[2] != f"{current.label}, {calendar.published(current)}":
                reading.found.append(f"no such source: {line}")
                current = None
            continue
        if current is None:
            reading.found.append(f"a quotation without its source: {line}")
            continue
        parts = (
            line[1:-1].replace(HAIR_SPACE, "").split(f"” {CUT} “")
            if line.startswith("“") and line.endswith("”")
            else []
        )
        if not parts or not all(is_cut_of(part, _flat(current.article.text)) for part in parts):
            reading.found.append(f"not in the article: {line}")
            continue
        quotation = _Quotation(sentence=parts[-1], antecedent=" ".join(parts[:-1]))
        reading.quotations.setdefault(current.number, []).append(quotation)


def _read_block(reading: _Reading, lines: list[str]) -> None:
    """One part of the body: a heading, a title, a statement with its source, a finding, an entry of the timeline."""
    reading.pieces = []
    reading.actors = []
    reading.finding, reading.finding_claims = None, []
    reading.date = None
    reading.ages = []
    heading = headline(lines[0].replace(_BOLD, "").replace(_PLAIN, "")) if lines else None
    if heading is not None:
        _close_heading(reading)
        lines = lines[1:]
    told = len(reading.told)
    for index, line in enumerate(lines):
        if _is_template(reading, line):
            continue
        if line.startswith(("• ", "– ")):
            _read_point(reading, line, lines[index + 1] if index + 1 < len(lines) else "")
        elif reading.piece is not None:
            _read_about(reading, line)
        elif index == 0 and len(lines) > 1 and lines[1].startswith("• "):
            reading.date = line
        elif _is_source_line(reading, lines, index):
            continue
        elif len(lines) == 1:
            _open_heading(reading, line)
        else:
            reading.found.append(f"no template: {line}")
    if reading.finding and not is_known_finding(reading.digest, reading.finding, reading.finding_claims):
        reading.found.append(f"the claims below do not stand so to each other: {reading.finding}")
    if reading.ages and reading.ages != _ages(reading):
        reading.found.append(f"not since when the newest of these is out: {reading.ages}")
    if heading is not None and not _is_headline(reading, *heading, reading.told[told:]):
        reading.found.append(f"not what the words below say: {': '.join(heading)}")


def _ages(reading: _Reading) -> list[str]:
    """The one line on its age that a block may have: of the newest article that it cites."""
    cited = {number for _, number in reading.pieces} | {told.source for told in reading.finding_claims}
    sources = [source for source in reading.digest.sources if source.number in cited]
    if not sources or reading.now is None:
        return []
    return [age(max(sources, key=lambda source: source.article.published.moment), reading.now)]


def _is_headline(reading: _Reading, kind: Headline, words: str, told: Sequence[Told]) -> bool:
    """Whether the claims, tellings or statements of a block bear its headline out, whose further words are given."""
    match kind:
        case Headline.MOVED | Headline.CORRECTION if len(told) == 2:
            new, old = told
            is_so = has_moved if kind is Headline.MOVED else is_corrected
            return words == f"{old.number}{ARROW}{new.number}" and is_so(reading.digest, old, new)
        case Headline.FIGURE if told:
            return words == told[0].number
        case Headline.SETTLED if len(told) > 1:
            return not words and goes_together(reading.digest, told)
        case Headline.CONFLICT:
            return not words and reading.finding is not None and len(reading.finding_claims) > 1
        case Headline.EVENT:
            return not words and bool(reading.pieces) and not told and reading.date is not None
        case Headline.REPORT:
            return not words and len(reading.pieces) == 1 and reading.date is None
        case Headline.WATCHED if len(reading.pieces) == 1 and reading.date is None:
            wanted = words.split(", ")
            return all(word and stands_in((word,), reading.pieces[0][0]) for word in wanted)
        case _:
            return False


def _is_template(reading: _Reading, line: str) -> bool:
    """Whether the line is one of the closed list that needs no source."""
    if line in {finding_heading(kind, places_differ=differ) for kind in FINDINGS for differ in (False, True)}:
        reading.finding = line
        return True
    titles = {say(title) for title in (*overview.Title, *(tracker.title for tracker in reading.trackers))}
    if line in titles:
        _close_heading(reading)
        return True
    if is_age(line):
        reading.ages.append(line)
        return True
    if is_waiting(line):
        return True
    own = {say(words) for words in (overview.SIGN, overview.NOTHING_NEW, OPEN)}
    return (
        line in own
        or line in reading.titles
        or line in (overview.overview(reading.digest), say(ACTORS_DIFFER) + ":")
        or line == overview.more(reading.trackers)
        or line in {overview.in_words(command) for command in _pictured(reading)}
        or overview.is_late(line)
        or understood.is_sound(line, reading.digest)
    )


def _pictured(reading: _Reading) -> tuple[str, ...]:
    """The commands whose answers have pictures."""
    return (TIMELINE, *(tracker.command for tracker in reading.trackers))


def _read_point(reading: _Reading, line: str, following: str) -> None:
    """A line of its own: an actor, a finding's claim, or words whose source stands on the next line."""
    line, reading.bold = _parted(line)
    trailing = _TRAILING.match(line[2:])
    if line.startswith("– "):
        actor, number = (trailing[1], int(trailing[2])) if trailing else ("", 0)
        reading.actors.append(number)
        told = [piece for piece, source in reading.pieces if source == number]
        if not any(_stands_as_words(actor, piece) for piece in told) or reading.actors.count(number) > len(told):
            reading.found.append(f"no telling names this actor: {line}")
    elif reading.finding and trailing:
        words, _, said = trailing[1].rpartition(": ")
        reading.finding_claims.append(Told(source=int(trailing[2]), words=words, number=reading.bold, said=said))
        _expect_claim(reading, words, said, int(trailing[2]), line)
    elif following:
        reading.piece = line[2:]
    else:
        reading.found.append(f"a statement without a source: {line}")


def _read_about(reading: _Reading, line: str) -> None:
    """The line below a statement: who says it, when, and the citation."""
    piece, reading.piece = reading.piece or "", None
    about, _, citation = line.rpartition(" · [")
    cited = _CITED.match(f"[{citation}" if about else line)
    source = reading.source(cited[1]) if cited else None
    if source is None or cited is None or cited[2] != source.label:
        reading.found.append(f"no such source: {line}")
        return
    reading.pieces.append((piece, source.number))
    if not about:
        _expect_statement(reading, piece, source)
    elif _is_account(about):
        _expect_account(reading, piece, about, source)
    else:
        _expect_figure(reading, piece, about, source)


def _expect_statement(reading: _Reading, piece: str, source: Source) -> None:
    """A summary line: a cut of the quoted sentence, maybe after the speaker named in the sentence before."""
    for quotation in reading.quotations.get(source.number, []):
        if is_cut_of(piece, quotation.sentence):
            return
        speaker, colon, words = piece.partition(": ")
        outside = _QUOTED.sub(" ", quotation.antecedent)
        if colon and _stands_as_words(speaker, outside) and is_cut_of(words, quotation.sentence):
            return
    reading.found.append(f"not in the quoted sentence: {piece}")


def _readings(
    words: str, anchor: str | None, quotations: Iterable[_Quotation], source: Source, piece: str
) -> list[When]:
    """The dates that words may mean, counted from the publication or from other quoted words."""
    day = source.article.published.day
    if anchor is None:
        return _readable(words, day, piece)
    if not any(anchor in f"{quotation.antecedent} {quotation.sentence}" for quotation in quotations):
        return []
    stated = _readable(anchor, day, piece)
    return [*stated, *(when for base in stated if base.first for when in resolve(words, base.first))]


def _readable(words: str, day: date, around: str) -> list[When]:
    """The readings of a time phrase; a coming date only where the words around look ahead, or there is no past one."""
    readings = list(resolve(words, day))
    past = [when for when in readings if (when.first or when.last or day) <= day]
    return readings if _AHEAD.search(around) or not past else past


def _is_account(about: str) -> bool:
    """Whether a line tells how an event is dated."""
    first = about.rsplit(" · ", maxsplit=1)[-1]
    statuses = {say(words) for status, words in STATUSES.items() if status is not EventStatus.HAPPENED}
    is_date = first == say(NO_DATE) or _dated_by(first) is not None
    return is_date and set(about.split(" · ")[:-1]) <= statuses


def _dated_by(words: str) -> tuple[str, str | None, str | None] | None:
    """The quoted words that date a telling, those that they are counted from, and the date, as far as there are."""
    counted = pattern(COUNTED, words=_WORDS, anchor=_WORDS).pattern
    found = re.fullmatch(rf"(?:{counted}|(?P<alone>{_WORDS}))(?:: (?P<date>.+))?", words)
    if found is None:
        return None
    anchor = found["anchor"]
    return (found["alone"] or found["words"])[1:-1], None if anchor is None else anchor[1:-1], found["date"]


def _expect_account(reading: _Reading, piece: str, about: str, source: Source) -> None:
    """A telling of an event: its words stand in the sentence, its date follows from them and the stated anchor."""
    dated_by = _dated_by(about.rsplit(" · ", maxsplit=1)[-1])
    words, anchor, date_ = dated_by or ("", None, None)
    holding = [
        q for q in reading.quotations.get(source.number, []) if is_cut_of(piece, q.sentence) and words in q.sentence
    ]
    if not holding:
        reading.found.append(f"not in the quoted sentence: {piece}")
        return
    if dated_by is None:
        if hides_a_date(reading.digest, source.number, piece):
            reading.found.append(f"the article dates this: {piece}")
        return
    printed = date_ or reading.date
    is_planned = say(PLANNED) in about.split(" · ")
    readings = _readings(words, anchor, holding, source, f"{PLANNED if is_planned else ''} {about} {piece}")
    if printed is None or printed not in {calendar.dated(when, source) for when in readings}:
        reading.found.append(f"{printed!r} does not follow from {words!r} in [{source.number}]")


def _expect_figure(reading: _Reading, piece: str, about: str, source: Source) -> None:
    """A claim: its words, speaker, reporting word, hedges, date and whole all stand in one quoted sentence."""
    said, *rest = about.split(" · ")
    sentence = _expect_claim(reading, piece, said, source.number, f"{piece} / {about}")
    told = Told(source=source.number, words=piece, number=reading.bold, said=said)
    reading.told.append(told)
    if not is_whole_claim(reading.digest, told, rest):
        reading.found.append(f"something is left out or added: {piece} / {about}")
    for part in rest:
        dated = _AS_OF.match(part)
        if part in {say(words) for words in (UNDATED, PLANNED, CONDITIONAL, DENIED)}:
            continue
        if dated is not None:
            whens = _readable(dated["words"], source.article.published.day, piece)
            fits = dated["words"] in sentence and dated["date"] in {calendar.dated(when, source) for when in whens}
        elif whole := pattern(PART, whole=".+").fullmatch(part):
            fits = _is_whole(reading, whole["whole"], sentence, source.number)
        else:
            fits = part.startswith("“") and part.endswith("”") and part[1:-1] in sentence
        if not fits:
            reading.found.append(f"not in the quoted sentence: {part}")


def _is_whole(reading: _Reading, whole: str, sentence: str, number: int) -> bool:
    """Whether a number stands in the claim's own sentence, or a quoted statement in another sentence of the article."""
    if whole.startswith("“") and " " in whole:
        return any(is_cut_of(whole[1:-1], quotation.sentence) for quotation in reading.quotations.get(number, []))
    return _stands_as_words(whole, sentence)


def _expect_claim(reading: _Reading, words: str, said: str, number: int, line: str) -> str:
    """A number's words and its speaker, both in one sentence quoted under ``number``; returns that sentence."""
    for quotation in reading.quotations.get(number, []):
        if words and is_cut_of(words, quotation.sentence) and _says(reading, said, quotation):
            return quotation.sentence
    reading.found.append(f"not in a quoted sentence, or not this speaker's: {line}")
    return ""


def _says(reading: _Reading, said: str, quotation: _Quotation) -> bool:
    """Whether "speaker, reporting word" is what the sentence says: both stand together, no other name between."""
    if said == say(NO_SPEAKER):
        return True
    whole = f"{quotation.antecedent} {quotation.sentence}"
    if _stands_as_words(said, whole):
        return True
    spaces = [match.start() for match in re.finditer(" ", said)]
    return any(_speaks(reading, said[:at], said[at + 1 :], quotation, whole) for at in spaces)


def _speaks(reading: _Reading, speaker: str, cue: str, quotation: _Quotation, whole: str) -> bool:
    """Whether the sentence joins this speaker to this reporting word."""
    for start in _places(speaker, whole):
        end = start + len(speaker)
        for at in _places(cue, whole):
            gap = _ASIDE.sub(",", whole[end:at]) if at >= end else whole[at + len(cue) : start]
            behind = at < end
            if behind and at + len(cue) > start:
                continue
            if (
                len(gap) <= GAP
                and not _names_other(reading, gap)
                and not (behind and gap.strip(" ,\"”’'") not in ("", "by", "to"))
            ):
                return True
    stands_in = re.search(
        rf"{_PRONOUN}[^.]{{0,{GAP}}}?\b{re.escape(cue)}|\b{re.escape(cue)} {_PRONOUN}", quotation.sentence
    )
    return stands_in is not None and _stands_as_words(speaker, _QUOTED.sub(" ", quotation.antecedent))


def _names_other(reading: _Reading, gap: str) -> bool:
    """Whether a known name stands in these words."""
    return any(alias[:1].isupper() and alias in gap for body in reading.digest.names for alias in body.aliases)


def _open_heading(reading: _Reading, line: str) -> None:
    """A heading of a group of claims."""
    _close_heading(reading)
    reading.heading = tuple(line.split(" · "))
    reading.told = []


def _close_heading(reading: _Reading) -> None:
    """Holds a group's heading against its claims: each part stands in the words of one."""
    if reading.heading is None or not reading.told:
        reading.heading, reading.told = None, []
        return
    statuses = {say(name) for tracker in reading.trackers for name, _ in tracker.statuses}
    parts = [part for part in reading.heading if part not in {say(NO_SCOPE), say(QUOTED_ONLY), *statuses}]
    for part in parts:
        if not any(_stands_as_words(part, told.words) for told in reading.told):
            reading.found.append(f"no claim below is about {part!r}")
    if any(len({*parts} & {*body.aliases}) > 1 for body in reading.digest.names) or len(set(parts)) < len(parts):
        reading.found.append(f"a heading names one body twice: {' · '.join(parts)}")
    if say(NO_SCOPE) in reading.heading and any(names_scope(reading.digest, told) for told in reading.told):
        reading.found.append(f"a claim below names an owner or a place: {' · '.join(reading.heading)}")
    reading.heading, reading.told = None, []


def _is_source_line(reading: _Reading, lines: list[str], index: int) -> bool:
    """Whether the line belongs to an article of /sources, or to a sentence in its paragraph."""
    cited = _CITED.match(lines[0])
    source = reading.source(cited[1]) if cited else None
    if source is None or cited is None:
        return False
    article = source.article
    head = {source.label, f"{source.label}, {calendar.published(source)}"}
    if index == 0:
        return cited[2] in head
    origin = reading.digest.sources[source.origin - 1]
    text = None if source.copy_of is None else reading.digest.sources[source.copy_of - 1]
    own = {
        article.title,
        say(AUTHOR, author=article.byline or ""),
        f"{calendar.published(source)}, {say(BASES[article.published.basis])}",
        say(SHARED, other=f"[{origin.number}] {origin.label}") if origin is not source else None,
        say(COPY, other=f"[{text.number}] {text.label}") if text is not None else None,
        *_lines(also_at(reading.digest, source) or ""),
    }
    if lines[index] in own or revisions.is_sound(lines[index], source):
        return True
    return cited[2] != source.label and is_cut_of(lines[index], _flat(article.text))


def _flat(text: str) -> str:
    return text.replace("\n", " ")


def _stands_as_words(words: str, text: str) -> bool:
    """Whether the words stand in the text, and not as a part of longer ones."""
    return any(True for _ in _places(words, text))


def _places(words: str, text: str) -> Iterable[int]:
    """Every offset at which the words stand as words."""
    if not words:
        return ()
    return (match.start() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text))
