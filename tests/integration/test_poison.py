"""Whatever somebody stores in a Store, or a pod answers, harms that store alone."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from kube import STORES, Refused, phase
from platform_processes import BASE_DOMAIN
from waiting import eventually


def nested(levels: int):
    value = 1
    for _ in range(levels):
        value = {"a": value}
    return value


POISON = {
    "deep": nested(60),
    "deeper": nested(500),
    "long-list": {"a": [[]] * 100_000},
    "large": {"a": "x" * 1_000_000},
    "large-name": {"x" * 400_000: 1},
    "nul": {"other": "a\0b\x1b[31m", "greeting": "\0"},
    "surrogate": {"greeting": "\ud800" * 41},
    "number": {"greeting": 1e300},
}


def failure(kube, name: str) -> str:
    store = kube.store(name) or {}
    return store.get("status", {}).get("failure", {}).get("code", "")


@pytest.fixture
def poison(kube, platform, leader):
    for name, values in POISON.items():
        kube.create_store(f"poison-{name}", values=values)
    return [f"poison-{name}" for name in POISON]


def test_poison_stores_harm_nobody_else(kube, platform, leader, poison, wait_ready):
    platform.create("healthy")
    wait_ready(["healthy"], 30)
    for name in poison:
        eventually(lambda name=name: failure(kube, name) == "InvalidValues", 15, lambda name=name: f"{name} says InvalidValues, not {failure(kube, name)!r}")
        assert platform.api("GET", f"/stores/{name}", expect=200)["failure"]["code"] == "InvalidValues"
    assert platform.probe(platform.api_process, "/readyz") == 200
    assert platform.probe(leader, "/readyz") == 200
    listed = {s["name"] for s in platform.api("GET", "/stores", expect=200)["items"]}
    assert listed >= {"healthy", *poison}

    # A process that starts with them in its first list sees as much.
    leader.kill()
    platform.expire_lease()
    platform.start_leader()
    platform.create("healthy-too")
    wait_ready(["healthy", "healthy-too"], 30)

    # They can be deleted like any other, and corrected.
    for name in poison[1:]:
        kube.delete(f"{STORES}/{name}")
    eventually(lambda: not [n for n in poison[1:] if kube.store(n)], 20, "the poison stores are gone")


def test_a_poison_store_is_corrected_only_by_new_values(kube, platform, leader, wait_ready):
    kube.create_store("poison-deep", values=POISON["deep"])
    eventually(lambda: failure(kube, "poison-deep") == "InvalidValues", 15, "it says so")
    eventually(lambda: platform.request("GET", "/api/v1/stores/poison-deep").status == 200, 5, "the API has seen it")
    refused = platform.request("PATCH", "/api/v1/stores/poison-deep", {"title": "Another"})
    assert refused.status == 422 and refused.json()["code"] == "InvalidValues", refused.text
    assert kube.store("poison-deep")["spec"]["values"] == POISON["deep"], "nothing was removed on the way"
    platform.api("PATCH", "/stores/poison-deep", {"values": {"greeting": "hello"}}, expect=202)
    wait_ready(["poison-deep"], 20)
    assert kube.store("poison-deep")["spec"]["values"] == {"greeting": "hello"}


def test_ten_thousand_values_are_refused_by_the_api_server(kube, platform, leader):
    with pytest.raises(Refused) as refused:
        kube.create_store("poison-many", values={f"k{i}": i for i in range(10_000)})
    assert refused.value.status == 422


def test_a_huge_value_is_an_ordinary_refusal(platform, leader):
    values = {"greeting": "1" + "0" * 200_000 + "Mi"}
    answer = platform.request("POST", "/api/v1/stores?validateOnly=true", {"name": "huge", "engine": "tiny", "values": values})
    assert answer.status == 422, answer.text[:500]
    assert len(answer.text) < 5_000


def test_an_edited_status_is_taken_back(kube, platform, leader, wait_ready):
    platform.create("edited")
    wait_ready(["edited"], 20)
    generation = kube.store("edited")["metadata"]["generation"]
    for status in (
        {"steps": [{"name": "hosts", "state": "Done"}, {"name": "commerce", "state": "Done", "finishedAt": "2026-11-24T11:15:00Z"}]},
        {"readySeconds": -1, "phase": "Deleting", "url": "http://elsewhere.test/"},
        {"failure": {"code": "Wonderful", "message": "x"}, "conditions": []},
    ):
        kube.patch(f"{STORES}/edited/status", {"status": status})
        kube.patch(f"{STORES}/edited", {"metadata": {"annotations": {"storefleet.dev/retry": json.dumps(status)[:60]}}})
        eventually(lambda: phase(kube.store("edited")) == "Ready", 20, lambda: f"Ready again: {kube.store('edited')['status']}")
        assert leader.alive
    assert kube.store("edited")["metadata"]["generation"] == generation


def asks_for_page(store) -> bool:
    return any(step["name"] == "route" and step["state"] == "Running" for step in store["status"]["steps"])


def test_a_bad_answer_does_not_stop_the_event_log(kube, postgres, platform, leader, fakes, wait_ready):
    host = f"broken.{BASE_DOMAIN}"
    # 160 bytes, the last of them half a character: what the excerpt of an answer was once cut to.
    fakes.pages[host] = (500, b"a" * 159 + "é and more".encode() + b"\0\xff" * 100)
    try:
        platform.create("broken")
        store = eventually(lambda: (kube.store("broken") or {}).get("status", {}).get("namespace") and kube.store("broken"), 20, "it has a namespace")
        namespace = store["status"]["namespace"]
        eventually(lambda: kube.get(f"/api/v1/namespaces/{namespace}"), 20, "the namespace is there")
        kube.create(f"/api/v1/namespaces/{namespace}/events", {
            "metadata": {"name": "odd", "namespace": namespace},
            "involvedObject": {"kind": "Pod", "name": "web-\0", "namespace": namespace},
            "type": "Warning", "reason": "Odd\0", "message": "a\0b\x01" + "ü" * 900, "count": 1,
            "lastTimestamp": "2026-11-24T11:15:00Z"})
        eventually(lambda: asks_for_page(kube.store("broken")), 30, "its page is asked for")
        # A step is late after 60 s. The next leader reads in the status that 50 of them are over, and asks for the rest.
        leader.kill()
        steps = kube.store("broken")["status"]["steps"]
        begun = datetime.now(UTC) - timedelta(seconds=50)
        next(step for step in steps if step["name"] == "route")["startedAt"] = begun.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        kube.patch(f"{STORES}/broken/status", {"status": {"steps": steps}})
        platform.start_leader()
        eventually(lambda: failure(kube, "broken") == "RouteNotServing", 40, lambda: f"RouteNotServing, not {failure(kube, 'broken')!r}", every=0.5)
        platform.create("after")
        wait_ready(["after"], 30)
        told = eventually(lambda: [e for e in platform.events("after") if e["message"].endswith("→ Ready.")], 15, "the log goes on for others")
        assert told
        messages = [e["message"] for e in platform.events("broken") if e["reason"] == "RouteNotServing"]
        assert messages and "aaa…" in messages[0], messages
        assert eventually(lambda: [e for e in platform.events("broken") if e["reason"] == "Odd"], 15, "the odd Event is in the log, without its control characters")
    finally:
        fakes.pages.pop(host)


def test_a_status_that_is_refused_does_not_stop_the_store(kube, platform, leader, wait_ready):
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/stores.storefleet.dev"

    def longest_namespace(characters: int) -> None:
        definition = kube.get(path)
        status = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]
        status["properties"]["namespace"]["maxLength"] = characters
        kube.request("PUT", path, definition)

    before = kube.get(path)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"]["namespace"]["maxLength"]
    longest_namespace(5)
    try:
        eventually(lambda: refuses(kube), 15, "the API server takes no status with a namespace")
        platform.create("untold")

        def served():
            found = [n for n in kube.items("/api/v1/namespaces") if n["metadata"].get("labels", {}).get("storefleet.dev/store") == "untold"]
            return found and kube.get(kube.in_namespace("Ingress", found[0]["metadata"]["name"], "store"))

        eventually(served, 30, "the store is made up to its Ingress")
        assert leader.said("the API server refuses a status")
        assert not kube.store("untold").get("status", {}).get("namespace")
    finally:
        longest_namespace(before)
    wait_ready(["untold"], 60)


def refuses(kube) -> bool:
    kube.create_store("probe")
    try:
        kube.patch(f"{STORES}/probe/status", {"status": {"namespace": "store-0123456789"}})
        return False
    except Refused as refused:
        return refused.status == 422
    finally:
        kube.delete(f"{STORES}/probe")
        eventually(lambda: kube.store("probe") is None, 20, "the probe is gone")
