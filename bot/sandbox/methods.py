"""The Bot API's methods by name: what each checks, does and returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.sandbox import wire
from bot.sandbox.commands import Command, Scope
from bot.sandbox.params import Params
from bot.sandbox.reach import find_chat
from bot.sandbox.refusals import bad_request, not_found
from bot.sandbox.sending import (
    delete_message,
    edit_message_reply_markup,
    edit_message_text,
    send_chat_action,
    send_document,
    send_message,
    send_photo,
)
from bot.sandbox.state import Answer, SandboxState
from bot.sandbox.world import ABSENT, IN_CHARGE, Chat, ChatKind, Role

Method = Callable[[SandboxState, Params], Awaitable[object]]
POLL_LIMIT = timedelta(seconds=50)  #: the longest a getUpdates waits (Telegram's own limit)
DESCRIPTION_LIMIT = 512  #: characters (Bot API)
ANSWER_LIMIT = 200  #: characters of a callback answer (Bot API)


async def call(state: SandboxState, method: str, params: Params) -> object:
    """The result of a method, its name in any case of letters.

    Raises:
        Refusal: as Telegram would.
    """
    known = METHODS.get(method.lower())
    if known is None:
        raise not_found()
    return await known(state, params)


async def get_me(state: SandboxState, _params: Params) -> object:
    """The bot itself; privacy mode is on."""
    return wire.user_json(state.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(state: SandboxState, params: Params) -> object:
    """Long polling."""
    allowed = params.sequence("allowed_updates")
    updates = await state.updates.fetch(
        offset=params.integer("offset") or 0,
        limit=params.integer("limit") or 100,
        patience=min(timedelta(seconds=params.integer("timeout") or 0), POLL_LIMIT),
        allowed=None if allowed is None else [str(kind) for kind in allowed],
    )
    return [update.to_json() for update in updates]


async def delete_webhook(state: SandboxState, params: Params) -> object:
    """There never is a webhook; waiting updates may be dropped."""
    if params.flag("drop_pending_updates"):
        state.updates.drop_all()
    return True


async def get_webhook_info(state: SandboxState, _params: Params) -> object:
    """That there is no webhook."""
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(state.updates)}


async def accept(_state: SandboxState, _params: Params) -> object:
    """Says yes to what changes nothing a chat page shows."""
    return True


async def set_my_commands(state: SandboxState, params: Params) -> object:
    """Replaces the menu of a scope and language."""
    given = params.sequence("commands") or []
    commands = tuple(_command(command) for command in given)
    state.menus.set(_scope(state, params), commands)
    state.tell_menus()
    return True


async def get_my_commands(state: SandboxState, params: Params) -> object:
    """The menu of exactly this scope and language."""
    return [
        {"command": command.name, "description": command.description}
        for command in state.menus.get(_scope(state, params))
    ]


async def delete_my_commands(state: SandboxState, params: Params) -> object:
    """Takes the menu of a scope and language back."""
    state.menus.delete(_scope(state, params))
    state.tell_menus()
    return True


def _command(given: object) -> Command:
    if not isinstance(given, Mapping):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(given.get("command", "")).removeprefix("/")
    return Command(name=name, description=str(given.get("description", "")).strip())


def _scope(state: SandboxState, params: Params) -> Scope:
    given = params.mapping("scope") or {}
    within = Params(given)
    chat_id = find_chat(state, within).id if "chat_id" in given else None
    kind = within.text("type") or "default"
    return Scope(kind=kind, chat_id=chat_id, user_id=within.integer("user_id"), language=params.text("language_code"))


async def set_my_description(state: SandboxState, params: Params) -> object:
    """What an empty chat says about the bot."""
    description = params.text("description")
    if len(description) > DESCRIPTION_LIMIT:
        raise bad_request("BOT_DESCRIPTION_TOO_LONG")
    state.set_description(description)
    return True


async def get_my_description(state: SandboxState, _params: Params) -> object:
    """What an empty chat says about the bot."""
    return {"description": state.description}


async def answer_callback_query(state: SandboxState, params: Params) -> object:
    """Ends a button's waiting, with a toast or an alert."""
    query = state.queries.get(params.text("callback_query_id"))
    if query is None or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    state.answer(query, Answer(text=text, is_alert=params.flag("show_alert"), url=params.text("url")))
    return True


async def get_chat(state: SandboxState, params: Params) -> object:
    """A chat the bot knows."""
    return wire.full_chat_json(_known_chat(state, params))


async def get_chat_member(state: SandboxState, params: Params) -> object:
    """What somebody is in a chat."""
    chat = _known_chat(state, params)
    user = state.users.get(params.integer("user_id") or 0)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return wire.member_json(user, chat.role(user.id), chat.kind)


async def get_chat_administrators(state: SandboxState, params: Params) -> object:
    """The people in charge of a group or channel; bots are left out."""
    chat = _known_chat(state, params)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    return [
        wire.member_json(state.users[user_id], role, chat.kind)
        for user_id, role in chat.roles.items()
        if role in IN_CHARGE and not state.users[user_id].is_bot
    ]


async def get_chat_member_count(state: SandboxState, params: Params) -> object:
    """How many are in a chat, the bot among them."""
    return sum(role not in ABSENT for role in _known_chat(state, params).roles.values())


async def leave_chat(state: SandboxState, params: Params) -> object:
    """The bot goes."""
    chat = _known_chat(state, params)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    state.set_bot_role(chat, Role.LEFT)
    return True


async def get_file(state: SandboxState, params: Params) -> object:
    """Where a file can be fetched."""
    file = state.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return {
        "file_id": file.file_id,
        "file_unique_id": f"u{file.file_id}",
        "file_size": len(file.content),
        "file_path": f"{'photos' if file.is_photo else 'documents'}/{file.file_id}",
    }


def _known_chat(state: SandboxState, params: Params) -> Chat:
    """A chat the bot may look at: it was not thrown out of it."""
    chat = find_chat(state, params)
    if chat.role(state.bot.id) is Role.LEFT:
        raise bad_request("chat not found")
    return chat


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmydescription": set_my_description,
    "getmydescription": get_my_description,
    "setmyshortdescription": accept,
    "setmyname": accept,
    "pinchatmessage": accept,
    "unpinchatmessage": accept,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendchataction": send_chat_action,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "getchatmembercount": get_chat_member_count,
    "leavechat": leave_chat,
    "getfile": get_file,
}
