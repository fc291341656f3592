"""Chooses the lines of each day of news: ``python -m benchmarks.summary DATA OUT.json``.

DATA is a folder with ``daily.jsonl``, a day a line: {id, articles: [{sents}]}; or that file. OUT gets
{id: [[article, sentence], …]}, indices from 0, the most telling first. References are not looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.digest.lines import candidate
from bot.digest.summary import choose, shortlist

OFFERED = 40  #: lines a day, more than any reader asked for


def lines(articles: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """The lines of one day, as (article, sentence), the most telling first."""
    places = shortlist([len(sentences) for sentences in articles])
    candidates = [candidate(articles[article][index], article=article, position=index) for article, index in places]
    return [places[choice] for choice in choose(candidates, OFFERED)]


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2:
        print("usage: python -m benchmarks.summary DATA OUT.json", file=sys.stderr)
        return 2
    data, out = Path(arguments[0]), Path(arguments[1])
    result = {}
    with (data / "daily.jsonl" if data.is_dir() else data).open(encoding="utf-8") as days:
        for day in map(json.loads, days):
            result[day["id"]] = lines([article["sents"] for article in day["articles"]])
    out.write_text(json.dumps(result) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
