"""What a printed line leaves out of what the digest knows: a speaker, a hedge, a date, the whole of a part, a kind.

Beside the check that every printed word stands in the article: a verbatim line can still mislead by what it drops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.digest.comparing import bounds, quantity_of
from bot.digest.model import Account, Claim, Digest, Finding
from bot.render.figures import NO_SPEAKER, PART, PRONOUNS, UNDATED, finding_heading, outlook_of
from bot.render.headlines import earlier_version
from bot.render.snippets import one_line
from bot.render.words import pattern, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A claim as a message prints it: its source's number, its words, the bold ones of these, who says it."""

    source: int
    words: str
    number: str
    said: str


def is_whole_claim(digest: Digest, told: Told, rest: Sequence[str]) -> bool:
    """Whether a claim of the digest is told with nothing dropped; ``rest`` are the notes printed beside the speaker."""
    return any(
        _is_of(digest, claim, told) and _is_spoken(digest, claim, told) and _tells_all(digest, claim, rest)
        for claim in digest.claims
    )


def is_known_finding(digest: Digest, heading: str, told: Sequence[Told]) -> bool:
    """Whether the digest holds a finding of this kind about these claims."""
    return any(
        all(
            any(
                _is_of(digest, digest.claims[i], one) and _is_spoken(digest, digest.claims[i], one)
                for i in finding.claims
            )
            for one in told
        )
        for finding in digest.findings
        if heading == _heading(finding)
    )


def has_moved(digest: Digest, old: Told, new: Told) -> bool:
    """Whether one speaker gives these two numbers for one thing in two articles, the old one not later than the new."""
    if digest.sources[old.source - 1].article.id == digest.sources[new.source - 1].article.id:
        return False  # an article's other version is a correction, and is to be called one
    return any(
        _is_of_one_thing(before, after)
        and _voice(digest, before) == _voice(digest, after)
        and before.published <= after.published
        for before in _claims_of(digest, old)
        for after in _claims_of(digest, new)
    )


def is_corrected(digest: Digest, old: Told, new: Told) -> bool:
    """Whether an article gives the new number where an earlier version of itself gave the old one."""
    earlier, later = digest.sources[old.source - 1], digest.sources[new.source - 1]
    label = earlier_version(later.label, later.number)
    is_version = earlier.article.id == later.article.id and earlier.label == label
    return is_version and any(
        _is_of_one_thing(before, after) for before in _claims_of(digest, old) for after in _claims_of(digest, new)
    )


def goes_together(digest: Digest, told: Sequence[Told]) -> bool:
    """Whether all of these numbers can be right at once."""
    claims = [claim for one in told for claim in _claims_of(digest, one)[:1]]
    return len(claims) == len(told) and (
        max(bounds(claim.figure)[0] for claim in claims) <= min(bounds(claim.figure)[1] for claim in claims)
    )


def names_scope(digest: Digest, told: Told) -> bool:
    """Whether the printed words hold an owner or a place that the digest knows of the claim."""
    text = digest.sources[told.source - 1].article.text
    return any(
        span is not None and one_line(span.of(text)) in told.words and span.of(text).lower() not in PRONOUNS
        for claim in digest.claims
        if _is_of(digest, claim, told)
        for span in (claim.figure.whose, claim.figure.place)
    )


def hides_a_date(digest: Digest, number: int, piece: str) -> bool:
    """Whether a telling with exactly these words, printed as undated, is dated by its article."""
    accounts = [account for entry in (*digest.timeline, *digest.undated) for account in entry.accounts]
    same = [account for account in accounts if account.citation.source == number and _words(digest, account) == piece]
    return bool(same) and all(account.event.time is not None for account in same)


def _claims_of(digest: Digest, told: Told) -> list[Claim]:
    return [claim for claim in digest.claims if _is_of(digest, claim, told) and _is_spoken(digest, claim, told)]


def _is_of_one_thing(before: Claim, after: Claim) -> bool:
    """Whether two different numbers count the same thing in the same place."""
    one, other = quantity_of(before), quantity_of(after)
    same = one is not None and one == other and before.figure.place_key == after.figure.place_key
    return same and (before.figure.low, before.figure.high) != (after.figure.low, after.figure.high)


def _voice(digest: Digest, claim: Claim) -> object:
    """Who makes a claim: its speakers, else who published it."""
    return claim.parties or digest.sources[claim.citation.source - 1].article.publisher


def _heading(finding: Finding) -> str:
    return finding_heading(finding.kind, places_differ=finding.places_differ)


def _is_of(digest: Digest, claim: Claim, told: Told) -> bool:
    """Whether the words are those of this claim: of its source, out of its sentence, its number and comparator bold."""
    if claim.citation.source != told.source:
        return False
    text = digest.sources[told.source - 1].article.text
    sentence, surface = one_line(claim.citation.sentence.of(text)), one_line(claim.figure.surface.of(text))
    return told.words in sentence and told.number == surface


def _is_spoken(digest: Digest, claim: Claim, told: Told) -> bool:
    """Whether the speaker is printed where there is one, with all of the reporting words."""
    speaker = claim.figure.speaker
    if speaker is None:
        return told.said == say(NO_SPEAKER)
    text = digest.sources[claim.citation.source - 1].article.text
    return told.said != say(NO_SPEAKER) and one_line(speaker.cue.of(text)) in told.said


def _tells_all(digest: Digest, claim: Claim, rest: Sequence[str]) -> bool:
    """Whether hedges, date, outlook and whole are all printed, and none that is not known."""
    text = digest.sources[claim.citation.source - 1].article.text
    figure = claim.figure
    cue = None if figure.speaker is None else figure.speaker.cue
    hedges = {f"“{hedge.of(text)}”" for hedge in figure.hedges if cue is None or not cue.meets(hedge)}
    time = figure.as_of
    dated = time is not None and time.when is not None and claim.citation.sentence.holds(time.span)
    part = any(pattern(PART, whole=".+").fullmatch(words) for words in rest)
    outlook = outlook_of(claim, text)
    return (
        hedges <= {*rest}
        and dated == (say(UNDATED) not in rest)
        and part == (claim.whole is not None)
        and (outlook is None or say(outlook) in rest)
    )


def _words(digest: Digest, account: Account) -> str:
    """A telling's words on one line."""
    text = digest.sources[account.citation.source - 1].article.text
    return " […] ".join(one_line(piece.of(text)) for piece in account.event.clause)
