"""The picture of a tracker: who says how many, each claim on one axis beside those that count the same thing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate

from bot.digest.model import Claim, Comparator, Digest, FigureGroup, FindingKind, Grain, Reality, Tracker
from bot.render.figures import claim_notes, group_name
from bot.render.overview import overview
from bot.render.pictures import legend
from bot.render.pictures.scales import NumberScale, day_scale, number_scale
from bot.render.pictures.values import (
    Course,
    Group,
    Mark,
    Meaning,
    Open,
    Picture,
    Point,
    Row,
    Steps,
)
from bot.render.snippets import counted, one_line
from bot.render.words import say

MOST_CLAIMS = 10  #: as many as a phone shows in letters that can be read
MOST_BELOW_A_COURSE = 7
MOST_VAGUE = 2
MOST_LINES = 4  #: in a panel over time
MOST_POINTS = 10  #: of one line; the latest
MOST_PLACED = 18  #: of all lines; more of them cross and cover each other
LEAD_LIMIT = 25  #: characters; where the counted noun makes it longer, the number stands alone
WORDS_LIMIT = 100
NOTE_LIMIT = 48
HEADING_LIMIT = 80
CUT = "…"
AGREEMENTS = (FindingKind.SAME_NUMBER, FindingKind.COMPOSITION, FindingKind.HEDGE)
_MEANINGS = {
    (False, False): Meaning.ALONE,
    (False, True): Meaning.AGREED,
    (True, False): Meaning.CONFLICT,
    (True, True): Meaning.BOTH,
}  #: by whether a claim is in a conflict, and whether others give its number
_OPEN = {Comparator.AT_LEAST: Open.ABOVE, Comparator.MORE_THAN: Open.ABOVE, Comparator.UP_TO: Open.BELOW}


def figures_picture(digest: Digest, tracker: Tracker) -> Picture | None:
    """The tracker's claims; None when none of them gives a number that can stand on an axis."""
    groups = [group for group in digest.groups if group.tracker == tracker.name]
    numbered = [index for group in groups for index in group.claims if is_drawn(digest.claims[index])]
    currency = _commonest(digest.claims[index].figure.currency for index in numbered)
    numbered = [index for index in numbered if digest.claims[index].figure.currency == currency]
    if not numbered:
        return None
    meanings = _meanings(digest)
    course = _course(digest, groups, set(numbered))
    most = MOST_CLAIMS if course is None else MOST_BELOW_A_COURSE
    shown = set(_chosen(digest, numbered, meanings, most))
    vague = [index for group in groups for index in group.claims if not is_drawn(digest.claims[index])]
    listed = vague[:MOST_VAGUE]
    scale = number_scale(end for index in shown for end in _ends(digest.claims[index]))
    marks = {index: _mark(digest.claims[index], scale, meanings[index]) for index in shown}
    drawn = [_group(digest, group, marks) for group in groups]
    drawn = [group for group in drawn if group.rows]
    is_logarithmic = scale.is_logarithmic or (course is not None and course.is_logarithmic)
    total = len({index for group in groups for index in group.claims})
    left = total - len(shown) - len(listed)
    used = {row.mark.meaning for group in drawn for row in group.rows if row.mark is not None}
    return Picture(
        title=say(tracker.title),
        subtitle=overview(digest),
        axis=scale.axis,
        groups=tuple(drawn),
        key=legend.key(used),
        listed_under=legend.not_drawn() if listed else "",
        listed=tuple(_listed(digest, index) for index in listed),
        course=course,
        notes=(
            *((legend.logarithmic(),) if is_logarithmic else ()),
            *legend.rest(left, tracker.command),
            *legend.sign([overview(digest), *_notes(drawn)]),
        ),
    )


def is_drawn(claim: Claim) -> bool:
    """Whether a claim stands on the axis: it has a number, which is no mere change and is not denied."""
    figure = claim.figure
    has_number = figure.comparator is not Comparator.VAGUE and (figure.low, figure.high) != (None, None)
    return has_number and not figure.delta and figure.reality is not Reality.DENIED


def cut(words: str, limit: int) -> str:
    """Words cut at a word with "…" when they are longer than ``limit`` characters."""
    if len(words) <= limit:
        return words
    short = words[:limit]
    return f"{short.rsplit(' ', 1)[0] if ' ' in short[limit // 2 :] else short} {CUT}"


def _group(digest: Digest, group: FigureGroup, marks: Mapping[int, Mark]) -> Group:
    rows = tuple(_row(digest, index, marks[index]) for index in group.claims if index in marks)
    return Group(heading=cut(group_name(digest, group), HEADING_LIMIT), rows=rows)


def _row(digest: Digest, index: int, mark: Mark | None) -> Row:
    claim = digest.claims[index]
    article = digest.sources[claim.citation.source - 1].article.text
    said, *notes = claim_notes(digest, claim)
    lead = one_line(counted(digest, claim).of(article))
    return Row(
        lead=lead if len(lead) <= LEAD_LIMIT else cut(one_line(claim.figure.surface.of(article)), LEAD_LIMIT),
        words=cut(said, WORDS_LIMIT),
        notes=tuple(cut(note, NOTE_LIMIT) for note in notes),
        sources=(claim.citation.source,),
        index=index,
        mark=mark,
    )


def _listed(digest: Digest, index: int) -> Row:
    """A claim that has no place on the axis, in one line."""
    row = _row(digest, index, None)
    article = digest.sources[digest.claims[index].citation.source - 1].article.text
    words = cut(one_line(counted(digest, digest.claims[index]).of(article)), LEAD_LIMIT + LEAD_LIMIT)
    return replace(row, words=f"“{words}” {row.words}", notes=row.notes[1:] if row.notes else ())


