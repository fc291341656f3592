"""Which text is another one again: by its runs of four words, of which a copy keeps most, however it was edited."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash, RMinHashLSH  # type: ignore[import-untyped]

SHINGLE = 4  #: words in a row that are compared
PERMUTATIONS = 128  #: of a sketch; the error of the estimate is about 1 / sqrt of it
BANDS = 64  #: of 2 rows: what shares 0.15 of its shingles is found in 3 cases of 4, 0.3 in all, and then checked
SEED = 42  #: of the sketches; another one makes another index
COPY = 0.4  #: shared shingles of all shingles of both, from which two texts are one; every tenth word may differ
HELD = 0.6  #: shared shingles of the shorter one's, from which it is a cut of the longer one
CUT = 0.7  #: of the longer one, up to which the shorter one is called a cut of it
SHORTEST_CUT = 40  #: shingles that a cut needs; a few stock sentences are in many articles

Shingles = NDArray[np.uint64]


def shingled(words: Sequence[str]) -> list[str]:
    """Every run of ``SHINGLE`` words; the whole of a shorter text."""
    return [" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))]


def hashed(runs: Sequence[str]) -> Shingles:
    """The different runs as sorted numbers, the same in every process."""
    hashes = {int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest(), "big") for one in runs}
    return np.fromiter(sorted(hashes), np.uint64, len(hashes))


def sketch(runs: Sequence[str]) -> RMinHash:
    """A sketch by which texts that share many runs are found."""
    made = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    made.update(runs)
    return made


def near_index() -> RMinHashLSH:
    """An empty index of sketches."""
    return RMinHashLSH(threshold=COPY, num_perm=PERMUTATIONS, num_bands=BANDS)


def shared(one: Shingles, other: Shingles) -> float:
    """The part, from 0 to 1, of all shingles of both that both have."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def held(one: Shingles, other: Shingles) -> float:
    """The part, from 0 to 1, of the shorter one's shingles that the other has."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / min(len(one), len(other))


def is_cut(one: Shingles, other: Shingles) -> bool:
    """Whether the shorter of two texts is a cut of the other, which is much longer."""
    shorter, longer = sorted((len(one), len(other)))
    return SHORTEST_CUT <= shorter <= CUT * longer and held(one, other) >= HELD


class Copies:
    """Texts that grow in number; each is held against all before it, for some milliseconds."""

    def __init__(self) -> None:
        self._texts: list[Shingles] = []
        self._near = near_index()

    def add(self, words: Sequence[str]) -> list[int]:
        """The places, from 0, of the earlier texts that the next one is a copy or a cut of, or that are one of it.

        A text shorter than `SHORTEST_CUT` runs is like no other.
        """
        runs = shingled(words)
        fresh, place = hashed(runs), len(self._texts)
        self._texts.append(fresh)
        if len(fresh) < SHORTEST_CUT:
            return []
        known = sketch(runs)
        near = [at for at in sorted(self._near.query(known)) if self._is_one(fresh, self._texts[at])]
        self._near.insert(place, known)
        return near

    def repeats(self, text: int, other: int) -> bool:
        """Whether the text at a place has hardly more than the words of another: it is that text again, or a cut."""
        own = self._texts[text]
        common = len(np.intersect1d(own, self._texts[other], assume_unique=True))
        return common >= HELD * len(own)

    @staticmethod
    def _is_one(fresh: Shingles, known: Shingles) -> bool:
        return shared(fresh, known) >= COPY or is_cut(fresh, known)
