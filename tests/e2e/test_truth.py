"""Whatever a person changes or deletes by hand in a store's namespace is put back within 30 s, and a shop that does not
answer is not Ready: on real containers, with kubectl and helm as people use them. The table of docs/0012-truth.md; without
containers, and with more rows, tests/integration/test_truth.py."""

import base64
import json
import time

import pytest

import platform_under_test as platform
from essence import essence
from platform_under_test import eventually, fetch, kubectl, kubectl_json, run

WITHIN = 30
UNREADY_WITHIN = 15
RECORD = "sh.helm.release.v1.store.v1"
ELSEWHERE = base64.b64encode(b"by hand").decode()


def patch(kind, name, what, **change):
    return kind, name, what, ("patch", kind, name, "--type=merge", "-p", json.dumps(change))


def edit(kind, name, what, operation, path, value=None):
    change = json.dumps([{"op": operation, "path": path, "value": value}])
    return kind, name, what, ("patch", kind, name, "--type=json", "-p", change)


def deleted(kind, name):
    return kind, name, "deleted", ("delete", kind, name, "--wait=false")


# Each round is done at once; rows of one round do not disturb each other.
ROUNDS = [
    [
        ("deployment", "web", "image", ("set", "image", "deployment/web", "web=example.com/other:1")),
        ("statefulset", "database", "scaled", ("scale", "statefulset/database", "--replicas=0")),
        patch("service", "web", "selector", spec={"selector": {"app": "none"}}),
        patch("secret", "store-secrets", "edited", data={"databasePassword": ELSEWHERE}),
        patch("secret", "store-admin", "edited", data={"password": ELSEWHERE}),
        edit("ingress", "store", "host", "replace", "/spec/rules/0/host", "elsewhere.example.com"),
        patch("networkpolicy", "web", "opened", spec={"ingress": [{}], "egress": [{}]}),
        patch("networkpolicy", "default-deny", "opened", spec={"ingress": [{}]}),
        patch("resourcequota", "store", "raised", spec={"hard": {"pods": "100"}}),
        patch("limitrange", "store", "changed", spec={"limits": [{"type": "Container", "default": {"memory": "2Gi"}}]}),
        patch("rolebinding", "storefleet-api", "subject", subjects=[{"kind": "User", "name": "eve", "apiGroup": "rbac.authorization.k8s.io"}]),
    ],
    [
        ("deployment", "web", "scaled", ("scale", "deployment/web", "--replicas=0")),
        ("statefulset", "database", "env", ("set", "env", "statefulset/database", "DEBUG=1")),
        patch("service", "database", "port", spec={"ports": [{"name": "other", "port": 1}]}),
        patch("ingress", "store", "class", spec={"ingressClassName": "somebodys"}),
        patch("secret", "store-kept", "edited", data={"secrets.databasePassword": ELSEWHERE}),
    ],
    [
        ("deployment", "web", "env", ("set", "env", "deployment/web", "DEBUG=1")),
        patch("ingress", "store", "annotation", metadata={"annotations": {"storefleet.dev/hash": "no"}}),
    ],
    [
        deleted("deployment", "web"), deleted("service", "web"), deleted("secret", "store-secrets"), deleted("secret", "store-admin"),
        deleted("ingress", "store"), deleted("networkpolicy", "web"), deleted("networkpolicy", "default-deny"), deleted("resourcequota", "store"),
        deleted("limitrange", "store"), deleted("rolebinding", "storefleet-operator"), deleted("rolebinding", "storefleet-api"),
    ],
    [deleted("statefulset", "database"), deleted("service", "database"), deleted("secret", "store-kept")],
]


class Shop:
    def __init__(self, store):
        self.store = store
        self.lines = []

    def kubectl(self, *arguments, check=True):
        return kubectl("-n", self.store.namespace, *arguments, check=check)

    def get(self, kind, name):
        found = self.kubectl("get", kind, name, "--ignore-not-found", "-o", "json")
        return json.loads(found.out) if found.out.strip() else None

    def phase(self):
        return kubectl_json("get", "store", self.store.name)["status"]["phase"]

    def ready(self, within=120):
        eventually(lambda: self.phase() == "Ready", within, lambda: f"Ready again, not {kubectl_json('get', 'store', self.store.name)['status']}", 0.2)

    def took(self, what, since):
        self.lines.append(f"{what:45} {time.monotonic() - since:6.2f} s")

    def change(self, rows):
        before = {row: self.get(*row[:2]) for row in rows}
        left = {}
        for row in rows:
            assert before[row] is not None, row
            self.kubectl(*row[3])
            left[row] = time.monotonic()
        while left:
            for row, begun in list(left.items()):
                now, was = self.get(*row[:2]), before[row]
                new = now is not None and (row[2] != "deleted" or now["metadata"]["uid"] != was["metadata"]["uid"])
                if new and essence(now) == essence(was):
                    self.took(" ".join(row[:3]), begun)
                    del left[row]
                else:
                    assert time.monotonic() - begun < WITHIN, f"{row[:3]}: {essence(now)}\nis not\n{essence(was)}"


@pytest.fixture(scope="module")
def shop():
    """One store for all rows."""
    name = f"truth-{int(time.time()) % 100000}"
    engine = "medusa" if "medusa" in platform.engines() else "wordpress"
    platform.cli("create", name, "--engine", engine, "--wait", "--timeout", "3m", timeout=200, check=True)
    made = Shop(platform.StoreHandle(name).load())
    yield made
    print("\n" + "\n".join(made.lines))
    kubectl("delete", "store", name, "--ignore-not-found", "--timeout=60s", timeout=90)


