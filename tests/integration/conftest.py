"""What every test has: a control plane (made by ./run), PostgreSQL, an API and, unless it asks otherwise, one
controller that leads. Afterwards nothing of any store may be left."""

from __future__ import annotations

import os

import pytest
from control_plane import add_simulated_node, install_rights, make_platform
from fake_stores import FakeStores
from kube import STORES, Kube, environment, phase
from postgres import Postgres
from waiting import eventually

# Seconds of the files that take longest, on two cores; only to make two halves that end together.
SECONDS = {
    "test_contract": 70,
    "test_access": 65,
    "test_crashes": 60,
    "test_scale": 50,
    "test_leadership": 50,
    "test_lease": 110,
    "test_isolation": 45,
    "test_truth": 90,
    "test_waves": 70,
    "test_poison": 45,
    "test_hosts": 40,
    "test_changes": 37,
    "test_lifecycle": 35,
    "test_quota": 35,
    "test_quota_histories": 60,
    "test_outages": 35,
    "test_budgets": 30,
}


def pytest_collection_modifyitems(config, items) -> None:
    """Leaves the tests of one half, where run asks for that."""
    half = os.environ.get("STOREFLEET_HALF")
    if not half:
        return
    load, halves = [0, 0], ([], [])
    files = {item.path.stem for item in items}
    for file in sorted(files, key=lambda name: (-SECONDS.get(name, 10), name)):
        least = load.index(min(load))
        load[least] += SECONDS.get(file, 10)
        halves[least].append(file)
    mine = halves[int(half) - 1]
    config.hook.pytest_deselected(items=[item for item in items if item.path.stem not in mine])
    items[:] = [item for item in items if item.path.stem in mine]


@pytest.fixture(scope="session")
def kube() -> Kube:
    kube = Kube(os.environ["KUBECONFIG"])
    install_rights()
    add_simulated_node(kube)
    return kube


@pytest.fixture(scope="session")
def fakes():
    fakes = FakeStores()
    yield fakes
    fakes.stop()


@pytest.fixture(scope="session")
def postgres():
    server = Postgres(environment() / "postgres")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def platform_of_session(kube, fakes, postgres):
    platform = make_platform(kube, postgres.url, fakes.port)
    platform.start_api()
    yield platform
    platform.stop()


@pytest.fixture
def platform(platform_of_session, kube, postgres):
    """No controller runs yet: the test starts what it needs."""
    yield platform_of_session
    # Whatever the test did, one healthy controller must be able to remove everything.
    if not [c for c in platform_of_session.controllers if c.alive]:
        kube.delete_all_stores()  # first, so that it does not begin to make them
        platform_of_session.start_leader()
    kube.restore_everything_gone()
    platform_of_session.stop_controllers()
    platform_of_session.remove_accounts()
    postgres.query("DELETE FROM failed_logins")  # else the address of all tests would soon be refused


@pytest.fixture
def leader(platform):
    return platform.start_leader()


@pytest.fixture
def wait_ready(kube):
    """wait_ready(names, within): all of them are Ready; returns the stores by name."""

    def wait(names, within: float):
        names = set(names)
        found = {}

        def all_ready():
            found.clear()
            found.update({s["metadata"]["name"]: s for s in kube.items(STORES) if s["metadata"]["name"] in names})
            return len(found) == len(names) and all(phase(s) == "Ready" for s in found.values())

        def what():
            open_ones = {n: (phase(found.get(n)), (found.get(n) or {}).get("status", {}).get("failure"))
                         for n in names if phase(found.get(n)) != "Ready"}
            return f"all Ready; not yet: {open_ones}"

        eventually(all_ready, within, what, every=0.1)
        return dict(found)

    return wait


@pytest.fixture
def wait_gone(kube):
    def wait(within: float):
        eventually(lambda: not kube.items(STORES), within, lambda: f"no stores, but: {[s['metadata']['name'] for s in kube.items(STORES)]}")
        left = kube.leftovers()
        assert not left, f"the stores are gone, these are not: {left}"

    return wait
