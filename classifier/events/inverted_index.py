"""Who bears a key: texts by their hashes, events by their words. In memory, some ten bytes for each key of each bearer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Keys: TypeAlias = npt.NDArray[np.int32]
Reals: TypeAlias = npt.NDArray[np.float32]

BEARERS = 64  # a key that very many share is a formula; the newest bearers are enough
MANY = 500  # bearers from which they are sorted in at once
LOOSE = 200_000  # pairs of key and bearer that are kept apart before they are sorted in


class Postings:
    """Keys are 32-bit numbers, bearers numbers of any size; of two bearers the higher one is the newer.

    What was there first stands sorted in arrays, what came since in a table beside them until it is worth sorting in.
    """

    def __init__(self, *, loose: int = LOOSE) -> None:
        self._most_loose = loose
        self._keys: Keys = np.empty(0, dtype=np.int32)
        self._bearers: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._aside: list[tuple[Keys, npt.NDArray[np.int64]]] = []
        self._fresh: dict[int, list[int]] = {}
        self._loose = 0

    def take_in(self, borne: Sequence[tuple[int, Keys]]) -> None:
        """Takes in bearers with their keys; many at once are set aside until ``settle``, so that portions are sorted once."""
        if len(borne) < MANY:
            for bearer, keys in borne:
                self.add(bearer, keys.tolist())
            return
        bearers = np.array([bearer for bearer, _ in borne], dtype=np.int64)
        self._aside.append(
            (
                np.concatenate([keys for _, keys in borne]),
                np.repeat(bearers, [len(keys) for _, keys in borne]),
            )
        )

    def settle(self) -> None:
        """Sorts in what was set aside."""
        if self._aside:
            aside, self._aside = self._aside, []
            self._sort_in(
                np.concatenate([some for some, _ in aside]), np.concatenate([some for _, some in aside])
            )

    def add(self, bearer: int, keys: Iterable[int]) -> None:
        """Takes in one bearer; keys that it bears already are not counted twice."""
        for key in keys:
            bearers = self._fresh.setdefault(key, [])
            if bearer not in bearers[-BEARERS:]:
                bearers.append(bearer)
                self._loose += 1
        if self._loose > self._most_loose:
            fresh, self._fresh, self._loose = self._fresh, {}, 0
            self._sort_in(
                np.repeat(
                    np.array(list(fresh), dtype=np.int32), [len(bearers) for bearers in fresh.values()]
                ),
                np.array([bearer for bearers in fresh.values() for bearer in bearers], dtype=np.int64),
            )

    def shared(self, keys: Keys, weights: Reals | None = None, *, least: float = 0.0, most: int) -> list[int]:
        """The bearers whose keys in common with ``keys`` weigh at least ``least``, heaviest first, newer before older.

        ``weights``: one for each key, else one each; of every key the ``BEARERS`` that came last are looked at.
        """
        starts = np.searchsorted(self._keys, keys, "left").tolist()
        ends = np.searchsorted(self._keys, keys, "right").tolist()
        found: list[npt.NDArray[np.int64]] = []
        fresh: list[int] = []
        fresh_sizes: list[int] = []
        for key, start, end in zip(keys.tolist(), starts, ends, strict=True):
            loose = self._fresh.get(key, ())[-BEARERS:]
            fresh += loose
            fresh_sizes.append(len(loose))
            found.append(self._bearers[max(start, end - BEARERS + len(loose)) : end])
        bearers = np.concatenate([*found, np.array(fresh, dtype=np.int64)])
        if not len(bearers):
            return []
        places = np.arange(len(keys))
        which = np.concatenate(
            [np.repeat(places, [len(one) for one in found]), np.repeat(places, fresh_sizes)]
        )
        # a bearer may have come again, with further keys or after it was shaped anew: each pair counts once
        order = np.lexsort((which, bearers))
        bearers, which = bearers[order], which[order]
        begins = np.ones(len(bearers), dtype=bool)
        begins[1:] = bearers[1:] != bearers[:-1]
        counted = begins.copy()
        counted[1:] |= which[1:] != which[:-1]
        shares = counted.astype(np.float32) if weights is None else counted * weights[which]
        firsts = np.flatnonzero(begins)
        bearers, sums = bearers[firsts], np.add.reduceat(shares, firsts)
        order = np.lexsort((-bearers, -sums))[:most]
        return [int(bearers[place]) for place in order if sums[place] >= least]

    def _sort_in(self, keys: Keys, bearers: npt.NDArray[np.int64]) -> None:
        keys, bearers = np.concatenate([self._keys, keys]), np.concatenate([self._bearers, bearers])
        order = np.lexsort((bearers, keys))
        keys, bearers = keys[order], bearers[order]
        new = np.ones(len(keys), dtype=bool)
        new[1:] = (keys[1:] != keys[:-1]) | (bearers[1:] != bearers[:-1])
        self._keys, self._bearers = keys[new], bearers[new]
