"""The desk that handlers ask, put together from all the desks."""

from __future__ import annotations

from telegram.helpers import create_deep_linked_url

from bot.app.parts import Parts
from bot.desk.alerts import Alerts
from bot.desk.answers import Answers
from bot.desk.briefings import Briefings
from bot.desk.broadcasts import Broadcasts
from bot.desk.exports import Exports
from bot.desk.following import Stories
from bot.desk.front import FrontDesk
from bot.desk.inline import Offers
from bot.desk.newsdesk import Newsdesk
from bot.desk.operators import Operators
from bot.desk.panels import Panels
from bot.desk.pictures import Pictures
from bot.desk.replies import Replies
from bot.desk.sources import Sources
from bot.desk.subscriptions import Subscriptions
from bot.logs import Recent
from bot.ports import Clock
from bot.render.operators import Fault
from bot.telegram.sender import TelegramSender
from handlers import HANDLERS


def full_menu(answers: Answers) -> dict[str, str]:
    """Every command with what the menu says of it, in the handlers' order."""
    return {command: words for module in HANDLERS for command, words in module.menu(answers).items()}


def front_desk(
    parts: Parts,
    sender: TelegramSender,
    clock: Clock,
    recent: Recent,
    *,
    newsdesk: Newsdesk,
    sources: Sources,
    stories: Stories,
) -> FrontDesk:
    """The desk that handlers ask."""
    store = parts.store
    answers = parts.answers(stories.topics, lambda payload: create_deep_linked_url(sender.bot.username, payload))
    names = tuple(tracker.name for tracker in parts.trackers)
    subscriptions = Subscriptions(store=store, clock=clock, trackers=names, topics=stories.topics)
    pictures = Pictures(answers=store, store=store, drawer=parts.studio, clock=clock, trackers=parts.trackers)
    return FrontDesk(
        answers=answers,
        newsdesk=newsdesk,
        subscriptions=subscriptions,
        panels=Panels(
            subscriptions=subscriptions,
            trackers={tracker.name: tracker.title for tracker in parts.trackers},
            stories=stories.choice,
        ),
        stories=stories,
        briefings=Briefings(
            store=store,
            answers=store,
            clock=clock,
            trackers=parts.trackers,
            topics=stories.topics,
            pictures=pictures,
        ),
        alerts=Alerts(store=store, answers=store, clock=clock, trackers=parts.trackers),
        broadcasts=Broadcasts(store=store, chats=store, sender=sender, clock=clock),
        replies=Replies(sender=sender, chats=store, clock=clock),
        pictures=pictures,
        offers=Offers(answers=answers, clock=clock),
        exports=Exports(store=store, trackers=parts.trackers, clock=clock),
        operators=Operators(
            users=frozenset(parts.operators),
            store=store,
            chats=store,
            briefings=store,
            library=store,
            sources=store,
            sender=sender,
            clock=clock,
            topics=stories.topics,
            errors=lambda: [Fault(at=seen.at, what=seen.what) for seen in recent.newest()],
            store_fault=lambda: store.fault,
        ),
        sources=sources,
        full_menu=lambda: full_menu(answers),
    )
