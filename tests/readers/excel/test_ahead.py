import threading

import pytest

from tests.waiting import HANG_SECONDS
from uploader.readers.excel.ahead import Ahead


class Panic(BaseException):
    """As the fast reader raises it."""


def test_it_is_made_while_something_else_is_done() -> None:
    is_wanted = threading.Event()
    made = Ahead(lambda: is_wanted.wait(HANG_SECONDS))
    is_wanted.set()
    assert made.result() is True
    assert made.result() is True


@pytest.mark.parametrize("error", [ValueError("damaged"), Panic("out of range"), StopIteration()])
def test_what_goes_wrong_is_raised_where_the_result_is_asked_for(error: BaseException) -> None:
    def fail() -> None:
        raise error

    made = Ahead(fail)
    for _ in range(2):
        with pytest.raises(type(error)) as raised:
            made.result()
        assert raised.value is error
