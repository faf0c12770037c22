"""Several API processes side by side: equal, replaceable at any moment, and of one mind."""

from __future__ import annotations

import http.client
import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from kube import STORES
from platform_processes import ADMIN_TOKEN, Answered
from waiting import eventually

TINY = {"engine": "tiny", "sampleData": False}


@pytest.fixture
def ports(platform):
    """Three replicas; the first is the one that all tests share."""
    platform.start_replicas(2)
    yield [platform.api_port, *(replica.port for replica in platform.replicas)]
    platform.stop_replicas()


def test_one_key_fifty_times_makes_one_store(kube, platform, ports):
    body = {"name": "once", **TINY}
    turn = itertools.cycle(ports)
    barrier = threading.Barrier(50)

    def create(port: int) -> Answered:
        barrier.wait(20)
        return platform.request("POST", "/api/v1/stores", body, {"Idempotency-Key": "fifty"}, port=port)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(create, [next(turn) for _ in range(50)]))
    codes = [(a.status, a.json().get("code")) for a in answers if a.status != 202]
    assert set(codes) <= {(409, "RequestInFlight")}, codes
    assert all("retry-after" in a.headers for a in answers if a.status == 409)
    made = [a for a in answers if a.status == 202]
    first = [a for a in made if a.headers.get("idempotency-replayed") != "true"]
    assert len(first) == 1, f"{len(first)} answers claim to be the first"
    again = [platform.request("POST", "/api/v1/stores", body, {"Idempotency-Key": "fifty"}, port=port) for port in ports]
    assert {a.text for a in made + again} == {first[0].text} and {a.status for a in again} == {202}
    assert {a.headers["idempotency-replayed"] for a in again} == {"true"}
    assert {a.headers["operation-location"] for a in made + again} == {first[0].headers["operation-location"]}
    assert [s["metadata"]["uid"] for s in kube.items(STORES)] == [first[0].json()["uid"]]
    other = platform.request("POST", "/api/v1/stores", {**body, "title": "other"}, {"Idempotency-Key": "fifty"}, port=ports[1])
    assert (other.status, other.json()["code"]) == (422, "IdempotencyKeyReused")
    print(f"50 at once over 3 replicas: {len(made)} answered 202 ({len(made) - 1} replayed), {len(codes)} told to ask again")


class Clients:
    """Clients that create, change and read stores through any replica, and repeat a request once, elsewhere, where
    the connection breaks."""

    def __init__(self, platform, ports: list[int]):
        self.platform, self.ports = platform, ports
        self.acknowledged: dict[str, str] = {}  # name → title that was answered last
        self.retried, self.requests = 0, 0
        self.troubles: list[str] = []
        self._lock = threading.Lock()

    def ask(self, method: str, path: str, body=None) -> tuple[Answered, bool]:
        """The answer, and whether it was to a repetition."""
        port = random.choice(self.ports)
        with self._lock:
            self.requests += 1
        try:
            return self.platform.request(method, path, body, port=port), False
        except (OSError, http.client.HTTPException):
            with self._lock:
                self.retried += 1
        return self.platform.request(method, path, body, port=random.choice([p for p in self.ports if p != port])), True

    def live(self, client: int, stores: int) -> None:
        try:
            for number in range(stores):
                self._one_store(f"load-{client}-{number}")
        except Exception as error:  # what a thread dies of belongs into the result
            self.troubles.append(f"client {client}: {type(error).__name__}: {error}")

    def _one_store(self, name: str) -> None:
        created, repeated = self.ask("POST", "/api/v1/stores", {"name": name, "title": "first", **TINY})
        # The answer to the first try may have been lost with its replica.
        lost = repeated and created.status == 409 and created.json()["code"] == "NameTaken"
        assert created.status == 202 or lost, created
        self.acknowledged[name] = "first"
        for _ in range(3):
            seen, _ = self.ask("GET", f"/api/v1/stores/{name}")
            assert seen.status == 200, f"{name} was created, but: {seen}"
        changed, repeated = self.ask("PATCH", f"/api/v1/stores/{name}", {"title": "second"})
        assert changed.status == 202, changed
        self.acknowledged[name] = "second"
        for _ in range(3):
            listed, _ = self.ask("GET", "/api/v1/stores?pageSize=5")
            assert listed.status == 200, listed


def test_a_replica_is_killed_under_load(kube, platform, ports):
    clients = Clients(platform, ports)
    victim = platform.replicas[1]
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(clients.live, client, 15) for client in range(8)]
        eventually(lambda: len(clients.acknowledged) > 30 or all(f.done() for f in running), 30, "the clients are at work")
        before = len(clients.acknowledged)
        victim.kill()
        eventually(lambda: all(f.done() for f in running), 60, "the clients finish")
    assert not clients.troubles, clients.troubles[:5]
    assert before < 8 * 15 == len(clients.acknowledged)
    assert clients.retried > 0, "the killed replica was not missed: this proves nothing"
    titles = {s["metadata"]["name"]: s["spec"]["title"] for s in kube.items(STORES)}
    lost = {name: titles.get(name) for name, title in clients.acknowledged.items() if titles.get(name) != title}
    assert not lost, f"acknowledged, but: {lost}"
    print(f"killed one of 3 replicas after {before} of {len(titles)} stores: {clients.requests} requests, {clients.retried} repeated once, none twice")


