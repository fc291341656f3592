"""What a robots.txt lets this bot ask for (RFC 9309)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

PRODUCT = "sitrep-briefing-bot"  #: the name that a robots.txt may address
LARGEST = 512_000  #: bytes that are read; the RFC asks for 500 KiB
_AGENT = re.compile(r"^([ \t]*user[- ]?agent[ \t:]+)(.*)$", re.IGNORECASE | re.MULTILINE)
_SOMEBODY_ELSE = "somebody-else"
_LONGEST_RULE = 2000  #: characters of one line


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one robots.txt."""

    _rules: Protego

    def allow(self, url: str) -> bool:
        """Whether this bot may ask for ``url``."""
        return bool(self._rules.can_fetch(url, PRODUCT))


def read_robots(text: str) -> Robots:
    """The rules in ``text``; what is no rule is passed over, and an empty text allows everything.

    Groups for other programs are made one, for the library spends time on each that a hostile file could multiply.
    """
    lines = (row[:_LONGEST_RULE] for row in text[:LARGEST].replace("\0", "").splitlines())
    return Robots(Protego.parse(_AGENT.sub(_ours_or_other, "\n".join(lines))))


def _ours_or_other(agent: re.Match[str]) -> str:
    name = agent[2].partition("#")[0].strip().lower()
    ours = name == "*" or (name and name.replace("*", "") in PRODUCT)
    return f"{agent[1]}{name if ours else _SOMEBODY_ELSE}"
