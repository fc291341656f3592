"""Full-text search over short texts: SQLite's FTS5 in memory, BM25 with Porter's stemmer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.desk.vocabulary import Term


class FullText:
    """Texts by number, in weighted columns; the first column counts most. Any thread may ask; each call blocks."""

    def __init__(self, weights: Mapping[str, float], rows: Iterable[tuple[int | str, ...]]) -> None:
        """``rows`` are a number and one text a column."""
        self._columns = list(weights)
        self._weights = tuple(weights.values())
        self._lock = threading.Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(weights)}, content='', tokenize='porter unicode61')"
        )
        marks = ", ".join("?" * (len(weights) + 1))
        with self._base:
            insert = f"INSERT INTO texts (rowid, {', '.join(weights)}) VALUES ({marks})"  # noqa: S608  (our own names)
            self._base.executemany(insert, rows)

    def ranked(self, terms: Sequence[Term], limit: int) -> dict[int, float]:
        """The texts that hold any of the terms with their scores, the best first; higher is better."""
        weights = ", ".join("?" * len(self._weights))
        rows = self._ask(
            f"SELECT rowid, -bm25(texts, {weights}) FROM texts WHERE texts MATCH ? "  # noqa: S608  (marks only)
            f"ORDER BY bm25(texts, {weights}), rowid LIMIT ?",
            (*self._weights, " OR ".join(_expression(term) for term in terms), *self._weights, limit),
        )
        return {int(number): float(score) for number, score in rows}

    def holding(self, term: Term, column: str, among: Collection[int] | None = None) -> set[int]:
        """The texts, of those given or of all, whose column holds the term."""
        match = f"{{{column}}} : ({_expression(term)})"
        held = {int(number) for (number,) in self._ask("SELECT rowid FROM texts WHERE texts MATCH ?", (match,))}
        return held if among is None else held.intersection(among)

    def count(self, term: Term) -> int:
        """The texts whose first column holds the term."""
        match = f"{{{self._columns[0]}}} : ({_expression(term)})"
        ((count,),) = self._ask("SELECT count(*) FROM texts WHERE texts MATCH ?", (match,))
        return int(count)

    def close(self) -> None:
        """Lets go of the memory."""
        with self._lock:
            self._base.close()

    def _ask(self, sql: str, values: tuple[str | int | float, ...]) -> list[tuple[int | float, ...]]:
        with self._lock:
            return self._base.execute(sql, values).fetchall()


def _expression(term: Term) -> str:
    """The term in FTS5's language; its tokens are letters and digits only, in quotation marks all the same."""
    return " OR ".join('"' + token.replace('"', "") + '"' for token in term.tokens)
