"""The sandbox's values in the Bot API's JSON shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.sandbox.markup import Entity, EntityKind
from bot.sandbox.world import (
    Attachment,
    Button,
    Chat,
    ChatKind,
    Message,
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


def member_json(user: User, role: Role, kind: ChatKind) -> dict[str, object]:
    """A ``ChatMember``."""
    shown: dict[str, object] = {"user": user_json(user), "status": role.value}
    match role:
        case Role.CREATOR:
            shown["is_anonymous"] = False
        case Role.ADMINISTRATOR:
            shown |= dict.fromkeys(_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}
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
    if button.copied:
        shown["copy_text"] = {"text": button.copied}
    return shown | _set(callback_data=button.data, url=button.url)


def message_json(
    message: Message, chat: Chat, users: Mapping[int, User], replied: Message | None = None
) -> dict[str, object]:
    """A ``Message``; ``replied`` is shown inside it, one level deep."""
    shown: dict[str, object] = {"message_id": message.id, "date": unix(message.date), "chat": chat_json(chat)}
    if message.sender is None:
        shown["sender_chat"] = chat_json(chat)
    else:
        shown["from"] = user_json(message.sender)
    if message.edited:
        shown["edit_date"] = unix(message.edited)
    if message.topic_id is not None:
        shown |= {"message_thread_id": message.topic_id, "is_topic_message": True}
    if replied is not None:
        shown["reply_to_message"] = message_json(replied, chat, users)
    if message.is_protected:
        shown["has_protected_content"] = True
    if message.service:
        shown |= _service_json(message.service)
    shown |= _content_json(message, users)
    if message.buttons:
        rows = [[button_json(button) for button in row] for row in message.buttons]
        shown["reply_markup"] = {"inline_keyboard": rows}
    return shown


def _content_json(message: Message, users: Mapping[int, User]) -> dict[str, object]:
    shown: dict[str, object] = {}
    text, entities = ("caption", "caption_entities") if message.attachment else ("text", "entities")
    if message.attachment:
        shown |= attachment_json(message.attachment)
    if message.text:
        shown[text] = message.text
    if message.content.entities:
        shown[entities] = [entity_json(entity, users) for entity in message.content.entities]
    return shown


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


def topic_json(topic: Topic) -> dict[str, object]:
    """A forum topic as the page shows it."""
    return {"id": topic.id, "name": topic.name, "is_closed": topic.is_closed}


def _set(**fields: object) -> dict[str, object]:
    """Only the fields that hold something."""
    return {name: value for name, value in fields.items() if value}
