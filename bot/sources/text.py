"""What strangers' text must not do to a reader: hide, reorder or steer. The words themselves are never touched."""

from __future__ import annotations

import html
import re

LONGEST_LINE = 300  #: characters of a title or a name that are kept; far beyond any headline
_TRICKS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 controls but tab, line ends and NEL
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # unseen characters; marks, overrides and isolates of direction; tags
)
_BREAKS = re.compile("[\x85\u2028\u2029]")  #: line ends that few programs know
_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")  #: halves of pairs, and what is no character
_HIDDEN_PARTS = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>|</?[A-Za-z][^<>]*\Z")
_BLANK = re.compile(r"\s+")
_ROUNDS = 3  #: how often markup may be packed in entities


def neutral(text: str) -> str:
    """``text`` without control characters, unseen characters and tricks of direction; tabs and line ends stay.

    Half a surrogate pair becomes U+FFFD, so that what comes out can always be written as UTF-8.
    """
    return _BROKEN.sub("\ufffd", _BREAKS.sub("\n", _TRICKS.sub("", text)))


def line(text: str) -> str:
    """``text`` as one line of plain words, for a title or a name: markup and entities are resolved, tricks removed.

    At most ``LONGEST_LINE`` characters, the last of them "…" when it was longer. A "<" that begins no tag stays.
    """
    words = neutral(text[: LONGEST_LINE * 20])
    for _ in range(_ROUNDS):
        bare = html.unescape(_untagged(words))
        if bare == words:
            break
        words = bare
    words = _BLANK.sub(" ", neutral(_untagged(words))).strip()
    return words if len(words) <= LONGEST_LINE else words[: LONGEST_LINE - 1].rstrip() + "…"


def _untagged(words: str) -> str:
    return _TAG.sub("", _HIDDEN_PARTS.sub("", words))
