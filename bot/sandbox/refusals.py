"""What Telegram's servers say when they refuse a request."""

from __future__ import annotations

from http import HTTPStatus


class Refusal(Exception):
    """A request answered with ``ok: false``.

    Args:
        code: the HTTP status and ``error_code``.
        description: Telegram's own words, without the status phrase.
        migrate_to_chat_id: where a basic group went, if that is why.
        retry_after: seconds to wait, if the flood limit is why.
    """

    def __init__(
        self,
        code: HTTPStatus,
        description: str,
        *,
        migrate_to_chat_id: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.migrate_to_chat_id = migrate_to_chat_id
        self.retry_after = retry_after

    def to_json(self) -> dict[str, object]:
        """The answer's body as the Bot API shapes it."""
        parameters: dict[str, object] = {}
        if self.migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to_chat_id
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        body: dict[str, object] = {"ok": False, "error_code": int(self.code), "description": self.description}
        return body | ({"parameters": parameters} if parameters else {})


def bad_request(reason: str) -> Refusal:
    """400: the request can never succeed as it is."""
    return Refusal(HTTPStatus.BAD_REQUEST, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """403: the chat does not want the bot."""
    return Refusal(HTTPStatus.FORBIDDEN, f"Forbidden: {reason}")


def migrated(new_chat_id: int) -> Refusal:
    """400 with the id a basic group has as a supergroup."""
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new_chat_id,
    )


def too_many_requests(seconds: int) -> Refusal:
    """429 with the whole seconds to wait."""
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def conflict(
    reason: str = "terminated by other getUpdates request; make sure that only one bot instance is running",
) -> Refusal:
    """409: a second poller took this one's place, or there is a webhook."""
    return Refusal(HTTPStatus.CONFLICT, f"Conflict: {reason}")


def unauthorized() -> Refusal:
    """401: the token is not this sandbox's."""
    return Refusal(HTTPStatus.UNAUTHORIZED, "Unauthorized")


def not_found() -> Refusal:
    """404: no such method."""
    return Refusal(HTTPStatus.NOT_FOUND, "Not Found")
