"""Each cause of a failure is made for real: the store must name it within 30 s, with evidence, and recover when it goes."""

import contextlib
import json
import os
import signal
import time

import pytest

import platform_under_test as platform
from platform_under_test import eventually, fetch, kubectl, kubectl_json, store_resource
from records import newest_record, set_status
from targets import component_processes

ENGINE = "stall"
NAMED_WITHIN = 30
RECOVERED_WITHIN = 90


def create(name: str, **spec):
    manifest = {"apiVersion": "storefleet.dev/v1alpha1", "kind": "Store", "metadata": {"name": name}, "spec": {"engine": ENGINE, **spec}}
    kubectl("apply", "-f", "-", stdin=json.dumps(manifest), check=True)


def status(name: str) -> dict:
    return store_resource(name).get("status", {})


def is_ready(name: str) -> bool:
    return status(name).get("phase") == "Ready"


def failure(name: str, code: str) -> dict | None:
    """The failure of that code, where the store shows it."""
    seen = status(name).get("failure") or {}
    return seen if seen.get("code") == code else None


def named(name: str, code: str, since: float) -> tuple[dict, float]:
    """The failure, and how many seconds after the cause it was named."""
    seen = eventually(lambda: failure(name, code), NAMED_WITHIN, lambda: f"{code}; seen: {status(name).get('failure')}", 0.1)
    return seen, time.monotonic() - since


def recovered(name: str, since: float) -> float:
    eventually(lambda: is_ready(name), RECOVERED_WITHIN, lambda: f"Ready again; seen: {status(name)}", 0.1)
    assert not status(name).get("failure"), "what is over is not shown any more"
    return time.monotonic() - since


@pytest.fixture
def ready(new_name):
    """A store that serves."""

    def make() -> platform.StoreHandle:
        name = new_name("cause")
        create(name)
        eventually(lambda: is_ready(name), RECOVERED_WITHIN, "a Ready store", 0.1)
        return platform.StoreHandle(name).load()

    return make


def node() -> str:
    return kubectl_json("get", "nodes")["items"][0]["metadata"]["name"]


def test_no_node_takes_its_pods(new_name, note):
    name = new_name("cause")
    kubectl("cordon", node(), check=True)
    try:
        create(name)
        seen, after = named(name, "Unschedulable", time.monotonic())
    finally:
        kubectl("uncordon", node(), check=True)
    back = recovered(name, time.monotonic())
    note("the node is cordoned", back, seen["code"], seen["message"], after)


def test_the_image_is_not_there(new_name, note):
    name = new_name("cause")
    images = [line for line in platform.containerd("images", "list", "-q").out.split() if "/woocommerce:" in line]
    assert images, "the image of the engine's web process"
    kept = [(image, f"{image}-kept") for image in images]
    for image, aside in kept:
        platform.containerd("images", "tag", "--force", image, aside)
        platform.containerd("images", "rm", image)
    try:
        create(name)
        seen, after = named(name, "ImagePullFailed", time.monotonic())
    finally:
        for image, aside in kept:
            platform.containerd("images", "tag", "--force", aside, image)
            platform.containerd("images", "rm", aside)
    back = recovered(name, time.monotonic())
    note("the engine's image is not on the node", back, seen["code"], seen["message"], after)


BROKEN_BY_A_VALUE = {
    "its volume cannot be mounted": ("storage", "unmounted", "ready", "VolumeNotBound"),
    "its web process ends with an error": ("web", "crashing", "serving", "ApplicationCrashed"),
}


@pytest.mark.parametrize("cause", BROKEN_BY_A_VALUE)
def test_a_value_breaks_it(new_name, note, cause):
    value, broken, mended, code = BROKEN_BY_A_VALUE[cause]
    name = new_name("cause")
    create(name, values={value: broken})
    seen, after = named(name, code, time.monotonic())
    kubectl("patch", "store", name, "--type", "merge", "-p", json.dumps({"spec": {"values": {value: mended}}}), check=True)
    back = recovered(name, time.monotonic())
    note(cause, back, seen["code"], seen["message"], after)


@contextlib.contextmanager
def dead_api_service():
    """An aggregated API that nobody serves: while it is announced no namespace can be emptied."""
    service = {
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.dead.storefleet.test"},
        "spec": {"group": "dead.storefleet.test", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100,
                 "service": {"name": "nobody", "namespace": "default"}, "insecureSkipTLSVerify": True},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(service), check=True)
    try:
        yield
    finally:
        kubectl("delete", "apiservice", "v1.dead.storefleet.test", "--wait=false", check=True)


