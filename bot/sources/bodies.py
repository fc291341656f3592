"""Reading a body that may be endless, compressed to a millionth of its size, or broken."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

ENCODINGS = "gzip, deflate"  #: what is asked for, and all that is understood
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


class TooLargeError(Exception):
    """The body is longer than the limit; what fitted is in ``beginning``."""

    def __init__(self, beginning: bytes) -> None:
        self.beginning = beginning
        super().__init__(f"more than {len(beginning):,} bytes")


class BrokenBodyError(Exception):
    """The body is not what its headers say."""


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The body, decompressed; never more than ``limit`` bytes are held, of it and of what was received.

    Raises:
        TooLargeError: there is more.
        BrokenBodyError: the encoding is unknown, or the body is not encoded so.
    """
    inflate = _Inflating(encoding.strip().lower())
    whole = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        whole += inflate.next(chunk, limit - len(whole) + 1)
        if len(whole) > limit or received > limit:
            raise TooLargeError(bytes(whole[:limit]))
    inflate.end()
    return bytes(whole)


class _Inflating:
    """Decompression step by step, with room for so much and no more."""

    def __init__(self, encoding: str) -> None:
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise BrokenBodyError(f"the content encoding {encoding[:40]!r}")
        self._encoding = encoding
        self._stream: zlib._Decompress | None = None
        self._complete = True
        self._began = False

    def next(self, chunk: bytes, room: int) -> bytes:
        """What ``chunk`` unpacks to, at most ``room`` bytes; the rest is dropped."""
        if self._encoding in {"", "identity"}:
            return chunk
        out = bytearray()
        while chunk and len(out) < room:
            if self._stream is None:
                self._stream = self._begin(chunk)
                if self._stream is None:
                    break
            try:
                out += self._stream.decompress(chunk, room - len(out))
            except zlib.error as error:
                raise BrokenBodyError(f"a {self._encoding} body that does not unpack ({error})") from error
            self._complete = self._stream.eof
            chunk = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            if self._stream.eof:
                self._stream = None
        return bytes(out)

    def end(self) -> None:
        """Checks that nothing is missing."""
        if not self._complete:
            raise BrokenBodyError(f"a {self._encoding} body that was cut short")

    def _begin(self, chunk: bytes) -> zlib._Decompress | None:
        """A stream for what begins with ``chunk``; gzip may be several, one after another, and then rubbish."""
        if self._encoding == "deflate":
            return _deflate(chunk)
        if self._began and not chunk.startswith(_GZIP_MAGIC[: len(chunk)]):
            return None
        self._began = True
        return zlib.decompressobj(_GZIP)


def _deflate(chunk: bytes) -> zlib._Decompress:
    """By the standard with a header of zlib's; many servers leave it out."""
    headed = (chunk[0] & 0x0F) == zlib.DEFLATED and (len(chunk) < 2 or int.from_bytes(chunk[:2], "big") % 31 == 0)
    return zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)
