"""What people ask for, rightly and wrongly."""

import time

import pytest
from kube import STORES, Refused, phase
from platform_processes import BASE_DOMAIN
from waiting import eventually


@pytest.fixture
def store(platform, leader, wait_ready):
    platform.create("drift", title="First title")
    return wait_ready(["drift"], 20)["drift"]


def test_spec_changes_reach_the_running_store(kube, fakes, store):
    host = f"drift.{BASE_DOMAIN}"
    path = kube.in_namespace("Ingress", store["status"]["namespace"], "store")
    before = kube.get(path)["metadata"]["annotations"]["storefleet.dev/hash"]
    pods = {o for o in kube.objects(store["status"]["namespace"]) if o[0] == "Pod"}
    assert fakes.sites[host]["title"] == "First title"
    kube.patch(f"{STORES}/drift", {"spec": {"title": "Second title"}})
    eventually(lambda: fakes.sites[host]["title"] == "Second title", 10, "the in-pod endpoint has the new title")
    eventually(lambda: kube.get(path)["metadata"]["annotations"]["storefleet.dev/hash"] != before, 10, "the Ingress notes it")

    def settled():
        seen = kube.store("drift")
        return phase(seen) == "Ready" and seen["status"]["observedGeneration"] == seen["metadata"]["generation"]

    eventually(settled, 10, "Ready in the new generation")
    assert {o for o in kube.objects(store["status"]["namespace"]) if o[0] == "Pod"} == pods, "no restart"

    kube.patch(f"{STORES}/drift", {"spec": {"values": {"greeting": "good evening"}}})
    deployment = kube.in_namespace("Deployment", store["status"]["namespace"], "web")

    def greeting():
        return kube.get(deployment)["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"]

    eventually(lambda: greeting() == "good evening", 10, "the release has the new value")
    eventually(lambda: phase(kube.store("drift")) == "Ready", 20, "Ready again")


def test_unknown_engine(kube, platform, leader, wait_gone):
    kube.create_store("stranger", engine="magento")
    eventually(lambda: phase(kube.store("stranger")) == "Failed", 10, "Failed")
    failure = kube.store("stranger")["status"]["failure"]
    assert failure["code"] == "UnknownEngine" and "magento" in failure["message"]
    assert [x for x in kube.leftovers() if not x.startswith("store ")] == [], "nothing was made for it"
    refused = platform.api("POST", "/stores", {"name": "stranger2", "engine": "magento"}, expect=422)
    assert refused["code"] == "UnknownEngine"
    kube.delete(f"{STORES}/stranger")
    wait_gone(10)


def test_an_unknown_version_on_a_ready_store_is_written_once(kube, store):
    kube.patch(f"{STORES}/drift", {"spec": {"engineVersion": "7.7"}})
    eventually(lambda: "7.7" in kube.store("drift")["status"].get("failure", {}).get("message", ""), 10, "the failure names it")
    failed = kube.store("drift")
    assert (phase(failed), failed["status"]["failure"]["code"]) == ("Degraded", "InvalidValues")
    time.sleep(8)
    assert kube.store("drift") == failed, "nothing is written while nothing changes"
    kube.patch(f"{STORES}/drift", {"spec": {"engineVersion": "1.0"}})
    eventually(lambda: phase(kube.store("drift")) == "Ready", 20, "Ready with a version that there is")


def test_invalid_values_then_valid_ones(kube, platform, leader, wait_ready):
    kube.create_store("picky", values={"greeting": 7})
    eventually(lambda: phase(kube.store("picky")) == "Failed", 10, "Failed")
    assert kube.store("picky")["status"]["failure"]["code"] == "InvalidValues"
    kube.patch(f"{STORES}/picky", {"spec": {"values": {"greeting": "seven"}}})
    repaired = wait_ready(["picky"], 20)["picky"]
    assert "failure" not in repaired["status"]


def test_one_host_at_a_time(kube, platform, leader, wait_ready):
    host = "shop.example.com"
    kube.create_store("owner", hosts=[host])
    wait_ready(["owner"], 20)
    kube.create_store("other", hosts=[host])
    eventually(lambda: phase(kube.store("other")) == "Failed", 10, "Failed")
    failure = kube.store("other")["status"]["failure"]
    assert failure["code"] == "HostConflict" and host in failure["message"] and "owner" in failure["message"]
    assert phase(kube.store("owner")) == "Ready", "who came first is not disturbed"
    kube.delete(f"{STORES}/owner")
    eventually(lambda: kube.store("owner") is None, 30, "the owner is gone")
    other = wait_ready(["other"], 5)["other"]  # woken by the free name, not by its 15 s of patience
    assert "failure" not in other["status"]
    assert kube.claims()[host] == "other"
    path = kube.in_namespace("Ingress", other["status"]["namespace"], "store")
    assert host in [rule["host"] for rule in kube.get(path)["spec"]["rules"]]

    kube.patch(f"{STORES}/other", {"spec": {"hosts": []}})
    eventually(lambda: host not in kube.claims(), 10, "a host that is given up is free again")
    assert host not in [rule["host"] for rule in kube.get(path)["spec"]["rules"]]


def test_the_engine_of_a_store_is_fixed(kube, platform, leader):
    kube.create_store("fixed")
    with pytest.raises(Refused) as refused:
        kube.patch(f"{STORES}/fixed", {"spec": {"engine": "other"}})
    assert refused.value.status == 422
