"""What goes wrong on request: answers of broken servers, slow ones, cut connections."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A failure that waits for the next fitting requests.

    Either ``status`` is answered, or the connection is cut; with neither the request is only slow.
    """

    method: str = ""  #: in any case of letters; empty means all but getUpdates
    chat_id: int | None = None  #: only requests to this chat; None means all
    status: int = 0  #: the HTTP status answered, 0 for none
    description: str = ""  #: what the answer says; empty takes the status's own words
    retry_after: int = 0  #: seconds, of a 429
    cuts: bool = False  #: the connection ends in the middle of the answer
    is_done_first: bool = False  #: the request takes effect before it fails
    delay: timedelta = timedelta(0)  #: real time before anything happens
    chance: float = 1.0  #: the share of fitting requests it befalls, drawn at random
    times: int = 1  #: requests it befalls

    @property
    def fails(self) -> bool:
        """Whether more happens than a delay."""
        return bool(self.status) or self.cuts

    def befalls(self, method: str, chat_id: str) -> bool:
        """Whether a request for ``method`` about ``chat_id`` is to fail."""
        is_method = self.method.lower() == method if self.method else method != "getupdates"
        return is_method and (self.chat_id is None or str(self.chat_id) == chat_id)


class Faults:
    """The failures still to come, the first added first.

    Args:
        seed: of the draws for faults with a chance.
    """

    def __init__(self, seed: int = 0) -> None:
        self._waiting: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311  a repeatable draw is wanted

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """What has yet to befall."""
        return tuple(self._waiting)

    def add(self, fault: Fault) -> None:
        """Lets ``fault`` wait."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Lets everything work again."""
        self._waiting.clear()

    def draw_from(self, seed: int) -> None:
        """Starts the draws anew."""
        self._random.seed(seed)

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The failure of this request, counted off; None if it is to succeed."""
        for place, fault in enumerate(self._waiting):
            if fault.befalls(method, chat_id) and (fault.chance >= 1 or self._random.random() < fault.chance):
                if fault.times > 1:
                    self._waiting[place] = replace(fault, times=fault.times - 1)
                else:
                    del self._waiting[place]
                return fault
        return None
