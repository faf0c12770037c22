"""What a merchant has made stays: pods die, plans and images change, the node restarts."""

import base64
import json
import re
import secrets

import pytest

import platform_under_test as platform
from conditions import conditions
from platform_under_test import cli, eventually, fetch, kubectl, kubectl_json


class Shopkeeper:
    """Writes a post in a WordPress store as its admin, and looks for it as a visitor."""

    def __init__(self, store):
        self.store = store
        self.word = secrets.token_hex(6)

    def write(self):
        link = cli("open", self.store.name, "--admin", check=True).out.strip()
        cookies = self.cookies(link)
        nonce = fetch(self.store.url + "wp-admin/admin-ajax.php?action=rest-nonce", headers={"Cookie": cookies}).body
        made = fetch(
            self.store.url + "wp-json/wp/v2/posts", "POST", json.dumps({"title": self.word, "status": "publish"}),
            {"Cookie": cookies, "X-WP-Nonce": nonce, "Content-Type": "application/json"},
        )
        assert made.status == 201, made.body

    def cookies(self, link: str) -> str:
        answer = fetch(link)
        assert answer.status == 302
        return "; ".join(cookie.split(";")[0] for cookie in answer.cookies)

    def finds(self) -> bool:
        page = fetch(self.store.url + f"wp-json/wp/v2/posts?search={self.word}")
        return page.status == 200 and [p["title"]["rendered"] for p in json.loads(page.body)] == [self.word]


@pytest.fixture(scope="module")
def shopkeeper():
    name = "survivor"
    cli("delete", name, "--yes")
    cli("create", name, "--engine", "wordpress", "--wait", "--timeout", "3m", timeout=200, check=True)
    keeper = Shopkeeper(platform.StoreHandle(name).load())
    keeper.write()
    assert keeper.finds()
    yield keeper
    cli("delete", name, "--yes", "--no-wait")


def wait_until_ready(store):
    cli("wait", store.name, "--for", "ready", "--timeout", "3m", timeout=200, check=True)


def admin_password_works(store) -> bool:
    login = cli("credentials", store.name, "-o", "json", check=True).json()
    page = fetch(
        store.url + "wp-login.php", "POST", f"log={login['username']}&pwd={login['password']}&testcookie=1",
        {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "wordpress_test_cookie=WP%20Cookie%20check"},
    )
    return page.status == 302


def test_pods_are_deleted(shopkeeper):
    kubectl("-n", shopkeeper.store.namespace, "delete", "pods", "--all", "--wait", check=True)
    eventually(shopkeeper.finds, 60, "the post")


def test_the_store_sleeps_and_wakes(shopkeeper):
    store = shopkeeper.store
    cli("sleep", store.name, "--wait", timeout=200, check=True)
    assert not kubectl_json("-n", store.namespace, "get", "pods")["items"]
    assert {c["metadata"]["name"] for c in kubectl_json("-n", store.namespace, "get", "pvc")["items"]} == {"database", "files"}
    told = fetch(store.url)
    assert told.status == 503 and "This shop is asleep" in told.body, "shoppers are told"
    assert int(told.headers["retry-after"]) > 0 and told.headers["x-robots-tag"] == "noindex"
    seen = cli("get", store.name, "-o", "json", check=True).json()
    assert seen["phase"] == "Sleeping" and "failure" not in seen
    cli("wake", store.name, "--wait", timeout=200, check=True)
    assert shopkeeper.finds(), "the first request after waking is served"


def test_a_new_admin_password(shopkeeper):
    store = shopkeeper.store
    before = cli("credentials", store.name, "-o", "json", check=True).json()["password"]
    now = cli("reset-password", store.name, "--wait", "-o", "json", timeout=60, check=True).json()["password"]
    assert now != before
    eventually(lambda: admin_password_works(store), 10, "the new password opens the administration")