def test_its_namespace_is_stuck_behind_a_dead_api(ready, note):
    store = ready()
    with dead_api_service():
        kubectl("delete", "store", store.name, "--wait=false", check=True)
        began = time.monotonic()
        seen = eventually(lambda: failure(store.name, "NamespaceTerminating"), 120, lambda: f"the failure; seen: {status(store.name)}", 0.2)
        after = time.monotonic() - began
        assert "dead.storefleet.test" in seen["message"], seen
    began = time.monotonic()
    eventually(lambda: not platform.leftovers(store), 120, lambda: f"still there: {platform.leftovers(store)}", 0.5)
    note("deleted while an aggregated API is dead", time.monotonic() - began, seen["code"], seen["message"], after)


@pytest.mark.parametrize("state", ["pending-install", "pending-upgrade", "pending-rollback", "uninstalling", "failed"])
def test_its_release_is_stuck(ready, note, state):
    store = ready()
    set_status(store.namespace, state)
    kubectl("patch", "store", store.name, "--type", "merge", "-p", '{"spec":{"values":{"greeting":"changed"}}}', check=True)
    began = time.monotonic()

    def served() -> bool:
        record = newest_record(store.namespace)["metadata"]["labels"]["status"]
        return record == "deployed" and is_ready(store.name) and fetch(store.url).status == 200

    eventually(served, RECOVERED_WITHIN, lambda: f"a deployed release; seen: {newest_record(store.namespace)['metadata']['labels']}, {status(store.name)}", 0.2)
    note(f"Helm was killed in {state}, then the store is changed", time.monotonic() - began)


def test_two_stores_want_one_host(new_name, note):
    host = f"{new_name('host')}.example.com"
    names = [new_name("cause") for _ in range(2)]
    for name in names:
        create(name, hosts=[host])
    began = time.monotonic()
    loser = eventually(lambda: next((name for name in names if failure(name, "HostConflict")), None), NAMED_WITHIN, "one of them has it", 0.1)
    after = time.monotonic() - began
    seen = failure(loser, "HostConflict")
    winner = next(name for name in names if name != loser)
    eventually(lambda: is_ready(winner), RECOVERED_WITHIN, "the other serves", 0.1)
    kubectl("delete", "store", winner, "--wait=false", check=True)
    back = recovered(loser, time.monotonic())
    note("two stores want one host", back, "HostConflict", seen["message"], after)


def test_deleted_while_it_is_made(new_name, note):
    name = new_name("cause")
    create(name)
    store = platform.StoreHandle(name)
    eventually(lambda: status(name).get("namespace"), 30, "its namespace", 0.02)
    store.load()
    kubectl("delete", "store", name, "--wait=false", check=True)
    began = time.monotonic()
    eventually(lambda: not platform.leftovers(store), RECOVERED_WITHIN, lambda: f"still there: {platform.leftovers(store)}", 0.2)
    note("deleted while it is made", time.monotonic() - began)


def test_made_again_while_it_is_deleted(ready, note):
    old = ready()
    kubectl("delete", "store", old.name, "--wait=false", check=True)
    began = time.monotonic()
    eventually(lambda: not status(old.name), RECOVERED_WITHIN, "the name is free", 0.05)
    create(old.name)
    eventually(lambda: is_ready(old.name), RECOVERED_WITHIN, "the new one is Ready", 0.1)
    new = platform.StoreHandle(old.name).load()
    assert new.namespace != old.namespace
    eventually(lambda: not [left for left in platform.leftovers(old) if not left.endswith(f"/{old.name}")], 30, lambda: f"still there: {platform.leftovers(old)}", 0.2)
    note("made again as soon as its name is free", time.monotonic() - began)


def test_the_provisioner_is_away(new_name, note, whole):
    name = new_name("cause")
    stopped = component_processes("local-path-provisioner")
    assert stopped, "the provisioner of volumes"
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        create(name)
        began = time.monotonic()
        seen = eventually(lambda: failure(name, "VolumeNotBound"), 240, lambda: f"the failure; seen: {status(name)}", 0.2)
        after = time.monotonic() - began
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    back = recovered(name, time.monotonic())
    note("nobody makes volumes", back, seen["code"], seen["message"], after)
