"""What happens to a store between its first Ready and its end: sleep, new versions, rollback, new passwords, expiry."""

import datetime

from kube import STORES, Refused, free_port, phase
from platform_processes import BASE_DOMAIN
from waiting import eventually


def replicas(kube, namespace) -> dict[str, int]:
    workloads = {"Deployment": "web", "StatefulSet": "database"}
    return {kind: kube.get(kube.in_namespace(kind, namespace, name))["spec"]["replicas"] for kind, name in workloads.items()}


def image(kube, namespace) -> str:
    return kube.get(kube.in_namespace("Deployment", namespace, "web"))["spec"]["template"]["spec"]["containers"][0]["image"]


def done(platform, answer, within=20):
    """Awaits the operation of a 202."""
    assert answer.status == 202, answer.text
    path = answer.headers["operation-location"].removeprefix("/api/v1")

    def ended():
        operation = platform.api("GET", path, expect=200)
        return operation if operation["state"] != "Running" else None

    operation = eventually(ended, within, f"{path} ends")
    assert operation["state"] == "Succeeded", operation
    return operation


def test_a_store_sleeps_and_wakes(kube, platform, leader, wait_ready, wait_gone):
    platform.create("sleeper")
    before = wait_ready(["sleeper"], 20)["sleeper"]["status"]
    done(platform, platform.request("POST", "/api/v1/stores/sleeper:sleep"))
    asleep = kube.store("sleeper")["status"]
    assert asleep["phase"] == "Sleeping" and "failure" not in asleep
    assert {s["name"]: s["state"] for s in asleep["steps"] if s["state"] != "Done"} == dict.fromkeys(("database", "application", "route"), "Skipped")
    assert replicas(kube, before["namespace"]) == {"Deployment": 0, "StatefulSet": 0}
    objects = kube.objects(before["namespace"])
    assert not [o for o in objects if o[0] == "Pod"] and ("PersistentVolumeClaim", "database") in objects
    assert ("Ingress", "store") not in objects, "its hosts lead to the platform's page"
    told = platform.request("GET", "/shop/", headers={"Host": f"sleeper.{BASE_DOMAIN}", "Accept": "text/html"}, bearer=None)
    assert told.status == 503 and "asleep" in told.text and int(told.headers["retry-after"]) > 0
    assert told.headers["x-robots-tag"] == "noindex" and "set-cookie" not in told.headers

    # A controller that starts finds it as it is, and changes nothing.
    leader.kill()
    platform.start_leader()
    eventually(lambda: platform.api("GET", "/stores/sleeper", expect=200)["phase"] == "Sleeping", 5, "it still sleeps")
    assert kube.store("sleeper")["status"] == asleep

    done(platform, platform.request("POST", "/api/v1/stores/sleeper:wake"))
    awake = kube.store("sleeper")["status"]
    assert awake["phase"] == "Ready" and awake["readySeconds"] == before["readySeconds"]
    assert ("Ingress", "store") in kube.objects(before["namespace"])
    assert [s["state"] for s in awake["steps"]] == ["Done"] * 10
    phases = [e["message"] for e in platform.events("sleeper") if e["reason"] == "PhaseChanged"]
    assert phases[-4:] == ["Ready → Updating.", "Updating → Sleeping.", "Sleeping → Updating.", "Updating → Ready."], phases
    platform.delete("sleeper")
    wait_gone(30)


def test_a_store_that_sleeps_can_be_deleted(kube, platform, leader, wait_gone):
    kube.create_store("nap", asleep=True)
    eventually(lambda: phase(kube.store("nap")) == "Sleeping", 20, "a store that never ran sleeps")
    platform.delete("nap")
    wait_gone(30)


