"""The bot's command menus: which one a chat sees, by scope and language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.refusals import bad_request
from bot.sandbox.world import IN_CHARGE, Chat, ChatKind, User

COMMAND_LIMIT = 100  #: commands a menu (Bot API)
DESCRIPTION_LIMIT = 256  #: characters (Bot API)
#: The Bot API's types of ``BotCommandScope``.
OF_ONE_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})
SCOPES = OF_ONE_CHAT | {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_NAME = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A line of the menu; the name has no slash."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a menu is for: the Bot API's ``BotCommandScope`` with a language."""

    kind: str = "default"
    chat_id: int | None = None
    user_id: int | None = None
    language: str = ""


class CommandMenus:
    """All menus the bot has set; the narrowest that fits is shown."""

    def __init__(self) -> None:
        self._menus: dict[Scope, tuple[Command, ...]] = {}

    def set(self, scope: Scope, commands: tuple[Command, ...]) -> None:
        """Replaces a menu.

        Raises:
            Refusal: 400, a name, a description or the number of commands is not what Telegram takes.
        """
        if len(commands) > COMMAND_LIMIT:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _NAME.fullmatch(command.name):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command.description) <= DESCRIPTION_LIMIT:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._menus[scope] = commands

    def get(self, scope: Scope) -> tuple[Command, ...]:
        """Exactly this menu; empty if it was never set."""
        return self._menus.get(scope, ())

    def delete(self, scope: Scope) -> None:
        """Takes a menu back, so that a wider one shows."""
        self._menus.pop(scope, None)

    def shown(self, chat: Chat, person: User) -> tuple[Command, ...]:
        """What ``person`` sees in ``chat``."""
        for scope in _narrowest_first(chat, person):
            if menu := self._menus.get(scope):
                return menu
        return ()


def _narrowest_first(chat: Chat, person: User) -> Iterator[Scope]:
    plain: list[Scope]
    if chat.kind is ChatKind.PRIVATE:
        plain = [Scope(kind="chat", chat_id=chat.id), Scope(kind="all_private_chats")]
    elif chat.kind is ChatKind.CHANNEL:
        return
    else:
        plain = [Scope(kind="chat_member", chat_id=chat.id, user_id=person.id)]
        if chat.role(person.id) in IN_CHARGE:
            plain.append(Scope(kind="chat_administrators", chat_id=chat.id))
        plain.append(Scope(kind="chat", chat_id=chat.id))
        if chat.role(person.id) in IN_CHARGE:
            plain.append(Scope(kind="all_chat_administrators"))
        plain.append(Scope(kind="all_group_chats"))
    for scope in [*plain, Scope()]:
        for language in (person.language_code, ""):
            yield Scope(kind=scope.kind, chat_id=scope.chat_id, user_id=scope.user_id, language=language)
