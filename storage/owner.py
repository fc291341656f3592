"""One process owns a folder of the store."""

from __future__ import annotations

from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from bot.errors import StoreBusyError

LOCK = "lock"


def take_lock(folder: Path) -> BaseFileLock:
    """Makes this process the only one who uses the folder.

    Raises:
        StoreBusyError: another process does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(
        folder / LOCK, timeout=0, mode=0o600, thread_local=False
    )  # opened and closed in whatever thread is free
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusyError(
            f"{folder}: expected to be the only one who uses this folder, got another running sitrep. "
            "Stop it, or give this one another folder with SITREP_DATA."
        ) from error
    return lock
