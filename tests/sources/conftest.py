"""The misbehaving server, for every test of sources."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sources.misbehaving import Server, serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as running:
        yield running
