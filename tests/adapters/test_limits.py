"""Buckets by caller: who is empty stays empty, however many others come."""

from adapters.limits import CALLERS, Buckets, Seats


def test_a_caller_who_keeps_coming_is_not_forgotten_for_those_who_came_once() -> None:
    buckets = Buckets(1, 0.001)
    buckets.wait("flood")

    waits = [buckets.wait("flood") for number in range(CALLERS + 10) if buckets.wait(f"other {number}") == 0]

    assert len(waits) == CALLERS + 10
    assert all(wait > 0 for wait in waits)


def test_so_many_sit_at_a_time_and_each_of_them_once() -> None:
    seats = Seats(2)

    with (
        seats.seated("a") as first,
        seats.seated("a") as again,
        seats.seated("b") as second,
        seats.seated("c") as third,
    ):
        found = first, again, second, third
    with seats.seated("c") as afterwards:
        assert afterwards

    assert found == (True, False, True, False)
