"""What tells that a file of the schema is not the one that was applied."""

from __future__ import annotations

import hashlib


def checksum(text: str) -> str:
    """SHA-256 of a file's text."""
    return hashlib.sha256(text.encode()).hexdigest()
