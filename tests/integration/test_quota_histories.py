"""What two hundred clients at once are told of a team's quota is what some order of their requests explains: a short
form of tests/quota-histories/run, and the same with ledgers that are broken."""

import os

import pytest
from quota_histories import BREAKS, MEND, QuotaHistories


@pytest.fixture
def histories(platform, postgres, tmp_path):
    platform.start_replicas(1)
    made = QuotaHistories(platform, postgres)
    yield lambda *options: made.run("--reports", str(tmp_path), *options)
    postgres.query(MEND)
    platform.stop_replicas()


def test_histories_of_a_quota_are_linearizable(histories):
    status, said = histories("--histories", "4", "--faults", "4s")
    print(said.strip().splitlines()[-2])
    assert status == 0 and "4 histories: linearizable" in said, said


@pytest.mark.skipif(
    os.environ.get("STOREFLEET_HISTORIES") != "whole",
    reason="by hand with STOREFLEET_HISTORIES=whole: most histories of a broken ledger take longer to judge than a gate may"
    " wait; the tests in Go judge broken ledgers in memory",
)
@pytest.mark.parametrize("how", BREAKS)
def test_a_broken_ledger_is_found_out(histories, postgres, tmp_path, how):
    postgres.query(BREAKS[how])
    status, said = histories("--histories", "3", "--at-once", "3", "--faults", "0", "--search", "10s")
    assert status == 1, said
    assert list(tmp_path.glob("*.html")), "there is a picture of what is wrong"
