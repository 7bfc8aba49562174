"""Python reads this when it starts, where its folder is on PYTHONPATH: its clock is so many seconds ahead then."""

import datetime as dt
import os
import time
from typing import Any

_AHEAD = float(os.environ["CLOCK_AHEAD_SECONDS"])
_true_time = time.time
_REAL: type = dt.datetime


class _AnyMoment(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, _REAL)


class _Shifted(dt.datetime, metaclass=_AnyMoment):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.fromtimestamp(time.time(), dt.UTC).replace(tzinfo=None)


setattr(time, "time", lambda: _true_time() + _AHEAD)  # noqa: B010  # mypy knows that this is not done
setattr(time, "time_ns", lambda: int(time.time() * 1e9))  # noqa: B010
setattr(dt, "datetime", _Shifted)  # noqa: B010
