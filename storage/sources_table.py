"""The sources that are followed: a document each, its id the source's number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.ports import SourceState
from storage.codec import read_source, source_text
from storage.durable import DurableDB, DurableTable, encode

SOURCES = "sources"
NUMBERS = "source_numbers"  #: one document: the number given last, for one that was given once is no other source's


class SourcesTable:
    """The sources, decoded once, for they are asked for every second; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(SOURCES)
        self._numbers: DurableTable = database.table(NUMBERS)
        self._states: dict[int, SourceState] = {}
        database.storage.watch(SOURCES, self._changed)

    def all(self) -> tuple[SourceState, ...]:
        """Every source, by number."""
        return tuple(state for _, state in sorted(self._states.items()))

    def settle(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Keeps these sources and no others."""
        for number in self._states.keys() - {state.number for state in states}:
            self.remove(number)
        for state in states:
            if state.number:
                self._put(state)
        self.add([state for state in states if not state.number])
        return self.all()

    def add(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Keeps new sources under new numbers."""
        noted = self._numbers.get(doc_id=1)
        last = max(0 if noted is None else int(noted["last"]), *self._states, 0)
        added = tuple(replace(state, number=number) for number, state in enumerate(states, last + 1))
        for state in added:
            self._put(state)
        if added:
            self._numbers.put(1, encode({"last": added[-1].number}))
        return added

    def change(self, number: int, change: Callable[[SourceState], SourceState]) -> SourceState | None:
        """Makes a source what ``change`` makes of it; None when there is none."""
        kept = self._states.get(number)
        if kept is None:
            return None
        after = change(kept)
        self._put(after)
        return after

    def remove(self, number: int) -> SourceState | None:
        """Forgets a source, and returns it; None when there is none."""
        kept = self._states.get(number)
        if kept is not None:
            self._table.drop({number: None})
        return kept

    def _put(self, state: SourceState) -> None:
        """One that has not changed is not written."""
        if self._states.get(state.number) != state:
            self._table.put(state.number, source_text(state))

    def _changed(self, key: int, text: str | None) -> None:
        self._states.pop(key, None)
        if text is not None:
            self._states[key] = read_source(text)
