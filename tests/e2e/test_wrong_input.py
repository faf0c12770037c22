"""Wrong input gets a clear answer: the HTTP status and the exit code that docs/cli.md and openapi.yaml promise."""

import json

import pytest

import platform_under_test as platform
from platform_under_test import api, cli, eventually, kubectl, kubectl_json

# arguments of the CLI → exit code, a word of the message
CLI_CASES = [
    (("create", "x1", "--engine", "magento"), 2, "magento"),
    (("create", "Not_A_Name", "--engine", "wordpress"), 2, "name"),
    (("create", "x2", "--engine", "wordpress", "--plan", "huge"), 2, "huge"),
    (("get", "no-such-store"), 4, "no-such-store"),
    (("delete", "no-such-store", "--yes"), 4, "no-such-store"),
    (("lst",), 2, "list"),
]


@pytest.mark.parametrize("arguments,code,word", CLI_CASES)
def test_cli_says_what_is_wrong(arguments, code, word):
    done = cli(*arguments)
    assert done.code == code, done.err
    assert word in done.err
    assert done.out == ""


def test_cli_without_a_server_or_login():
    unreachable = cli("list", env={"STOREFLEET_SERVER": "http://127.0.0.1:9", "STOREFLEET_TOKEN": "x"})
    assert unreachable.code == 6, unreachable.err
    refused = cli("list", env={"STOREFLEET_SERVER": platform.server(), "STOREFLEET_TOKEN": "wrong"})
    assert refused.code == 3, refused.err


def test_server_without_a_cluster(tmp_path):
    done = platform.run(platform.CLI, "serve", "--config", str(tmp_path / "none.yaml"))
    assert done.code == 2
    assert "none.yaml" in done.err


# body → status, code of the problem
API_CASES = [
    ("{", 400, None),
    ({"name": "x3", "engine": "magento"}, 422, "UnknownEngine"),
    ({"name": "Bad Name", "engine": "wordpress"}, 422, "InvalidName"),
    ({"name": "x4", "engine": "wordpress", "plan": "huge"}, 422, "UnknownPlan"),
    ({"name": "x5", "engine": "wordpress", "values": {"nonsense": 1}}, 422, "InvalidValues"),
    ({"name": "x5", "engine": "wordpress", "values": {"plugins": ["no-such-plugin"]}}, 422, "InvalidValues"),
    ({"name": "x5", "engine": "wordpress", "values": {"storage": {"database": "1Mi"}}}, 422, "InvalidValues"),
    ({"name": "x5", "engine": "wordpress", "values": {"databaseBufferPool": "1 byte"}}, 422, "InvalidValues"),
    ({"name": "x5", "engine": "wordpress", "values": {"phpWorkers": 0}}, 422, "InvalidValues"),
    ({"name": "x6", "engine": "wordpress", "adminEmail": "no mail"}, 422, None),
    ({"name": "x7", "engine": "wordpress", "title": "t" * 201}, 422, None),
]


def test_a_change_that_cannot_be_is_refused(new_store):
    store = new_store(engine="stall")
    cases = [
        ({"plan": "huge"}, "UnknownPlan"), ({"engine": "wordpress"}, "Immutable"), ({"adminEmail": "x"}, "InvalidValues"),
        ({"title": "t" * 201}, "InvalidValues"), ({"values": {"payment": "maybe"}}, "InvalidValues"),
    ]
    for body, code in cases:
        page = api("PATCH", f"/stores/{store.name}", body)
        assert (page.status, json.loads(page.body)["code"]) == (422, code), page.body
    stale = api("PATCH", f"/stores/{store.name}", {"title": "New"}, headers={"If-Match": '"other.1"'})
    assert stale.status == 412


@pytest.mark.parametrize("body,status,code", API_CASES)
def test_api_answers_with_a_problem(body, status, code):
    page = api("POST", "/stores", body)
    assert page.status == status, page.body
    problem = json.loads(page.body)
    assert page.headers["content-type"].startswith("application/problem+json")
    assert problem["requestId"]
    if code:
        assert problem["code"] == code


