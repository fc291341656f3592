"""Articles from anywhere on their way to the news desk, and what is told of them to whoever brought them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.desk.newsdesk import Added, Newsdesk
from bot.desk.rounds import Taken
from bot.digest.model import Article, Basis
from bot.ports import Filed, IngestStore
from bot.render.feeds import Account
from bot.stories import StoryTopic


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The news desk for those who bring articles; ``topics`` are the stories that are followed now."""

    newsdesk: Newsdesk
    store: IngestStore
    topics: Callable[[], Sequence[StoryTopic]]

    async def add(self, articles: Sequence[Article]) -> Taken:
        """Takes articles, new ones and new versions."""
        return _taken(await self.newsdesk.add(await self._dated_as_before(articles)))

    async def replace(self, folder: str, articles: Sequence[Article]) -> Taken:
        """Takes all articles of a folder."""
        return _taken(await self.newsdesk.replace(folder, articles))

    async def accounts(self, articles: Sequence[Article], taken: Taken) -> tuple[Account, ...]:
        """What was read in each of these articles that is filed."""
        filed = {one.article: one for one in (await self.store.library()).filed}
        known = [filed[article.id] for article in articles if article.id in filed]
        packed = await self.store.packed_reports([one.number for one in known])
        return tuple([await self._account(one, packed[one.number], taken) for one in known])

    async def _account(self, filed: Filed, packed: str, taken: Taken) -> Account:
        report = self.store.packing.read_report(packed)
        return Account(
            article=report.article,
            is_new=filed.article in taken.new,
            is_changed=filed.article in taken.changed,
            figures=len(report.figures),
            events=len(report.events),
            stories=tuple(topic.title for topic in self.topics() if topic.name in filed.places),
            repeats=await self._repeated(filed),
            revision=report.revisions[-1] if report.revisions else None,
        )

    async def _repeated(self, filed: Filed) -> str | None:
        """The number and label of the article that one shares its origin with, in the first of its stories."""
        for story in filed.places:
            digest = await self.store.digest(story)
            source = next((one for one in digest.sources if one.article.id == filed.article), None)
            if source is not None and source.origin != source.number:
                other = digest.sources[source.origin - 1]
                return f"[{other.number}] {other.label}"
        return None

    async def _dated_as_before(self, articles: Sequence[Article]) -> list[Article]:
        """The articles, those whose date could only be inferred with the date that was inferred first: else an article
        that is read twice would be another version each time."""
        if all(article.published.basis is not Basis.INFERRED for article in articles):
            return [*articles]
        stories = {story for filed in (await self.store.library()).filed for story in filed.places}
        digests = [await self.store.digest(story) for story in stories]
        known = {source.article.id: source.article for digest in digests for source in digest.sources}
        return [
            replace(article, published=before.published)
            if article.published.basis is Basis.INFERRED
            and (before := known.get(article.id)) is not None
            and before.published.basis is Basis.INFERRED
            else article
            for article in articles
        ]


def _taken(added: Added) -> Taken:
    return Taken(new=frozenset(added.new), changed=frozenset(added.changed), remarks=added.remarks)
