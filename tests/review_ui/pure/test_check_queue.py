"""Password checks wait their turn: few at once, network by network, and the largest crowd gives way."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from review_ui.accounts.check_queue import CheckQueue, QueueFull


class Office:
    """Visitors as threads at a queue: each is in a check until it is let go."""

    def __init__(self, queue: CheckQueue) -> None:
        self.queue = queue
        self.began: list[str] = []
        self.refused: list[str] = []
        self.release = threading.Semaphore(0)
        self.changed = threading.Condition()
        self.threads: list[threading.Thread] = []

    def come(self, network: str) -> None:
        """A visitor, until it is in a check, in the queue or refused."""
        thread = threading.Thread(target=self._visit, args=[network])
        self.threads.append(thread)
        settled = self.settled()
        thread.start()
        with self.changed:
            assert self.changed.wait_for(lambda: self.settled() > settled or self.waits(), timeout=10)

    def settled(self) -> int:
        return len(self.began) + len(self.refused)

    def waits(self) -> bool:
        return len(self.queue._waiting) + self.settled() == len(self.threads)

    def _visit(self, network: str) -> None:
        try:
            with self.queue.turn(network):
                with self.changed:
                    self.began.append(network)
                    self.changed.notify_all()
                self.release.acquire()
        except QueueFull:
            with self.changed:
                self.refused.append(network)
                self.changed.notify_all()

    def end(self) -> None:
        for _ in self.threads:
            self.release.release()
        for thread in self.threads:
            thread.join(timeout=10)
            assert not thread.is_alive()


def crowd(queue: CheckQueue, networks: str) -> Office:
    office = Office(queue)
    for network in networks:
        while not office.waits():  # the one before has reached its place
            pass
        office.come(network)
    while not office.waits():
        pass
    return office


def test_only_so_many_run_at_once() -> None:
    office = crowd(CheckQueue(at_once=2, most=5), "aaaaaa")
    assert office.began == ["a", "a"]
    office.end()
    assert len(office.began) == 6


def test_networks_take_turns_however_many_one_sends() -> None:
    office = crowd(CheckQueue(at_once=1, most=10), "aaaaaabc")
    office.end()
    assert sorted(office.began[1:4]) == ["a", "b", "c"]


def test_the_largest_crowd_gives_up_its_newest() -> None:
    office = crowd(CheckQueue(at_once=1, most=4), "aaaaaaabab")
    assert set(office.refused) == {"a"}
    office.end()
    assert Counter(office.began)["b"] == 2


def test_a_place_is_given_back_also_by_an_error() -> None:
    queue = CheckQueue(at_once=1, most=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), queue.turn("a"):
            raise ZeroDivisionError
    with queue.turn("a"):
        pass
