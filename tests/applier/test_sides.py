"""Workers that write the same groups wait for each other, and no two of them for ever."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from segsync.applier.sides import Sides

ROUNDS = 2000


def at_once(*work: Callable[[], object]) -> None:
    """Do all of this at the same time, over and over again, in turns as short as can be."""
    together = Barrier(len(work), timeout=5)

    def repeat(each: Callable[[], object]) -> None:
        together.wait()
        for _ in range(ROUNDS):
            each()

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(work)) as pool:
            list(pool.map(repeat, work))
    finally:
        sys.setswitchinterval(usual)


def test_two_workers_are_never_in_one_group_at_the_same_time() -> None:
    sides = Sides()
    inside: list[str] = []

    def write(name: str, *groups: str) -> None:
        with sides.alone_with(groups):
            inside.append(name)
            for _ in range(10):
                assert inside == [name]
            inside.clear()

    at_once(lambda: write("one", "a", "b"), lambda: write("two", "b", "c"))


def test_workers_that_name_groups_in_different_orders_do_not_wait_for_each_other_for_ever() -> None:
    sides = Sides()

    def write(*groups: str) -> None:
        with sides.alone_with(groups):
            pass

    at_once(lambda: write("a", "b", "c"), lambda: write("c", "b", "a"))


def test_a_worker_in_one_group_keeps_nobody_from_another() -> None:
    sides = Sides()
    with sides.alone_with(["a"]), sides.alone_with(["b"]):
        pass
