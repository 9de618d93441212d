from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from textmine.parallel import ordered_map, thread_count

THREADS = pytest.mark.parametrize("threads", [1, 2, 5])


@THREADS
def test_results_come_in_the_order_of_the_items(threads: int) -> None:
    def work(item: int) -> int:
        time.sleep(0.003 * (item % 3 == 0))
        return item * item

    assert list(ordered_map(work, range(40), threads)) == [item * item for item in range(40)]
    assert list(ordered_map(work, [], threads)) == []


def test_one_thread_works_in_the_caller() -> None:
    names = list(ordered_map(lambda item: threading.current_thread(), range(3), 1))
    assert names == [threading.current_thread()] * 3


def test_items_are_worked_on_side_by_side() -> None:
    together = threading.Barrier(3, timeout=10)
    assert len(list(ordered_map(lambda item: together.wait(), range(6), 3))) == 6


@THREADS
def test_an_exception_comes_out_where_its_result_would(threads: int) -> None:
    def work(item: int) -> int:
        if item >= 3:
            raise ValueError(item)
        return item

    found = []
    with pytest.raises(ValueError, match=r"^3$"):
        for result in ordered_map(work, range(10), threads):
            found.append(result)
    assert found == [0, 1, 2]


@THREADS
def test_an_exception_of_the_items(threads: int) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(ordered_map(abs, items(), threads))


@THREADS
def test_items_are_not_taken_far_ahead(threads: int) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while taken < 100:
            taken += 1
            yield taken

    results = ordered_map(abs, items(), threads)
    for number in range(1, 20):
        next(results)
        assert taken <= number + threads
    # A generator in fact; the annotation promises an iterator only.
    results.close()  # type: ignore[attr-defined]
    assert taken <= 19 + threads
    assert threading.active_count() == 1


@THREADS
def test_what_is_given_up_is_told_to_end(threads: int) -> None:
    ended = threading.Event()

    def work(item: int) -> bool:
        return item == 0 or ended.wait(60)

    results = ordered_map(work, range(3), threads, ended.set)
    assert next(results)
    started = time.monotonic()
    # A generator in fact; the annotation promises an iterator only.
    results.close()  # type: ignore[attr-defined]
    assert ended.is_set() and time.monotonic() - started < 30


@THREADS
def test_what_can_be_given_up_is_not_done_by_the_caller(threads: int) -> None:
    names = list(ordered_map(lambda item: threading.current_thread(), range(3), threads, lambda: None))
    assert threading.current_thread() not in names and len(names) == 3


def test_number_of_threads() -> None:
    assert thread_count(3) == 3
    assert thread_count() >= 1
