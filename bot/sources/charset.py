"""From bytes to text when the sender may be wrong about the encoding, or silent."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

SEARCHED = 2048  #: bytes at the beginning of a document that may name its encoding
FALLBACK = "windows-1252"  #: what browsers take for a page that says nothing
_NAMED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WESTERN = frozenset({"ascii", "iso8859-1"})  #: labels that in practice mean the fallback
_OF_THE_WEB = re.compile(
    r"utf-(?:8|16)|cp(?:125\d|866|874|932|949)|iso8859-\d+|koi8-[rut]|mac-(?:roman|cyrillic)|gb(?:k|2312|18030)"
    r"|big5(?:hkscs)?|euc_(?:jp|kr)|shift_jis|iso2022_jp|tis-620"
)  #: Python's names; others, like utf-7, let a text change its meaning unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text with the encoding it was read in; ``declared`` is what the sender claimed, when it did not
    hold and a guess had to do."""

    text: str
    encoding: str
    declared: str | None = None


def decoded(body: bytes, declared: str | None) -> Decoded:
    """The text of ``body``; never fails, unreadable bytes become U+FFFD.

    A byte order mark wins; then UTF-8 when the bytes are valid UTF-8 and not plain ASCII, for that does not happen by
    chance; then the name the sender or the document itself gives, when the bytes fit it; then Windows-1252.
    """
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body[len(mark) :].decode(marked, "replace"), encoding=marked)
    names = [name for name in (declared, _inside(body)) if name is not None]
    known = [encoding for name in names if (encoding := _known(name)) is not None]
    tried = known if body.isascii() else ["utf-8", *known]
    for encoding in [*tried, "utf-8"]:
        try:
            text = body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return Decoded(text=text, encoding=encoding)
    return Decoded(text=body.decode(FALLBACK, "replace"), encoding=FALLBACK, declared=names[0] if names else None)


def _inside(body: bytes) -> str | None:
    found = _NAMED.search(body[:SEARCHED])
    return found[1].decode("ascii") if found else None


def _known(name: str) -> str | None:
    """Python's name for an encoding that pages use; None for any other."""
    try:
        encoding = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    if encoding in _WESTERN:
        return FALLBACK
    return encoding if _OF_THE_WEB.fullmatch(encoding) else None
