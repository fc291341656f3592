"""The sources that are followed: a document each, its id the source's number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.ports import SourceState
from storage.codec import read_source, source_text
from storage.durable import DurableDB, DurableTable
from storage.versions import META

SOURCES = "sources"
LAST_NUMBER = "last_source"  #: in the store's note; a number that was given once is never another source's


class SourcesTable:
    """The sources, decoded once, for they are asked for every second; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(SOURCES)
        self._meta = database.table(META)
        self._states: dict[int, SourceState] = {}
        database.storage.watch(SOURCES, self._changed)

    def get(self, number: int) -> SourceState | None:
        """A source."""
        return self._states.get(number)

    def all(self) -> tuple[SourceState, ...]:
        """Every source, by number."""
        return tuple(state for _, state in sorted(self._states.items()))

    def put(self, state: SourceState) -> None:
        """Keeps a source in the place of what was kept of it; one that has not changed is not written."""
        if self._states.get(state.number) != state:
            self._table.put(state.number, source_text(state))

    def drop(self, number: int) -> None:
        """Forgets a source."""
        self._table.drop({number: None})

    def add(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Keeps new sources under new numbers."""
        meta = self._meta.get(doc_id=1)
        last = 0 if meta is None else int(meta.get(LAST_NUMBER, 0))
        added = tuple(replace(state, number=number) for number, state in enumerate(states, last + 1))
        for state in added:
            self.put(state)
        if added:
            self._meta.update({LAST_NUMBER: added[-1].number}, doc_ids=[1])
        return added

    def _changed(self, key: int, text: str | None) -> None:
        self._states.pop(key, None)
        if text is not None:
            self._states[key] = read_source(text)