def test_database_restarts_under_load(kube, postgres, platform, ports):
    """What needs the database says 503 with Retry-After while it is away, and works afterwards, with the same processes."""
    platform.api("POST", "/users", {"name": "restart", "password": "not-a-real-password", "role": "admin"}, expect=201)
    logged_in = platform.request("POST", "/api/v1/auth/login", {"name": "restart", "password": "not-a-real-password"}, bearer=None)
    session = {"Cookie": logged_in.headers["set-cookie"].split(";")[0], "X-CSRF-Token": logged_in.json()["csrfToken"]}
    platform.create("witness", team="default")
    stop, refused, served, wrong, numbers = threading.Event(), [], [], [], itertools.count()

    def requests(number: int):
        """(method, path, body, headers, bearer): with and without the database, as a user and as the admin."""
        key = {"Idempotency-Key": f"restart-{number}"}
        return [
            ("GET", "/api/v1/stores/witness/events", None, {}, ADMIN_TOKEN),
            ("GET", "/api/v1/stores/witness", None, {}, ADMIN_TOKEN),
            ("GET", "/api/v1/stores", None, session, None),
            ("POST", "/api/v1/stores?validateOnly=true", {"name": f"never-{number}", **TINY}, session, None),
            ("GET", "/api/v1/teams", None, {}, ADMIN_TOKEN),
            ("POST", "/api/v1/stores", {"name": f"restart-{number}", **TINY}, key, ADMIN_TOKEN),
        ][number % 6]

    def live(client: int):
        while not stop.is_set():
            number = next(numbers)
            method, path, body, headers, bearer = requests(number)
            began = time.monotonic()
            try:
                answer = platform.request(method, path, body, headers, bearer, port=ports[(number // 6) % 3])
            except (OSError, http.client.HTTPException) as error:
                wrong.append(f"{method} {path}: no answer: {error}")
                continue
            if answer.status < 300:
                served.append(time.monotonic() - began)
                if method == "POST" and answer.status == 202:
                    created.append(body["name"])
            elif answer.status == 503 and answer.headers.get("retry-after", "").isdigit() and answer.json()["code"] in ("DatabaseUnreachable", "AuditUnavailable"):
                refused.append(time.monotonic() - began)
            else:
                wrong.append(f"{method} {path}: {answer}")
            time.sleep(0.03)

    created: list[str] = []
    with ThreadPoolExecutor(6) as pool:
        for client in range(6):
            pool.submit(live, client)
        time.sleep(1)
        postgres.stop()
        time.sleep(3)
        postgres.start()
        time.sleep(2)
        stop.set()
    assert not wrong, wrong[:5]
    assert refused and served
    for port, (method, path, body, headers, bearer) in itertools.product(ports, map(requests, range(6_000, 6_006))):
        if method == "POST" and body["name"].startswith("restart-"):
            body, headers = {**body, "name": f"after-{port}"}, {"Idempotency-Key": f"after-{port}"}
        answer = platform.request(method, path, body, headers, bearer, port=port)
        assert answer.status < 300, f"after the restart: {method} {path}: {answer}"
    names = {s["metadata"]["name"] for s in kube.items(STORES)}
    assert set(created) <= names, "acknowledged creations are there"
    assert platform.api_process.alive and all(replica.alive for replica in platform.replicas)
    print(f"database away for 3 s: {len(served)} served (slowest {max(served):.2f} s), {len(refused)} told to try again (slowest {max(refused):.2f} s), nothing else")


def test_a_team_gets_exactly_its_quota(kube, platform, ports):
    """200 creations at once, a quota of 50."""
    platform.api("POST", "/teams", {"name": "fifty"}, expect=201)
    platform.api("PATCH", "/teams/fifty", {"quota": {"stores": 50}}, expect=200)
    barrier = threading.Barrier(50)

    def create(number: int) -> Answered:
        if number < 50:
            barrier.wait(20)
        return platform.request("POST", "/api/v1/stores", {"name": f"quota-{number}", "team": "fifty", **TINY}, port=ports[number % 3], timeout=60)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(create, range(200)))
    made = [a for a in answers if a.status == 202]
    others = [a for a in answers if a.status != 202]
    wrong = [a for a in others if a.status not in (403, 409, 422) or a.json()["code"] != "TeamQuotaExceeded"]
    assert not wrong, wrong[:5]
    stores = [s for s in kube.items(STORES) if s["spec"]["team"] == "fifty"]
    assert (len(made), len(stores)) == (50, 50)
    assert all(a.json()["remedy"] for a in others)
    usage = platform.api("GET", "/teams/fifty", expect=200)["usage"]
    assert usage["stores"] == 50
    print(f"200 creations at once over 3 replicas against a quota of 50: {len(made)} accepted, {len(others)} refused")


@pytest.mark.parametrize("admitted", [True, False])
def test_a_deleted_store_gives_its_place_back(kube, platform, wait_ready, admitted):
    """Also one that the controller has never seen alive."""
    platform.api("POST", "/teams", {"name": "two", "quota": {"stores": 2}}, expect=201)
    create = lambda name: platform.request("POST", "/api/v1/stores", {"name": name, "team": "two", **TINY})  # noqa: E731
    assert [create(f"place-{i}").status for i in range(3)] == [202, 202, 403]
    if admitted:
        platform.start_leader()
        wait_ready(["place-0", "place-1"], 30)
    platform.delete("place-0")
    if not admitted:
        platform.start_leader()
    eventually(lambda: not kube.store("place-0"), 30, "the store is gone")
    eventually(lambda: create("place-3").status == 202, 10, "its place can be taken", every=0.2)
    assert create("place-4").json()["code"] == "TeamQuotaExceeded"
