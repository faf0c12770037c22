"""Whose access ends loses what is open, on every replica; nobody locks another one out; a name is not a team."""

from __future__ import annotations

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_kubelet import FakeKubelet
from kube import environment, free_port
from waiting import eventually

PASSWORD = "not-a-real-password"


@pytest.fixture
def two(platform):
    """The API that all tests share, and a second one."""
    [other] = platform.start_replicas(1)
    yield platform.api_port, other.port
    platform.stop_replicas()


class Stream(threading.Thread):
    """Reads an event stream, or a followed log, to its end."""

    def __init__(self, port: int, headers: dict[str, str], path: str = "/api/v1/stream"):
        super().__init__(daemon=True)
        self.port, self.headers, self.path, self.text, self.ended_at = port, headers, path, "", 0.0
        self.status = 0
        self.start()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for _ in range(50):
            connection.request("GET", self.path, headers=self.headers)
            answer = connection.getresponse()
            if answer.status != 503:  # it is until a new replica has read the log
                break
            answer.read()
            time.sleep(0.1)
        self.status = answer.status
        while line := answer.readline():
            self.text += line.decode()
        self.ended_at = time.monotonic()

    def opened(self) -> bool:
        return "event: resync" in self.text or "ready to accept" in self.text


class Person:
    def __init__(self, platform, name: str):
        self.platform, self.name = platform, name
        platform.api("POST", "/users", {"name": name, "password": PASSWORD}, expect=201)

    def log_in(self, password: str = PASSWORD, headers=None, port: int = 0):
        return self.platform.request("POST", "/api/v1/auth/login", {"name": self.name, "password": password}, headers, bearer=None, port=port)

    def session(self) -> dict[str, str]:
        answer = self.log_in()
        assert answer.status == 200, answer
        return {"Cookie": answer.headers["set-cookie"].split(";")[0], "X-CSRF-Token": answer.json()["csrfToken"]}

    def token(self, session, days: int = 1) -> dict:
        made = self.platform.request("POST", "/api/v1/tokens", {"name": "t", "scope": "full", "expiresInDays": days}, session, bearer=None)
        assert made.status == 201, made
        return made.json()


def ends(postgres, person: Person, what: str, session: dict, token: dict) -> None:
    """What ends an access, all asked of the first replica."""
    platform = person.platform
    if what == "log-out":
        assert platform.request("POST", "/api/v1/auth/logout", {}, session, bearer=None).status == 204
    elif what == "log-out everywhere":
        answer = platform.request("POST", "/api/v1/auth/logout", {"everywhere": True}, session, bearer=None)
        assert (answer.status, answer.json()["remainingTokens"]) == (200, 1)
    elif what == "token revoked":
        assert platform.request("DELETE", f"/api/v1/tokens/{token['id']}", None, session, bearer=None).status == 204
    elif what == "token expired":
        postgres.query(f"UPDATE tokens SET expires_at = now() WHERE id = '{token['id']}'")
    elif what == "user disabled":
        platform.api("PATCH", f"/users/{person.name}", {"disabled": True}, expect=200)
    elif what == "user deleted":
        assert platform.request("DELETE", f"/api/v1/users/{person.name}").status == 204
    elif what == "password changed":
        change = {"current": PASSWORD, "new": f"{PASSWORD}-2"}
        assert platform.request("PUT", "/api/v1/me/password", change, session, bearer=None).status == 200
    elif what == "membership removed":
        assert platform.request("DELETE", f"/api/v1/teams/default/members/{person.name}").status == 204


ENDS = [("log-out", "session"), ("log-out everywhere", "session"), ("token revoked", "token"), ("token expired", "token"),
        ("user disabled", "token"), ("user disabled", "session"), ("user deleted", "token"), ("password changed", "session")]


def end_of(streams, what: str, began: float) -> float:
    """When the last of them has ended, in seconds; none takes 5."""
    for stream in streams:
        stream.join(10)
        assert not stream.is_alive(), f"{what}: the stream goes on after 10 s"
        assert stream.ended_at - began < 5, f"{what}: {stream.ended_at - began:.1f} s"
    return max(stream.ended_at for stream in streams) - began


def headers_of(session: dict, token: dict, by: str) -> dict[str, str]:
    return {"Cookie": session["Cookie"]} if by == "session" else {"Authorization": f"Bearer {token['token']}"}


@pytest.mark.parametrize(("what", "by"), ENDS)
def test_a_stream_ends_with_the_access(platform, postgres, two, what, by):
    person = Person(platform, "revoked")
    session = person.session()
    token = person.token(session)
    streams = [Stream(port, headers_of(session, token, by)) for port in two]
    eventually(lambda: all(stream.opened() for stream in streams), 10, "both replicas stream")
    began = time.monotonic()
    ends(postgres, person, what, session, token)
    took = end_of(streams, what, began)
    for stream in streams:
        last = stream.text.strip().split("\n\n")[-1]
        assert last.startswith("event: end") and json.loads(last.split("data: ")[1])["code"] == "AccessEnded", last
    print(f"{what} ({by}): both replicas' streams ended within {took:.1f} s")


