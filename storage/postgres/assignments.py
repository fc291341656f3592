"""Work that any process may do for another: what is asked for is recorded, and in the same step a job is queued.

procrastinate says whose turn it is, and queues again what a process had begun that lives no more. So an assignment
is done at least once; the first answer counts. Who asked takes the answer from the table.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import psycopg
import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.types import JSONValue

from bot.errors import StoreAwayError
from bot.ports import WorkDepth
from storage.postgres.addresses import answering
from storage.postgres.database import Connection, Database, tell
from storage.postgres.workers import Worker

log = structlog.get_logger(__name__)

ANSWERED = "answered"  #: the news that an assignment was done
ASSIGNMENT, RECOVERY, TIDYING = "assignment", "recovery", "tidying"  #: kinds of jobs
UPKEEP = "upkeep"  #: the queue of what is done for the queues themselves
FIRST_OF_ALL, URGENT, USUAL = 100, 10, 0  #: priorities
BEAT = timedelta(seconds=3)  #: between two signs of life of a process that takes jobs
SILENCE = timedelta(seconds=9)  #: after which what it had begun is another's
RECOVERING = "* * * * * */5"  #: when that is looked for: every five seconds
HOURLY = "7 * * * *"
POLL = timedelta(seconds=1)  #: a word of a new job that came in an unlucky moment is missed
MENDING = 1.0  #: seconds before jobs are taken again after the database was away
A_BATCH = 200  #: assignments recorded in one step
KEPT = timedelta(days=1)  #: what nobody asks for any more

KNOWN = """
SELECT key, answer IS NOT NULL, is_urgent FROM assignments
WHERE queue = %s AND key = ANY(%s) ORDER BY key FOR UPDATE
"""
ASK = """
INSERT INTO assignments (queue, key, request, holder, is_lasting, is_urgent)
SELECT %s, key, request, %s, %s, %s FROM unnest(%s::text[], %s::text[]) AS a (key, request)
ON CONFLICT (queue, key) DO UPDATE SET
    holder = excluded.holder,
    is_lasting = assignments.is_lasting OR excluded.is_lasting,
    is_urgent = assignments.is_urgent OR excluded.is_urgent
"""
OPEN = "SELECT request, asked FROM assignments WHERE queue = %s AND key = %s AND answer IS NULL"
# Who was stopped for long may answer what was answered, forgotten and asked for anew: it is told by when it was asked.
ANSWER = "UPDATE assignments SET answer = %s WHERE queue = %s AND key = %s AND asked = %s AND answer IS NULL"
DONE = "DELETE FROM assignments WHERE queue = %s AND key = %s AND asked = %s"
STANDING = "SELECT key, asked, answer IS NOT NULL FROM assignments WHERE queue = %s ORDER BY asked, key"
ANSWERS = "SELECT key, answer FROM assignments WHERE queue = %s AND key = ANY(%s)"
FORGET = "DELETE FROM assignments WHERE key = ANY(%s)"
IS_GONE = "NOT EXISTS (SELECT FROM workers WHERE id = holder AND expires > clock_timestamp())"
LEFT_BEHIND = f"""
SELECT key, request FROM assignments WHERE is_lasting AND {IS_GONE} ORDER BY asked LIMIT %s
"""  # noqa: S608  (a constant)
PRUNE = f"""
DELETE FROM assignments WHERE NOT is_lasting AND asked < clock_timestamp() - %s AND {IS_GONE}
"""  # noqa: S608  (a constant)
UNENDED = """
SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND task_name = %s AND NOT EXISTS (
    SELECT FROM assignments WHERE queue = queue_name AND key = args ->> 'key' AND answer IS NULL
)
"""
STRAY = """
SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s
    AND NOT EXISTS (SELECT FROM assignments WHERE queue = queue_name AND key = args ->> 'key')
