"""What stands in quotation marks: straight, curly, doubled or single, mixed, and with one of the two marks missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.digest.model import Span

#: two single marks stand for a double one in some agencies' texts
_MARK = re.compile(r"[“”\"«»„]|''|``|’’|‘‘")
_SINGLE = re.compile(r"(?<!\w)[‘'](?=[A-Z])[^‘'’\n]*(?:(?<=\w)['’](?=\w)[^‘'’\n]*)*[,.?!]['’](?!\w)")
_OPENING = frozenset({"“", "«", "„", "``", "‘‘"})
_CLOSING = frozenset({"”", "»", "’’"})
_STOPS = frozenset(",.?!;:-—–")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A stretch of a paragraph in quotation marks, marks included; ``opened``, ``closed``: which marks are there."""

    span: Span
    opened: bool
    closed: bool


def quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations of one paragraph, in order, without overlap; offsets count from the paragraph's start."""
    found: list[Quotation] = []
    begun: int | None = None
    end = 0
    for mark in _MARK.finditer(text):
        if _opens(text, mark, begun is not None):
            if begun is not None:
                continue
            begun = mark.start()
        else:
            if begun is None and not _stopped(text, mark.start()):
                continue
            start = begun if begun is not None else _sentence_start(text, mark.start(), end)
            found.append(Quotation(span=Span(start=start, end=mark.end()), opened=begun is not None, closed=True))
            begun, end = None, mark.end()
    if begun is not None and begun < len(text):
        found.append(Quotation(span=Span(start=begun, end=len(text)), opened=True, closed=False))
    return tuple(found) or _single(text)


def _single(text: str) -> tuple[Quotation, ...]:
    return tuple(
        Quotation(span=Span(start=match.start(), end=match.end()), opened=True, closed=True)
        for match in _SINGLE.finditer(text)
        if match.end() - match.start() > 2
    )


def _opens(text: str, mark: re.Match[str], inside: bool) -> bool:
    if mark.group() in _OPENING:
        return True
    if mark.group() in _CLOSING:
        return False
    before = text[mark.start() - 1] if mark.start() else " "
    after = text[mark.end()] if mark.end() < len(text) else " "
    if (before.isspace() or before in "([—–") and not after.isspace():
        return True
    if not before.isspace() and (after.isspace() or after in ")],.;:?!—–"):
        return False
    return not inside


def _stopped(text: str, offset: int) -> bool:
    """Whether the words before a closing mark without an opening one end as speech does."""
    return offset > 0 and text[offset - 1] in _STOPS


def _sentence_start(text: str, offset: int, floor: int) -> int:
    """Where a quotation without opening mark begins: at its sentence, or at the paragraph if nothing was quoted yet."""
    if floor == 0:
        return 0
    start = max(text.rfind(stop, floor, offset - 1) for stop in (". ", "? ", "! "))
    return start + 2 if start >= 0 else floor
