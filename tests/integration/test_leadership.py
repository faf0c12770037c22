"""Two controllers, one Lease: whatever happens to the leader, exactly one goes on, and nothing is lost."""

import time

from kube import LEASE
from waiting import eventually


def holder(kube) -> str:
    return ((kube.get(LEASE) or {}).get("spec") or {}).get("holderIdentity") or ""


def sequences_are_whole(postgres) -> int:
    """The history's numbers have no gaps and no duplicates; returns the last one."""
    numbers = [int(row[0]) for row in postgres.query("SELECT sequence FROM events ORDER BY sequence")]
    assert numbers == list(range(1, len(numbers) + 1))
    return len(numbers)


def test_leader_killed_in_the_middle(kube, postgres, platform, leader, wait_ready, wait_gone):
    second = platform.start_controller()
    names = [f"handover-{i:02d}" for i in range(30)]
    before = holder(kube)
    for name in names:
        platform.create(name)

    def some_work_is_done():
        phases = [(kube.store(n).get("status") or {}).get("phase") for n in names]
        return phases.count("Ready") >= 3 and phases.count("Ready") < 30

    eventually(some_work_is_done, 30, "the leader is in the middle of it")
    leader.kill()
    killed = time.monotonic()
    eventually(lambda: second.said("the cluster is read"), 25, "the other controller takes over")
    waited = time.monotonic() - killed
    assert holder(kube) not in ("", before)
    assert waited > 8, f"a lease of 15 s, renewed every 2 s, was taken over {waited:.1f} s after its holder died"
    wait_ready(names, 60)
    print(f"leader killed: the other one took over after {waited:.1f} s, all Ready after {time.monotonic() - killed:.1f} s")

    def all_told():
        rows = postgres.query("SELECT store_name, count(*) FROM events WHERE store_name LIKE 'handover-%' AND message LIKE '%→ Ready.' GROUP BY 1")
        return rows if len(rows) == len(names) else None

    rows = eventually(all_told, 10, "the history tells of every store that it became Ready")
    last = sequences_are_whole(postgres)
    twice = [row[0] for row in rows if row[1] != "1"]
    print(f"history: {last} events without a gap; stores whose Ready is told twice because of the kill: {twice}")
    for name in names:
        platform.delete(name)
    wait_gone(60)


def test_clean_stop_hands_over_at_once(kube, platform, leader, wait_ready):
    second = platform.start_controller()
    platform.create("before-stop")
    stopped = time.monotonic()
    assert leader.terminate() == 0
    eventually(lambda: second.said("the cluster is read"), 6, "the other controller takes over without waiting for the lease")
    print(f"SIGTERM: the other controller leads after {time.monotonic() - stopped:.1f} s")
    platform.create("after-stop")
    wait_ready(["before-stop", "after-stop"], 20)


def test_a_second_controller_only_waits(kube, platform, leader):
    second = platform.start_controller()
    eventually(lambda: platform.probe(second, "/readyz") == 200, 10, "a waiting controller is ready to take over")
    assert platform.probe(leader, "/readyz") == 200
    platform.create("one-leader")
    eventually(lambda: (kube.store("one-leader").get("status") or {}).get("phase") == "Ready", 20, "Ready")
    assert not second.said("the cluster is read") and not [line for line in second.lines if line.get("message") == "action"]
    assert second.terminate() == 0, "one that waits ends cleanly too"
    assert leader.alive
