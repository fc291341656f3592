"""The parameters of a Bot API request, however they were sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.refusals import bad_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in a multipart request."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Values by name: texts (of forms and addresses) or real JSON values; files apart."""

    values: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value as text; empty if it was not sent."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str) -> int | None:
        """The value as a number; None if it was not sent or is none."""
        try:
            return int(self.text(name))
        except ValueError:
            return None

    def flag(self, name: str) -> bool:
        """Whether the value says yes."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def mapping(self, name: str) -> Mapping[str, object] | None:
        """The JSON object sent under ``name``; None if there is none.

        Raises:
            Refusal: 400, it is something else.
        """
        value = self._decoded(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: expected an Object")
        return value

    def sequence(self, name: str) -> list[object] | None:
        """The JSON array sent under ``name``; None if there is none.

        Raises:
            Refusal: 400, it is something else.
        """
        value = self._decoded(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array")
        return value

    def _decoded(self, name: str) -> object:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
