"""Whoever comes when all seats are taken is sent away; those who sit get their turn."""

from threading import Event, Thread

import pytest

from outpaint.server.answers import Busy
from outpaint.server.turns import Turns


def test_so_many_are_inside_so_many_wait_and_no_more() -> None:
    turns, inside, leave, done = Turns(2, 3), [], Event(), []

    def work(number: int) -> None:
        with turns:
            inside.append(number)
            leave.wait(10)
        done.append(number)

    threads = [Thread(target=work, args=(number,)) for number in range(5)]
    for number, each in enumerate(threads):
        each.start()
        while len(inside) < min(number + 1, 2):
            pass
    while turns._seats._value:  # until the last of them has sat down
        pass
    with pytest.raises(Busy), turns:
        pass
    assert len(inside) == 2
    leave.set()
    for each in threads:
        each.join(10)
    assert sorted(done) == [0, 1, 2, 3, 4]
    with pytest.raises(ZeroDivisionError), turns:
        raise ZeroDivisionError
    for _ in range(9):
        with turns:
            pass