def test_a_store_that_kubectl_deletes_is_retained_until_somebody_lets_it_go(kube, platform, leader, wait_ready, wait_gone):
    platform.api("POST", "/teams", {"name": "keepers", "quota": {"stores": 1}}, expect=201)
    platform.create("kept", team="keepers", deletionPolicy="Retain", hosts=["kept.example.org"])
    namespace = wait_ready(["kept"], 20)["kept"]["status"]["namespace"]
    kube.delete(f"{STORES}/kept")
    # The status may be written before the last pod is gone.
    eventually(lambda: not [o for o in kube.objects(namespace) if o[0] == "Pod"], 20, "nothing of it runs")
    eventually(lambda: phase(kube.store("kept")) == "Retained", 5, "it says that it is kept")
    assert replicas(kube, namespace) == {"Deployment": 0, "StatefulSet": 0}
    assert ("PersistentVolumeClaim", "database") in kube.objects(namespace)

    # Listed, with its hosts, its name and its place.
    listed = platform.api("GET", "/stores?team=keepers", expect=200)["items"]
    assert [(s["name"], s["phase"]) for s in listed] == [("kept", "Retained")]
    assert set(kube.claims()) == {f"kept.{BASE_DOMAIN}", "kept.example.org"}
    more = platform.request("POST", "/api/v1/stores", {"name": "more", "engine": "tiny", "team": "keepers"})
    assert more.json()["code"] == "TeamQuotaExceeded", more.text
    assert platform.request("POST", "/api/v1/stores", {"name": "kept", "engine": "tiny"}).json()["code"] == "NameTaken"
    assert platform.request("DELETE", "/api/v1/stores/kept").json()["code"] == "DeletionProtected"
    assert platform.request("POST", "/api/v1/stores/kept:wake").json()["code"] == "StoreRetained"

    # A controller that starts keeps it, too.
    leader.kill()
    platform.start_leader()
    eventually(lambda: platform.api("GET", "/stores/kept", expect=200)["phase"] == "Retained", 5, "it is still kept")
    assert ("PersistentVolumeClaim", "database") in kube.objects(namespace)

    platform.api("PATCH", "/stores/kept", {"deletionPolicy": "Delete"}, expect=202)
    wait_gone(30)
    platform.api("POST", "/stores", {"name": "more", "engine": "tiny", "team": "keepers"}, expect=202)
    platform.delete("more")
    wait_gone(30)


def test_upgrade_and_rollback(kube, platform, leader, wait_ready):
    platform.create("versions", engineVersion="0.9")
    namespace = wait_ready(["versions"], 20)["versions"]["status"]["namespace"]
    assert image(kube, namespace) == "storefleet.test/tiny:0"
    done(platform, platform.request("POST", "/api/v1/stores/versions:upgrade"))
    store = platform.api("GET", "/stores/versions", expect=200)
    assert store["engineVersion"] == "1.0" and image(kube, namespace) == "storefleet.test/tiny:1"
    assert store["rollback"] == {"engineVersion": "0.9", "plan": "small", "values": {}}
    assert platform.request("POST", "/api/v1/stores/versions:upgrade", {"engineVersion": "0.9"}).json()["code"] == "VersionTooOld"
    done(platform, platform.request("POST", "/api/v1/stores/versions:rollback"))
    store = platform.api("GET", "/stores/versions", expect=200)
    assert store["engineVersion"] == "0.9" and image(kube, namespace) == "storefleet.test/tiny:0"
    assert store["rollback"]["engineVersion"] == "1.0", "and back again"


