"""kill -9 of the controller, after every kind of action and at random moments: the end state is that of a clean run."""

import os
import pathlib
import random
import re
import threading
import time

from kube import STORES, phase
from waiting import eventually
from test_leadership import sequences_are_whole
from test_lifecycle import CLEAN_STORE, helm_releases

KINDS_OF_ACTION = pathlib.Path(__file__).parents[2] / "backend/operator/watch/action_kind.cpp"
# What a store does not need that is made, becomes Ready and is deleted; and why.
NOT_HERE = {
    "RepairRelease": "nobody takes a workload away",
    "LabelNamespace": "nobody changes the namespace's labels",
    "ReplacePods": "there is one revision of the pods",
    "ReadLog": "no container crashes",
    "Expire": "the store has no time at which it goes",
    "RemoveFinalizer": "the store is gone with it, and this test looks no further",
}


def kinds_of_action():
    """All that the program knows, but those that cannot be seen here."""
    kinds = set(re.findall(r'\{ActionKind::k\w+, "(\w+)"\}', KINDS_OF_ACTION.read_text()))
    assert NOT_HERE.keys() < kinds, "a kind has another name, or is gone"
    return kinds - NOT_HERE.keys()


def without_release_records(objects):
    return {o for o in objects if not o[1].startswith("sh.helm.release")}


def assert_like_a_clean_run(kube, store):
    namespace = store["status"]["namespace"]
    # An interrupted installation leaves a failed revision behind, truthfully: only the last one must be deployed.
    assert without_release_records(kube.objects(namespace)) == without_release_records(CLEAN_STORE), store["metadata"]["name"]
    release = helm_releases()[namespace]
    assert release["status"] == "deployed", release


class DeadlyOnce:
    """Kills the controller that it watches the moment it reports one of `kinds`, each kind once."""

    def __init__(self, kinds):
        self.left = set(kinds)
        self.killed = []

    def start(self, platform):
        died = threading.Event()

        def watch(line):
            if line.get("message") == "action" and line.get("action") in self.left and not died.is_set():
                died.set()
                os.kill(controller.pid, 9)
                self.left.discard(line["action"])
                self.killed.append(line["action"])

        ready = threading.Event()

        def watch_when_ready(line):
            ready.wait()
            watch(line)

        platform.expire_lease()
        controller = platform.start_controller(watch_when_ready)
        ready.set()
        return controller

    def run(self, platform, done, within):
        """Starts a controller again and again until `done` holds."""
        end = time.monotonic() + within
        while not done():
            assert time.monotonic() < end, f"killed after {self.killed}, still not done"
            controller = self.start(platform)
            eventually(lambda: done() or not controller.alive, end - time.monotonic(), f"done, or killed after one of {self.left}")
        platform.stop_controllers()


def test_killed_after_every_action(kube, postgres, platform, wait_gone):
    deadly = DeadlyOnce(kinds_of_action())
    # The next action may be over before the controller is dead: then it takes another store to see it.
    for i in range(6):
        name = f"martyr-{i}"
        kube.create_store(name)
        deadly.run(platform, lambda name=name: phase(kube.store(name)) == "Ready", 90)
        store = kube.store(name)
        assert_like_a_clean_run(kube, store)
        kube.delete(f"{STORES}/{name}")
        deadly.run(platform, lambda name=name: kube.store(name) is None, 90)
        wait_gone(5)
        assert platform.api("GET", f"/stores/{name}/receipt", expect=200)["storeUid"] == store["metadata"]["uid"]
        if not deadly.left:
            break
    assert not deadly.left
    sequences_are_whole(postgres)
    print(f"killed after {', '.join(deadly.killed)}; {i + 1} stores")


def test_killed_at_random_moments(kube, postgres, platform, wait_ready, wait_gone):
    seed = int(os.environ.get("SEED", random.randrange(1_000_000)))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    rounds = 15
    pairs = [(f"random-{i:02d}a", f"random-{i:02d}b") for i in range(rounds)]
    stores = {}
    for pair in pairs:
        controller = platform.start_leader()
        kube.create_store(pair[0])
        time.sleep(chance.uniform(0, 0.3))  # so that the two are at different stages when it happens
        kube.create_store(pair[1])
        time.sleep(chance.uniform(0, 0.5))
        controller.kill()
        controller = platform.start_leader()
        stores |= wait_ready(pair, 30)
        controller.kill()
    for store in stores.values():
        assert_like_a_clean_run(kube, store)
    for pair in pairs:
        controller = platform.start_leader()
        for name in pair:
            kube.delete(f"{STORES}/{name}")
            time.sleep(chance.uniform(0, 0.3))
        time.sleep(chance.uniform(0, 0.3))
        controller.kill()
    platform.start_leader()
    wait_gone(60)
    sequences_are_whole(postgres)
    receipts = postgres.query("SELECT count(*) FROM receipts WHERE store_name LIKE 'random-%'")
    assert receipts == [[str(2 * rounds)]], "a receipt of every store"
