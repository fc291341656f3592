"""Messages the bot sends, edits and deletes, checked as Telegram's servers check them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.sandbox.keyboards import read_markup
from bot.sandbox.markup import FormattedText, parse_html, plain, utf16_length, with_detected
from bot.sandbox.params import Params, Upload
from bot.sandbox.reach import open_topic, writable_chat
from bot.sandbox.refusals import bad_request, too_many_requests
from bot.sandbox.state import SandboxState
from bot.sandbox.world import IN_CHARGE, Attachment, Chat, ChatKind, Message

MESSAGE_LIMIT = 4096  #: UTF-16 units after entity parsing (Bot API)
CAPTION_LIMIT = 1024  #: UTF-16 units after entity parsing (Bot API)
DELETABLE_FOR = timedelta(hours=48)  #: the age up to which a bot may delete a message (Bot API)
PHOTO_SIDES_LIMIT = 10_000  #: pixels, width and height together (Bot API)
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


async def send_message(state: SandboxState, params: Params) -> object:
    """A text with its buttons."""
    chat = _chat_to_send_to(state, params)
    content = _formatted(params, "text")
    if not content.text:
        raise bad_request("message text is empty")
    if utf16_length(content.text) > MESSAGE_LIMIT:
        raise bad_request("message is too long")
    return _send(state, chat, params, content)


async def send_photo(state: SandboxState, params: Params) -> object:
    """A picture with its caption and buttons."""
    chat = _chat_to_send_to(state, params)
    upload = _upload(state, params, "photo")
    size = picture_size(upload.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > PHOTO_SIDES_LIMIT:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return _send_file(state, chat, params, upload, size)


async def send_document(state: SandboxState, params: Params) -> object:
    """A file with its caption and buttons."""
    chat = _chat_to_send_to(state, params)
    return _send_file(state, chat, params, _upload(state, params, "document"), None)


async def send_chat_action(state: SandboxState, params: Params) -> object:
    """Shows that the bot is at work."""
    chat = writable_chat(state, params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    topic_id = open_topic(state, chat, params.integer("message_thread_id"))
    state.changes.publish("typing", lambda: {"chat_id": chat.id, "topic_id": topic_id, "action": action})
    return True


async def edit_message_text(state: SandboxState, params: Params) -> object:
    """Another text, and the buttons given with it (none if none are given)."""
    message = _own_message(state, params)
    if message.attachment:
        raise bad_request("there is no text in the message to edit")
    content = _formatted(params, "text")
    if not content.text:
        raise bad_request("message text is empty")
    if utf16_length(content.text) > MESSAGE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    changed = replace(message, content=with_detected(content), buttons=read_markup(params).buttons)
    _check_changed(message, changed)
    _count(state, message.chat_id)
    return state.api_message(state.edit(changed))


async def edit_message_reply_markup(state: SandboxState, params: Params) -> object:
    """Other buttons, or none."""
    message = _own_message(state, params)
    changed = replace(message, buttons=read_markup(params).buttons)
    _check_changed(message, changed)
    _count(state, message.chat_id)
    return state.api_message(state.replace(changed))


async def delete_message(state: SandboxState, params: Params) -> object:
    """Takes a message out of the chat."""
    chat = writable_chat(state, params)
    message = state.message(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    may_delete = message.by_bot or chat.kind is ChatKind.PRIVATE or chat.role(state.bot.id) in IN_CHARGE
    if not may_delete or state.clock.now() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    state.delete(message)
    return True


def _chat_to_send_to(state: SandboxState, params: Params) -> Chat:
    chat = writable_chat(state, params)
    _count(state, chat.id, is_paid=params.flag("allow_paid_broadcast"))
    return chat


def _count(state: SandboxState, chat_id: int, *, is_paid: bool = False) -> None:
    """Counts a message towards the flood limits, if they are enforced."""
    if state.limits is not None and (seconds := state.limits.wait(chat_id, is_paid=is_paid)):
        raise too_many_requests(seconds)


def _formatted(params: Params, name: str) -> FormattedText:
    text = params.text(name)
    if params.values.get("entities") or params.values.get("caption_entities"):
        raise bad_request("the sandbox takes formatting as HTML only")
    match params.text("parse_mode").lower():
        case "html":
            return parse_html(text)
        case "":
            return plain(text)
        case _:
            raise bad_request("unsupported parse_mode")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in a chat a message goes."""

    topic_id: int | None
    reply_to: int | None


def _place(state: SandboxState, chat: Chat, params: Params) -> _Place:
    wanted = Params(params.mapping("reply_parameters") or {})
    named = wanted.integer("message_id") or params.integer("reply_to_message_id")
    replied = state.message(chat, named)
    is_optional = wanted.flag("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if named is not None and replied is None and not is_optional:
        raise bad_request("message to be replied not found")
    topic_id = params.integer("message_thread_id")
    if topic_id is None and replied is not None:
        topic_id = replied.topic_id
    return _Place(topic_id=open_topic(state, chat, topic_id), reply_to=replied.id if replied else None)


def _send(
    state: SandboxState, chat: Chat, params: Params, content: FormattedText, attachment: Attachment | None = None
) -> object:
    markup = read_markup(params)
    place = _place(state, chat, params)
    preview = Params(params.mapping("link_preview_options") or {})

    def finished(message: Message) -> Message:
        return replace(
            message,
            by_bot=True,
            buttons=markup.buttons,
            wants_reply=markup.wants_reply,
            attachment=attachment,
            is_protected=params.flag("protect_content"),
            shows_preview=not preview.flag("is_disabled"),
        )

    message = state.post(
        chat,
        None if chat.kind is ChatKind.CHANNEL else state.bot,
        content,
        topic_id=place.topic_id,
        reply_to=place.reply_to,
        is_silent=params.flag("disable_notification"),
        finish=finished,
    )
    state.sent.record(chat.id, message.text)
    return state.api_message(message)


def _send_file(state: SandboxState, chat: Chat, params: Params, upload: Upload, size: tuple[int, int] | None) -> object:
    caption = _formatted(params, "caption")
    if utf16_length(caption.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    attachment = Attachment(
        file_id="",
        name=upload.name,
        media_type=upload.media_type,
        content=upload.content,
        is_photo=size is not None,
        width=size[0] if size else 0,
        height=size[1] if size else 0,
    )
    return _send(state, chat, params, caption, state.keep_file(attachment))


def _upload(state: SandboxState, params: Params, name: str) -> Upload:
    """The file sent with the request, or one the bot sent before, by its id."""
    named = params.text(name)
    part = params.files.get(named.removeprefix("attach://") if named.startswith("attach://") else name)
    if part is not None:
        if not part.content:
            raise bad_request("file must be non-empty")
        return part
    if kept := state.files.get(named):
        return Upload(name=kept.name, media_type=kept.media_type, content=kept.content)
    if not named:
        raise bad_request(f"there is no {name} in the request")
    raise bad_request("wrong file identifier/HTTP URL specified")


def _own_message(state: SandboxState, params: Params) -> Message:
    if not params.text("message_id"):
        raise bad_request("message identifier is not specified")
    chat = writable_chat(state, params)
    message = state.message(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return message


def _check_changed(before: Message, after: Message) -> None:
    if before == after:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )


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
