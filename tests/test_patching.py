"""What makes one digest of another: applied, it gives that very digest, whatever changed."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.merging import merge
from bot.digest.model import Digest
from bot.digest.patching import PatchError, difference, patched
from bot.stories import MAIN
from storage.codec import patch_text, piece_text, read_piece
from tests.story import ROOT, seed_digest
from tests.test_growth import TEXTS, pool

chosen = st.lists(st.integers(0, len(TEXTS) + 4), max_size=10)


@settings(max_examples=60, deadline=None)
@given(chosen, chosen)
def test_a_patched_digest_is_the_new_one(before: list[int], after: list[int]) -> None:
    old, new = (merge([pool()[number] for number in numbers]) for numbers in (before, after))
    copied: Digest = pickle.loads(pickle.dumps(old))  # another process's is equal and shares nothing

    patch = difference(old, new)

    assert patched(copied, patch) == new
    assert read_piece(piece_text(MAIN, patch_text(patch))).patch == patch


def test_an_article_more_makes_a_patch_of_little_more_than_itself() -> None:
    old, new = merge(pool()[:-1]), merge(pool())

    patch = difference(old, new)

    assert len(patch.fresh.sources) == 1
    assert len(patch_text(patch)) < len(patch_text(difference(Digest(), new))) / 2


def test_an_event_told_once_more_costs_the_one_account() -> None:
    digest = seed_digest()
    most = max(digest.timeline, key=lambda entry: len(entry.accounts))
    place = digest.timeline.index(most)
    account = digest.timeline[place - 1].accounts[0]
    retold = replace(most, accounts=(most.accounts[0], account, *most.accounts[1:]))
    new = replace(digest, timeline=(*digest.timeline[:place], retold, *digest.timeline[place + 1 :]))

    patch = difference(digest, new)

    assert len(most.accounts) > 1
    assert [entry.accounts for entry in patch.fresh.timeline] == [(account,)]
    assert patched(pickle.loads(pickle.dumps(digest)), patch) == new


def test_nothing_new_is_an_empty_patch() -> None:
    digest = seed_digest()

    assert (difference(digest, digest).edits, difference(digest, digest).fresh) == ((), Digest())


def test_a_patch_for_another_digest_is_refused() -> None:
    with pytest.raises(PatchError, match="expected a digest with parts of"):
        patched(Digest(), difference(seed_digest(), seed_digest()))


SCRIPT = """
import hashlib
from bot.digest.merging import merge
from tests.test_growth import pool
print(hashlib.sha256(repr(merge(pool())).encode()).hexdigest())
"""


def test_two_processes_make_the_same_digest_of_the_same_reports() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(made) == 1
