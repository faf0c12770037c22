"""What every test has: a control plane (made by ./run), PostgreSQL, an API and, unless it asks otherwise, one
controller that leads. Afterwards nothing of any store may be left."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

import pytest
from fake_stores import FakeStores
from kube import PLATFORM, STORES, Kube, environment, phase
from platform_processes import Platform
from postgres import Postgres
from waiting import eventually

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RIGHTS = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")


def apply(text: str) -> None:
    subprocess.run(["kubectl", "apply", "--server-side", "-f", "-"], input=text, text=True, check=True, stdout=subprocess.DEVNULL)


def install_rights() -> None:
    """CRDs, accounts, roles and admission policies exactly as the platform chart has them."""
    for crd in sorted((ROOT / "helm/storefleet/crds").glob("*.yaml")):
        apply(crd.read_text())
    apply(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {PLATFORM}}}\n")
    chart = ["helm", "template", "storefleet", str(ROOT / "helm/storefleet"), "--namespace", PLATFORM]
    documents = subprocess.run(chart, capture_output=True, text=True, check=True).stdout.split("\n---\n")
    kind = re.compile(r"^kind: (\S+)", re.MULTILINE)
    apply("\n---\n".join(d for d in documents if (found := kind.search(d)) and found.group(1) in RIGHTS))


def add_simulated_node(kube: Kube) -> None:
    name = "simulated"
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "annotations": {"kwok.x-k8s.io/node": "fake"}, "labels": {"type": "simulated", "kubernetes.io/hostname": name}},
        "spec": {"taints": [{"key": "kwok.x-k8s.io/node", "value": "fake", "effect": "NoSchedule"}]},
    }
    kube.create("/api/v1/nodes", node)

    def ready():
        conditions = kube.get(f"/api/v1/nodes/{name}").get("status", {}).get("conditions", [])
        return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)

    eventually(ready, 30, "the simulated node is ready")


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
    engines = environment() / "engines"
    shutil.copytree(HERE / "engines", engines)
    engine = engines / "store-tiny" / "engine.yaml"
    text = engine.read_text()
    assert "agentPort: 8081" in text
    engine.write_text(text.replace("agentPort: 8081", f"agentPort: {fakes.port}"))
    platform = Platform(kube, environment(), postgres.url, engines, fakes.port)
    platform.start_api()
    yield platform
    platform.stop()


@pytest.fixture
def platform(platform_of_session, kube):
    """No controller runs yet: the test starts what it needs."""
    yield platform_of_session
    # Whatever the test did, one healthy controller must be able to remove everything.
    if not [c for c in platform_of_session.controllers if c.alive]:
        platform_of_session.start_leader()
    kube.restore_everything_gone()
    platform_of_session.stop_controllers()


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
