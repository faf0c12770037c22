"""How a change of the platform, here another image, reaches stores that serve (docs/upgrades.md)."""

import contextlib
import time

import pytest
from conditions import conditions, is_true
from kube import STORES, phase
from waiting import eventually

NAMES = [f"wave-{i}" for i in range(6)]
FIRST, NEXT = "storefleet.test/tiny:1", "storefleet.test/tiny:2"
AT_ONCE = 2


def settings(**upgrades):
    return {"images": {"tiny": NEXT, "tiny-before": "storefleet.test/tiny:0"}, "upgrades": {"atOnce": AT_ONCE, **upgrades}}


def image(kube, store: dict) -> str:
    web = kube.get(kube.in_namespace("Deployment", store["status"]["namespace"], "web"))
    return web["spec"]["template"]["spec"]["containers"][0]["image"]


def stores(kube) -> dict[str, dict]:
    return {s["metadata"]["name"]: s for s in kube.items(STORES)}


def with_image(kube, wanted: str) -> list[str]:
    return [name for name, store in stores(kube).items() if image(kube, store) == wanted]


def waiting(kube) -> dict[str, str]:
    """Why those that wait do."""
    seen = {name: conditions(store).get("Upgrading") for name, store in stores(kube).items()}
    return {name: c["message"] for name, c in seen.items() if c and c["status"] == "False"}


def times_away(platform) -> list[tuple[str, str]]:
    """From the moment that each left Ready to its return, in the words of the history, which sort."""
    spans = []
    for name in NAMES:
        changes = [(e["at"], e["message"]) for e in platform.events(name) if e["reason"] == "PhaseChanged"]
        left = [at for at, message in changes if message == "Ready → Updating."]
        back = [at for at, message in changes if message == "Updating → Ready."]
        assert len(left) == len(back) == 1, changes
        spans.append((left[0], back[0]))
    return sorted(spans)


@contextlib.contextmanager
def no_new_pods(kube):
    nodes = [f"/api/v1/nodes/{node['metadata']['name']}" for node in kube.items("/api/v1/nodes")]
    for node in nodes:
        kube.patch(node, {"spec": {"unschedulable": True}})
    try:
        yield
    finally:
        for node in nodes:
            kube.patch(node, {"spec": {"unschedulable": None}})


@pytest.fixture
def serving(kube, platform, leader, wait_ready):
    for name in NAMES:
        platform.create(name)
    wait_ready(NAMES, 30)
    leader.kill()


def test_one_store_first_and_then_a_few_at_once(kube, platform, serving, wait_ready):
    platform.start_leader(settings=settings())
    eventually(lambda: len(with_image(kube, NEXT)) == len(NAMES), 60, "all have the new image")
    wait_ready(NAMES, 20)
    eventually(lambda: not any("Upgrading" in conditions(s) for s in stores(kube).values()), 5, "nothing is said of it any more")
    spans = times_away(platform)
    assert all(left >= spans[0][1] for left, _ in spans[1:]), f"the first was back before another began: {spans}"
    together = max(sum(1 for left, back in spans if left <= at < back) for at, _ in spans)
    print(f"{len(NAMES)} stores: one first, then at most {together} at once")
    assert together == AT_ONCE


def test_it_stops_at_the_first_that_does_not_come_back(kube, platform, serving, wait_ready):
    with no_new_pods(kube):
        for turn in range(2):  # the second leader knows it from the status
            leader = platform.start_leader(settings=settings())
            eventually(lambda: sum(phase(s) == "Degraded" for s in stores(kube).values()) == 1, 40, "one did not come back")
            eventually(lambda: [m for m in waiting(kube).values() if "stopped" in m] and len(waiting(kube)) == len(NAMES) - 1, 10, lambda: f"the others say that it stopped: {waiting(kube)}")
            eventually(lambda: leader.metrics().get('storefleet_upgrades{engine="tiny",state="stopped"}') == 1, 5, "the metric says so")
            for name in NAMES:  # each is looked at once more by this very leader
                kube.patch(f"{STORES}/{name}", {"metadata": {"labels": {"looked-at": str(turn)}}})
            time.sleep(3)
            assert sorted(phase(s) for s in stores(kube).values()) == ["Degraded"] + ["Ready"] * (len(NAMES) - 1)
            assert len(with_image(kube, NEXT)) == 1
            leader.kill()
        platform.start_leader(settings=settings())
    eventually(lambda: len(with_image(kube, NEXT)) == len(NAMES), 60, "it goes on when that one is back")
    wait_ready(NAMES, 20)


def test_what_waits_is_put_back_as_it_is_and_what_its_team_wants_is_done(kube, platform, serving, wait_ready):
    platform.start_leader(settings=settings(paused=True))
    eventually(lambda: len(waiting(kube)) == len(NAMES) and all("paused" in m for m in waiting(kube).values()), 10, "all wait")
    by_hand, wanted = NAMES[0], NAMES[1]
    web = kube.in_namespace("Deployment", stores(kube)[by_hand]["status"]["namespace"], "web")
    kube.delete(web)
    eventually(lambda: (kube.get(web) or {}).get("spec", {}).get("template", {}).get("spec", {}).get("containers", [{}])[0].get("image") == FIRST, 20, "it is there again, with its own image")
    platform.api("PATCH", f"/stores/{wanted}", {"values": {"greeting": "hi"}}, expect=202)
    eventually(lambda: with_image(kube, NEXT) == [wanted], 20, "the change of its team brings the image along")
    wait_ready(NAMES, 20)
    assert len(waiting(kube)) == len(NAMES) - 1
    assert not any(is_true(s, "Upgrading") for s in stores(kube).values())
