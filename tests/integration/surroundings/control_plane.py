"""What runs around the tests and benches: the platform's rights, a simulated node, and a platform on it."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess

from conditions import is_true
from kube import PLATFORM, Kube, environment
from platform_processes import BASE_DOMAIN, PLATFORM_HOST, Platform
from waiting import eventually

INTEGRATION = pathlib.Path(__file__).resolve().parents[1]
ROOT = INTEGRATION.parents[1]
RIGHTS = ("Namespace", "ConfigMap", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")


def apply(text: str) -> None:
    subprocess.run(["kubectl", "apply", "--server-side", "-f", "-"], input=text, text=True, check=True, stdout=subprocess.DEVNULL)


def install_rights() -> None:
    """CRDs, accounts, roles and admission policies exactly as the platform chart has them."""
    for crd in sorted((ROOT / "helm/storefleet/crds").glob("*.yaml")):
        apply(crd.read_text())
    apply(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {PLATFORM}}}\n")
    chart = ["helm", "template", "storefleet", str(ROOT / "helm/storefleet"), "--namespace", PLATFORM, "--set", f"baseDomain={BASE_DOMAIN},ingress.host={PLATFORM_HOST}"]
    chart += ["--set-json", 'network.apiServerNetworks=["127.0.0.1/32"]']  # for policies that nobody enforces here
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

    eventually(lambda: is_true(kube.get(f"/api/v1/nodes/{name}"), "Ready"), 30, "the simulated node is ready")


def make_platform(kube: Kube, database_url: str, ingress_port: int, log_level: str = "debug") -> Platform:
    """Nothing of it runs yet."""
    engines = environment() / "engines"
    shutil.copytree(INTEGRATION / "engines", engines)
    engine = engines / "store-tiny" / "engine.yaml"
    text = engine.read_text()
    assert "agentPort: 8081" in text
    engine.write_text(text.replace("agentPort: 8081", f"agentPort: {ingress_port}"))
    return Platform(kube, environment(), database_url, engines, ingress_port, log_level)
