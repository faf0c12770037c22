"""docs/permissions.md, asked of the live server: every operation of the contract by every kind of caller."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import time

import pytest
from control_plane import ROOT
from platform_processes import Answered
from waiting import eventually

PASSWORD = "not-a-real-password"
# What simulated stores cannot do; that the request got so far is what counts here.
CANNOT = {
    "getStoreLogs": (503, "ClusterUnreachable"),  # simulated pods have no log
    "checkStore": (422, "InvalidValues"),  # the engine has no order test
    "createStoreLogin": (422, "InvalidValues"),  # nor a login link
}


def table() -> dict[str, dict[str, int]]:
    """operation → caller → status, from the document."""
    lines = (ROOT / "docs/permissions.md").read_text().split("\n| operation |")[1].split("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    callers = cells[0]  # what stands before them was cut off
    rows = {row[0]: dict(zip(callers, map(int, row[1:]), strict=True)) for row in cells[2:]}
    assert len(rows) == len(cells) - 2, "an operation has two rows"
    return rows


class World:
    """Team blue with a member of each role and a ready store, team red, and everybody's tokens."""

    def __init__(self, platform, postgres):
        self.platform = platform
        self.numbers = itertools.count(1)
        self.bearers: dict[str, str | None] = {"no login": None}
        self.users: dict[str, str] = {}
        self.passwords: dict[str, str] = {}
        for team in ("blue", "red"):
            platform.api("POST", "/teams", {"name": team}, expect=201)
        for caller in ("other team", "viewer", "member", "owner", "admin"):
            self._add(caller)
        for caller, scope in (("expired token", "full"), ("owner's read token", "read"), ("owner's write token", "write")):
            self.users[caller] = self.users["owner"]
            self.bearers[caller] = self._token("owner", scope)
        expired = self.bearers["expired token"]
        postgres.query(f"UPDATE tokens SET expires_at = now() - interval '1 second' WHERE digest = encode(sha256('{expired}'), 'hex')")

    def _add(self, caller: str) -> None:
        user = "p-" + caller.replace(" ", "-")
        role = "admin" if caller == "admin" else "user"
        self.platform.api("POST", "/users", {"name": user, "password": PASSWORD, "role": role}, expect=201)
        self.users[caller], self.passwords[caller] = user, PASSWORD
        if caller == "other team":
            self.platform.api("PUT", f"/teams/red/members/{user}", {"role": "owner"}, expect=200)
        elif caller != "admin":
            self.platform.api("PUT", f"/teams/blue/members/{user}", {"role": caller}, expect=200)
        self.bearers[caller] = self._token(caller, "full")

    def _token(self, caller: str, scope: str) -> str:
        body = {"name": self.users[caller], "password": PASSWORD}
        logged_in = self.platform.request("POST", "/api/v1/auth/login", body, bearer=None)
        session = {"Cookie": logged_in.headers["set-cookie"].split(";")[0], "X-CSRF-Token": logged_in.json()["csrfToken"]}
        made = self.platform.request("POST", "/api/v1/tokens", {"name": scope, "scope": scope}, session, bearer=None)
        assert made.status == 201, made.text
        return made.json()["token"]

    def ask(self, caller: str, method: str, path: str, body=None) -> Answered:
        return self.platform.request(method, path, body, bearer=self.bearers[caller])

    # Something fresh for a request that uses it up; everything is removed after the test.

    def name(self) -> str:
        return f"p-{next(self.numbers)}"

    def store(self) -> str:
        return self.platform.api("POST", "/stores", {"name": self.name(), "engine": "tiny", "team": "blue"}, expect=202)["name"]

    def team(self) -> str:
        return self.platform.api("POST", "/teams", {"name": self.name()}, expect=201)["name"]

    def user(self, in_blue: bool = False) -> str:
        name = self.platform.api("POST", "/users", {"name": self.name(), "password": PASSWORD}, expect=201)["name"]
        if in_blue:
            self.platform.api("PUT", f"/teams/blue/members/{name}", {"role": "viewer"}, expect=200)
        return name

    def own_token(self, caller: str) -> str:
        owner = caller if caller in self.passwords else "owner"
        made = self.ask(owner, "POST", "/api/v1/tokens", {"name": "to delete", "scope": "read"})
        assert made.status == 201, made.text
        return made.json()["id"]

    def operation(self) -> str:
        answer = self.ask("owner", "PATCH", "/api/v1/stores/p-ready", {"title": self.name()})
        assert answer.status == 202, answer.text
        return answer.headers["operation-location"].rsplit("/", 1)[1]

    def login(self, caller: str) -> dict:
        owner = caller if caller in self.passwords else "owner"
        return {"name": self.users[owner], "password": self.passwords[owner]}


