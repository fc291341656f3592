"""A bottom-up chart parser: rules over lexemes, every reading found, in time linear in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.digest.dates.lexer import Lexeme

LONGEST = 16  #: lexemes in one phrase
MOST_EDGES = 120  #: readings kept at one position; a longer list is noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``name`` may be read from ``items``.

    An item is a class in capitals ("MONTH"), or words ("early|late"), or several by "|"; a question mark makes it
    optional.
    ``build`` takes the values of the items in capitals, in order (an item that mixes both counts as one in capitals
    and gives None for its words), and gives the value of the whole, or None if they do not fit together.
    """

    name: str
    items: str
    build: Callable[..., object]
    behind: str = ""
    ahead: str = ""
    not_ahead: str = ""

    def stands(self, lexemes: Sequence[Lexeme], start: int, end: int) -> bool:
        """Whether the words around the phrase allow the rule."""
        if self.behind and (start == 0 or lexemes[start - 1].word not in self.behind.split("|")):
            return False
        after = lexemes[end].word if end < len(lexemes) else ""
        if self.ahead and after not in self.ahead.split("|"):
            return False
        banned = self.not_ahead.split("|")
        return not (self.not_ahead and (after in banned or ("#" in banned and after[:1].isalnum())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A reading of the lexemes up to ``end``."""

    name: str
    value: object
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sequence:
    """One way to spell a rule: for each item its keys and whether its value is handed to ``build``."""

    rule: Rule
    items: tuple[tuple[tuple[str, ...], bool], ...]


class Grammar:
    """Rules made ready for parsing."""

    __slots__ = ("_by_first",)

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_first: dict[str, list[_Sequence]] = {}
        for rule in rules:
            for sequence in _spellings(rule):
                for key in sequence.items[0][0]:
                    self._by_first.setdefault(key, []).append(sequence)

    def chart(self, lexemes: Sequence[Lexeme], *, alone: bool = False) -> list[list[Edge]]:
        """For every lexeme, the readings of the phrases that begin with it.

        ``alone``: the lexemes were cut out of a text, so no rule minds what stands around its phrase.
        """
        charts: list[dict[str, list[Edge]]] = [{} for _ in range(len(lexemes) + 1)]
        found: list[list[Edge]] = [[] for _ in lexemes]
        for at in range(len(lexemes) - 1, -1, -1):
            found[at] = self._readings(lexemes, at, charts, alone)
        return found

    def _readings(
        self, lexemes: Sequence[Lexeme], at: int, charts: list[dict[str, list[Edge]]], alone: bool
    ) -> list[Edge]:
        agenda = [Edge(name=name, value=value, end=at + 1) for name, value in lexemes[at].classes]
        here = charts[at]
        seen: set[tuple[str, object, int]] = set()
        found: list[Edge] = []
        while agenda and len(found) < MOST_EDGES:
            edge = agenda.pop(0)
            key = (edge.name, edge.value, edge.end)
            if key in seen:
                continue
            seen.add(key)
            here.setdefault(edge.name, []).append(edge)
            found.append(edge)
            for sequence in self._by_first.get(edge.name, ()):
                values = (edge.value,) if sequence.items[0][1] else ()
                for end, captured in _rest(sequence.items[1:], edge.end, values, charts, at + LONGEST):
                    if not alone and not sequence.rule.stands(lexemes, at, end):
                        continue
                    value = sequence.rule.build(*captured)
                    if value is not None:
                        agenda.append(Edge(name=sequence.rule.name, value=value, end=end))
        return found


def _rest(
    items: tuple[tuple[tuple[str, ...], bool], ...],
    at: int,
    values: tuple[object, ...],
    charts: list[dict[str, list[Edge]]],
    limit: int,
) -> list[tuple[int, tuple[object, ...]]]:
    """All ways to match the items from ``at`` on, none beyond ``limit``: where they end and what they capture."""
    if not items:
        return [(at, values)]
    keys, captured = items[0]
    here = charts[at]
    found: list[tuple[int, tuple[object, ...]]] = []
    if not here:
        return found
    for key in keys:
        for edge in here.get(key, ()):
            if edge.end <= limit:
                more = (*values, edge.value) if captured else values
                found += _rest(items[1:], edge.end, more, charts, limit)
    return found


def _spellings(rule: Rule) -> list[_Sequence]:
    """The rule with every optional item both present and absent."""
    variants: list[tuple[tuple[tuple[str, ...], bool], ...]] = [()]
    for item in rule.items.split():
        names = item.rstrip("?").split("|")
        captured = any(name.isupper() for name in names)
        keys = tuple(name if name.isupper() else f"={name}" for name in names)
        longer = [(*variant, (keys, captured)) for variant in variants]
        variants = longer + variants if item.endswith("?") else longer
    return [_Sequence(rule=rule, items=variant) for variant in variants if variant]
