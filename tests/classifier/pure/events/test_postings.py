"""Who bears a key: what stood there, what came since, and that neither is counted twice."""

from __future__ import annotations

import numpy as np

from classifier.events import candidate_cache, inverted_index
from classifier.events.inverted_index import Postings


def keys(*numbers):
    return np.array(numbers, dtype=np.int32)


def filled(*borne):
    held = Postings()
    held.take_in(
        [*borne, *((-n, keys()) for n in range(inverted_index.MANY))]
    )  # so many that they are sorted in
    held.settle()
    return held


def test_the_heaviest_come_first_and_of_equals_the_newer():
    held = filled((1, keys(10, 20)), (2, keys(20, 30)), (3, keys(20)))
    assert held.shared(keys(10, 20), most=9) == [1, 3, 2]
    assert held.shared(keys(20, 30), np.array([1, 5], dtype=np.float32), most=1) == [2]


def test_what_shares_too_little_is_no_candidate():
    held = filled((1, keys(10, 20)), (2, keys(20)))
    assert held.shared(keys(10, 20), least=2, most=9) == [1]
    assert held.shared(keys(), most=9) == []


def test_a_bearer_that_comes_again_is_counted_once():
    held = filled((1, keys(10)))
    held.add(1, [10, 20])
    held.add(2, [10])
    held.add(2, [10])
    assert held.shared(keys(10), least=2, most=9) == []
    assert held.shared(keys(10, 20), least=2, most=9) == [1]


def test_sorting_in_changes_no_answer():
    loose, sorted_in = Postings(), Postings(loose=10)
    for bearer in range(60):
        loose.add(bearer, [bearer % 7, bearer % 5, 99])
        sorted_in.add(bearer, [bearer % 7, bearer % 5, 99])
    asked = keys(3, 4, 99)
    assert loose.shared(asked, most=30) == sorted_in.shared(asked, most=30)


def test_of_a_formula_the_newest_bearers_are_enough():
    held = filled(*[(number, keys(7)) for number in range(500)])
    held.add(500, [7])
    found = held.shared(keys(7), most=1000)
    assert found == list(range(500, 500 - inverted_index.BEARERS, -1))


def test_keys_survive_the_tables():
    assert candidate_cache.unpacked(candidate_cache.packed([5, -3, 2**31 - 1, 5])).tolist() == [
        -3,
        5,
        2**31 - 1,
    ]