"""

T = TypeVar("T")
Do = Callable[[str, bool, int], Awaitable[str | None]]
"""The answer to a request; None when nobody needs any. Whether it is urgent, and how often it was begun before."""


class Assignments:
    """What processes ask of each other. A queue is of those who can do the same; a key tells what is asked for."""

    def __init__(self, database: Database, worker: Worker) -> None:
        self.answered = asyncio.Event()
        self._database = database
        self._worker = worker
        self._do: dict[str, Do] = {}
        self._unended: set[int] = set()  # jobs that were done at the last look, and not ended
        self._app = App(connector=PsycopgConnector())
        task = partial(self._app.task, queue=UPKEEP, priority=FIRST_OF_ALL)
        self._task = self._app.task(name=ASSIGNMENT, pass_context=True, retry=True)(self._work_on)
        self._app.periodic(cron=RECOVERING)(task(name=RECOVERY)(self._recover))
        self._app.periodic(cron=HOURLY)(task(name=TIDYING)(self._tidy))
        database.hear(ANSWERED, self.answered.set)

    async def ask(
        self, queue: str, requests: Mapping[str, str], *, is_urgent: bool, is_lasting: bool, lock: str | None = None
    ) -> None:
        """Records requests, by key, and queues a job for each that nobody asked for yet, or not so urgently.

        Of jobs with the same ``lock`` one is done at a time.
        """
        holder = await self._worker.id()
        keys = [*requests]
        for start in range(0, len(keys), A_BATCH):
            batch = {key: requests[key] for key in keys[start : start + A_BATCH]}

            async def work(connection: Connection, batch: Mapping[str, str] = batch) -> None:
                await self.put(connection, holder, queue, batch, is_urgent=is_urgent, is_lasting=is_lasting, lock=lock)

            await self._database.step(work)

    async def put(
        self,
        connection: Connection,
        holder: int,
        queue: str,
        requests: Mapping[str, str],
        *,
        is_urgent: bool = False,
        is_lasting: bool = False,
        lock: str | None = None,
    ) -> None:
        """`ask` for the worker ``holder`` within a step, which may do more than that."""
        keys = sorted(requests)  # whoever asks for the same does so in the same order
        rows = await (await connection.execute(KNOWN, (queue, keys))).fetchall()
        enough = {key for key, is_answered, was_urgent in rows if is_answered or was_urgent or not is_urgent}
        values = (queue, holder, is_lasting, is_urgent, keys, [requests[key] for key in keys])
        await connection.execute(ASK, values)
        jobs: list[dict[str, JSONValue]] = [{"key": key} for key in requests if key not in enough]
        if jobs:
            priority = URGENT if is_urgent else USUAL
            queued = self._task.configure(queue=queue, priority=priority, lock=lock, connection=connection)
            with _as_the_drivers():
                await queued.batch_defer_async(*jobs)

    async def standing(self, queue: str) -> Sequence[tuple[str, datetime, bool]]:
        """What was asked for and is not forgotten yet: its key, when, and whether it was answered; the oldest first."""
        return await self._database.rows(STANDING, (queue,))

    async def answers(self, queue: str, keys: Collection[str]) -> Mapping[str, str | None]:
        """What was answered, by key; None for what nobody has answered yet. What is unknown is not there."""

        async def look(connection: Connection) -> Mapping[str, str | None]:
            return dict(await (await connection.execute(ANSWERS, (queue, [*keys]))).fetchall())

        return await self._database.step(look)

    async def settle(self, queue: str, key: str, asked: datetime) -> bool:
        """Forgets an assignment, done or not; whether it was there, and not forgotten and asked for anew since."""
        return await self._database.step(lambda connection: settled(connection, queue, key, asked))

    async def drop(self, keys: Collection[str]) -> None:
        """Forgets assignments, done or not."""

        async def work(connection: Connection) -> None:
            await forget(connection, keys)

        await self._database.step(work)

    async def left_behind(self, most: int) -> Mapping[str, str]:
        """Lasting requests, by key, of processes that live no more."""

        async def look(connection: Connection) -> Mapping[str, str]:
            return dict(await (await connection.execute(LEFT_BEHIND, (most,))).fetchall())

        return await self._database.step(look)

    async def depth(self, kind: str) -> WorkDepth:
        """How many jobs of the queues whose names begin so wait, are under way, and are a dead process's."""
        manager = (await self._opened()).job_manager
        with answering(self._database.address), _as_the_drivers():
            queues = [one for one in await manager.list_queues_async(task=ASSIGNMENT) if one["name"].startswith(kind)]
            stalled = await manager.get_stalled_jobs(
                task_name=ASSIGNMENT, seconds_since_heartbeat=SILENCE.total_seconds()
            )
        return WorkDepth(
            waiting=sum(queue["todo"] for queue in queues),
            under_way=sum(queue["doing"] for queue in queues),
            stalled=sum(job.queue.startswith(kind) for job in stalled),
        )

    async def work(self, duties: Mapping[str, Do], at_once: int) -> None:
        """Does what queues hold, ``at_once`` together, until cancelled; what is not done then is others' at once."""
        self._do.update(duties)
        while True:
            try:
                with answering(self._database.address), _as_the_drivers():
                    await self._take_jobs(duties, at_once)
                log.warning("no jobs are taken for a moment", queues=[*duties])
            except Exception as error:  # the edge of the loop over jobs: whatever it was, they must go on
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise asyncio.CancelledError from error  # the library tells of something else instead
                is_away = isinstance(error, StoreAwayError | psycopg.Error)
                log.warning("no jobs are taken for a moment", queues=[*duties], reason=str(error), exc_info=not is_away)
            await asyncio.sleep(MENDING)

    async def _take_jobs(self, queues: Collection[str], at_once: int) -> None:
        app = await self._opened()
        await app.run_worker_async(
            queues=[UPKEEP, *queues],
            concurrency=at_once,
            delete_jobs="always",
            install_signal_handlers=False,
            shutdown_graceful_timeout=0,
            fetch_job_polling_interval=POLL.total_seconds(),
            update_heartbeat_interval=BEAT.total_seconds(),
            stalled_worker_timeout=SILENCE.total_seconds(),
        )

    async def _opened(self) -> App:
        await self._app.open_async(await self._database.pool())
        return self._app

    async def _work_on(self, context: JobContext, key: str) -> None:
        """A job; nothing is left to do when somebody has answered, or nobody waits."""
        queue = context.job.queue

        async def look() -> tuple[str, datetime] | None:
            rows = await self._database.rows(OPEN, (queue, key))
            return rows[0] if rows else None

        found = await _patiently(look)
        if found is None:
            return
        request, asked = found
        do = partial(self._do[queue], request, context.job.priority >= URGENT, context.job.attempts)
        answer = await _patiently(do)

        async def reply(connection: Connection) -> None:
            if answer is None:
                await settled(connection, queue, key, asked)
            else:
                await connection.execute(ANSWER, (answer, queue, key, asked))
            await tell(connection, ANSWERED)

        await _patiently(partial(self._database.step, reply))

    async def _recover(self, timestamp: int) -> None:
        """Queues again what processes had begun that live no more, and ends what was done and not ended.

        When the database is away in the moment in which a job is to be ended the library lets it be, with its lock.
        """
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE.total_seconds()):
            if job.task_name == ASSIGNMENT:
                log.warning("a job of a process that is gone is done by another", queue=job.queue, job=job.id)
                await manager.retry_job(job)
            elif job.id is not None:
                await manager.finish_job_by_id_async(job.id, Status.SUCCEEDED, delete_job=True)
        unended = {job for (job,) in await self._database.rows(UNENDED, (ASSIGNMENT,))}
        for job in unended & self._unended:
            await manager.finish_job_by_id_async(job, Status.SUCCEEDED, delete_job=True)
        self._unended = unended - self._unended

    async def _tidy(self, timestamp: int) -> None:
        """Forgets what nobody waits for, such as what an earlier version was to read, and the jobs for it."""

        async def work(connection: Connection) -> list[int]:
            await connection.execute(PRUNE, (KEPT,))
            return [job for (job,) in await (await connection.execute(STRAY, (ASSIGNMENT,))).fetchall()]

        for job in await self._database.step(work):
            await self._app.job_manager.cancel_job_by_id_async(job, delete_job=True)


async def forget(connection: Connection, keys: Collection[str]) -> None:
    """Forgets assignments within a step."""
    await connection.execute(FORGET, ([*keys],))


async def settled(connection: Connection, queue: str, key: str, asked: datetime) -> bool:
    """Forgets an assignment within a step; whether it was there, and not forgotten and asked for anew since."""
    return (await connection.execute(DONE, (queue, key, asked))).rowcount > 0


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Does something once the database answers: a job that failed when it was away could not be queued again."""
    while True:
        try:
            return await work()
        except StoreAwayError as error:
            log.warning("a job waits for the database", reason=str(error))
            await asyncio.sleep(MENDING)


@contextmanager
def _as_the_drivers() -> Iterator[None]:
    """Tells what the database said as its driver does; the library hides it."""
    try:
        yield
    except ConnectorException as error:
        if isinstance(error.__cause__, psycopg.Error):
            raise error.__cause__ from None
        raise