def test_a_change_that_never_gets_ready_is_rolled_back(kube, platform, leader, wait_ready):
    platform.create("broken", values={"greeting": "hi"})
    namespace = wait_ready(["broken"], 20)["broken"]["status"]["namespace"]
    # Nothing can be scheduled any more, hence no new pod.
    for node in kube.items("/api/v1/nodes"):
        kube.patch(f"/api/v1/nodes/{node['metadata']['name']}", {"spec": {"unschedulable": True}})
    try:
        changed = platform.request("PATCH", "/api/v1/stores/broken", {"values": {"greeting": "bad"}})
        assert changed.status == 202
        eventually(lambda: phase(kube.store("broken")) in ("Updating", "Degraded"), 10, "it is not Ready with that")
        rolled = platform.request("POST", "/api/v1/stores/broken:rollback")
        assert rolled.json()["values"] == {"greeting": "hi"}
    finally:
        for node in kube.items("/api/v1/nodes"):
            kube.patch(f"/api/v1/nodes/{node['metadata']['name']}", {"spec": {"unschedulable": None}})
    done(platform, rolled)
    web = kube.get(kube.in_namespace("Deployment", namespace, "web"))
    assert web["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] == "hi"


def test_a_plan_whose_volume_cannot_grow_is_taken_back(kube, platform, wait_ready):
    """The platform believes that volumes can grow, and the storage class says no."""
    platform.start_leader(settings={"volumesCanGrow": True})
    api = platform.start_another_api(free_port(), {"volumesCanGrow": True})
    storage_class = "/apis/storage.k8s.io/v1/storageclasses/local-path"
    # Two stores beside each other: each takes ten seconds to say that it has failed.
    back = {"changed": ("PATCH", "changed", {"plan": "medium"}), "rolled": ("POST", "rolled:rollback")}

    def ask(method, path, body=None):
        return platform.request(method, f"/api/v1/stores/{path}", body, port=api.port)

    try:
        for name in back:
            platform.create(name, plan="medium")
        stores = wait_ready(back, 30)
        claims = {name: kube.in_namespace("PersistentVolumeClaim", stores[name]["status"]["namespace"], "files") for name in back}
        kube.patch(storage_class, {"allowVolumeExpansion": False})

        def refuses_growth():
            try:
                kube.patch(f"{claims['changed']}?dryRun=All", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
            except Refused:
                return True

        eventually(refuses_growth, 5, "the API server knows that volumes cannot grow")
        for name in back:
            assert ask("PATCH", name, {"plan": "large"}).status == 202
        for name, way in back.items():
            failure = eventually(lambda name=name: ask("GET", name).json().get("failure"), 40, f"{name} says what is wrong")
            assert failure["code"] == "ReleaseFailed" and "files" in failure["message"], failure
            done(platform, ask(*way))
            eventually(lambda name=name: ask("GET", name).json()["phase"] == "Ready", 5, "this API sees it Ready, too")
            assert kube.get(claims[name])["spec"]["resources"]["requests"]["storage"] == "1Gi"
    finally:
        kube.patch(storage_class, {"allowVolumeExpansion": True})
        api.terminate()


def test_another_storage_class(kube, platform, wait_ready):
    """A claim that never got a volume is made anew with it; one that has a volume keeps its class and its data."""
    leader = platform.start_leader(settings={"storageClass": "no-such-class"})
    platform.create("classy")
    failure = eventually(lambda: (kube.store("classy") or {}).get("status", {}).get("failure"), 40, "it says what is wrong")
    assert failure["code"] == "VolumeNotBound", failure
    leader.kill()
    leader = platform.start_leader()
    namespace = wait_ready(["classy"], 30)["classy"]["status"]["namespace"]
    path = kube.in_namespace("PersistentVolumeClaim", namespace, "database")
    claim = kube.get(path)
    assert claim["spec"]["storageClassName"] == "local-path"

    def release():
        return kube.get(kube.in_namespace("Secret", namespace, "sh.helm.release.v1.store.v1"))["metadata"]["labels"].get("storefleet.dev/release")

    before = release()
    leader.kill()
    platform.start_leader(settings={"storageClass": "another-class"})
    eventually(lambda: release() not in (before, None), 20, "it is released with the new settings")
    wait_ready(["classy"], 20)
    now = kube.get(path)
    assert now["metadata"]["uid"] == claim["metadata"]["uid"] and now["spec"]["storageClassName"] == "local-path"


def test_a_new_admin_password(kube, fakes, platform, leader, wait_ready):
    platform.create("keys")
    wait_ready(["keys"], 20)
    host = f"keys.{BASE_DOMAIN}"
    first = platform.api("GET", "/stores/keys/credentials", expect=200)["password"]
    seen = {first}
    for restart in (False, True):
        before = platform.api("GET", "/stores/keys/credentials", expect=200)["password"]
        assert platform.request("POST", "/api/v1/stores/keys:resetAdminPassword").status == 202
        eventually(lambda: fakes.sites[host]["adminPassword"] not in seen, 10, "the store takes a new password")
        now = platform.api("GET", "/stores/keys/credentials", expect=200)["password"]
        assert now == fakes.sites[host]["adminPassword"] != before
        seen.add(now)
        wait_ready(["keys"], 10)
        if restart:
            break
        # The wish stays written on the store: whoever leads next must not heed it again.
        leader.kill()
        platform.start_leader()
        kube.patch("/apis/storefleet.dev/v1alpha1/stores/keys", {"spec": {"title": "Another title"}})
        eventually(lambda: fakes.sites[host]["title"] == "Another title", 10, "a change after a restart")
        assert fakes.sites[host]["adminPassword"] == now


def test_a_store_expires(kube, platform, leader, wait_ready, wait_gone):
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=8)
    platform.create("brief", expiresAt=soon.isoformat().replace("+00:00", "Z"))
    wait_ready(["brief"], 7)
    eventually(lambda: phase(kube.store("brief")) in ("Deleting", ""), 12, "it deletes itself")
    assert datetime.datetime.now(datetime.UTC) >= soon, "and not too early"
    wait_gone(30)
    assert platform.api("GET", "/stores/brief/receipt", expect=200)["storeName"] == "brief"


def test_far_future_is_never(kube, platform, leader, wait_ready):
    kube.create_store("eternal", expiresAt="9999-12-31T23:59:59Z")
    wait_ready(["eternal"], 20)
