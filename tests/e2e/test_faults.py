"""The controller dies by kill -9 in the middle of creates and deletes; the end is the same as undisturbed."""

import os
import signal
import subprocess
import time

import pytest

import platform_under_test as platform
from platform_under_test import cli, eventually, fetch, kubectl, kubectl_json


def controller_processes() -> list[int]:
    found = subprocess.run(["pgrep", "-f", "storefleet serve --role=controller"], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def kill_controller():
    processes = controller_processes()
    assert processes, "the controller must run to be killed"
    for pid in processes:
        os.kill(pid, signal.SIGKILL)


def phase_and_steps(name: str):
    status = platform.store_resource(name).get("status", {})
    return status.get("phase"), {step["name"]: step["state"] for step in status.get("steps", [])}


def wait_for_namespace(name: str):
    eventually(lambda: kubectl("get", "namespaces", "-l", f"storefleet.dev/store={name}", "-o", "name").out.strip(), 60, "the namespace", 0.01)


@pytest.fixture(autouse=True)
def fresh_controller():
    """A pod of its own a test: the kubelet makes a container wait that was killed several times in a row."""
    yield
    kubectl("-n", platform.NAMESPACE, "delete", "pods", "-l", "app.kubernetes.io/component=controller", "--wait", check=True)
    kubectl("-n", platform.NAMESPACE, "rollout", "status", "deployment/storefleet-controller", "--timeout=60s", check=True)


CREATE_MOMENTS = {
    "at once": lambda name: None,
    "with its namespace there": wait_for_namespace,
    "with its release installed": lambda name: eventually(
        lambda: phase_and_steps(name)[1].get("release") == "Done", 60, "the release", 0.02
    ),
}


@pytest.mark.parametrize("moment", CREATE_MOMENTS)
def test_kill_during_create(new_name, moment):
    name = new_name("kill")
    cli("create", name, "--engine", "wordpress", check=True)
    CREATE_MOMENTS[moment](name)
    kill_controller()
    cli("wait", name, "--for", "ready", "--timeout", "3m", timeout=200, check=True)
    store = platform.StoreHandle(name).load()
    assert fetch(store.url).status == 200
    assert len(kubectl_json("get", "namespaces", "-l", f"storefleet.dev/store={name}")["items"]) == 1
    pods = kubectl_json("get", "pods", "-n", store.namespace)["items"]
    assert len([p for p in pods if p["status"]["phase"] == "Running"]) == 2


DELETE_MOMENTS = {
    "at once": lambda store: None,
    "with its release gone": lambda store: eventually(
        lambda: not kubectl("get", "deployments", "-n", store.namespace, "-o", "name").out.strip(), 60, "no deployment", 0.01
    ),
    "with its namespace terminating": lambda store: eventually(
        lambda: kubectl("get", "namespace", store.namespace, "-o", "jsonpath={.status.phase}").out != "Active", 60, "terminating", 0.01
    ),
}


@pytest.mark.parametrize("moment", DELETE_MOMENTS)
def test_kill_during_delete(new_store, moment):
    store = new_store(prefix="kill")
    cli("delete", store.name, "--yes", "--wait=false", check=True)
    DELETE_MOMENTS[moment](store)
    kill_controller()
    eventually(lambda: not platform.leftovers(store), 90, lambda: f"still there of {store.name}: {platform.leftovers(store)}", 0.5)


def test_the_helm_helper_may_die(new_store):
    subprocess.run(["pkill", "-9", "-f", "storefleet-helm"], check=True)
    store = new_store(prefix="kill")
    assert fetch(store.url).status == 200


def test_the_database_of_the_platform_may_be_away(new_name):
    """Stores are created while SQL is down, and their events appear when it is back."""
    statefulset = ("-n", platform.NAMESPACE, "statefulset/storefleet-postgresql")
    name = new_name("nosql")
    kubectl("scale", *statefulset, "--replicas=0", check=True)
    try:
        kubectl("wait", "-n", platform.NAMESPACE, "--for=delete", "pod/storefleet-postgresql-0", "--timeout=60s", check=True)
        manifest = f'{{"apiVersion":"storefleet.dev/v1alpha1","kind":"Store","metadata":{{"name":"{name}"}},"spec":{{"engine":"wordpress"}}}}'
        kubectl("apply", "-f", "-", stdin=manifest, check=True)
        eventually(lambda: phase_and_steps(name)[0] == "Ready", 120, "a Ready store without SQL", 0.5)
    finally:
        kubectl("scale", *statefulset, "--replicas=1", check=True)
        kubectl("rollout", "status", *statefulset, "--timeout=120s", check=True, timeout=150)
    kubectl("-n", platform.NAMESPACE, "rollout", "status", "deployment/storefleet-api", "--timeout=120s", check=True, timeout=150)
    time.sleep(1)
    eventually(
        lambda: any(e["reason"] == "StepFinished" for e in platform.events(name)), 30, "events that were kept back", 1
    )
