"""kill -9 of everything that stores depend on, in the middle of create, update, sleep, wake and delete.

Five stores go round: the one that was made is changed next, then put to sleep, woken and deleted, so that each kill
hits all five operations at once and only one store is made a kill. The end must be that of an undisturbed run.
"""

import random
import time

import pytest

import platform_under_test as platform
from platform_under_test import cli, eventually, fetch, kubectl, kubectl_json, store_resource
from targets import TARGETS

ENGINE = "stall"
WITHIN = 90  # seconds; a kubelet that starts again needs some before it looks at pods
MOMENTS = 0.0, 2.0  # seconds after the operations were asked for


def is_in(name: str, phase: str) -> bool:
    store = store_resource(name)
    seen = store.get("status", {})
    return seen.get("phase") == phase and seen.get("observedGeneration") == store["metadata"]["generation"]


def patch(name: str, spec: str):
    kubectl("patch", "store", name, "--type", "merge", "-p", f'{{"spec":{spec}}}', check=True)


class Wheel:
    """Five stores, one in each position of their life."""

    def __init__(self, new_name):
        self.new_name = new_name
        self.to_update, self.to_sleep, self.to_wake, self.to_delete = (self.make() for _ in range(4))
        for name in (self.to_update, self.to_sleep, self.to_wake, self.to_delete):
            eventually(lambda name=name: is_in(name, "Ready"), WITHIN, f"{name} is Ready", 0.2)
        patch(self.to_wake, '{"asleep":true}')
        eventually(lambda: is_in(self.to_wake, "Sleeping"), WITHIN, "it sleeps", 0.2)
        self.plan = "small"

    def make(self) -> str:
        name = self.new_name()
        manifest = f'{{"apiVersion":"storefleet.dev/v1alpha1","kind":"Store","metadata":{{"name":"{name}"}},"spec":{{"engine":"{ENGINE}"}}}}'
        kubectl("apply", "-f", "-", stdin=manifest, check=True)
        return name

    def turn(self):
        """Asks for all five at once; returns what must become true of each, by what was asked."""
        deleted = platform.StoreHandle(self.to_delete).load()
        made = self.make()
        patch(self.to_update, '{"values":{"greeting":"changed"}}')
        patch(self.to_sleep, '{"asleep":true}')
        patch(self.to_wake, '{"asleep":false}')
        kubectl("delete", "store", self.to_delete, "--wait=false", check=True)
        updated, slept, woken = self.to_update, self.to_sleep, self.to_wake
        # Who was woken is deleted next, who was changed sleeps next.
        self.to_update, self.to_sleep, self.to_wake, self.to_delete = made, updated, slept, woken
        return {
            "create": lambda: is_in(made, "Ready") and serves(made),
            "update": lambda: is_in(updated, "Ready") and serves(updated, "changed"),
            "sleep": lambda: is_in(slept, "Sleeping"),
            "wake": lambda: is_in(woken, "Ready") and serves(woken),
            "delete": lambda: not store_resource(deleted.name) and not platform.leftovers(deleted),
        }


def serves(name: str, text: str = "") -> bool:
    try:
        page = fetch(platform.StoreHandle(name).load().url)
        return page.status == 200 and text in page.body
    except OSError:
        return False


@pytest.fixture(scope="module")
def wheel():
    with platform.names_of_stores("kill") as new_name:
        yield Wheel(new_name)


def wait_for_all(wanted: dict, began: float) -> dict[str, float]:
    """Seconds until each came true."""
    took = {}
    end = began + WITHIN
    while len(took) < len(wanted):
        for operation, reached in wanted.items():
            if operation in took:
                continue
            try:
                if reached():
                    took[operation] = time.monotonic() - began
            except (AssertionError, KeyError):
                pass  # the API server is away
        assert time.monotonic() < end, f"not within {WITHIN} s: {sorted(set(wanted) - set(took))}"
        time.sleep(0.2)
    return took


def test_undisturbed(wheel, note):
    """What the others are compared with."""
    began = time.monotonic()
    took = wait_for_all(wheel.turn(), began)
    note("nothing (for comparison): " + said(took), max(took.values()))


def said(took: dict[str, float]) -> str:
    return ", ".join(f"{operation} {seconds:.1f}" for operation, seconds in took.items())


@pytest.mark.parametrize("target", TARGETS)
def test_kill(wheel, note, target):
    seed = random.randrange(1_000_000)
    after = random.Random(seed).uniform(*MOMENTS)
    print(f"{target}: killed {after:.2f} s after the operations were asked for")
    wanted = wheel.turn()
    time.sleep(after)
    assert TARGETS[target]() > 0, f"no process of {target} was found"
    took = wait_for_all(wanted, time.monotonic())
    note(f"kill -9 of {target}, after {after:.1f} s: {said(took)}", max(took.values()))
    for name in (wheel.to_update, wheel.to_sleep, wheel.to_wake, wheel.to_delete):
        assert len(kubectl_json("get", "namespaces", "-l", f"storefleet.dev/store={name}")["items"]) == 1
    eventually(lambda: cli("list", "-o", "name").code == 0, 60, "the platform answers", 0.5)
