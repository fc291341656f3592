"""What a person is told of the articles and the store."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from bot.app.parts import Parts
from bot.desk.newsdesk import Added
from bot.errors import SitrepError

Say = Callable[[str], None]


async def report(added: Added, parts: Parts, say: Say) -> None:
    """Says what a person should know of the articles and the store."""
    if parts.store.fault is not None:
        say(f"! {parts.store.fault}")
    for remark in (*parts.declared.problems, *added.remarks):
        say(f"! {remark}")
    total = len((await parts.store.library()).filed)
    if total == 0:
        say(f"! {parts.folder.nothing_found()}")
    say(f"{total} article{'' if total == 1 else 's'} from {parts.folder.path}, {added.read} read anew.")


async def saying_why(read: Callable[[], Coroutine[object, object, None]], say: Say) -> None:
    """Does ``read``; what keeps it from its end is said, and no more: what is stored is served all the same."""
    try:
        await read()
    except SitrepError as error:
        say(f"! {error}")
