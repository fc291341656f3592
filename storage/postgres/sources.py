"""What following sources asks of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.ports import SourceState
from storage.postgres.mirror import Mirror
from storage.sources_table import SourcesTable


class Sources:
    """`bot.ports.SourceStore`: the sources are in every process's memory."""

    _mirror: Mirror
    _sources: SourcesTable

    async def sources(self) -> tuple[SourceState, ...]:
        """Every source that is followed."""
        return self._sources.all()

    async def settle_sources(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Follows these sources and no others."""
        return await self._mirror.change(lambda: self._sources.settle(states)) or ()

    async def add_sources(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Follows more sources."""
        return await self._mirror.change(lambda: self._sources.add(states)) or ()

    async def change_source(self, number: int, change: Callable[[SourceState], SourceState]) -> SourceState | None:
        """Changes one source."""
        return await self._mirror.change(lambda: self._sources.change(number, change))

    async def remove_source(self, number: int) -> SourceState | None:
        """Follows one source no more."""
        return await self._mirror.change(lambda: self._sources.remove(number))
