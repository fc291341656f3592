"""Sets found phrases on the calendar: from what each counts, and which two are the ends of one range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.digest.dates import anchoring
from bot.digest.dates.anchoring import Direction
from bot.digest.dates.calendar import Stretch
from bot.digest.dates.finding import Link, Mention
from bot.digest.dates.meaning import Clocked, Phrase, Plain, Relative, SameUnit, Within
from bot.digest.model import Grain, Span, TimeExpression, TimeKind, When

UNKNOWN_DATE = "XXXX-XX-XX"  #: TIMEX3's date of which nothing is known
LOOK_BACK = 12  #: how many expressions back a date may stand that a phrase counts from
REPORTING_PERIODS = ("P6M", "P9M", "P12M", "P1Y")  #: that companies report of, beside quarters
NEARBY = 3  #: the same for a bare time of day


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A time expression with what later phrases need to count from it.

    ``shifted``: it is itself a comparison, so nothing counts from it.
    """

    expression: TimeExpression
    stretch: Stretch | None
    mention: Mention
    shifted: bool


def placed(mentions: Sequence[Mention], published: date, earlier: Sequence[Placed]) -> list[Placed]:
    """The mentions of a paragraph on the calendar; ``earlier`` are those of the paragraphs before."""
    done: list[Placed] = []
    waiting: list[Mention] = []
    for mention in mentions:
        if mention.leans == 1:
            waiting.append(mention)
            continue
        before = [*earlier[-LOOK_BACK:], *done][-LOOK_BACK:]
        own = _place(
            mention, published, done[-1] if mention.leans == -1 and done else _reference(mention, before, published)
        )
        chain = [own]
        while waiting:
            chain.append(_place(waiting.pop(), published, chain[-1]))
        if len(chain) > 1 and isinstance(mention.phrase.core, Within):
            chain[0] = _counted_back(own, chain[1])
        done += reversed(chain)
    done += [_place(mention, published, None) for mention in waiting]
    return done


def _counted_back(dated: Placed, listed: Placed) -> Placed:
    """The last of a list of days, whose words want the month, anchored in the one before: "3-5, 2024" behind "June"."""
    anchor = listed.stretch.first if listed.stretch is not None else None
    expression = replace(dated.expression, anchor=anchor, anchor_span=listed.expression.span)
    return replace(dated, expression=expression)


def joined(found: Sequence[Placed]) -> list[TimeExpression]:
    """The expressions with the two ends of every range made one."""
    expressions: list[TimeExpression] = []
    for item in found:
        whole = _range(expressions[-1], item) if expressions and item.mention.link is Link.RANGE else None
        if whole is not None:
            expressions[-1] = whole
        else:
            expressions.append(item.expression)
    return expressions


def when_of(stretch: Stretch, reckoned: bool) -> When:
    """The stretch as the digest's value."""
    return When(first=stretch.first, last=stretch.last, grain=stretch.grain, reckoned=reckoned)


def span_of_days(first: When, last: When) -> When | None:
    """The range from one date to another; None if it would run backward or has an open end."""
    if first.first is None or last.last is None or first.first > last.last:
        return None
    return When(first=first.first, last=last.last, grain=Grain.RANGE, reckoned=first.reckoned or last.reckoned)


def _range(left: TimeExpression, item: Placed) -> TimeExpression | None:
    right = item.expression
    if left.when is None or right.when is None or left.when.grain is Grain.RANGE:
        return None
    if left.kind is not TimeKind.DATE or right.kind is not TimeKind.DATE:
        return None
    when = span_of_days(left.when, right.when)
    if when is None:
        return None
    anchor = None if not when.reckoned else left.anchor if left.anchor_span is None else right.anchor
    return TimeExpression(
        span=Span(start=left.span.start, end=right.span.end),
        kind=TimeKind.DATE,
        value=f"{left.value}/{right.value}",
        when=when,
        anchor=anchor,
    )