def _ends(claim: Claim) -> tuple[float, float]:
    """The numbers that a claim prints; an open side has the other's."""
    low, high = claim.figure.low, claim.figure.high
    one = low if low is not None else high
    other = high if high is not None else low
    return one or 0.0, other or 0.0


def _mark(claim: Claim, scale: NumberScale, meaning: Meaning) -> Mark:
    low, high = _ends(claim)
    opens = _OPEN.get(claim.figure.comparator)
    return Mark(first=scale.place(low), last=scale.place(high), meaning=meaning, open=opens)


def _meanings(digest: Digest) -> dict[int, Meaning]:
    """What every claim has to do with the others."""
    clashing = {index for found in digest.findings if found.kind.is_conflict for index in found.claims}
    agreeing = {index for found in digest.findings if found.kind in AGREEMENTS for index in found.claims}
    return {index: _MEANINGS[index in clashing, index in agreeing] for index in range(len(digest.claims))}


def _chosen(digest: Digest, numbered: Sequence[int], meanings: dict[int, Meaning], most: int) -> list[int]:
    """The claims that are drawn: conflicts, then agreement, the newest first, no voice twice alike."""
    weight = {Meaning.CONFLICT: 3, Meaning.BOTH: 3, Meaning.AGREED: 2}
    told: Counter[tuple[object, ...]] = Counter()
    ranked: list[tuple[bool, int, int, int]] = []
    for index in sorted(numbered, key=lambda each: (digest.claims[each].published, each), reverse=True):
        claim = digest.claims[index]
        thing = (claim.parties, claim.figure.low, claim.figure.high, claim.figure.whose_key)
        told[thing] += 1
        ranked.append((told[thing] > 1, -weight.get(meanings[index], 1), len(ranked), index))
    return [index for *_, index in sorted(ranked)[:most]]


def _commonest(found: Iterable[str | None]) -> str | None:
    """What most claims count in: amounts of two currencies cannot share an axis."""
    common = Counter(found).most_common(1)
    return common[0][0] if common else None


def _notes(groups: Iterable[Group]) -> list[str]:
    return [note for group in groups for row in group.rows for note in row.notes]


def _course(digest: Digest, groups: Sequence[FigureGroup], numbered: set[int]) -> Course | None:
    """The group in which speakers' numbers changed most often from day to day; None when none did."""
    best: tuple[int, FigureGroup, dict[tuple[str, ...], dict[date, int]]] | None = None
    for group in groups:
        voices = _voices(digest, [index for index in group.claims if index in numbered])
        count = sum(len(days) for days in voices.values())
        if voices and (best is None or count > best[0]):
            best = count, group, voices
    if best is None:
        return None
    _, group, voices = best
    lines = sorted(voices.values(), key=lambda days: (-len(days), min(days)))[:MOST_LINES]
    lines = _readable([dict(sorted(days.items())[-MOST_POINTS:]) for days in lines])
    days = day_scale([(day, day) for line in lines for day in line])
    numbers = number_scale(_number(digest.claims[index]) for line in lines for index in line.values())
    return Course(
        heading=legend.over_time(cut(group_name(digest, group), HEADING_LIMIT)),
        lines=tuple(
            Steps(
                name=cut(claim_notes(digest, digest.claims[max(line.items())[1]])[0], WORDS_LIMIT),
                points=tuple(
                    Point(
                        x=days.begins(day),
                        y=numbers.place(_number(digest.claims[index])),
                        label=_surface(digest, index),
                        sources=(digest.claims[index].citation.source,),
                        index=index,
                    )
                    for day, index in sorted(line.items())
                ),
            )
            for line in lines
        ),
        days=days.axis,
        numbers=numbers.axis,
        is_logarithmic=numbers.is_logarithmic,
    )


def _readable(lines: Sequence[dict[date, int]]) -> list[dict[date, int]]:
    """As many of the lines, from the first, as can be told apart in one panel."""
    totals = accumulate(map(len, lines))
    return [line for line, total in zip(lines, totals, strict=True) if total <= MOST_PLACED or line is lines[0]]


def _voices(digest: Digest, indices: Iterable[int]) -> dict[tuple[str, ...], dict[date, int]]:
    """Of each speaker with numbers of more than one day the claim of each; none when nobody's number changed."""
    voices: dict[tuple[str, ...], dict[date, int]] = defaultdict(dict)
    for index in indices:
        claim = digest.claims[index]
        day = _day(claim)
        is_plain = claim.figure.reality is not Reality.PLANNED and not claim.is_part
        if day is not None and claim.parties and claim.figure.low == claim.figure.high and is_plain:
            voices[claim.parties][day] = index
    found = {voice: days for voice, days in voices.items() if len(days) > 1}
    numbers = [{_number(digest.claims[index]) for index in days.values()} for days in found.values()]
    return found if any(len(given) > 1 for given in numbers) else {}


def _day(claim: Claim) -> date | None:
    """The day a number is of: the one its sentence gives, else that of its article; None for a coarser time."""
    if claim.when is None:
        return claim.published
    return claim.when.first if claim.when.grain is Grain.DAY and claim.when.first == claim.when.last else None


def _number(claim: Claim) -> float:
    return _ends(claim)[0]


def _surface(digest: Digest, index: int) -> str:
    claim = digest.claims[index]
    return cut(one_line(claim.figure.surface.of(digest.sources[claim.citation.source - 1].article.text)), 24)