def test_the_plan_changes_and_back_is_refused(shopkeeper):
    store = shopkeeper.store
    cli("update", store.name, "--plan", "medium", "--wait", timeout=200, check=True)
    assert shopkeeper.finds()
    claims = {c["metadata"]["name"]: c["status"]["capacity"]["storage"] for c in kubectl_json("-n", store.namespace, "get", "pvc")["items"]}
    assert claims == {"database": "5Gi", "files": "5Gi"}
    hard = kubectl_json("-n", store.namespace, "get", "resourcequota", "store")["status"]["hard"]
    assert hard["requests.storage"] == "20Gi"
    workers = kubectl("-n", store.namespace, "exec", "deployment/web", "--", "printenv", "STORE_PHP_WORKERS").out.strip()
    assert workers == "10"
    phases = [e["message"] for e in platform.events(store.name) if e["reason"] == "PhaseChanged"]
    assert "Updating → Ready." in phases

    refused = cli("update", store.name, "--plan", "small")
    assert refused.code == 2 and "cannot shrink" in refused.err
    # kubectl passes by the API's check: the operator refuses as well, and the shop goes on.
    kubectl("patch", "store", store.name, "--type", "merge", "-p", '{"spec":{"plan":"small"}}', check=True)
    failure = eventually(lambda: cli("get", store.name, "-o", "json").json().get("failure"), 10, "the refusal")
    assert failure["code"] == "InvalidValues" and "cannot shrink" in failure["message"]
    assert shopkeeper.finds()
    kubectl("patch", "store", store.name, "--type", "merge", "-p", '{"spec":{"plan":"medium"}}', check=True)
    wait_until_ready(store)


def test_the_release_is_installed_again_over_its_volumes(shopkeeper):
    store = shopkeeper.store
    kubectl("-n", store.namespace, "delete", "deployments,statefulsets", "--all", "--wait", check=True)
    new_password = secrets.token_hex(16)
    patch = {"data": {"databasePassword": base64.b64encode(new_password.encode()).decode()}}
    kubectl("-n", store.namespace, "patch", "secret", "store-secrets", "-p", json.dumps(patch), check=True)
    eventually(shopkeeper.finds, 90, "the post")
    wait_until_ready(store)
    assert admin_password_works(store)


def image_of(store) -> str:
    return kubectl_json("-n", store.namespace, "get", "deployment", "web")["spec"]["template"]["spec"]["containers"][0]["image"]


def offer_image(image: str, *options: str):
    settings = ["upgrade", "storefleet", "helm/storefleet", "-n", platform.NAMESPACE, "--reuse-values"]
    platform.run("helm", *settings, *options, "--set", f"images.woocommerce={image}", check=True)


def runs_image(store, image: str) -> bool:
    pods = kubectl_json("-n", store.namespace, "get", "pods")["items"]
    return [c["image"] for p in pods for c in p["spec"]["containers"]] == [image] * 2


def test_the_image_changes(shopkeeper):
    """The same image under another name is enough: every store's pods are replaced."""
    store = shopkeeper.store
    image = image_of(store)
    other = re.sub(r":[^:]+$", ":another", image)
    platform.containerd("images", "tag", "--force", image, other)
    try:
        offer_image(other, "--wait")
        eventually(lambda: runs_image(store, other), 90, "pods of the new image", 0.5)
        eventually(shopkeeper.finds, 60, "the post")
    finally:
        offer_image(image, "--wait")
        eventually(lambda: runs_image(store, image), 90, "pods of the old image", 0.5)
        wait_until_ready(store)
    assert admin_password_works(store)


def uids_of_pods(store) -> set[str]:
    return {p["metadata"]["uid"] for p in kubectl_json("-n", store.namespace, "get", "pods")["items"]}


def test_an_image_that_cannot_be_had_takes_no_shop_down(shopkeeper):
    store = shopkeeper.store
    image = image_of(store)
    pods = uids_of_pods(store)
    try:
        offer_image(re.sub(r":[^:]+$", ":none", image))  # with --wait, helm would say that it cannot be had
        waiting = eventually(lambda: conditions(platform.store_resource(store.name)).get("Upgrading"), 60, "the store's upgrade waits", 0.5)
        assert (waiting["status"], waiting["message"]) == ("False", "The new image is not on every node yet.")
        assert platform.store_resource(store.name)["status"]["phase"] == "Ready" and shopkeeper.finds()
    finally:
        offer_image(image, "--wait")
        eventually(lambda: "Upgrading" not in conditions(platform.store_resource(store.name)), 60, "nothing is to be upgraded any more", 0.5)
    assert uids_of_pods(store) == pods, "nobody touched it"


def test_the_node_restarts(shopkeeper):
    for word in ("down", "up"):
        platform.run(platform.ROOT / "cluster/cluster", word, check=True, timeout=180)
    eventually(shopkeeper.finds, 120, "the post", 0.5)
    eventually(lambda: cli("get", shopkeeper.store.name).code == 0, 60, "the platform", 0.5)
    wait_until_ready(shopkeeper.store)
    assert admin_password_works(shopkeeper.store)
