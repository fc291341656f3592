"""Which chat a request means, and whether the bot may look or write there now."""

from __future__ import annotations

from bot.sandbox.contents import Contents
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request, forbidden, migrated
from bot.sandbox.state import SandboxState
from bot.sandbox.world import ABSENT, IN_CHARGE, Chat, ChatKind, Role


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


def readable_chat(state: SandboxState, params: Params) -> Chat:
    """The chat of ``chat_id``, at which the bot may look: it is a member, or the chat is public.

    Raises:
        Refusal: 400 no such chat; 403 the bot was removed.
    """
    chat = find_chat(state, params)
    if chat.kind is ChatKind.PRIVATE and chat.id not in state.acquainted:
        raise bad_request("chat not found")
    role = chat.role(state.bot.id)
    is_large = chat.kind in {ChatKind.SUPERGROUP, ChatKind.CHANNEL}
    if is_large and (role is Role.KICKED or (role is Role.LEFT and not chat.username)):
        raise _not_here(chat, role)
    return chat


def inspectable_chat(state: SandboxState, params: Params) -> Chat:
    """The chat of ``chat_id``, whose members the bot may see.

    Raises:
        Refusal: 400 no such chat, it moved, or the members of a channel are its administrators' to see; 403 the bot was
            removed.
    """
    chat = readable_chat(state, params)
    if chat.kind is ChatKind.GROUP:
        _check_moved(chat)
        _check_present(state, chat)
    if chat.kind is ChatKind.CHANNEL and chat.role(state.bot.id) not in IN_CHARGE:
        raise bad_request("member list is inaccessible")
    return chat


def writable_chat(state: SandboxState, params: Params) -> Chat:
    """The chat of ``chat_id``, in which the bot may write.

    Raises:
        Refusal: 400 no such chat or it moved; 403 the bot is not wanted; 400 it has not the right.
    """
    chat = find_chat(state, params)
    role = chat.role(state.bot.id)
    _check_moved(chat)
    if chat.kind is ChatKind.PRIVATE:
        if chat.id in state.deactivated:
            raise forbidden("user is deactivated")
        if chat.id not in state.acquainted:
            raise forbidden("bot can't initiate conversation with a user")
        if role is Role.KICKED:
            raise forbidden("bot was blocked by the user")
        return chat
    _check_present(state, chat)
    if chat.kind is ChatKind.CHANNEL and role not in IN_CHARGE:
        raise bad_request("need administrator rights in the channel chat")
    return chat


def check_may_send(state: SandboxState, chat: Chat, what: str) -> None:
    """Whether the bot may send ``what``, as in "text messages", to a group in which members may not write.

    Raises:
        Refusal: 400.
    """
    if not chat.members_may_write and chat.role(state.bot.id) not in IN_CHARGE:
        raise bad_request(f"not enough rights to send {what} to the chat")


def _check_moved(chat: Chat) -> None:
    if chat.moved_to is not None:
        raise migrated(chat.moved_to)


def _check_present(state: SandboxState, chat: Chat) -> None:
    role = chat.role(state.bot.id)
    if role in ABSENT:
        raise _not_here(chat, role)


def _not_here(chat: Chat, role: Role) -> Exception:
    words = "was kicked from" if role is Role.KICKED else "is not a member of"
    return forbidden(f"bot {words} the {chat.kind} chat")


def open_topic(state: SandboxState, chat: Chat, topic_id: int | None) -> int | None:
    """The topic a message goes to; None is the General topic, or a chat without topics.

    Raises:
        Refusal: 400, there is no such topic, or it is closed and the bot is no administrator.
    """
    if topic_id is not None and topic_id not in (chat.topics or {}):
        raise bad_request("message thread not found")
    if chat.is_closed(topic_id) and chat.role(state.bot.id) not in IN_CHARGE:
        raise bad_request("TOPIC_CLOSED")
    return topic_id
