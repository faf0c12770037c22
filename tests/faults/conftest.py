import os
from dataclasses import dataclass

import pytest

import platform_under_test as platform
from platform_fixtures import nothing_is_left  # noqa: F401

WHOLE = os.environ.get("STOREFLEET_FAULTS") == "whole"


@dataclass
class Row:
    """One line of the table: what was done, and what was seen of it."""

    cause: str
    code: str
    evidence: str
    named_after: float | None  # seconds from the cause until the store named it; None: nothing was to be named
    recovered_after: float


ROWS: list[Row] = []


@pytest.fixture
def note():
    """Adds a row to the table at the end."""

    def add(cause: str, recovered_after: float, code: str = "", evidence: str = "", named_after: float | None = None):
        ROWS.append(Row(cause, code, " ".join(evidence.split())[:100].replace("|", "/"), named_after, recovered_after))

    return add


def pytest_terminal_summary(terminalreporter):
    if not ROWS:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line("| cause | code | evidence | named after | recovered after |")
    terminalreporter.write_line("|---|---|---|---|---|")
    for row in ROWS:
        named = "" if row.named_after is None else f"{row.named_after:.1f} s"
        code = f"`{row.code}`" if row.code else ""
        terminalreporter.write_line(f"| {row.cause} | {code} | {row.evidence} | {named} | {row.recovered_after:.1f} s |")


@pytest.fixture
def new_name():
    with platform.names_of_stores("fault") as make:
        yield make


@pytest.fixture
def whole():
    """For what takes too long in every run of the gate."""
    if not WHOLE:
        pytest.skip("only in the whole form: tests/faults/run --whole")
