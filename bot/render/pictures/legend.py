"""What a picture says of its own: what its marks mean, and what is not in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.render.calendar import INFERRED
from bot.render.pictures.values import Explained, Meaning
from bot.render.words import number, phrase, say

_WORDS = {
    Meaning.CONFLICT: phrase("conflicts with another"),
    Meaning.BOTH: phrase("same number elsewhere, and a conflict"),
    Meaning.AGREED: phrase("same number told elsewhere"),
    Meaning.ALONE: phrase("stands alone"),
    Meaning.HAPPENED: phrase("happened"),
    Meaning.AHEAD: phrase("planned or conditional"),
    Meaning.DENIED: phrase("denied"),
    Meaning.DISPUTED: phrase("accounts differ on who acted"),
}
_PLAIN = (Meaning.ALONE, Meaning.HAPPENED)  #: what needs no explanation where there is nothing else


def key(used: Collection[Meaning]) -> tuple[Explained, ...]:
    """The marks that are used, explained; none when all are plain."""
    if len(used) == 1 and not {*used} - {*_PLAIN}:
        return ()
    return tuple(Explained(meaning=meaning, words=say(_WORDS[meaning])) for meaning in Meaning if meaning in used)


def rest(count: int, command: str) -> tuple[str, ...]:
    """How many there are beside those shown, and where."""
    return (say("… and {count} more: {command}", count=number(count), command=f"/{command}"),) if count else ()


def sign(texts: Iterable[str]) -> tuple[str, ...]:
    """What the sign before a date means, where one bears it."""
    if not any(INFERRED in text for text in texts):
        return ()
    return (say("{sign} no article prints this date", sign=INFERRED),)


def logarithmic() -> str:
    """That equal steps are multiples."""
    return say("Logarithmic axis: each step is a multiple of the one before.")


def broken() -> str:
    """That the axis is not whole."""
    return say("The axis leaves out stretches without events.")


def not_drawn() -> str:
    """The heading of what has no place on the axis."""
    return say("Without a number to draw")


def over_time(heading: str) -> str:
    """The heading of the panel over time."""
    return say("Over time · {heading}", heading=heading)


def also_in(sources: Iterable[int]) -> tuple[str, ...]:
    """Which other articles tell it."""
    cited = "".join(f"[{source}]" for source in sources)
    return (say("also in {sources}", sources=cited),) if cited else ()
