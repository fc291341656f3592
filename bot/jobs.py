"""The JobQueue's ticks: they call the desk every second of real time and remember nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from telegram.ext import ContextTypes, JobQueue

from bot.desk.briefings import Briefings
from bot.desk.delivery import Delivery

TICK = timedelta(seconds=1)  #: of real time
# APScheduler drops a job that is a second late unless it is told otherwise; here a late tick does the same work later.
KEEP_LATE = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


def start(queue: JobQueue[Any], briefings: Briefings, delivery: Delivery, every: timedelta) -> None:
    """Plans and delivers from now on, ``every`` so often; planning goes on while a delivery is slow."""

    async def plan(_: ContextTypes.DEFAULT_TYPE) -> None:
        await briefings.plan()

    async def deliver(_: ContextTypes.DEFAULT_TYPE) -> None:
        await delivery.deliver()

    for tick in (plan, deliver):
        queue.run_repeating(tick, every, first=0, name=tick.__name__, job_kwargs=dict(KEEP_LATE))