# How to ask for each operation: values of the path's parameters, and the body.
REQUESTS = {
    "listStores": lambda w, c: ({}, None),
    "createStore": lambda w, c: ({}, {"name": w.name(), "engine": "tiny", "team": "blue"}),
    "getStore": lambda w, c: ({"name": "p-ready"}, None),
    "updateStore": lambda w, c: ({"name": "p-ready"}, {"title": w.name()}),
    "deleteStore": lambda w, c: ({"name": w.store()}, None),
    "checkStore": lambda w, c: ({"name": "p-ready"}, None),
    "retryStore": lambda w, c: ({"name": "p-ready"}, None),
    "sleepStore": lambda w, c: ({"name": w.store()}, None),
    "wakeStore": lambda w, c: ({"name": w.store()}, None),
    "upgradeStore": lambda w, c: ({"name": w.store()}, None),
    "rollbackStore": lambda w, c: ({"name": w.store()}, None),
    "resetStoreAdminPassword": lambda w, c: ({"name": "p-ready"}, None),
    "createStoreLogin": lambda w, c: ({"name": "p-ready"}, None),
    "listStoreEvents": lambda w, c: ({"name": "p-ready"}, None),
    "getStoreLogs": lambda w, c: ({"name": "p-ready"}, None),
    "getStoreMetrics": lambda w, c: ({"name": "p-ready"}, None),
    "getStoreSteps": lambda w, c: ({"name": "p-ready"}, None),
    "getStoreCredentials": lambda w, c: ({"name": "p-ready"}, None),
    "getStoreReceipt": lambda w, c: ({"name": "p-gone"}, None),
    "getOperation": lambda w, c: ({"id": w.operation()}, None),
    "openStream": lambda w, c: ({}, None),
    "logIn": lambda w, c: ({}, w.login(c)),
    "logOut": lambda w, c: ({}, None),
    "changePassword": lambda w, c: ({}, {"current": w.login(c)["password"], "new": PASSWORD}),
    "listTokens": lambda w, c: ({}, None),
    "createToken": lambda w, c: ({}, {"name": "made", "scope": "read"}),
    "deleteToken": lambda w, c: ({"id": w.own_token(c)}, None),
    "listTeams": lambda w, c: ({}, None),
    "createTeam": lambda w, c: ({}, {"name": w.name()}),
    "getTeam": lambda w, c: ({"team": "blue"}, None),
    "updateTeam": lambda w, c: ({"team": "blue"}, {"displayName": w.name()}),
    "deleteTeam": lambda w, c: ({"team": w.team()}, None),
    "listMembers": lambda w, c: ({"team": "blue"}, None),
    "setMember": lambda w, c: ({"team": "blue", "user": w.user()}, {"role": "viewer"}),
    "removeMember": lambda w, c: ({"team": "blue", "user": w.user(in_blue=True)}, None),
    "listUsers": lambda w, c: ({}, None),
    "createUser": lambda w, c: ({}, {"name": w.name(), "password": PASSWORD}),
    "getUser": lambda w, c: ({"user": w.users["viewer"]}, None),
    "updateUser": lambda w, c: ({"user": w.user()}, {"email": "ann@example.com"}),
    "deleteUser": lambda w, c: ({"user": w.user()}, None),
    "linkIdentity": lambda w, c: ({"user": w.users["viewer"]}, {"subject": "248289761001"}),
    "unlinkIdentity": lambda w, c: ({"user": w.users["viewer"]}, None),
    "listAuthProviders": lambda w, c: ({}, None),
    "startOidcLogin": lambda w, c: ({}, None),
    "finishOidcLogin": lambda w, c: ({}, None),
    "listAudit": lambda w, c: ({}, None),
    "listEngines": lambda w, c: ({}, None),
    "listPlans": lambda w, c: ({}, None),
    "getPlatform": lambda w, c: ({}, None),
    "getProvisioning": lambda w, c: ({}, None),
    "getMe": lambda w, c: ({}, None),
    "livez": lambda w, c: ({}, None),
    "readyz": lambda w, c: ({}, None),
    "version": lambda w, c: ({}, None),
    "openapi": lambda w, c: ({}, None),
}


@pytest.fixture
def world(kube, postgres, platform, wait_ready):
    """The controller makes one store ready and another one gone, then stops: nothing changes by itself."""
    world = World(platform, postgres)
    platform.start_leader()
    for name in ("p-ready", "p-gone"):
        platform.create(name, team="blue")
    wait_ready(["p-ready", "p-gone"], 30)
    platform.delete("p-gone")
    eventually(lambda: not kube.store("p-gone"), 30, "p-gone is gone")
    platform.stop_controllers()
    return world