def _place(mention: Mention, published: date, counted_from: Placed | None) -> Placed:
    """Sets a phrase on the calendar, counting from another if one is given."""
    core = mention.phrase.core
    reference = counted_from.stretch if counted_from is not None else None
    stretch = anchoring.resolved(core, published, reference, _direction(mention))
    explicit = anchoring.is_explicit(core)
    undated = isinstance(core, Clocked) and core.day is None and not _same_sentence(mention, counted_from)
    expression = TimeExpression(
        span=mention.span,
        kind=mention.phrase.kind,
        value=_value(mention.phrase, stretch),
        modifier=mention.phrase.modifier,
        when=when_of(stretch, reckoned=not explicit) if stretch is not None and not undated else None,
    )
    if expression.when is not None and not explicit:
        if counted_from is not None and reference is not None:
            expression = replace(expression, anchor=reference.first, anchor_span=counted_from.expression.span)
        else:
            expression = replace(expression, anchor=published)
    return Placed(expression=expression, stretch=stretch, mention=mention, shifted=anchoring.is_shifted(core))


def _same_sentence(mention: Mention, other: Placed | None) -> bool:
    return other is not None and other.mention.sentence == mention.sentence


def _direction(mention: Mention) -> Direction:
    """Away from the neighbour that the phrase leans on, else as its clause looks."""
    match mention.leans:
        case 1:
            return Direction.PAST
        case -1:
            return Direction.FUTURE
    return mention.direction


def _reference(mention: Mention, before: Sequence[Placed], published: date) -> Placed | None:
    """The date a phrase counts from: the last one of its sentence, else the main clause's of the nearest before."""
    core = mention.phrase.core
    if not anchoring.wants_reference(core):
        return None
    bare_time = isinstance(core, Clocked) and core.day is None
    wants_past = isinstance(core, SameUnit) and core.over
    fitting = [
        item
        for item in (before[-NEARBY:] if bare_time else before)
        if item.stretch is not None
        and not item.shifted
        and anchoring.fits(core, item.stretch, same_sentence=item.mention.sentence == mention.sentence)
        and not (wants_past and item.stretch.last >= published and not _is_reported(item, before))
    ]
    if anchoring.compares_periods(core):
        fitting = _behind_period(fitting, before)
    if not fitting or fitting[-1].mention.sentence == mention.sentence:
        return fitting[-1] if fitting else None
    if anchoring.compares_periods(core):
        named = [item for item in fitting if not isinstance(item.mention.phrase.core, Relative)]
        return max(named or fitting, key=lambda item: item.stretch.last if item.stretch is not None else date.min)
    latest = [item for item in fitting if item.mention.sentence == fitting[-1].mention.sentence]
    return min(reversed(latest), key=lambda item: item.mention.depth)


def _is_reported(period: Placed, before: Sequence[Placed]) -> bool:
    """Whether results were compared with it, so that it is over even if the calendar's quarter of that name is not."""
    if period.mention.direction is Direction.FUTURE:
        return False
    return any(item.shifted and item.expression.anchor_span == period.expression.span for item in before)


def _behind_period(fitting: list[Placed], before: Sequence[Placed]) -> list[Placed]:
    """Those behind the last period that is a length: after "the nine months" no quarter named before is meant."""
    lengths = [at for at, item in enumerate(before) if item.expression.value in REPORTING_PERIODS]
    return [item for item in fitting if item in before[lengths[-1] :]] if lengths else fitting


def _value(phrase: Phrase, stretch: Stretch | None) -> str:
    match phrase.core:
        case Plain(value=value):
            return value
        case Clocked(clock=clock) if stretch is not None:
            return stretch.value + clock
    if stretch is not None:
        return stretch.value
    match phrase.core:
        case Clocked(clock=clock):
            return UNKNOWN_DATE + clock
        case Relative():
            return UNKNOWN_DATE
    return "PAST_REF"
