"""Stores sell: orders placed by a shopper in a real browser, the order test, login links, broken stores."""

import concurrent.futures
import json
import urllib.parse

import pytest

import broken
import platform_under_test as platform
from platform_under_test import cli, eventually, fetch, kubectl_json

SELLING = ["medusa", "woocommerce"]


def needs(engine: str):
    if engine not in platform.engines():
        pytest.skip(f"the platform has no engine {engine} here (images/woocommerce/README.md says how to give the plugin)")


def login_link(store) -> str:
    return cli("open", store.name, "--admin", check=True).out.strip()


@pytest.mark.parametrize("engine", SELLING)
def test_a_shopper_orders_and_the_admin_sees_it(new_store, engine, tmp_path):
    needs(engine)
    store = new_store("--title", 'Ann\'s "Fine" <i>Goods</i> 🛒', engine=engine)
    done = platform.run(
        platform.ROOT / "tests/shopper/run", "order", "--engine", engine, "--url", store.url,
        "--login-url", login_link(store), "--screenshots", str(tmp_path), timeout=300, check=True,
    )
    order = json.loads(done.out.splitlines()[-1])
    assert order["order"], "the confirmation names the order"
    cli("delete", store.name, "--yes", check=True)
    eventually(lambda: not platform.leftovers(store), 10, lambda: f"still there: {platform.leftovers(store)}")


@pytest.mark.parametrize("engine", ["wordpress", "stall", *SELLING])
def test_the_order_test_passes(new_store, engine):
    needs(engine)
    store = new_store(engine=engine)
    report = cli("check", store.name, "-o", "json", timeout=120, check=True).json()
    assert report["passed"] and {step["outcome"] for step in report["steps"]} == {"Passed"}


@pytest.mark.parametrize("engine", ["wordpress", "stall", *SELLING])
def test_a_login_link_works_once(new_store, engine):
    needs(engine)
    store = new_store(engine=engine)
    link = login_link(store)
    assert fetch(link, method="HEAD").status != 302, "a look at the link must not use it up"
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        statuses = sorted(page.status for page in pool.map(fetch, [link] * 4))
    assert statuses == [302, 403, 403, 403]
    expires, nonce, signature = login_link(store).split("token=")[1].split(".")
    base = link.split("token=")[0]
    for forged in (f"{expires}.{nonce}.{'0' * 64}", f"{int(expires) + 60}.{nonce}.{signature}", f"1.{nonce}.{signature}", "x", ""):
        assert fetch(f"{base}token={forged}").status == 403


def admits(engine: str, store, username: str, password: str) -> bool:
    """Whether the login form of the store's own administration takes these."""
    if engine == "medusa":
        body = json.dumps({"email": username, "password": password})
        answer = fetch(store.url + "auth/user/emailpass", "POST", body, {"Content-Type": "application/json"})
        return answer.status == 200 and "token" in json.loads(answer.body)
    form = urllib.parse.urlencode({"log": username, "pwd": password, "testcookie": "1"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "wordpress_test_cookie=WP%20Cookie%20check"}
    answer = fetch(store.url + "wp-login.php", "POST", form, headers)
    return answer.status == 302 and "wordpress" in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("engine", ["wordpress", *SELLING])
def test_the_printed_login_logs_in(new_store, engine):
    needs(engine)
    store = new_store("--email", "Ann.Owner@Example.com", engine=engine)
    printed = cli("credentials", store.name, "-o", "json", check=True).json()
    assert admits(engine, store, printed["username"], printed["password"])
    assert not admits(engine, store, printed["username"], "not-" + printed["password"])
    cli("reset-password", store.name, "--wait", check=True)
    renewed = cli("credentials", store.name, "-o", "json", check=True).json()
    assert renewed["username"] == printed["username"] and admits(engine, store, renewed["username"], renewed["password"])
    assert not admits(engine, store, printed["username"], printed["password"])
    if engine == "medusa":
        for typed in (" ann.owner@example.com ", "ANN.OWNER@EXAMPLE.COM"):
            assert admits(engine, store, typed, renewed["password"]), f"'{typed}' means the same person"


@pytest.mark.parametrize("engine", ["wordpress", *SELLING])
@pytest.mark.parametrize("title", ['"Quotes" & \'more\'', "Ü 🧶 商店", "<script>alert(1)</script>", "x" * 200, "{{ .Values }} ${HOME} $(id) %s"])
def test_titles_are_shown_literally(request, engine, title):
    needs(engine)
    store = request.getfixturevalue("one_of_each")(engine)
    cli("update", store.name, "--title", title, "--wait", check=True)
    if engine == "medusa":
        assert json.loads(fetch(store.url + "config.json").body)["title"] == title
        return
    body = fetch(store.url).body
    assert "<script>alert(1)</script>" not in body
    import html

    assert title in html.unescape(body).replace("’", "'").replace("‘", "'").replace("”", '"').replace("“", '"').replace("″", '"')


@pytest.fixture(scope="module")
def one_of_each():
    """A store an engine for tests that leave it as it was."""
    made = {}

    def get(engine: str) -> platform.StoreHandle:
        if engine not in made:
            name = f"each-{engine}"
            cli("delete", name, "--yes")
            cli("create", name, "--engine", engine, "--wait", "--timeout", "3m", timeout=200, check=True)
            made[engine] = platform.StoreHandle(name).load()
        return made[engine]

    yield get
    for store in made.values():
        cli("delete", store.name, "--yes", "--no-wait")


@pytest.mark.parametrize("part", broken.FAILURES)
def test_broken_stores_are_never_ready(broken_stores, part):
    if part not in broken_stores:
        needs(broken.ENGINES[part])
    name = broken_stores[part]
    store = eventually(lambda: (found := cli("get", name, "-o", "json").json()).get("failure") and found, 150, f"a failure of {name}", 0.5)
    assert store["failure"]["code"] == broken.FAILURES[part], store["failure"]
    assert store["failure"]["remedy"] and store["phase"] == "Failed" and "readySeconds" not in store
    reasons = [e["message"] for e in platform.events(name) if e["reason"] == "PhaseChanged"]
    assert not any("→ Ready" in message for message in reasons), reasons


def test_ten_stores_at_once_share_nothing(new_name):
    """Both engines side by side; every secret, key and password belongs to one store alone."""
    kinds = ["wordpress", "medusa"] if "medusa" in platform.engines() else ["wordpress"]
    names = {new_name("ten"): kinds[number % len(kinds)] for number in range(10)}
    for name, engine in names.items():
        cli("create", name, "--engine", engine, "--title", f"Title of {name}", check=True)
    owner_of: dict[str, str] = {}
    for name, engine in names.items():
        cli("wait", name, "--for", "ready", "--timeout", "5m", timeout=320, check=True)
        store = platform.StoreHandle(name).load()
        for secret in ("store-secrets", "store-admin"):
            for key, value in kubectl_json("-n", store.namespace, "get", "secret", secret)["data"].items():
                if key == "username":
                    continue
                assert owner_of.setdefault(value, name) == name, f"{key} of {name} is that of {owner_of[value]}"
        if engine == "medusa":
            config = json.loads(fetch(store.url + "config.json").body)
            assert config["title"] == f"Title of {name}"
            assert owner_of.setdefault(config["publishableKey"], name) == name
        else:
            assert f"Title of {name}" in fetch(store.url).body
    assert len(owner_of) > 10 * 4
