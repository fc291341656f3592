"""Scores figures against the stories written for it: ``python -m benchmarks.figure_gold tests/gold/stories``."""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import printed, read, shipped
from bot.digest.counting import singular
from bot.digest.countries import fold
from bot.digest.owners import whose_key
from bot.digest.place_phrases import place_key

_WORD = re.compile(r"[\w'’-]+")
FIELDS = ("comparator", "whose", "place", "source")
BESIDE = ("status", "part_of")  #: told, but not asked of a figure that is to be wholly right


@dataclass(slots=True)
class Score:
    """Counts over all stories: figures expected, given, right in number, unit and tracker, and right in every field."""

    expected: int = 0
    given: int = 0
    right: int = 0
    whole: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """F1 of number, unit and tracker."""
        return _f1(self.right, self.expected + self.given)

    @property
    def whole_f1(self) -> float:
        """F1 of figures that are right in number, unit, tracker, comparator, whose, place and source."""
        return _f1(self.whole, self.expected + self.given)


def _f1(right: int, both: int) -> float:
    """F1 of ``right`` ones out of ``both`` the expected and the given; nothing expected nor given is all right."""
    return 2 * right / both if both else 1.0


def score(folder: Path) -> Score:
    """Reads every story of ``folder`` and compares it with its gold."""
    total = Score()
    declared = shipped()
    for path in sorted(folder.glob("*.txt")):
        gold = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
        text = path.read_text(encoding="utf-8")
        moment = datetime.combine(gold["published"], datetime.min.time(), tzinfo=UTC)
        _, found, named, _ = read(path.stem, text, moment, declared)
        compare(path.stem, text, list(_expected(gold, text)), [printed(figure, text, named) for figure in found], total)
    return total


def _expected(gold: dict[str, object], text: str) -> Iterator[dict[str, object]]:
    flat = text.replace("\n", " ")
    figures = gold.get("figures", [])
    assert isinstance(figures, list)
    for entry in figures:
        start = flat.index(entry["quote"]) + entry["quote"].index(entry["number"])
        yield {"low": None, "high": None} | entry | {"start": start, "end": start + len(entry["number"])}


def compare(
    name: str, text: str, expected: list[dict[str, object]], given: list[dict[str, object]], total: Score
) -> None:
    """Adds one story's counts and errors to ``total``."""
    total.expected += len(expected)
    total.given += len(given)
    met: dict[int, int] = {}
    for index, want in enumerate(expected):
        got = next((at for at, have in enumerate(given) if at not in met.values() and _same_number(want, have)), None)
        if got is None:
            total.errors.append(f"{name}: missed {want['quote']!r}")
        else:
            met[index] = got
    for at, have in enumerate(given):
        if at not in met.values():
            total.errors.append(
                f"{name}: false {_context(text, have)!r} {have['tracker']} {have['unit']} {have['status']}"
            )
    for index, at in met.items():
        want, have = expected[index], given[at]
        wrong = [key for key in ("tracker", "unit", "low", "high") if not _agrees(key, want, have, text)]
        beside = [key for key in (*FIELDS, *BESIDE) if not _agrees(key, want, have, text)]
        part = want.get("part_of")
        if "part_of" in beside and isinstance(part, int) and met.get(part) == have["part_of"] is not None:
            beside.remove("part_of")
        total.fields.update(key for key in (*FIELDS, *BESIDE) if key not in beside)
        total.right += not wrong
        total.whole += not wrong and not set(FIELDS) & set(beside)
        total.errors += [
            f"{name}: {want['quote']!r} {key}: expected {want.get(key)!r}, got {_shown(have, key, text)!r}"
            for key in (*wrong, *beside)
        ]


def _same_number(want: dict[str, object], have: dict[str, object]) -> bool:
    return bool(want["start"] < have["end"] and have["start"] < want["end"])  # type: ignore[operator]


def _shown(have: dict[str, object], key: str, text: str) -> object:
    value = have[key]
    return text[value[0] : value[1]] if key == "source" and isinstance(value, list) else value


def _context(text: str, have: dict[str, object]) -> str:
    start, end = have["start"], have["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    return text[max(0, start - 30) : end + 30].replace("\n", " ")


def _agrees(key: str, want: dict[str, object], have: dict[str, object], text: str) -> bool:
    """Whether a field is right, in one of its readings ("": nothing); names and places go by key, sources by words."""
    one, other = want.get(key), _shown(have, key, text)
    one = None if one == "" else one
    if isinstance(one, list):
        return any(_agrees(key, want | {key: reading}, have, text) for reading in one)
    if one is None or other is None:
        return (one is None and other is None) or (key == "status" and one is None)
    match key:
        case "unit":
            return singular(str(one).split()[-1].lower()) == singular(str(other).split()[-1].lower())
        case "whose":
            wanted = whose_key(str(one))
            return any(_alike(wanted, whose_key(str(words))) for words in (other, have["whose as printed"]))
        case "place":
            return _alike(place_key(str(one)), place_key(str(other)))
        case "source":
            return any(_alike(fold(str(one)), fold(str(words))) for words in (other, have["source as printed"]))
        case "status":
            return str(one)[:4] == str(other)[:4]
        case _:
            return one == other


def _alike(one: str, other: str) -> bool:
    """Whether the words of one are among the other's."""
    first, second = set(_WORD.findall(one)), set(_WORD.findall(other))
    return bool(first) and bool(second) and (first <= second or second <= first)


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print("usage: python -m benchmarks.figure_gold FOLDER [--errors]", file=sys.stderr)
        return 2
    result = score(Path(arguments[0]))
    if "--errors" in arguments:
        print("\n".join(result.errors))
    print(f"expected {result.expected}, given {result.given}")
    print(f"number, unit, tracker: F1 {result.f1:.3f}")
    print(f"and {', '.join(FIELDS)}: F1 {result.whole_f1:.3f}")
    for key in (*FIELDS, *BESIDE):
        print(f"  {key}: {result.fields[key]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
