"""A team's quota holds however a store is asked for, and a place that is given back is used again."""

from conditions import conditions
from waiting import eventually


def admitted(store: dict | None) -> tuple | None:
    condition = conditions(store).get("Admitted")
    return condition and (condition["status"], condition["reason"])


def usage(platform, team: str) -> int:
    return platform.api("GET", f"/teams/{team}", expect=200)["usage"]["stores"]


def namespaces_of(kube, store: str) -> int:
    labels = [n["metadata"].get("labels", {}) for n in kube.items("/api/v1/namespaces")]
    return sum(1 for label in labels if label.get("storefleet.dev/store") == store)


def test_kubectl_passes_by_the_same_quota(kube, platform, leader, wait_ready, wait_gone):
    platform.api("POST", "/teams", {"name": "blue", "quota": {"stores": 1, "plans": ["small"]}}, expect=201)
    platform.create("first", team="blue")
    wait_ready(["first"], 30)
    assert admitted(kube.store("first")) == ("True", "WithinQuota")
    assert usage(platform, "blue") == 1

    kube.create_store("second", team="blue")
    eventually(lambda: admitted(kube.store("second")) == ("False", "QuotaExceeded"), 15, "the second store is refused")
    refused = kube.store("second")
    assert refused["status"]["failure"]["code"] == "TeamQuotaExceeded", refused["status"]
    assert "1 of the 1 stores" in refused["status"]["failure"]["message"]
    assert namespaces_of(kube, "first") == 1
    assert namespaces_of(kube, "second") == 0
    over = platform.api("POST", "/stores", {"name": "third", "engine": "tiny", "team": "blue"}, expect=403)
    assert over["code"] == "TeamQuotaExceeded"
    kube.create_store("nobodys", team="no-such-team")
    eventually(lambda: admitted(kube.store("nobodys")) == ("False", "UnknownTeam"), 15, "an unknown team is refused")
    eventually(lambda: leader.metrics()['storefleet_stores{phase="Failed"}'] == 2, 10, "metrics count what failed")

    platform.delete("first")
    wait_ready(["second"], 60)  # asks again every 15 s
    assert usage(platform, "blue") == 1
    platform.delete("second")
    platform.delete("nobodys")
    wait_gone(60)
    assert usage(platform, "blue") == 0
    platform.api("DELETE", "/teams/blue", expect=204)
