"""A word to the service manager that started the bot: systemd's notification protocol (sd_notify(3))."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceManager:
    """Whoever listens at ``address``, a Unix datagram socket, as ``NOTIFY_SOCKET`` names it; None: nobody."""

    address: str | None = None

    def tell(self, word: str) -> None:
        """Sends a word; a manager that does not listen is no reason to stop."""
        if self.address is None:
            return
        where = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, suppress(OSError):
            line.setblocking(False)
            line.sendto(word.encode(), where)
