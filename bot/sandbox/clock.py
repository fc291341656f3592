"""The sandbox's time: real time plus an offset that anyone at the page may move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class SandboxClock:
    """Real time, shifted. It runs at real speed from wherever it was moved to.

    Args:
        real_now: where real time comes from; must return aware moments.
    """

    def __init__(self, real_now: Callable[[], datetime]) -> None:
        self._real_now = real_now
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The sandbox's present moment; aware, in the zone of ``real_now``."""
        return self._real_now() + self.offset

    def move_to(self, moment: datetime) -> None:
        """Makes ``moment`` the present.

        Raises:
            ValueError: ``moment`` is naive.
        """
        if moment.tzinfo is None:
            raise ValueError(f"expected a moment with a time zone, got {moment.isoformat()}")
        self.offset = moment - self._real_now()

    def move_by(self, distance: timedelta) -> None:
        """Moves the present by ``distance``, which may be negative."""
        self.offset += distance

    def follow_real_time(self) -> None:
        """Takes every move back."""
        self.offset = timedelta(0)
