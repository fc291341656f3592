"""What a store promises about sources: each step lasts, and a number stays one source's for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ports import Declared, Seen, SourceKind, SourceState, Validators
from tests.homes import Home, OpenStore, closed
from tests.stores import NOW
from tests.test_store import home

__all__ = ["home"]  # the fixture: every kind of store


def source(name: str) -> SourceState:
    return SourceState(declared=Declared(kind=SourceKind.FEED, place=f"https://{name}.example/feed", name=name))


@pytest.fixture
async def store(home: Home) -> AsyncIterator[OpenStore]:
    found = await home.open()
    yield found
    await closed(found)


async def test_sources_come_back_as_they_were(home: Home) -> None:
    first = await home.open()
    a, b = await first.add_sources([source("a"), source("b")])
    whole = replace(
        a, by_operator=True, paused=True, url="https://c.example/", last_try=NOW, last_success=NOW, next_try=NOW,
        reason="expected a page", failures=3, validators=Validators(etag='"1"', last_modified="then"), articles=7,
        seen=(Seen(link="https://a.example/1", stamp="x"),), last_article=NOW, remarks=("one", "two"),
    )  # fmt: skip
    assert await first.change_source(a.number, lambda _: whole) == whole
    await closed(first)

    second = await home.open()
    found = await second.sources()
    await closed(second)

    assert found == (whole, b)


async def test_a_number_is_never_given_again(home: Home) -> None:
    first = await home.open()
    _, b = await first.add_sources([source("a"), source("b")])
    assert await first.remove_source(b.number) == b
    await closed(first)

    second = await home.open()
    (c,) = await second.add_sources([source("c")])
    await closed(second)

    assert (b.number, c.number) == (2, 3)


async def test_settling_keeps_these_sources_and_no_others(store: OpenStore) -> None:
    a, b, _ = await store.add_sources([source("a"), source("b"), source("c")])
    paused = replace(b, paused=True)

    settled = await store.settle_sources([source("d"), a, paused])

    assert settled == (a, paused, replace(source("d"), number=4)) == await store.sources()


async def test_a_source_that_is_gone_is_neither_changed_nor_removed(store: OpenStore) -> None:
    (a,) = await store.add_sources([source("a")])
    await store.remove_source(a.number)

    assert await store.change_source(a.number, lambda _: a) is None
    assert await store.remove_source(a.number) is None
    assert await store.sources() == ()


async def test_a_change_that_fails_changes_nothing(store: OpenStore) -> None:
    (a,) = await store.add_sources([source("a")])

    def failing(_: SourceState) -> SourceState:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.change_source(a.number, failing)

    assert await store.sources() == (a,)
