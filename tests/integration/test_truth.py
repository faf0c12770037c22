"""Whatever a person changes or deletes by hand in a store's namespace is put back, or named where it cannot be.
docs/0012-truth.md has the same rows on real containers: tests/e2e/test_truth.py."""

import base64
import json
import subprocess
import time

import pytest
from conditions import is_true
from essence import essence
from kube import NAMESPACES, STORES, Refused, phase
from waiting import eventually

WITHIN = 30
RECORD = "sh.helm.release.v1.store.v1"


@pytest.fixture
def store(platform, leader, wait_ready):
    platform.create("truth", title="Truth")
    return wait_ready(["truth"], 20)["truth"]


def merge(**patch):
    return lambda kube, path: kube.patch(path, patch)


def operations(*list_of_them):
    return lambda kube, path: kube.request("PATCH", path, list(list_of_them), "application/json-patch+json")


def delete(kube, path):
    return kube.delete(path)


CONTAINER = "/spec/template/spec/containers/0"
EDITED = [
    ("Deployment", "web", "scaled", merge(spec={"replicas": 3})),
    ("Deployment", "web", "image", operations({"op": "replace", "path": f"{CONTAINER}/image", "value": "example.com/other:1"})),
    ("Deployment", "web", "env changed", operations({"op": "replace", "path": f"{CONTAINER}/env/0/value", "value": "by hand"})),
    ("Deployment", "web", "env added", operations({"op": "add", "path": f"{CONTAINER}/env/-", "value": {"name": "DEBUG", "value": "1"}})),
    ("Deployment", "web", "env removed", operations({"op": "remove", "path": f"{CONTAINER}/env/0"})),
    ("StatefulSet", "database", "scaled", merge(spec={"replicas": 0})),
    ("StatefulSet", "database", "label", merge(metadata={"labels": {"app.kubernetes.io/managed-by": "somebody"}})),
    ("Service", "web", "port", operations({"op": "replace", "path": "/spec/ports/0/port", "value": 8888})),
    ("Service", "web", "selector", merge(spec={"selector": {"app": "none"}})),
    ("Secret", "store-secrets", "edited", merge(data={"databasePassword": "YnkgaGFuZA=="})),
    ("Secret", "store-secrets", "key removed", merge(data={"agentToken": None})),
    ("Secret", "store-admin", "edited", merge(data={"password": "YnkgaGFuZA=="})),
    ("Ingress", "store", "host", operations({"op": "replace", "path": "/spec/rules/0/host", "value": "elsewhere.example.com"})),
    ("Ingress", "store", "class", merge(spec={"ingressClassName": "somebodys"})),
    ("Ingress", "store", "annotation", merge(metadata={"annotations": {"storefleet.dev/hash": "no"}})),
    ("NetworkPolicy", "web", "opened", merge(spec={"ingress": [{}], "egress": [{}]})),
    ("NetworkPolicy", "default-deny", "opened", merge(spec={"ingress": [{}]})),
    ("ResourceQuota", "store", "raised", merge(spec={"hard": {"pods": "100"}})),
    ("ResourceQuota", "store", "another limit", merge(spec={"hard": {"count/jobs.batch": "0"}})),
    ("ResourceQuota", "store", "limit removed", merge(spec={"hard": {"pods": None}})),
    ("LimitRange", "store", "changed", merge(spec={"limits": [{"type": "Container", "default": {"memory": "2Gi"}}]})),
    ("RoleBinding", "storefleet-api", "subject", merge(subjects=[{"kind": "User", "name": "eve", "apiGroup": "rbac.authorization.k8s.io"}])),
]
# Apart from the Secrets that it is the copy of: with both lost nobody knows the values.
COPY = [
    ("Secret", "store-kept", "edited", merge(data={"secrets.databasePassword": "YnkgaGFuZA=="})),
    ("Secret", "store-kept", "deleted", delete),
]
DELETED = [
    ("Deployment", "web"), ("StatefulSet", "database"), ("Service", "web"), ("Secret", "store-secrets"), ("Secret", "store-admin"),
    ("Ingress", "store"), ("NetworkPolicy", "web"), ("NetworkPolicy", "default-deny"), ("NetworkPolicy", "database"),
    ("ResourceQuota", "store"), ("LimitRange", "store"), ("RoleBinding", "storefleet-operator"), ("RoleBinding", "storefleet-api"),
]


