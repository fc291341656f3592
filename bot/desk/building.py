"""How the tables of a long story are built in a process of their own, which ends with it.

The functions are called in that process only.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from bot.desk.indexing import Reading, Tables, read
from bot.digest.model import Article, Digest
from bot.ports import Packing

_articles: list[Article] = []
_readings: list[Reading] = []


def prepare() -> None:
    """Takes the time that the first report would take otherwise."""
    for module in ("lines", "standing"):
        import_module(f"bot.digest.{module}")


def load(packing: Packing, reports: Mapping[int, str]) -> None:
    """Reads the next reports, by source number.

    Raises:
        ValueError: one cannot be read.
    """
    for number, text in sorted(reports.items()):
        report = packing.read_report(text)
        _articles.append(report.article)
        _readings.append(read(number, report))


def build(digest: Digest) -> Tables | None:
    """The tables of all that was loaded, without the digest, which whoever asks has; None when it is of others."""
    if _articles != [source.article for source in digest.sources]:
        return None
    return Tables().grown(digest, _readings).of(Digest())
