"""Hosts belong to somebody: by the API, by kubectl past it, and where no admission policy stands in the way."""

import subprocess
import threading

import pytest
from control_plane import install_rights
from kube import HOST_CLAIMS, STORES, Refused, phase
from platform_processes import BASE_DOMAIN, PLATFORM_HOST
from waiting import eventually

PLATFORMS = [
    PLATFORM_HOST,
    f"below.{PLATFORM_HOST}",
    BASE_DOMAIN,
    f"victim.{BASE_DOMAIN}",
    f"api.{BASE_DOMAIN}",
    f"a.b.{BASE_DOMAIN}",
]
NOWHERE = ["kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "cluster.local", "shop.invalid"]
NO_DOMAINS = ["localhost", "Shop.example.com", "shop.example.com.", "*.example.com", "bücher.example", "10.0.0.1", "::1",
              f"{'a' * 64}.example", f"{'b' * 56}.{'.'.join(['a' * 63] * 3)}.co.uk"]  # the last one has 254 characters
FINE = ["shop.example.com", "xn--bcher-kva.example", f"{'a' * 63}.example", f"{'b' * 55}.{'.'.join(['a' * 63] * 3)}.co.uk"]


def ingress_hosts(kube, store) -> list[str]:
    ingress = kube.get(kube.in_namespace("Ingress", store["status"]["namespace"], "store"))
    return [rule["host"] for rule in ingress["spec"]["rules"]] if ingress else []


@pytest.fixture
def team(platform):
    """A team of another member; returns how to ask as him."""
    platform.api("POST", "/teams", {"name": "red"}, expect=201)
    platform.api("POST", "/users", {"name": "rita", "password": "not-a-real-password"}, expect=201)
    platform.api("PUT", "/teams/red/members/rita", {"role": "member"}, expect=200)
    login = platform.request("POST", "/api/v1/auth/login", {"name": "rita", "password": "not-a-real-password"}, bearer=None)
    session = {"Cookie": login.headers["set-cookie"].split(";")[0], "X-CSRF-Token": login.json()["csrfToken"]}
    return lambda method, path, body=None: platform.request(method, f"/api/v1{path}", body, session, bearer=None)


@pytest.fixture
def without_policies():
    """As on a cluster where somebody removed them, or that is older than they are."""
    names = ("storefleet-store-hosts", "storefleet-host-claims")
    for name in names:
        subprocess.run(["kubectl", "delete", "validatingadmissionpolicybinding", name, "--ignore-not-found"], check=True, stdout=subprocess.DEVNULL)
    yield
    install_rights()


def test_the_api_refuses_with_the_reason(kube, platform):
    assert len(NO_DOMAINS[-1]) == 254 and len(FINE[-1]) == 253
    for host in PLATFORMS + NOWHERE + NO_DOMAINS:
        answer = platform.request("POST", "/api/v1/stores", {"name": "hostly", "engine": "tiny", "hosts": [host]})
        problem = answer.json()
        assert answer.status == 422, (host, answer.text)
        assert problem["code"] == ("HostConflict" if host in PLATFORMS else "InvalidValues"), (host, problem)
        assert problem["errors"][0]["pointer"] == "/hosts/0" and problem["remedy"], (host, problem)
    assert kube.store("hostly") is None
    for host in FINE:
        answer = platform.request("POST", "/api/v1/stores?validateOnly=true", {"name": "hostly", "engine": "tiny", "hosts": [host]})
        assert answer.status == 200, (host, answer.text)
    assert platform.request("POST", "/api/v1/stores", {"name": "www", "engine": "tiny"}).json()["code"] == "InvalidName"


def test_the_api_server_refuses_what_passes_by_the_api(kube, platform):
    for host in PLATFORMS + NOWHERE + NO_DOMAINS:
        with pytest.raises(Refused) as refused:
            kube.create_store("hostly", hosts=[host])
        assert refused.value.status == 422, host
    for name in ("api", "www", "admin", "dashboard", "storefleet", "localhost"):
        with pytest.raises(Refused):
            kube.create_store(name)
    assert not kube.items(STORES)


def test_the_operator_serves_no_host_of_the_platform(kube, platform, leader, wait_ready, without_policies):
    """A Store got there all the same: with such a host from the start, and given one later."""
    eventually(lambda: made(kube, "thief", hosts=[PLATFORM_HOST, f"victim.{BASE_DOMAIN}"]), 10, "the policy is gone")
    eventually(lambda: phase(kube.store("thief")) == "Failed", 10, "Failed")
    failure = kube.store("thief")["status"]["failure"]
    assert failure["code"] == "HostConflict" and "platform" in failure["message"] and failure["remedy"]

    kube.create_store("shop")
    kube.create_store("victim")
    shop = wait_ready(["shop", "victim"], 30)["shop"]
    kube.patch(f"{STORES}/shop", {"spec": {"hosts": [PLATFORM_HOST, f"victim.{BASE_DOMAIN}", "shop.example.com"]}})
    eventually(lambda: phase(kube.store("shop")) == "Degraded", 10, "Degraded")
    assert kube.store("shop")["status"]["failure"]["code"] == "HostConflict"
    eventually(lambda: ingress_hosts(kube, shop) == [f"shop.{BASE_DOMAIN}", "shop.example.com"], 10, "it goes on with what is its own")
    assert kube.claims()[f"victim.{BASE_DOMAIN}"] == "victim" and PLATFORM_HOST not in kube.claims()

    kube.create_store("www")
    eventually(lambda: phase(kube.store("www")) == "Failed", 10, "a reserved name")
    assert f"www.{BASE_DOMAIN}" not in kube.claims()

    # With the policy back what is wrong can be mended and deleted.
    install_rights()
    kube.patch(f"{STORES}/shop", {"spec": {"title": "Still mine"}})
    kube.patch(f"{STORES}/shop", {"spec": {"hosts": []}})
    wait_ready(["shop"], 20)


def made(kube, name: str, **spec) -> bool:
    try:
        kube.create_store(name, **spec)
        return True
    except Refused:
        return False


def test_the_platforms_claims_come_back(kube, platform, leader):
    def owner(host: str) -> str:
        claim = kube.get(f"{HOST_CLAIMS}/{host}")
        return claim["spec"]["storeUid"] if claim else ""

    for host in (PLATFORM_HOST, BASE_DOMAIN):
        eventually(lambda host=host: owner(host) == "platform", 10, f"{host} is the platform's")
        kube.delete(f"{HOST_CLAIMS}/{host}")
        with pytest.raises(Refused):  # in this very moment
            kube.create(HOST_CLAIMS, {"apiVersion": "storefleet.dev/v1alpha1", "kind": "HostClaim", "metadata": {"name": host}, "spec": {"storeName": "thief", "storeUid": "1"}})
        eventually(lambda host=host: owner(host) == "platform", 10, f"{host} is claimed again")


def test_names_of_one_family_belong_to_one_team(kube, platform, leader, wait_ready, team):
    platform.create("anna", hosts=["shop.example.org"])
    wait_ready(["anna"], 20)
    for host in ("shop.example.org", "example.org", "www.shop.example.org"):
        answer = team("POST", "/stores", {"name": "rival", "engine": "tiny", "team": "red", "hosts": [host]})
        assert answer.status == 422 and answer.json()["code"] == "HostConflict", (host, answer.text)
        assert "anna" not in answer.text, "whose it is, is not another team's to know"
        kube.create_store("rival", team="red", hosts=[host])
        eventually(lambda: phase(kube.store("rival")) == "Failed", 10, host)
        failure = kube.store("rival")["status"]["failure"]
        assert failure["code"] == "HostConflict" and "anna" not in failure["message"], (host, failure)
        kube.delete(f"{STORES}/rival")
        eventually(lambda: kube.store("rival") is None, 20, "gone")
    assert {h: s for h, s in kube.claims().items() if h.endswith("example.org")} == {"shop.example.org": "anna"}
    platform.create("sister", hosts=["www.shop.example.org"])  # of the same team
    wait_ready(["sister"], 20)


def test_one_winner_of_a_host_each_time(kube, platform, leader, wait_gone):
    """The same host from the API and from kubectl at the same moment."""
    winners = {"by-api": 0, "by-kubectl": 0}
    for round_number in range(50):
        host = f"race-{round_number}.example.com"
        names = {way: f"{way}-{round_number}" for way in winners}
        gate = threading.Barrier(2)
        answers = {}

        def by_api():
            gate.wait()
            answers["by-api"] = platform.request("POST", "/api/v1/stores", {"name": names["by-api"], "engine": "tiny", "asleep": True, "hosts": [host]})

        def by_kubectl():
            gate.wait()
            kube.create_store(names["by-kubectl"], asleep=True, hosts=[host])

        threads = [threading.Thread(target=one) for one in (by_api, by_kubectl)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answer = answers["by-api"]
        assert answer.status == 202 or (answer.status == 422 and answer.json()["code"] == "HostConflict"), answer.text
        owner = eventually(lambda: kube.claims().get(host), 10, f"somebody has {host}")
        way = next(way for way, name in names.items() if name == owner)
        loser = next(name for name in names.values() if name != owner)
        if answer.status == 202:
            eventually(lambda: (kube.store(loser)["status"].get("failure") or {}).get("code") == "HostConflict", 10, f"{loser} lost")
        assert kube.claims()[host] == owner
        winners[way] += 1
        for name in names.values():
            if kube.store(name):
                kube.delete(f"{STORES}/{name}")
    wait_gone(60)
    print(f"winners: {winners}")
    assert sum(winners.values()) == 50


def test_nothing_of_the_platform_on_a_host_of_a_shop(platform, kube, leader, wait_ready):
    platform.create("open", hosts=["open.example.com"])
    wait_ready(["open"], 20)

    def ask(host, path="/", **headers):
        return platform.request("GET", path, headers={"Host": host, **headers}, bearer=None)

    for path in ("/", "/readyz", "/openapi.json", "/api/v1/me"):
        for host in (f"open.{BASE_DOMAIN}", "open.example.com"):
            answer = ask(host, path)
            assert answer.status == 503 and answer.headers["retry-after"] and "set-cookie" not in answer.headers, (host, path)
        unknown = ask(f"none.{BASE_DOMAIN}", path)
        assert unknown.status == 404 and unknown.headers["x-robots-tag"] == "noindex" and "no shop" in unknown.text
    problem = ask(f"none.{BASE_DOMAIN}", Accept="application/json")
    assert problem.headers["content-type"] == "application/problem+json" and problem.json()["code"] == "NotFound"
    for host in (PLATFORM_HOST, f"127.0.0.1:{platform.api_port}", "localhost"):
        assert ask(host, "/livez").status == 200, host