class Watched:
    """Objects of a store, as they were, and how long it took until they were that again."""

    def __init__(self, kube, store):
        self.kube, self.namespace = kube, store["status"]["namespace"]
        self.name = store["metadata"]["name"]
        self.took = {}

    def path(self, kind, name):
        return self.kube.in_namespace(kind, self.namespace, name)

    def change(self, rows):
        """Does all of it, and waits until nothing of it is left. A row is kind, name, what, and how."""
        before = {row: (self.path(*row[:2]), self.kube.get(self.path(*row[:2]))) for row in rows}
        for row, (path, thing) in before.items():
            assert thing is not None, row
        begun = {}
        for row, (path, _) in before.items():
            row[3](self.kube, path)
            begun[row] = time.monotonic()
        left = dict(before)
        while left:
            for row, (path, was) in list(left.items()):
                now = self.kube.get(path)
                replaced = now is not None and (row[3] is not delete or now["metadata"]["uid"] != was["metadata"]["uid"])
                if replaced and essence(now) == essence(was):
                    self.took[f"{row[0]} {row[1]} {row[2]}"] = time.monotonic() - begun[row]
                    del left[row]
                elif time.monotonic() - begun[row] > WITHIN:
                    raise AssertionError(f"{row[:3]} is not put back: {json.dumps(essence(now))} for {json.dumps(essence(was))}")
            time.sleep(0.05)
        self.ready()

    def ready(self):
        eventually(lambda: phase(self.kube.store(self.name)) == "Ready", WITHIN, lambda: f"Ready again, not {self.kube.store(self.name)['status']}")

    def record(self):
        return self.kube.get(self.path("Secret", RECORD))

    def print(self):
        for what, seconds in self.took.items():
            print(f"{what:50} {seconds:6.2f} s")


def rounds(rows):
    """Rows that disturb each other, those of one object, come one after the other; all others at once."""
    left = list(rows)
    while left:
        now, seen = [], set()
        for row in list(left):
            if row[:2] not in seen:
                seen.add(row[:2])
                now.append(row)
                left.remove(row)
        yield now


def test_what_is_edited_is_put_back(kube, store):
    watched = Watched(kube, store)
    for rows in [*rounds(EDITED), *rounds(COPY)]:
        watched.change(rows)
    watched.print()


def test_what_is_deleted_comes_back(kube, store):
    watched = Watched(kube, store)
    watched.change([(kind, name, "deleted", delete) for kind, name in DELETED])
    watched.print()


def test_who_may_what_survives_a_leader(kube, platform, store):
    """What is changed while nobody looks is seen by the next leader."""
    platform.stop_controllers()
    watched = Watched(kube, store)
    rows = [row for row in next(iter(rounds(EDITED)))]
    before = {row: kube.get(watched.path(*row[:2])) for row in rows}
    for row in rows:
        row[3](kube, watched.path(*row[:2]))
    platform.start_leader()
    for row in rows:
        eventually(lambda row=row: essence(kube.get(watched.path(*row[:2]))) == essence(before[row]), WITHIN, f"{row[:3]} is put back")
    watched.ready()


def test_the_namespaces_labels_come_back(kube, store):
    path = f"{NAMESPACES}/{store['status']['namespace']}"
    before = kube.get(path)["metadata"]
    labels = {key: None for key in before["labels"] if key != "kubernetes.io/metadata.name"}
    security = "pod-security.kubernetes.io/"
    for what, metadata in {
        "privileged": {"labels": {f"{security}enforce": "privileged", f"{security}enforce-version": "v1.0"}},
        "no labels": {"labels": labels},
        "another store's": {"annotations": {"storefleet.dev/store-uid": "somebodys"}},
    }.items():
        kube.patch(path, {"metadata": metadata})
        begun = time.monotonic()
        eventually(lambda: (now := kube.get(path)["metadata"])["labels"] == before["labels"] and now["annotations"] == before["annotations"], WITHIN, what)
        print(f"Namespace {what:40} {time.monotonic() - begun:6.2f} s")
    Watched(kube, store).ready()


