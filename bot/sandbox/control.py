"""What only other programs ask of a sandbox: what arrived, and people by the thousand."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.deeds import Body, Deed
from bot.sandbox.state import SandboxState


class Control:
    """The addresses under ``/control/`` that the page does not have."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state

    def by_name(self) -> dict[str, Deed]:
        """Every deed by the last part of its address."""
        return {"chats": self.chats, "forget_sent": self.forget_sent}

    def sent(self, query: Mapping[str, str]) -> dict[str, object]:
        """What arrived from the bot: figures, how many in each chat, and with ``texts=1`` every text.

        ``chat_id`` asks for one chat only, ``after`` for what arrived later than this monotonic moment. ``brief=1``
        leaves out the figures of chats, and those that take long to find.
        """
        log = self._state.sent
        if query.get("brief", "0") == "1":
            return log.brief()
        after = float(query.get("after", "-inf"))
        wanted = [int(query["chat_id"])] if "chat_id" in query else log.chats()
        arrivals = {chat_id: [one for one in log.arrivals(chat_id) if one[0] > after] for chat_id in wanted}
        shown = log.summary() | {"chats": {str(chat_id): len(these) for chat_id, these in arrivals.items()}}
        if query.get("texts", "0") == "1":
            shown["texts"] = {str(chat_id): these for chat_id, these in arrivals.items()}
        return shown

    async def chats(self, body: Body) -> dict[str, object]:
        """``private``: so many people who have started the bot come into being, as a crowd that no page shows.

        With ``says`` each of them writes that text to the bot now.
        """
        crowd = self._state.add_crowd(int(str(body["private"])))
        if "says" in body:
            for chat in crowd:
                self._state.say(chat, str(body["says"]))
        return {"chat_ids": [chat.id for chat in crowd]}

    async def forget_sent(self, _body: Body) -> dict[str, object]:
        """Lets the figures of what arrived begin anew."""
        self._state.sent.clear()
        return {}
