"""The machine's clock; the only module beside the command line that reads the real time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)


def steady_time() -> Callable[[], datetime]:
    """The time as the machine's clock told it at the start, counted on from there, however that clock is set later."""
    began, at = datetime.now(UTC), time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - at)