def test_a_store_whose_namespace_lost_its_labels_can_be_deleted(kube, store, wait_gone):
    path = f"{NAMESPACES}/{store['status']['namespace']}"
    kube.patch(path, {"metadata": {"labels": {"storefleet.dev/store": None, "storefleet.dev/store-id": None}}})
    kube.delete(f"{STORES}/truth")
    wait_gone(40)


def helm(*arguments):
    subprocess.run(["helm", *arguments], check=True, capture_output=True, text=True)


def test_helms_record_is_put_back(kube, store):
    watched = Watched(kube, store)
    namespace = store["status"]["namespace"]
    objects = {(kind, name): essence(kube.get(watched.path(kind, name))) for kind, name in (("Deployment", "web"), ("Service", "web"), ("StatefulSet", "database"))}
    claim = kube.get(watched.path("PersistentVolumeClaim", "database"))["metadata"]["uid"]

    def is_whole(old):
        record = watched.record()
        labels = (record or {"metadata": {}})["metadata"].get("labels", {})
        whole = labels.get("status") == "deployed" and labels.get("storefleet.dev/release") == old["metadata"]["labels"]["storefleet.dev/release"]
        records = [s["metadata"]["name"] for s in kube.items(watched.path("Secret", "").rstrip("/")) if s["metadata"]["name"].startswith("sh.helm")]
        again = all(essence(kube.get(watched.path(*key))) == value for key, value in objects.items())
        return whole and records == [RECORD] and again and record["metadata"]["resourceVersion"] != old["metadata"]["resourceVersion"]

    path = watched.path("Secret", RECORD)
    corrupted = base64.b64encode(b"this is no release").decode()
    for what, act in {
        "rolled back": lambda: helm("rollback", "store", "1", "-n", namespace),
        "upgraded by hand": lambda: helm("upgrade", "store", str(platform_chart()), "-n", namespace, "--reuse-values", "--set", "parameters.greeting=by-hand", "--force-conflicts"),
        "uninstalled": lambda: helm("uninstall", "store", "-n", namespace),
        "uninstalled, history kept": lambda: helm("uninstall", "store", "-n", namespace, "--keep-history"),
        "corrupted": lambda: kube.patch(path, {"data": {"release": corrupted}}),
        "deleted": lambda: kube.delete(path),
        "labels removed": lambda: kube.patch(path, {"metadata": {"labels": {"owner": None, "name": None}}}),
        "pending for ever": lambda: kube.patch(path, {"metadata": {"labels": {"status": "pending-upgrade"}}}),
    }.items():
        old = watched.record()
        act()
        begun = time.monotonic()
        eventually(lambda: is_whole(old), WITHIN, lambda: f"{what}: {(watched.record() or {}).get('metadata')}")
        watched.ready()
        print(f"Helm record {what:40} {time.monotonic() - begun:6.2f} s")
        assert kube.get(watched.path("PersistentVolumeClaim", "database"))["metadata"]["uid"] == claim, f"{what}: its data is gone"


def platform_chart():
    from kube import environment

    return environment() / "engines/store-tiny"


def test_a_deleted_volume_is_named_and_not_replaced(kube, store):
    watched = Watched(kube, store)
    path = watched.path("PersistentVolumeClaim", "database")
    kube.delete(path)
    begun = time.monotonic()

    def failure():
        return kube.store("truth")["status"].get("failure", {})

    eventually(lambda: failure().get("code") == "VolumeLost", WITHIN, "the failure is named")
    print(f"PersistentVolumeClaim deleted, named after {time.monotonic() - begun:6.2f} s")
    assert "database" in failure()["message"] and phase(kube.store("truth")) == "Degraded"
    # Its pod goes too: nothing may make an empty one.
    kube.patch(path, {"metadata": {"finalizers": None}})
    eventually(lambda: kube.get(path) is None, 10, "the claim is gone")
    kube.delete(watched.path("Deployment", "web"))
    time.sleep(5)
    assert kube.get(path) is None and failure()["code"] == "VolumeLost"
    # A person who brings one back is believed.
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "database"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    kube.create(path.rsplit("/", 1)[0], claim)
    watched.ready()


