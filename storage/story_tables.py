"""The story: its head, its digest, and a document for each report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from bot.digest.model import Digest, Report
from bot.ports import Story
from storage.codec import FormatError, digest_text, read_digest, read_report, report_text
from storage.durable import DurableDB, encode

HEAD = "story"
DIGEST = "digest"
REPORTS = "reports"

Texts = Mapping[str, Mapping[int, str]]


class StoryTables:
    """The stored story, as JSON until it is asked for; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._database = database

    def name(self) -> str | None:
        """The stored story's name; None when there is none."""
        head = self._database.table(HEAD).get(doc_id=1)
        return None if head is None else head.get("name")

    def digest(self) -> tuple[Digest, str | None]:
        """The stored digest, or an empty one and what is wrong with the stored one."""
        text = self._database.storage.texts(DIGEST).get(1)
        if text is None:
            return Digest(), None
        try:
            return read_digest(text), None
        except FormatError as error:
            return Digest(), f"stored story: {error}; read anew from the articles"

    def reader(self) -> Callable[[], Story | None]:
        """A function that decodes the story as it is stored now; it may be called in a thread."""
        head = self._database.table(HEAD).get(doc_id=1)
        digest = self._database.storage.texts(DIGEST).get(1)
        reports = tuple(self._database.storage.texts(REPORTS).items())

        def read() -> Story | None:
            if head is None or digest is None:
                return None
            try:
                return Story(
                    name=head["name"],
                    reader=head["reader"],
                    reports=tuple(read_report(text) for _, text in sorted(reports)),
                    digest=read_digest(digest),
                )
            except (FormatError, KeyError):
                return None

        return read

    def some_reports(self, numbers: Collection[int]) -> Callable[[], Mapping[int, Report]]:
        """A function that decodes some reports as they are stored now; it may be called in a thread."""
        texts = self._database.storage.texts(REPORTS)
        found = {number: texts[number] for number in numbers if number in texts}
        return lambda: {number: read_report(text) for number, text in found.items()}

    @staticmethod
    def encoded(story: Story) -> Texts:
        """A story as JSON by table and id; may be called in a thread."""
        return {
            HEAD: {1: encode({"name": story.name, "reader": story.reader})},
            DIGEST: {1: digest_text(story.digest)},
            REPORTS: {number: report_text(report) for number, report in enumerate(story.reports, 1)},
        }

    def put(self, texts: Texts) -> None:
        """Makes ``texts`` the stored story."""
        storage = self._database.storage
        for name, documents in texts.items():
            storage.change_texts(name, dict.fromkeys(storage.texts(name)) | dict(documents))