@pytest.fixture(autouse=True)
def begin_ready(shop):
    shop.ready()


def test_what_is_changed_or_deleted_is_put_back(shop):
    passwords = shop.get("secret", "store-secrets")["data"]
    claims = {c["metadata"]["name"]: c["metadata"]["uid"] for c in kubectl_json("-n", shop.store.namespace, "get", "pvc")["items"]}
    for rows in ROUNDS:
        shop.change(rows)
    shop.ready()
    assert shop.get("secret", "store-secrets")["data"] == passwords
    assert claims == {c["metadata"]["name"]: c["metadata"]["uid"] for c in kubectl_json("-n", shop.store.namespace, "get", "pvc")["items"]}
    assert fetch(shop.store.url).status == 200


def test_the_namespaces_labels_come_back(shop):
    def namespace():
        return kubectl_json("get", "namespace", shop.store.namespace)["metadata"]

    before = namespace()
    for what, labels in {"Pod Security lowered": ["pod-security.kubernetes.io/enforce=privileged"], "labels removed": ["storefleet.dev/store-", "storefleet.dev/store-id-"]}.items():
        kubectl("label", "--overwrite", "namespace", shop.store.namespace, *labels, check=True)
        begun = time.monotonic()
        eventually(lambda: namespace()["labels"] == before["labels"], WITHIN, what, 0.2)
        shop.took(f"namespace {what}", begun)


def test_helms_record_is_put_back(shop):
    namespace = shop.store.namespace
    corrupted = json.dumps({"data": {"release": base64.b64encode(b"this is no release").decode()}})
    for what, act in {
        "rolled back": ("helm", "rollback", "store", "1", "-n", namespace),
        "uninstalled": ("helm", "uninstall", "store", "-n", namespace),
        "corrupted": ("kubectl", "-n", namespace, "patch", "secret", RECORD, "--type=merge", "-p", corrupted),
        "deleted": ("kubectl", "-n", namespace, "delete", "secret", RECORD),
    }.items():
        old = shop.get("secret", RECORD)["metadata"]

        def whole():
            now = (shop.get("secret", RECORD) or {"metadata": {}})["metadata"]
            label = now.get("labels", {})
            sealed = label.get("status") == "deployed" and label.get("storefleet.dev/release") == old["labels"]["storefleet.dev/release"]
            return sealed and now["resourceVersion"] != old["resourceVersion"] and shop.get("service", "web") and shop.get("deployment", "web")

        run(*act, check=True)
        begun = time.monotonic()
        eventually(whole, WITHIN, f"{what}: the record is whole", 0.2)
        shop.took(f"Helm record {what}", begun)
        shop.ready()
    assert fetch(shop.store.url).status == 200, "its data is there"


def ingress_controller():
    """Namespace and Deployment behind the address that the platform checks routes by; None where it is none of those."""
    config = kubectl("-n", platform.NAMESPACE, "get", "configmap", "storefleet-config", "-o", "json", check=True).out
    address = config.split("ingressAddress: ")[1].split("\\n")[0].strip('\\"')
    service, namespace, kind = (address.split(":")[0].split(".") + ["", ""])[:3]
    if kind != "svc":
        return None
    selector = kubectl_json("-n", namespace, "get", "service", service)["spec"]["selector"]
    for deployment in kubectl_json("-n", namespace, "get", "deployments")["items"]:
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        if selector.items() <= labels.items():
            return namespace, deployment["metadata"]["name"], deployment["spec"]["replicas"]
    return None


def test_a_shop_that_nobody_reaches_is_not_ready(shop):
    found = ingress_controller()
    if found is None:
        pytest.skip("the ingress controller is no Deployment of this cluster")
    namespace, name, replicas = found
    kubectl("-n", namespace, "scale", "deployment", name, "--replicas=0", check=True)
    begun = time.monotonic()
    try:
        eventually(lambda: shop.phase() != "Ready", UNREADY_WITHIN, "not Ready without an ingress controller", 0.2)
        shop.took("ingress controller at 0, not Ready", begun)
        eventually(lambda: kubectl_json("get", "store", shop.store.name)["status"].get("failure", {}).get("code") == "RouteNotServing", WITHIN, "it says why", 0.2)
    finally:
        kubectl("-n", namespace, "scale", "deployment", name, f"--replicas={replicas}", check=True)
    begun = time.monotonic()
    shop.ready()
    shop.took("ingress controller is back, Ready", begun)


def test_a_deleted_volume_is_named_and_not_replaced(shop):
    """The last one: the store is lost with it."""
    claim = kubectl_json("-n", shop.store.namespace, "get", "pvc", "database")["metadata"]["uid"]
    shop.kubectl("delete", "pvc", "database", "--wait=false")
    begun = time.monotonic()

    def failure():
        return kubectl_json("get", "store", shop.store.name)["status"].get("failure", {})

    eventually(lambda: failure().get("code") == "VolumeLost", WITHIN, "the failure is named", 0.2)
    shop.took("volume claim deleted, named", begun)
    assert fetch(shop.store.url).status == 200, "it serves as long as its pod runs"
    shop.kubectl("delete", "pod", "database-0", "--wait=false")
    time.sleep(10)
    found = shop.get("pvc", "database")
    assert found is None or found["metadata"]["uid"] == claim, "no empty one in its place"
    assert failure().get("code") == "VolumeLost"
