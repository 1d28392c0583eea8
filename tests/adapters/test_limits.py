"""Buckets by caller: who is empty stays empty, however many others come."""

from adapters.limits import CALLERS, Buckets


def test_a_caller_who_keeps_coming_is_not_forgotten_for_those_who_came_once() -> None:
    buckets = Buckets(1, 0.001)
    buckets.wait("flood")

    waits = [buckets.wait("flood") for number in range(CALLERS + 10) if buckets.wait(f"other {number}") == 0]

    assert len(waits) == CALLERS + 10
    assert all(wait > 0 for wait in waits)
