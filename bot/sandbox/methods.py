"""The Bot API's methods by name: what each checks, does and returns."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

from bot.sandbox import wire
from bot.sandbox.commands import OF_ONE_CHAT, SCOPES, Command, Scope
from bot.sandbox.inline import answer_inline_query
from bot.sandbox.params import Params
from bot.sandbox.reach import inspectable_chat, readable_chat
from bot.sandbox.refusals import bad_request, conflict, not_found
from bot.sandbox.sending import (
    copy_message,
    delete_message,
    edit_message_caption,
    edit_message_media,
    edit_message_reply_markup,
    edit_message_text,
    forward_message,
    pin_chat_message,
    send_chat_action,
    send_document,
    send_media_group,
    send_message,
    send_photo,
    unpin_chat_message,
)
from bot.sandbox.state import SandboxState
from bot.sandbox.uploads import DOWNLOAD_LIMIT
from bot.sandbox.webhook import Webhook, polling_refused, read_settings
from bot.sandbox.world import ABSENT, IN_CHARGE, ChatKind, Role
from bot.sandbox.writing import Answer

Method = Callable[[SandboxState, Params], Awaitable[object]]
POLL_LIMIT = timedelta(seconds=50)  #: the longest a getUpdates waits (Telegram's own limit)
DESCRIPTION_LIMIT = 512  #: characters (Bot API)
LOOPBACK = "127.0.0.1"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
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
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(state: SandboxState, params: Params) -> object:
    """Long polling, while there is no webhook."""
    if state.webhook is not None:
        raise polling_refused()
    allowed = params.sequence("allowed_updates")
    updates = await state.updates.fetch(
        offset=params.integer("offset") or 0,
        limit=params.integer("limit") or 100,
        patience=min(timedelta(seconds=params.integer("timeout") or 0), POLL_LIMIT),
        allowed=None if allowed is None else [str(kind) for kind in allowed],
    )
    return [update.to_json() for update in updates]


async def set_webhook(state: SandboxState, params: Params) -> object:
    """Carries updates to an address from now on, those that wait too; no address ends it."""
    settings = read_settings(params) if params.text("url") else None
    allowed = params.sequence("allowed_updates")
    await _end_webhook(state, params)
    state.updates.allow(None if allowed is None else [str(kind) for kind in allowed])
    if settings is not None:
        state.updates.interrupt(conflict("terminated by setWebhook request"))
        state.webhook = Webhook(settings, state.updates, state.clock.now, partial(call, state))
    return True


async def delete_webhook(state: SandboxState, params: Params) -> object:
    """Ends the webhook; waiting updates may be dropped."""
    await _end_webhook(state, params)
    return True


async def _end_webhook(state: SandboxState, params: Params) -> None:
    await state.close_webhook()
    if params.flag("drop_pending_updates"):
        state.updates.drop_all()


async def get_webhook_info(state: SandboxState, _params: Params) -> object:
    """Where updates go, how many wait, and what went wrong last."""
    shown: dict[str, object] = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if state.updates.allowed:
        shown["allowed_updates"] = sorted(state.updates.allowed)
    if state.webhook is None:
        return shown
    settings, error = state.webhook.settings, state.webhook.last_error
    shown |= {"url": settings.url, "max_connections": settings.connections, "ip_address": LOOPBACK}
    if error is not None:
        shown |= {"last_error_date": wire.unix(error.date), "last_error_message": error.message}
    return shown


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
    within = Params(params.mapping("scope") or {})
    kind = within.text("type") or "default"
    language = params.text("language_code")
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    chat_id = inspectable_chat(state, within).id if kind in OF_ONE_CHAT else None
    user_id = within.integer("user_id") if kind == "chat_member" else None
    return Scope(kind=kind, chat_id=chat_id, user_id=user_id, language=language)


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
    """A chat the bot knows, or a public one."""
    chat = readable_chat(state, params)
    shown = wire.full_chat_json(chat)
    pinned = state.message(chat, chat.pinned[-1]) if chat.pinned else None
    return shown | ({"pinned_message": state.api_message(pinned)} if pinned else {})


async def get_chat_member(state: SandboxState, params: Params) -> object:
    """What somebody is in a chat; the bot may always ask about itself."""
    asks_itself = params.integer("user_id") == state.bot.id
    chat = readable_chat(state, params) if asks_itself else inspectable_chat(state, params)
    user = state.users.get(params.integer("user_id") or 0)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return wire.member_json(user, chat.role(user.id), chat)


async def get_chat_administrators(state: SandboxState, params: Params) -> object:
    """The people in charge of a group or channel; bots are left out."""
    chat = inspectable_chat(state, params)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    return [
        wire.member_json(state.users[user_id], role, chat)
        for user_id, role in chat.roles.items()
        if role in IN_CHARGE and not state.users[user_id].is_bot
    ]


async def get_chat_member_count(state: SandboxState, params: Params) -> object:
    """How many are in a chat, the bot among them."""
    return sum(role not in ABSENT for role in inspectable_chat(state, params).roles.values())


async def leave_chat(state: SandboxState, params: Params) -> object:
    """The bot goes."""
    chat = readable_chat(state, params)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    state.set_bot_role(chat, Role.LEFT, by=state.bot)
    return True


async def get_file(state: SandboxState, params: Params) -> object:
    """Where a file can be fetched."""
    if not params.text("file_id"):
        raise bad_request("file_id not specified")
    file = state.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": f"u{file.file_id}",
        "file_size": len(file.content),
        "file_path": f"{'photos' if file.is_photo else 'documents'}/{file.file_id}",
    }


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmydescription": set_my_description,
    "getmydescription": get_my_description,
    "setmyshortdescription": accept,
    "setmyname": accept,
    "setchatmenubutton": accept,
    "pinchatmessage": pin_chat_message,
    "unpinchatmessage": unpin_chat_message,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendmediagroup": send_media_group,
    "copymessage": copy_message,
    "forwardmessage": forward_message,
    "sendchataction": send_chat_action,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "getchatmembercount": get_chat_member_count,
    "leavechat": leave_chat,
    "getfile": get_file,
}