def status_of_stream(world, caller, path) -> Answered:
    """Only the head of the answer: it never ends."""
    connection = http.client.HTTPConnection("127.0.0.1", world.platform.api_port, timeout=10)
    bearer = world.bearers[caller]
    connection.request("GET", path, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})
    status = connection.getresponse().status
    connection.close()
    return Answered(status, {}, "")


def test_every_operation_for_every_caller(world, platform):
    document = platform.request("GET", "/openapi.json", bearer=None).json()
    operations = {
        operation["operationId"]: (method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    }
    expected = table()
    assert set(expected) == set(operations), f"not in docs/permissions.md or not in the contract: {set(expected) ^ set(operations)}"
    assert set(REQUESTS) == set(operations), f"this test does not know how to ask for: {set(REQUESTS) ^ set(operations)}"
    wrong, asked = [], 0
    for operation, (method, template) in operations.items():
        for caller, status in expected[operation].items():
            values, body = REQUESTS[operation](world, caller)
            path = re.sub(r"{(\w+)}", lambda found: values[found.group(1)], template)
            answer = status_of_stream(world, caller, path) if operation == "openStream" else world.ask(caller, method, path, body)
            asked += 1
            if (answer.status, operation in CANNOT and status < 300) == (CANNOT.get(operation, (0, ""))[0], True):
                assert answer.json()["code"] == CANNOT[operation][1], answer.text
                continue
            if answer.status != status:
                wrong.append(f"{operation} by {caller}: {answer.status} instead of {status}: {answer.text[:300]}")
    print(f"{asked} requests: {len(operations)} operations by {len(world.bearers)} kinds of callers")
    assert not wrong, "\n".join(wrong)
    assert asked == len(operations) * len(world.bearers) == len(operations) * 9


def test_another_team_sees_nothing_in_lists(world, platform):
    hidden = re.compile(r"p-ready|p-gone|\bblue\b")
    for path in ("/stores", "/teams", "/audit?limit=1000", "/tokens", "/me"):
        assert not hidden.search(world.ask("other team", "GET", f"/api/v1{path}").text), path
    for path in ("/stores", "/teams", "/audit?limit=1000", "/me"):
        assert hidden.search(world.ask("owner", "GET", f"/api/v1{path}").text), path
    assert world.ask("viewer", "GET", "/api/v1/audit").json()["items"] == []
    # A name of another team and one that nobody has look the same, but for the name.
    for method, template in (
        *(("GET", f"/stores/{{}}{part}") for part in ("", "/steps", "/events", "/logs", "/metrics", "/credentials", "/receipt")),
        *((method, "/stores/{}") for method in ("PATCH", "DELETE")),
        ("POST", "/stores/{}:check"),
        ("POST", "/stores/{}:login"),
        ("GET", "/teams/{}"),
        ("GET", "/teams/{}/members"),
        ("DELETE", "/teams/{}/members/ann"),
    ):
        for name in ("blue",) if template.startswith("/teams") else ("p-ready", "p-gone"):
            taken = world.ask("other team", method, f"/api/v1{template.format(name)}")
            free = world.ask("other team", method, f"/api/v1{template.format('never')}")
            assert (taken.status, taken.json()["code"]) == (free.status, free.json()["code"]) == (404, "NotFound"), (template, taken, free)
            assert without_id(taken).replace(name, "never") == without_id(free), template


def without_id(answer: Answered) -> str:
    return json.dumps({**answer.json(), "requestId": ""})


def test_a_change_of_role_counts_everywhere_within_seconds(world, platform):
    viewer = world.users["viewer"]
    assert world.ask("viewer", "PATCH", "/api/v1/stores/p-ready", {"title": "x"}).status == 403
    platform.api("PUT", f"/teams/blue/members/{viewer}", {"role": "member"}, expect=200)
    platform.start_replicas(1)
    other = platform.replicas[0].port
    asked = time.monotonic()
    for port in (0, other):
        eventually(lambda port=port: platform.request("GET", "/api/v1/stores/p-ready/credentials", bearer=world.bearers["viewer"], port=port).status == 200, 5, "a member")
    platform.api("DELETE", f"/teams/blue/members/{viewer}", expect=204)
    for port in (0, other):
        eventually(lambda port=port: platform.request("GET", "/api/v1/stores/p-ready", bearer=world.bearers["viewer"], port=port).status == 404, 5, "no member")
    print(f"taken in and out again: both replicas knew after {time.monotonic() - asked:.1f} s")
    platform.stop_replicas()
