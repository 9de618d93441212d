"""Work on pieces side by side, results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")
_END = object()


def thread_count(threads: int | None = None) -> int:
    """`threads`, or as many as the process may use processors."""
    if threads is not None:
        return threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The items, each fetched by another thread while the one before is worked on."""
    iterator = iter(items)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, iterator, _END)
        while (item := following.result()) is not _END:
            following = pool.submit(next, iterator, _END)
            yield cast(Item, item)


def ordered_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int | None = None,
    abandon: Callable[[], None] | None = None,
) -> Iterator[Result]:
    """`function` of each item, computed by `threads` threads and yielded in the order of the items.

    At most one item a thread is under way or waiting to be taken, so memory stays within `threads` + 1
    results. The work must release the interpreter lock to gain anything. `abandon` is called where not all is
    to be done, after Ctrl-C for instance, and should make work that is under way end soon; with it, even a
    single thread is not the caller's, which could not hear of Ctrl-C.
    """
    count = thread_count(threads)
    if count == 1 and abandon is None:
        yield from map(function, items)
        return
    pending: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(count) as pool:
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                if len(pending) > count:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BaseException:
            if abandon is not None:
                abandon()
            raise
        finally:
            for future in pending:
                future.cancel()
