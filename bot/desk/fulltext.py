"""Full-text search over short texts: SQLite's FTS5 in memory, BM25 with Porter's stemmer."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Self

from bot.desk.vocabulary import Term, Words

AT_ONCE = 100  #: words in a row that are looked for by one question


class FullText:
    """Texts by number, in weighted columns; the first column counts most. Any thread may ask; each call blocks.

    Can be sent to another process.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._begin(weights)
        self._base.execute(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(weights)}, tokenize='porter unicode61')")

    def _begin(self, weights: Mapping[str, float]) -> None:
        self._columns = dict(weights)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._base.close)  # whoever still answers from these texts may do so to the end

    def __getstate__(self) -> tuple[dict[str, float], bytes]:
        with self._lock:
            return self._columns, self._base.serialize()

    def __setstate__(self, state: tuple[dict[str, float], bytes]) -> None:
        weights, texts = state
        self._begin(weights)
        self._base.deserialize(texts)

    def copy(self) -> Self:
        """The same texts, to be changed apart."""
        other = type(self).__new__(type(self))
        other._begin(self._columns)
        with self._lock:
            self._base.backup(other._base)
        return other

    def put(self, rows: Iterable[tuple[int | str, ...]]) -> None:
        """Adds texts, or puts them in the place of those that they number: a number and one text a column."""
        marks = ", ".join("?" * (len(self._columns) + 1))
        with self._lock, self._base:
            self._base.executemany(
                f"INSERT OR REPLACE INTO texts (rowid, {', '.join(self._columns)}) VALUES ({marks})",  # noqa: S608  (our own names)
                rows,
            )

    def having(self, phrases: Collection[Words]) -> set[int]:
        """The texts that hold any of these words in a row, in whatever form, in any column."""
        quoted = [f'"{" ".join(words)}"' for words in sorted(phrases)]
        return {
            int(number)
            for start in range(0, len(quoted), AT_ONCE)
            for (number,) in self._ask(
                "SELECT rowid FROM texts WHERE texts MATCH ?", (" OR ".join(quoted[start : start + AT_ONCE]),)
            )
        }

    def ranked(self, terms: Sequence[Term], limit: int) -> dict[int, float]:
        """The texts that hold any of the terms with their scores, the best first; higher is better."""
        values = tuple(self._columns.values())
        weights = ", ".join("?" * len(values))
        rows = self._ask(
            f"SELECT rowid, -bm25(texts, {weights}) FROM texts WHERE texts MATCH ? "  # noqa: S608  (marks only)
            f"ORDER BY bm25(texts, {weights}), rowid LIMIT ?",
            (*values, " OR ".join(_expression(term) for term in terms), *values, limit),
        )
        return {int(number): float(score) for number, score in rows}

    def holding(self, term: Term, column: str, among: Collection[int] | None = None) -> set[int]:
        """The texts, of those given or of all, whose column holds the term."""
        match = f"{{{column}}} : ({_expression(term)})"
        held = {int(number) for (number,) in self._ask("SELECT rowid FROM texts WHERE texts MATCH ?", (match,))}
        return held if among is None else held.intersection(among)

    def count(self, term: Term) -> int:
        """The texts whose first column holds the term."""
        match = f"{{{next(iter(self._columns))}}} : ({_expression(term)})"
        ((count,),) = self._ask("SELECT count(*) FROM texts WHERE texts MATCH ?", (match,))
        return int(count)

    def _ask(self, sql: str, values: tuple[str | int | float, ...]) -> list[tuple[int | float, ...]]:
        with self._lock:
            return self._base.execute(sql, values).fetchall()


def _expression(term: Term) -> str:
    """The term in FTS5's language; its tokens are letters and digits only, in quotation marks all the same."""
    return " OR ".join('"' + token.replace('"', "") + '"' for token in term.tokens)
