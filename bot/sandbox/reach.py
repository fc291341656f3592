"""Which chat a request means, and whether the bot may write there now."""

from __future__ import annotations

from bot.sandbox.contents import Contents
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request, forbidden, migrated
from bot.sandbox.state import SandboxState
from bot.sandbox.world import IN_CHARGE, Chat, ChatKind, Role


def find_chat(contents: Contents, params: Params) -> Chat:
    """The chat of ``chat_id``: a number or a channel's @username.

    Raises:
        Refusal: 400, none is named or there is none.
    """
    named = params.text("chat_id")
    if not named:
        raise bad_request("chat_id is empty")
    chat = (
        _by_username(contents, named[1:])
        if named.startswith("@")
        else contents.chats.get(params.integer("chat_id") or 0)
    )
    if chat is None:
        raise bad_request("chat not found")
    return chat


def _by_username(contents: Contents, username: str) -> Chat | None:
    """A group or channel; people cannot be addressed by name."""
    for chat in contents.chats.values():
        if chat.kind is not ChatKind.PRIVATE and chat.username.lower() == username.lower():
            return chat
    return None


def writable_chat(state: SandboxState, params: Params) -> Chat:
    """The chat of ``chat_id``, in which the bot may write.

    Raises:
        Refusal: 400 no such chat or it moved; 403 the bot is not wanted; 400 it is no administrator of the channel.
    """
    chat = find_chat(state, params)
    role = chat.role(state.bot.id)
    if chat.moved_to is not None:
        raise migrated(chat.moved_to)
    if chat.kind is ChatKind.PRIVATE:
        if chat.id not in state.acquainted:
            raise forbidden("bot can't initiate conversation with a user")
        if role is Role.KICKED:
            raise forbidden("bot was blocked by the user")
        return chat
    if role is Role.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if role is Role.LEFT:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    if chat.kind is ChatKind.CHANNEL and role not in IN_CHARGE:
        raise bad_request("need administrator rights in the channel chat")
    return chat


def open_topic(state: SandboxState, chat: Chat, topic_id: int | None) -> int | None:
    """The topic a message goes to; None is the General topic, or a chat without topics.

    Raises:
        Refusal: 400, there is no such topic, or it is closed and the bot is no administrator.
    """
    if topic_id is None:
        return None
    topic = (chat.topics or {}).get(topic_id)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.is_closed and chat.role(state.bot.id) not in IN_CHARGE:
        raise bad_request("TOPIC_CLOSED")
    return topic_id
