"""Waiting for a condition, with an end."""

from __future__ import annotations

import time
from typing import Callable


def eventually(condition: Callable[[], object], within: float, what: str | Callable[[], str], every: float = 0.05):
    """The first true value of `condition`; fails when there is none within so many seconds."""
    end = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {within:.1f} s: {what() if callable(what) else what}")
        time.sleep(every)
