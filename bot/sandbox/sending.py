"""Messages the bot sends, edits, pins and deletes, checked as Telegram's servers check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.sandbox.keyboards import Markup, read_buttons, read_markup
from bot.sandbox.markup import FormattedText, parse_html, plain, utf16_length, with_detected
from bot.sandbox.params import Params
from bot.sandbox.reach import check_may_send, open_topic, readable_chat, writable_chat
from bot.sandbox.refusals import bad_request, too_many_requests
from bot.sandbox.state import SandboxState
from bot.sandbox.uploads import read_document, read_photo
from bot.sandbox.world import IN_CHARGE, Attachment, Chat, ChatKind, Message

MESSAGE_LIMIT = 4096  #: UTF-16 units after entity parsing (Bot API)
CAPTION_LIMIT = 1024  #: UTF-16 units after entity parsing (Bot API)
ALBUM_LIMIT = 10  #: messages an album (Bot API)
DELETABLE_FOR = timedelta(hours=48)  #: the age up to which a bot may delete a message (Bot API)
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
    content = read_text(params)
    if utf16_length(content.text) > MESSAGE_LIMIT:
        raise bad_request("message is too long")
    outgoing = _outgoing(state, params, "text messages")
    return state.api_message(_send(state, outgoing, params, content))


async def send_photo(state: SandboxState, params: Params) -> object:
    """A picture with its caption and buttons."""
    caption = read_caption(params)
    outgoing = _outgoing(state, params, "photos")
    return state.api_message(_send(state, outgoing, params, caption, attachment=read_photo(state, params)))


async def send_document(state: SandboxState, params: Params) -> object:
    """A file with its caption and buttons."""
    caption = read_caption(params)
    outgoing = _outgoing(state, params, "documents")
    return state.api_message(_send(state, outgoing, params, caption, attachment=read_document(state, params)))


async def send_media_group(state: SandboxState, params: Params) -> object:
    """Several pictures, or several files, that stand together."""
    given = params.sequence("media") or []
    if not given:
        raise bad_request("there are no messages to send")
    if len(given) > ALBUM_LIMIT:
        raise bad_request("too many messages to send as an album")
    outgoing = _outgoing(state, params, "photos", messages=len(given))
    parts = [_album_part(state, params, part) for part in given]
    if len({part.attachment.is_photo for part in parts}) > 1:
        raise bad_request("document can't be mixed with other media types")
    album_id = parts[0].attachment.file_id
    return [
        state.api_message(_send(state, outgoing, params, part.caption, attachment=part.attachment, album_id=album_id))
        for part in parts
    ]


async def copy_message(state: SandboxState, params: Params) -> object:
    """Sends the content of another message, or another caption with its file, as the bot's own."""
    original = _original(state, params, "copy", "copied")
    outgoing = _outgoing(state, params, "text messages")
    content = read_caption(params) if original.attachment and "caption" in params.values else original.content
    copied = _send(state, outgoing, params, content, attachment=original.attachment)
    return {"message_id": copied.id}


async def forward_message(state: SandboxState, params: Params) -> object:
    """Sends another message on, with where it comes from."""
    original = _original(state, params, "forward", "forwarded")
    outgoing = _outgoing(state, params, "text messages")
    sent = _send(state, outgoing, params, original.content, attachment=original.attachment)
    return state.api_message(state.replace(replace(sent, origin=state.origin_of(original))))


