"""The reader never fails, whatever order or cut of words it is given."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.figures import shipped
from bot.digest.reading import read
from tests.story import article

STORIES = sorted((Path(__file__).parent / "gold" / "stories").glob("*.txt"))
TEXTS = [path.read_text(encoding="utf-8") for path in STORIES]
SENTENCES = [line for text in TEXTS for line in text.replace(". ", ".\n").splitlines() if line.strip()]
TRACKERS = shipped()


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5), st.randoms(use_true_random=False), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_cut_and_shuffled_text_is_read_without_failing(sentences, random, data):
    words = [word for sentence in sentences for word in sentence.split()]
    if data.draw(st.booleans()):
        random.shuffle(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    breaks = data.draw(st.sampled_from([" ", "\n", "\n\n", ". ", ', "']))
    text = "".join(word + (breaks if random.random() < 0.15 else " ") for word in words[first:last])

    report = read(article(text, day=date(2023, 5, 4)), TRACKERS)

    assert all(figure.number.end <= len(text) for figure in report.figures)


@given(st.sampled_from(TEXTS), st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_story_cut_anywhere_is_read_without_failing(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    cut = text[start : start + data.draw(st.integers(1, 600))]

    report = read(article(cut, day=date(2023, 5, 4)), TRACKERS)

    assert all(cut[one.span.start : one.span.end].strip() for one in report.sentences)
