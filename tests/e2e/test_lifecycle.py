"""A store's life on a real cluster: created, looked at from every side, deleted, nothing left."""

import json
import time

import platform_under_test as platform
from platform_under_test import cli, eventually, fetch, kubectl_json


def test_create_serve_delete(new_store):
    store = new_store("--title", "Tom & Ann's \"Shop\" <b>é🛒</b>")

    page = fetch(store.url)
    assert page.status == 200
    assert "<b>é🛒</b>" not in page.body, "a title is text, never markup"
    assert "🛒" in page.body

    seen = cli("get", store.name, "-o", "json", check=True).json()
    resource = kubectl_json("get", "store", store.name)
    assert seen["phase"] == resource["status"]["phase"] == "Ready"
    assert seen["url"] == resource["status"]["url"] == store.url
    assert [step["state"] for step in seen["steps"]] == ["Done"] * len(seen["steps"])
    listed = {item["name"] for item in cli("list", "-o", "json", check=True).json()["items"]}
    assert store.name in listed

    events = eventually(
        lambda: [e for e in platform.events(store.name) if e["reason"] == "PhaseChanged"],
        5,
        "events of the store",
    )
    assert events[-1]["durationSeconds"] > 0

    started = time.monotonic()
    cli("delete", store.name, "--yes", check=True)
    eventually(lambda: not platform.leftovers(store), 10 - (time.monotonic() - started), lambda: f"still there of {store.name}: {platform.leftovers(store)}")
    receipt = json.loads(platform.api("GET", f"/stores/{store.name}/receipt").body)
    assert "PersistentVolumeClaim" in receipt["removed"]


def test_namespace_is_fenced_in(new_store):
    store = new_store()
    labels = kubectl_json("get", "namespace", store.namespace)["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["storefleet.dev/store"] == store.name
    for kind in ("resourcequota", "limitrange"):
        assert kubectl_json("get", kind, "-n", store.namespace)["items"], f"no {kind}"
    policies = {p["metadata"]["name"] for p in kubectl_json("get", "networkpolicy", "-n", store.namespace)["items"]}
    assert "default-deny" in policies

    releases = platform.run("helm", "list", "-A", "-o", "json", check=True).json()
    assert ("store", store.namespace, "deployed") in {(r["name"], r["namespace"], r["status"]) for r in releases}

    pods = kubectl_json("get", "pods", "-n", store.namespace)["items"]
    assert {p["metadata"]["labels"]["app.kubernetes.io/component"] for p in pods} == {"web", "database"}
    for pod in pods:
        assert pod["spec"]["automountServiceAccountToken"] is False
        for container in pod["spec"]["containers"]:
            context = {**pod["spec"]["securityContext"], **container["securityContext"]}
            assert context["runAsNonRoot"] is True
            assert context["readOnlyRootFilesystem"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"]["drop"] == ["ALL"]
            user = platform.kubectl("exec", "-n", store.namespace, pod["metadata"]["name"], "-c", container["name"], "--", "id", "-u")
            assert user.code == 0 and user.out.strip() != "0"


def test_secrets_are_each_stores_own(new_store):
    first, second = new_store(), new_store()
    data = [kubectl_json("get", "secret", "store-secrets", "-n", s.namespace)["data"] for s in (first, second)]
    assert data[0].keys() == data[1].keys()
    assert not set(data[0].values()) & set(data[1].values())
    logins = [cli("credentials", s.name, "-o", "json", check=True).json() for s in (first, second)]
    assert logins[0]["password"] != logins[1]["password"]


def test_admin_password_opens_the_admin(new_store):
    store = new_store()
    login = cli("credentials", store.name, "-o", "json", check=True).json()
    from urllib.parse import urlencode

    form = urlencode({"log": login["username"], "pwd": login["password"], "testcookie": "1"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "wordpress_test_cookie=WP%20Cookie%20check"}
    answer = fetch(store.url + "wp-login.php", "POST", form, headers)
    assert answer.status == 302, answer.body[:500]
    wrong = fetch(store.url + "wp-login.php", "POST", urlencode({"log": "admin", "pwd": "x", "testcookie": "1"}), headers)
    assert wrong.status == 200