def test_api_is_closed_without_a_token():
    for path in ("/stores", "/engines", "/me"):
        assert api("GET", path, bearer="wrong").status == 401


def test_a_taken_name_is_a_conflict(new_store):
    store = new_store()
    assert api("POST", "/stores", {"name": store.name, "engine": "wordpress"}).status == 409
    again = cli("create", store.name, "--engine", "wordpress")
    assert again.code == 5, again.err


def test_the_same_idempotency_key_makes_one_store(new_name):
    name = new_name()
    headers = {"Idempotency-Key": name}
    first = api("POST", "/stores", {"name": name, "engine": "wordpress"}, headers=headers)
    second = api("POST", "/stores", {"name": name, "engine": "wordpress"}, headers=headers)
    assert (first.status, second.status) == (202, 202)
    assert json.loads(first.body)["uid"] == json.loads(second.body)["uid"]
    assert api("POST", "/stores", {"name": name, "engine": "wordpress", "plan": "large"}, headers=headers).status == 422


def test_kubectl_gets_the_same_rules(new_name):
    name = new_name()
    manifest = {"apiVersion": "storefleet.dev/v1alpha1", "kind": "Store", "metadata": {"name": name}, "spec": {"engine": "magento"}}
    kubectl("apply", "-f", "-", stdin=json.dumps(manifest), check=True)
    failure = eventually(lambda: kubectl_json("get", "store", name).get("status", {}).get("failure"), 10, "a failure")
    assert failure["code"] == "UnknownEngine"
    assert failure["remedy"]
    bad = {**manifest, "metadata": {"name": "Bad_Name"}}
    assert kubectl("apply", "-f", "-", stdin=json.dumps(bad)).code != 0


def test_a_taken_host_is_named(new_store, new_name):
    host = f"{new_name('shop')}.example"
    owner = new_store("--host", host)
    thief = new_name()
    refused = cli("create", thief, "--engine", "wordpress", "--host", host)
    assert refused.code == 2 and owner.name in refused.err, "the API says so at once"
    # kubectl passes by the API.
    manifest = {"apiVersion": "storefleet.dev/v1alpha1", "kind": "Store", "metadata": {"name": thief}, "spec": {"engine": "wordpress", "hosts": [host]}}
    kubectl("apply", "-f", "-", stdin=json.dumps(manifest), check=True)
    failure = eventually(lambda: kubectl_json("get", "store", thief).get("status", {}).get("failure"), 10, "a failure")
    assert failure["code"] == "HostConflict"
    assert owner.name in failure["message"]


def test_a_missing_image_is_named_and_mended(new_name):
    """The failure names the image; when the image is there, the store becomes Ready by itself."""
    values = platform.run("helm", "-n", platform.NAMESPACE, "get", "values", "storefleet", "-o", "json", check=True).json()
    good = values["images"]["woocommerce"]

    def use_image(reference: str):
        platform.run(
            "helm", "-n", platform.NAMESPACE, "upgrade", "storefleet", str(platform.ROOT / "helm" / "storefleet"),
            "--reuse-values", "--set", f"images.woocommerce={reference}", check=True,
        )  # fmt: skip
        for deployment in ("storefleet-controller", "storefleet-api"):
            kubectl("-n", platform.NAMESPACE, "rollout", "status", f"deployment/{deployment}", "--timeout=120s", check=True)

    name = new_name("noimage")
    use_image("localhost/storefleet/none:none")
    try:
        cli("create", name, "--engine", "wordpress", check=True)
        failure = eventually(lambda: kubectl_json("get", "store", name).get("status", {}).get("failure"), 60, "a failure", 0.5)
        assert failure["code"] == "ImagePullFailed"
        assert "none:none" in failure["message"]
        assert cli("wait", name, "--for", "ready", "--timeout", "2s").code in (1, 7)
    finally:
        use_image(good)
    eventually(lambda: kubectl_json("get", "store", name)["status"]["phase"] == "Ready", 120, "a Ready store", 0.5)
