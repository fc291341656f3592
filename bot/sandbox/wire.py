"""The sandbox's values in the Bot API's JSON shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.sandbox.markup import Entity, EntityKind
from bot.sandbox.world import (
    GROUP_ANONYMOUS_BOT,
    Attachment,
    Button,
    Chat,
    ChatKind,
    Keyboard,
    Message,
    Origin,
    Role,
    Service,
    ServiceEvent,
    Topic,
    User,
)

_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
TOPIC_COLOR = 0x6FB9F0  #: one of the colours forums offer


def unix(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())


def user_json(user: User) -> dict[str, object]:
    """A ``User``."""
    shown: dict[str, object] = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    return shown | _set(username=user.username, language_code=user.language_code)


def chat_json(chat: Chat) -> dict[str, object]:
    """A ``Chat``."""
    name = "first_name" if chat.kind is ChatKind.PRIVATE else "title"
    shown: dict[str, object] = {"id": chat.id, "type": chat.kind.value, name: chat.title}
    return shown | _set(username=chat.username, is_forum=chat.topics is not None)


def full_chat_json(chat: Chat) -> dict[str, object]:
    """A ``ChatFullInfo``."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    return chat_json(chat) | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def member_json(user: User, role: Role, chat: Chat) -> dict[str, object]:
    """A ``ChatMember``."""
    shown: dict[str, object] = {"user": user_json(user), "status": role.value}
    is_anonymous = user.id in chat.anonymous
    kind = chat.kind
    match role:
        case Role.CREATOR:
            shown["is_anonymous"] = is_anonymous
        case Role.ADMINISTRATOR:
            shown |= dict.fromkeys(_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": is_anonymous}
            if kind is ChatKind.CHANNEL:
                shown |= {"can_post_messages": True, "can_edit_messages": True}
            else:
                shown |= {"can_pin_messages": True, "can_manage_topics": kind is ChatKind.SUPERGROUP}
        case Role.KICKED:
            shown["until_date"] = 0
        case Role.MEMBER | Role.LEFT:
            pass
    return shown


def entity_json(entity: Entity, users: Mapping[int, User]) -> dict[str, object]:
    """A ``MessageEntity``."""
    shown: dict[str, object] = {"type": entity.kind.value, "offset": entity.offset, "length": entity.length}
    match entity.kind:
        case EntityKind.TEXT_LINK:
            shown["url"] = entity.argument
        case EntityKind.TEXT_MENTION if user := users.get(int(entity.argument)):
            shown["user"] = user_json(user)
        case EntityKind.PRE if entity.argument:
            shown["language"] = entity.argument
        case EntityKind.CUSTOM_EMOJI:
            shown["custom_emoji_id"] = entity.argument
        case EntityKind.DATE_TIME:
            shown |= {"unix_time": int(entity.argument or 0), "date_time_format": ""}
        case _:
            pass
    return shown


def button_json(button: Button) -> dict[str, object]:
    """An ``InlineKeyboardButton``."""
    shown: dict[str, object] = {"text": button.text}
    if button.inline_query is not None:
        name = "switch_inline_query" if button.chooses_chat else "switch_inline_query_current_chat"
        shown[name] = button.inline_query
    if button.copied:
        shown["copy_text"] = {"text": button.copied}
    return shown | _set(callback_data=button.data, url=button.url)


def message_json(
    message: Message, chats: Mapping[int, Chat], users: Mapping[int, User], bot: User, replied: Message | None = None
) -> dict[str, object]:
    """A ``Message``; ``replied`` is shown inside it, one level deep."""
    chat = chats[message.chat_id]
    shown: dict[str, object] = {"message_id": message.id, "date": unix(message.date), "chat": chat_json(chat)}
    if message.sender is None or message.sender.id == GROUP_ANONYMOUS_BOT:
        shown["sender_chat"] = chat_json(chat)
    if message.sender is not None:
        shown["from"] = user_json(message.sender)
    if message.edited:
        shown["edit_date"] = unix(message.edited)
    if message.topic_id is not None:
        shown |= {"message_thread_id": message.topic_id, "is_topic_message": True}
    if replied is not None:
        shown["reply_to_message"] = message_json(replied, chats, users, bot)
    if message.is_protected:
        shown["has_protected_content"] = True
    if message.is_inline:
        shown["via_bot"] = user_json(bot)
    if message.origin:
        shown |= _origin_json(message.origin, chats)
    if message.service:
        shown |= _service_json(message.service)
    shown |= _content_json(message, users)
    if message.buttons:
        rows = [[button_json(button) for button in row] for row in message.buttons]
        shown["reply_markup"] = {"inline_keyboard": rows}
    return shown


def _origin_json(origin: Origin, chats: Mapping[int, Chat]) -> dict[str, object]:
    date = unix(origin.date)
    if origin.sender is not None:
        return {"forward_origin": {"type": "user", "date": date, "sender_user": user_json(origin.sender)}}
    channel = chat_json(chats[origin.chat_id])
    return {"forward_origin": {"type": "channel", "date": date, "chat": channel, "message_id": origin.message_id}}


def _content_json(message: Message, users: Mapping[int, User]) -> dict[str, object]:
    shown: dict[str, object] = {}
    text, entities = ("caption", "caption_entities") if message.attachment else ("text", "entities")
    if message.attachment:
        shown |= attachment_json(message.attachment) | _set(media_group_id=message.album_id)
    if message.place:
        shown["location"] = {"latitude": message.place.latitude, "longitude": message.place.longitude}
    if message.text:
        shown[text] = message.text
    if message.content.entities:
        shown[entities] = [entity_json(entity, users) for entity in message.content.entities]
    return shown


def keyboard_json(keyboard: Keyboard) -> dict[str, object]:
    """The keys below the input as the page shows them."""
    return {
        "rows": [[{"text": key.text, "asks_location": key.asks_location} for key in row] for row in keyboard.rows],
        "is_one_time": keyboard.is_one_time,
        "hint": keyboard.hint,
    }


def attachment_json(attachment: Attachment) -> dict[str, object]:
    """The ``photo`` or ``document`` field of a message."""
    file = {
        "file_id": attachment.file_id,
        "file_unique_id": f"u{attachment.file_id}",
        "file_size": len(attachment.content),
    }
    if attachment.is_photo:
        return {"photo": [file | {"width": attachment.width, "height": attachment.height}]}
    return {"document": file | {"file_name": attachment.name, "mime_type": attachment.media_type}}


def _service_json(service: Service) -> dict[str, object]:
    match service.event:
        case ServiceEvent.JOINED:
            users = [user_json(service.user)] if service.user else []
            return {service.event.value: users}
        case ServiceEvent.LEFT:
            return {service.event.value: user_json(service.user) if service.user else {}}
        case ServiceEvent.TOPIC_OPENED:
            return {service.event.value: {"name": service.title, "icon_color": TOPIC_COLOR}}
        case ServiceEvent.TOPIC_CLOSED | ServiceEvent.TOPIC_REOPENED:
            return {service.event.value: {}}
        case ServiceEvent.MOVED_TO | ServiceEvent.MOVED_FROM:
            return {service.event.value: service.chat_id}
        case ServiceEvent.PINNED:
            return {}


def topic_json(topic: Topic) -> dict[str, object]:
    """A forum topic as the page shows it."""
    return {"id": topic.id, "name": topic.name, "is_closed": topic.is_closed}


def _set(**fields: object) -> dict[str, object]:
    """Only the fields that hold something."""
    return {name: value for name, value in fields.items() if value}
