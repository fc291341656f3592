"""Which letters can be drawn, and with which of the fonts that are installed."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

LATIN = "DejaVu Sans"  #: comes with matplotlib; Latin, Cyrillic and Greek
OTHERS = ("Noto Sans CJK", "Noto Sans KR", "Noto Sans JP", "Noto Sans SC", "NanumGothic", "Nanum Gothic", "Noto Sans")
ACCENTS = range(0x0300, 0x0370)  #: marks that join the letter before them without shaping
_JOINED = ("R", "AL", "AN")  #: right to left
_INVISIBLE = "\u200a\u200b\u2060\ufeff\n\t"


@cache
def families() -> tuple[str, ...]:
    """The families that text is drawn with, each letter by the first that has it."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it warns of each family without bold letters
    installed = sorted({font.name for font in fontManager.ttflist})
    return (LATIN, *(name for wanted in OTHERS for name in installed if name.startswith(wanted)))


@lru_cache(maxsize=64)
def face(size: float, *, bold: bool = False) -> FontProperties:
    """A font of ``size`` points."""
    return FontProperties(family=list(families()), size=size, weight="bold" if bold else "normal")


def unknown_letters(texts: Iterable[str]) -> frozenset[str]:
    """The letters of ``texts`` that would come out as boxes, or wrong: right to left, or shaped by those around."""
    return frozenset(letter for text in texts for letter in set(text) if not _is_known(letter))


@lru_cache(maxsize=4096)
def _is_known(letter: str) -> bool:
    if letter in _INVISIBLE:
        return True
    kind = unicodedata.category(letter)
    if unicodedata.bidirectional(letter) in _JOINED or kind == "Mc" or (kind == "Mn" and ord(letter) not in ACCENTS):
        return False
    return any(ord(letter) in covered for covered in _coverage())


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    """What each family has, in its normal weight."""
    files = [findfont(FontProperties(family=name), fallback_to_default=False) for name in families()]
    return tuple(frozenset(get_font(file).get_charmap()) for file in files)
