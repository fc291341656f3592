"""What messages say, dropped once no message says it any more."""

from __future__ import annotations

from collections.abc import Collection

from psycopg.errors import ForeignKeyViolation

from storage.postgres.database import Connection

DROP = """
DELETE FROM contents WHERE id IN (
    SELECT id FROM contents
    WHERE (%(only)s::bigint[] IS NULL OR id = ANY(%(only)s))
        AND NOT EXISTS (SELECT FROM outbox WHERE outbox.content = contents.id)
    ORDER BY id FOR UPDATE SKIP LOCKED
)
"""


async def drop_unused(connection: Connection, only: Collection[int] | None = None) -> None:
    """Drops texts, all or ``only`` some, that nothing waiting needs; one that is needed again just now stays."""
    try:
        async with connection.transaction():
            await connection.execute(DROP, {"only": None if only is None else list(only)})
    except ForeignKeyViolation:  # another step queued one of them meanwhile; the next call drops the rest
        return
