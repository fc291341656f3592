"""Files as the bot sends them: with the request, or again by their id; and the size of pictures."""

from __future__ import annotations

import struct
from http import HTTPStatus

from bot.sandbox.contents import Contents
from bot.sandbox.params import Params, Upload
from bot.sandbox.refusals import Refusal, bad_request
from bot.sandbox.world import Attachment

PHOTO_SIDES_LIMIT = 10_000  #: pixels, width and height together (Bot API)
PHOTO_LIMIT = 10 * 1024 * 1024  #: bytes of an uploaded photo (Bot API)
FILE_LIMIT = 50 * 1024 * 1024  #: bytes of any other uploaded file (Bot API)
DOWNLOAD_LIMIT = 20 * 1024 * 1024  #: bytes of a file a bot may fetch (Bot API)


def read_photo(contents: Contents, params: Params, name: str = "photo") -> Attachment:
    """The picture under ``name``, kept; one sent before by its id stays the same.

    Raises:
        Refusal: 400, it is no picture Telegram takes; 413, it is too big.
    """
    given = _read(contents, params, name, PHOTO_LIMIT)
    if isinstance(given, Attachment):
        if not given.is_photo:
            raise bad_request("can't use file of type Document as Photo")
        return given
    return contents.keep_file(photo(given))


def photo(upload: Upload) -> Attachment:
    """A picture as an attachment, not yet kept.

    Raises:
        Refusal: 400, it is no picture Telegram takes.
    """
    size = picture_size(upload.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > PHOTO_SIDES_LIMIT:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return Attachment(
        file_id="",
        name=upload.name,
        media_type=upload.media_type,
        content=upload.content,
        is_photo=True,
        width=size[0],
        height=size[1],
    )


def read_document(contents: Contents, params: Params, name: str = "document") -> Attachment:
    """The file under ``name``, kept; one sent before by its id stays the same.

    Raises:
        Refusal: 400, there is none Telegram takes; 413, it is too big.
    """
    given = _read(contents, params, name, FILE_LIMIT)
    if isinstance(given, Attachment):
        if given.is_photo:
            raise bad_request("can't use file of type Photo as Document")
        return given
    return contents.keep_file(document(given))


def document(upload: Upload) -> Attachment:
    """A file as an attachment, not yet kept."""
    return Attachment(
        file_id="", name=upload.name, media_type=upload.media_type, content=upload.content, is_photo=False
    )


def _read(contents: Contents, params: Params, name: str, limit: int) -> Upload | Attachment:
    """The file sent with the request, or one sent before, by its id."""
    named = params.text(name)
    part = params.files.get(named.removeprefix("attach://") if named.startswith("attach://") else name)
    if part is not None:
        if not part.content:
            raise bad_request("file must be non-empty")
        if len(part.content) > limit:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
        return part
    if kept := contents.files.get(named):
        return kept
    if not named:
        raise bad_request(f"there is no {name} in the request")
    if named.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    raise bad_request("wrong file identifier/HTTP URL specified")


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG; None if it is neither."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walks the segments to the frame header, the first of kind C0 to CF that holds a size."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    return None
