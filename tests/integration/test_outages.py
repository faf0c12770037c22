"""What the platform leans on goes away and comes back."""

import json
import os
import subprocess
import time

from kube import environment
from waiting import eventually


def api_server_pid() -> int:
    command = ["cluster-launcher", "status", "-o", "json", "--state", str(environment() / "cluster")]
    components = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["components"]
    return next(c["pid"] for c in components if c["name"] == "kube-apiserver")


def test_api_server_restarts(kube, platform, leader, wait_ready, wait_gone):
    before = [f"before-{i}" for i in range(5)]
    for name in before:
        platform.create(name)
    pid = api_server_pid()
    os.kill(pid, 9)
    killed = time.monotonic()
    eventually(lambda: api_server_pid() not in (0, pid), 30, "the launcher starts the API server again", every=0.2)
    eventually(lambda: kube.store("before-0"), 30, "the API server answers")
    back = time.monotonic() - killed
    if not leader.alive:  # it lost its lease meanwhile and ended, as it should; Kubernetes would start it again
        platform.start_leader()
    after = [f"after-{i}" for i in range(5)]
    for name in after:
        eventually(lambda name=name: created(platform, name), 15, f"the REST API takes {name}")
    wait_ready(before + after, 60)
    print(f"API server back after {back:.1f} s, all stores Ready after {time.monotonic() - killed:.1f} s, controller survived: {leader.alive}")
    assert platform.api_process.alive
    for name in before + after:
        platform.delete(name)
    wait_gone(60)


def created(platform, name) -> bool:
    answer = platform.api("POST", "/stores", {"name": name, "engine": "tiny"})
    return answer.get("name") == name or answer.get("code") == "NameTaken"


def test_database_is_away(kube, postgres, platform, leader, wait_ready):
    names = [f"no-history-{i}" for i in range(5)]
    postgres.stop()
    try:
        # What cannot be recorded is not done; whoever may write Stores passes by the API.
        refused = platform.request("POST", "/api/v1/stores", {"name": "unrecorded", "engine": "tiny"})
        assert (refused.status, refused.json()["code"]) == (503, "AuditUnavailable"), refused
        for name in names:
            kube.create_store(name)
        assert not kube.store("unrecorded")
        wait_ready(names, 30)
        assert platform.api("GET", "/stores/no-history-0", expect=200)["phase"] == "Ready"
    finally:
        postgres.start()

    def caught_up():
        rows = postgres.query("SELECT count(DISTINCT store_name) FROM events WHERE store_name LIKE 'no-history-%' AND message LIKE '%→ Ready.'")
        return rows == [["5"]]

    eventually(caught_up, 20, "the events that waited are written", every=0.2)
    told = [e["message"] for e in platform.events("no-history-0") if e["reason"] == "PhaseChanged"]
    assert told[-1].endswith("→ Ready."), told
    numbers = [int(row[0]) for row in postgres.query("SELECT sequence FROM events ORDER BY sequence")]
    assert numbers == list(range(1, len(numbers) + 1))
