"""Questions about the story, answered from the stored digest, which is never rebuilt for one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.digest.model import Digest, Tracker
from bot.ports import AnswerStore
from bot.render.answer import STORY_COMMANDS, answer, sample
from bot.render.html import Html
from bot.render.message import Message, Question, View


class NoSuchCommandError(LookupError):
    """Nobody answers this command."""


@dataclass(slots=True, kw_only=True)
class Answers:
    """What people can ask; each distinct answer is rendered once a digest."""

    store: AnswerStore
    trackers: tuple[Tracker, ...]
    _digest: Digest | None = None
    _rendered: dict[Question, tuple[Message, ...]] = field(default_factory=dict)

    def commands(self) -> Mapping[str, str]:
        """Every command about the story, with what the menu says of it, in the menu's order."""
        summary, *others = STORY_COMMANDS.items()
        return dict([summary, *((tracker.command, tracker.title) for tracker in self.trackers), *others])

    async def ask(self, question: Question) -> tuple[Message, ...]:
        """The messages that answer ``question``.

        Raises:
            NoSuchCommandError: it is not one of ``commands``.
        """
        if question.command not in self.commands():
            raise NoSuchCommandError(question.command)
        digest = await self.store.digest()
        if digest is not self._digest:
            self._digest, self._rendered = digest, {}
        rendered = self._rendered
        if question not in rendered:
            rendered[question] = await asyncio.to_thread(answer, digest, question, self.trackers)
        return rendered[question]

    async def whole(self, command: str) -> tuple[Message, ...]:
        """Every page of a command's answer, one after the other.

        Raises:
            NoSuchCommandError: it is not one of ``commands``.
        """
        messages = list(await self.ask(Question(command=command)))
        shown = {Question(command=command)}
        while following := _next_page(messages[-1], shown):
            shown.add(following)
            messages += await self.ask(following)
        return tuple(messages)

    async def sample(self) -> Html:
        """One cited line, to show how an answer looks."""
        return sample(await self.store.digest())


def _next_page(message: Message, shown: set[Question]) -> Question | None:
    """The page after the ones shown that a button of ``message`` leads to."""
    last = max(question.page for question in shown)
    for button in (button for row in message.buttons for button in row):
        try:
            question = Question.read(button.data)
        except ValueError:
            continue
        if question.view is View.ANSWER and question.page == last + 1:
            return question
    return None
