"""A store's life through the REST API, seen from every side: resource, objects, Helm, history."""

import base64
import json
import subprocess
import time

from kube import NAMESPACES, phase
from platform_processes import BASE_DOMAIN
from waiting import eventually

OPERATOR_OBJECTS = {
    ("ResourceQuota", "store"),
    ("LimitRange", "store"),
    ("NetworkPolicy", "default-deny"),
    ("NetworkPolicy", "web"),
    ("NetworkPolicy", "database"),
    ("RoleBinding", "storefleet-operator"),
    ("RoleBinding", "storefleet-api"),
    ("Secret", "store-secrets"),
    ("Secret", "store-admin"),
    ("Secret", "store-kept"),
    ("Ingress", "store"),
}
CHART_OBJECTS = {
    ("Secret", "sh.helm.release.v1.store.v1"),
    ("Service", "web"),
    ("Deployment", "web"),
    ("ReplicaSet", "web-*"),
    ("Pod", "web-*"),
    ("StatefulSet", "database"),
    ("Pod", "database-0"),
    ("PersistentVolumeClaim", "database"),
}
CLUSTER_OBJECTS = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
CLEAN_STORE = OPERATOR_OBJECTS | CHART_OBJECTS | CLUSTER_OBJECTS
STEPS = ["hosts", "namespace", "policies", "secrets", "release", "database", "application", "site", "route", "commerce"]


def helm_releases() -> dict:
    done = subprocess.run(["helm", "list", "-A", "-o", "json"], capture_output=True, text=True, check=True)
    return {r["namespace"]: r for r in json.loads(done.stdout)}


def test_create_look_delete(kube, fakes, platform, leader, wait_ready, wait_gone):
    created = platform.create("lifecycle", title="Tom & Ann's <b>Shop</b> é🛒", adminEmail="ann@example.com", values={"greeting": "hi"})
    assert created["phase"] == "Pending"
    resource = wait_ready(["lifecycle"], 20)["lifecycle"]
    status, uid = resource["status"], resource["metadata"]["uid"]
    host = f"lifecycle.{BASE_DOMAIN}"

    assert status["observedGeneration"] == resource["metadata"]["generation"] == 1
    assert status["namespace"] == f"store-{status['id']}"
    assert status["url"] == f"http://{host}/" and status["adminUrl"] == f"http://{host}/admin/"
    assert status["engineVersion"] == "1.0" and status["readySeconds"] > 0 and "failure" not in status
    assert [(s["name"], s["state"]) for s in status["steps"]] == [(name, "Done") for name in STEPS]
    for step in status["steps"]:
        assert step["startedAt"] <= step["finishedAt"]
    assert {c["type"]: c["status"] for c in status["conditions"]} == {"Admitted": "True", "Ready": "True", "Progressing": "False"}

    seen = platform.api("GET", "/stores/lifecycle", expect=200)
    assert (seen["phase"], seen["url"], seen["uid"]) == ("Ready", status["url"], uid)

    namespace = kube.get(f"{NAMESPACES}/{status['namespace']}")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert kube.objects(status["namespace"]) == CLEAN_STORE
    assert kube.claims() == {host: "lifecycle"}
    release = helm_releases()[status["namespace"]]
    assert (release["name"], release["status"], release["revision"]) == ("store", "deployed", "1")
    web = kube.get(kube.in_namespace("Deployment", status["namespace"], "web"))
    assert web["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] == "hi", "a value of the user reaches the chart"

    site = fakes.sites[host]
    assert site["title"] == "Tom & Ann's <b>Shop</b> é🛒" and site["adminEmail"] == "ann@example.com"
    secret = kube.get(kube.in_namespace("Secret", status["namespace"], "store-secrets"))["data"]
    assert base64.b64decode(secret["agentToken"]).decode() == site["token"] and len(site["token"]) == 40
    credentials = platform.api("GET", "/stores/lifecycle/credentials", expect=200)
    assert credentials["password"] == site["adminPassword"]

    def complete():
        events = platform.events("lifecycle")
        return events if [e for e in events if e["message"].endswith("→ Ready.")] else None

    events = eventually(complete, 5, "the history has the store's events")
    # Which of the two workloads is ready first is nobody's choice.
    assert sorted(e["subject"] for e in events if e["reason"] == "StepFinished") == sorted(STEPS)
    assert len({e["sequence"] for e in events}) == len(events) and {e["storeUid"] for e in events} == {uid}

    platform.delete("lifecycle")
    assert phase(kube.store("lifecycle")) in ("Ready", "Deleting", "")
    wait_gone(30)
    assert not helm_releases()
    receipt = platform.api("GET", "/stores/lifecycle/receipt", expect=200)
    assert receipt["storeUid"] == uid and receipt["durationSeconds"] > 0
    removed = receipt["removed"]
    assert removed["Namespace"] == [status["namespace"]] and removed["PersistentVolumeClaim"] == ["database"]
    assert removed["Ingress"] == ["store"] and removed["Deployment"] == ["web"] and len(removed["PersistentVolume"]) == 1
    print(f"Ready after {status['readySeconds']:.2f} s, gone after {receipt['durationSeconds']:.2f} s")


def test_a_name_can_be_used_again(kube, platform, leader, wait_ready, wait_gone):
    ids = set()
    for _ in range(2):
        platform.create("again")
        ids.add(wait_ready(["again"], 20)["again"]["status"]["id"])
        platform.delete("again")
        wait_gone(30)
    assert len(ids) == 2, "an id is never used twice"
    uids = {e["storeUid"] for e in platform.events("again")}
    assert len(uids) == 2, "a name shows its earlier stores too"
    for uid in uids:
        items = platform.api("GET", f"/stores/again/events?uid={uid}", expect=200)["items"]
        assert {e["storeUid"] for e in items} == {uid}, "unless one of them is asked for"


def test_deleted_in_the_middle_of_its_creation(kube, platform, leader, wait_gone):
    for i in range(6):
        platform.create(f"early-{i}")
        time.sleep(0.15 * i)  # each at another stage
        platform.delete(f"early-{i}")
    wait_gone(40)