def _original(state: SandboxState, params: Params, act: str, done: str) -> Message:
    source = readable_chat(state, Params({"chat_id": params.values.get("from_chat_id")}))
    message = state.message(source, params.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {act} not found")
    if message.service or message.is_protected:
        raise bad_request(f"message can't be {done}")
    return message


async def send_chat_action(state: SandboxState, params: Params) -> object:
    """Shows that the bot is at work."""
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(state, params)
    topic_id = open_topic(state, chat, params.integer("message_thread_id"))
    state.changes.publish("typing", lambda: {"chat_id": chat.id, "topic_id": topic_id, "action": action})
    return True


async def edit_message_text(state: SandboxState, params: Params) -> object:
    """Another text, and the buttons given with it (none if none are given)."""
    content = read_text(params)
    message = _own_message(state, params)
    if message.attachment:
        raise bad_request("there is no text in the message to edit")
    if utf16_length(content.text) > MESSAGE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    changed = replace(message, content=with_detected(content), buttons=read_buttons(params))
    return _edited(state, message, changed)


async def edit_message_caption(state: SandboxState, params: Params) -> object:
    """Another caption of a picture or file, and the buttons given with it."""
    caption = read_caption(params)
    message = _own_message(state, params)
    if not message.attachment:
        raise bad_request("there is no caption in the message to edit")
    changed = replace(message, content=with_detected(caption), buttons=read_buttons(params))
    return _edited(state, message, changed)


async def edit_message_media(state: SandboxState, params: Params) -> object:
    """Another picture or file with its own caption, and the buttons given with it."""
    message = _own_message(state, params)
    part = _album_part(state, params, params.mapping("media") or {})
    changed = replace(
        message, attachment=part.attachment, content=with_detected(part.caption), buttons=read_buttons(params)
    )
    return _edited(state, message, changed)


async def edit_message_reply_markup(state: SandboxState, params: Params) -> object:
    """Other buttons, or none."""
    message = _own_message(state, params)
    changed = replace(message, buttons=read_buttons(params))
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


async def pin_chat_message(state: SandboxState, params: Params) -> object:
    """Puts a message on top of the chat."""
    chat = _chat_to_pin_in(state, params)
    message = state.message(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    state.pin(message, state.bot)
    return True


async def unpin_chat_message(state: SandboxState, params: Params) -> object:
    """Takes a message down from the top, the newest if none is named."""
    chat = _chat_to_pin_in(state, params)
    named = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if named is None or state.message(chat, named) is None:
        raise bad_request("message to unpin not found")
    chat.pinned = [pinned for pinned in chat.pinned if pinned != named]
    state.tell_chat(chat)
    return True


def _chat_to_pin_in(state: SandboxState, params: Params) -> Chat:
    chat = writable_chat(state, params)
    if chat.is_group and chat.role(state.bot.id) not in IN_CHARGE:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outgoing:
    """Where a message goes, and what stands under it."""

    chat: Chat
    topic_id: int | None
    reply_to: int | None
    markup: Markup


def _outgoing(state: SandboxState, params: Params, what: str, messages: int = 1) -> _Outgoing:
    """Checks in Telegram's order; what passes is counted towards the flood limits."""
    markup = read_markup(params, is_private=not params.text("chat_id").startswith(("-", "@")))
    chat = writable_chat(state, params)
    check_may_send(state, chat, what)
    wanted = Params(params.mapping("reply_parameters") or {})
    named = wanted.integer("message_id") or params.integer("reply_to_message_id")
    replied = state.message(chat, named)
    is_optional = wanted.flag("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if named is not None and replied is None and not is_optional:
        raise bad_request("message to be replied not found")
    topic_id = params.integer("message_thread_id")
    if topic_id is None and replied is not None:
        topic_id = replied.topic_id
    topic_id = open_topic(state, chat, topic_id)
    for _ in range(messages):
        _count(state, chat.id, is_paid=params.flag("allow_paid_broadcast"))
    return _Outgoing(chat=chat, topic_id=topic_id, reply_to=replied.id if replied else None, markup=markup)


def _count(state: SandboxState, chat_id: int, *, is_paid: bool = False) -> None:
    """Counts a message towards the flood limits, if they are enforced."""
    if state.limits is not None and (seconds := state.limits.wait(chat_id, is_paid=is_paid)):
        raise too_many_requests(seconds)


def read_text(params: Params) -> FormattedText:
    """The text of a message, which is not empty.

    Raises:
        Refusal: 400, it is empty or cannot be parsed.
    """
    content = _formatted(params, "text")
    if not content.text:
        raise bad_request("message text is empty")
    return content


def read_caption(params: Params) -> FormattedText:
    """The caption of a picture or file; may be empty.

    Raises:
        Refusal: 400, it is too long or cannot be parsed.
    """
    caption = _formatted(params, "caption")
    if utf16_length(caption.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return caption


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
class _Part:
    """One of an album."""

    attachment: Attachment
    caption: FormattedText


def _album_part(state: SandboxState, params: Params, given: object) -> _Part:
    """An ``InputMediaPhoto`` or ``InputMediaDocument``."""
    if not isinstance(given, Mapping):
        raise bad_request("can't parse InputMedia: expected an Object")
    part = Params(given, params.files)
    caption = read_caption(part)
    match part.text("type").lower():
        case "photo":
            return _Part(attachment=read_photo(state, part, "media"), caption=caption)
        case "document":
            return _Part(attachment=read_document(state, part, "media"), caption=caption)
        case other:
            raise bad_request(f'can\'t parse InputMedia: type "{other}" is unsupported')


def _send(
    state: SandboxState,
    outgoing: _Outgoing,
    params: Params,
    content: FormattedText,
    *,
    attachment: Attachment | None = None,
    album_id: str = "",
) -> Message:
    chat = outgoing.chat
    preview = params.mapping("link_preview_options")
    shows_preview = not (preview and Params(preview).flag("is_disabled"))

    def finished(message: Message) -> Message:
        return replace(
            message,
            by_bot=True,
            buttons=outgoing.markup.buttons,
            keyboard=outgoing.markup.keyboard,
            wants_reply=outgoing.markup.wants_reply,
            attachment=attachment,
            album_id=album_id,
            is_protected=params.flag("protect_content"),
            shows_preview=shows_preview,
        )

    message = state.post(
        chat,
        None if chat.kind is ChatKind.CHANNEL else state.bot,
        content,
        topic_id=outgoing.topic_id,
        reply_to=outgoing.reply_to,
        is_silent=params.flag("disable_notification"),
        finish=finished,
    )
    state.sent.record(chat.id, message.text)
    return message


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


def _edited(state: SandboxState, before: Message, after: Message) -> object:
    _check_changed(before, after)
    _count(state, before.chat_id)
    return state.api_message(state.edit(after))


def _check_changed(before: Message, after: Message) -> None:
    if before == after:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