def test_secrets_that_nobody_knows_any_more_are_named(kube, store):
    watched = Watched(kube, store)
    secrets = {name: kube.get(watched.path("Secret", name)) for name in ("store-secrets", "store-kept")}
    pods = {o for o in kube.objects(watched.namespace) if o[0] == "Pod"}
    # At once, so that neither can be made from the other.
    kube.request("DELETE", watched.path("Secret", "").rstrip("/") + "?labelSelector=storefleet.dev%2Fstore-id")
    eventually(lambda: kube.store("truth")["status"].get("failure", {}).get("code") == "SecretsLost" or kube.get(watched.path("Secret", "store-kept")), WITHIN, "they are named, or were made from each other")
    if kube.store("truth")["status"].get("failure", {}).get("code") == "SecretsLost":
        assert "store-secrets" in kube.store("truth")["status"]["failure"]["message"]
        assert kube.get(watched.path("Secret", "store-secrets")) is None, "no new passwords"
        assert {o for o in kube.objects(watched.namespace) if o[0] == "Pod"} == pods
        old = secrets["store-secrets"]
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "store-secrets"}, "data": old["data"]}
        kube.create(watched.path("Secret", "").rstrip("/"), body)
    watched.ready()
    assert kube.get(watched.path("Secret", "store-secrets"))["data"] == secrets["store-secrets"]["data"]


def test_what_is_changed_of_the_store_itself(kube, store):
    path = f"{STORES}/truth"
    kube.patch(path, {"metadata": {"finalizers": None, "annotations": None, "labels": {"somebodys": "own"}}})
    eventually(lambda: kube.store("truth")["metadata"].get("finalizers") == store["metadata"]["finalizers"], WITHIN, "the finalizer is back")
    wrong = {"phase": "Failed", "url": "http://elsewhere/", "failure": {"code": "HostConflict", "message": "no", "since": "2026-01-01T00:00:00Z"}, "steps": [], "readySeconds": None}
    kube.patch(f"{path}/status", {"status": wrong})
    # readySeconds is only in the status: how long it took is measured once.
    def again():
        now = kube.store("truth")["status"]
        return now["phase"] == "Ready" and "failure" not in now and now["url"] == store["status"]["url"] and [s["state"] for s in now["steps"]] == ["Done"] * 10

    eventually(again, WITHIN, lambda: f"the status is what is true, not {kube.store('truth')['status']}")


def test_the_crd_stays_while_there_are_stores_and_can_be_made_again(kube, platform, leader, wait_ready, wait_gone):
    platform.create("truth")
    wait_ready(["truth"], 20)
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/stores.storefleet.dev"
    definition = kube.get(path)
    with pytest.raises(Refused) as refused:
        kube.delete(path)
    assert "there are stores" in str(refused.value)
    platform.delete("truth")
    wait_gone(40)
    kube.delete(path)
    eventually(lambda: kube.get(path) is None, 30, "the CRD is gone")
    time.sleep(2)  # the leader's watch breaks
    body = {k: definition[k] for k in ("apiVersion", "kind", "spec")} | {"metadata": {k: definition["metadata"][k] for k in ("name", "labels") if k in definition["metadata"]}}
    kube.create(path.rsplit("/", 1)[0], body)
    eventually(lambda: is_true(kube.get(path), "Established"), 30, "it is served")
    eventually(lambda: kube.request("GET", STORES) is not None, 10, "there are Stores again")
    kube.create_store("truth")
    wait_ready(["truth"], 60)
