"""What the platform needs is away for long, not for a moment."""

import time

import platform_under_test as platform
from platform_under_test import cli, eventually, kubectl, store_resource


def test_the_database_of_the_platform_is_away(new_name, note):
    """Stores are created meanwhile, and their events appear when it is back."""
    statefulset = ("-n", platform.NAMESPACE, "statefulset/storefleet-postgresql")
    name = new_name()
    kubectl("scale", *statefulset, "--replicas=0", check=True)
    try:
        kubectl("wait", "-n", platform.NAMESPACE, "--for=delete", "pod/storefleet-postgresql-0", "--timeout=60s", check=True)
        manifest = f'{{"apiVersion":"storefleet.dev/v1alpha1","kind":"Store","metadata":{{"name":"{name}"}},"spec":{{"engine":"stall"}}}}'
        kubectl("apply", "-f", "-", stdin=manifest, check=True)
        eventually(lambda: store_resource(name).get("status", {}).get("phase") == "Ready", 120, "a Ready store without SQL", 0.5)
    finally:
        kubectl("scale", *statefulset, "--replicas=1", check=True)
        kubectl("rollout", "status", *statefulset, "--timeout=120s", check=True, timeout=150)
    took = eventually(told_all(name), 60, "events that were kept back", 0.5)
    note("PostgreSQL is away while a store is made", took)


def told_all(name: str):
    """Seconds since now, as soon as the history has what happened to the store."""
    began = time.monotonic()

    def ask():
        answered = cli("list", "-o", "name").code == 0
        return answered and any(e["reason"] == "StepFinished" for e in platform.events(name)) and time.monotonic() - began

    return ask