def test_a_followed_log_ends_with_the_access(platform, kube, postgres, two, leader, wait_ready):
    pki = environment() / "cluster" / "pki"
    kubelet = FakeKubelet(environment(), pki / "ca.crt", pki / "ca.key")
    kubelet.serve_node(kube, "simulated")
    try:
        platform.create("told")
        wait_ready(["told"], 30)
        for number, (what, by) in enumerate([*ENDS, ("membership removed", "session")]):
            person = Person(platform, f"reader{number}")
            platform.api("PUT", f"/teams/default/members/{person.name}", {"role": "viewer"}, expect=200)
            session = person.session()
            token = person.token(session)
            logs = [Stream(port, headers_of(session, token, by), "/api/v1/stores/told/logs?follow=true") for port in two]
            eventually(lambda logs=logs: all(log.opened() for log in logs), 10, f"{what}: both replicas follow")
            began = time.monotonic()
            ends(postgres, person, what, session, token)
            end_of(logs, what, began)
            assert all(log.text.splitlines()[-1].startswith("-- the log ended: ") for log in logs), logs[0].text
            eventually(lambda: kubelet.followed == 0, 5, f"{what}: nobody reads the node's log any more")
    finally:
        kubelet.stop()


def test_a_lost_membership_hides_the_team(platform, kube, two):
    platform.api("POST", "/teams", {"name": "lost"}, expect=201)
    person = Person(platform, "leaver")
    platform.api("PUT", "/teams/lost/members/leaver", {"role": "viewer"}, expect=200)
    headers = {"Cookie": person.session()["Cookie"]}
    streams = [Stream(port, headers) for port in two]
    eventually(lambda: all(stream.opened() for stream in streams), 10, "both replicas stream")
    platform.create("seen", team="lost")
    eventually(lambda: all('"name":"seen"' in stream.text for stream in streams), 10, "a member sees the store")
    assert platform.request("DELETE", "/api/v1/teams/lost/members/leaver").status == 204
    eventually(lambda: all(stream.text.count("event: resync") == 2 for stream in streams), 5, "both replicas know")
    platform.create("hidden", team="lost")
    time.sleep(2)
    assert all('"name":"hidden"' not in stream.text and stream.is_alive() for stream in streams)


def test_nobody_locks_another_one_out(platform):
    """Behind a proxy that is trusted the addresses are those of its clients."""
    person = Person(platform, "target")
    proxied = platform.start_another_api(port := free_port(), {"trustedProxies": ["127.0.0.1"]})
    try:
        came_from = lambda address: {"X-Forwarded-For": address}  # noqa: E731
        known = person.log_in(headers=came_from("2001:db8:9::1"), port=port)
        assert known.status == 200
        guesses = [person.log_in("wrong", came_from(f"2001:db8:1::{i:x}"), port).status for i in range(1, 13)]
        assert guesses == [401] * 10 + [429] * 2, "one /64 is one guesser"
        # Each of them waits up to 2 s, and none for another: beside each other, but fewer than may wait to be hashed.
        with ThreadPoolExecutor(20) as many:
            guesses = many.map(lambda host: person.log_in("wrong", came_from(f"198.51.100.{host}"), port).status, range(60))
            assert set(guesses) == {401}
        began = time.monotonic()
        assert person.log_in(headers=came_from("203.0.113.1"), port=port).status == 200, "its owner gets in from elsewhere"
        assert 2 <= time.monotonic() - began < 6, "slowed"
    finally:
        proxied.terminate()


def test_a_team_that_gets_an_old_name_sees_nothing_of_the_old_one(platform, kube, leader, wait_ready):
    platform.api("POST", "/teams", {"name": "again"}, expect=201)
    platform.create("past", team="again")
    wait_ready(["past"], 30)
    platform.delete("past")
    eventually(lambda: not kube.store("past"), 30, "the store is gone")
    eventually(lambda: platform.request("GET", "/api/v1/stores/past/receipt").status == 200, 10, "its receipt is there")
    eventually(lambda: platform.request("DELETE", "/api/v1/teams/again").status == 204, 10, "the team is gone")
    platform.api("POST", "/teams", {"name": "again"}, expect=201)
    person = Person(platform, "heir")
    platform.api("PUT", "/teams/again/members/heir", {"role": "owner"}, expect=200)
    bearer = person.token(person.session())["token"]
    for path in ("/stores/past/events", "/stores/past/receipt"):
        assert platform.request("GET", f"/api/v1{path}", bearer=bearer).status == 404, path
        assert platform.request("GET", f"/api/v1{path}").status == 200, f"{path}: admins see everything"
    entries = platform.request("GET", "/api/v1/audit", bearer=bearer).json()["items"]
    assert {e["action"] for e in entries} <= {"team.create", "member.set"}, entries
    assert not [e for e in entries if "past" in e["subject"]]
