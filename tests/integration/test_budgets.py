"""What one caller can take of the API, over real HTTP: docs/permissions.md has the table."""

import json
import pathlib
import socket
import time

import pytest
from fake_kubelet import FakeKubelet
from kube import environment
from platform_processes import free_port
from waiting import eventually

PASSWORD = "a password for budgets"
LIMITS = {"streamsPerUser": 2, "streams": 3, "followedLogsPerUser": 2, "followedLogs": 3, "connectionsPerAddress": 20}


@pytest.fixture
def narrow(platform):
    """An API with small limits; what comes from loopback is as if through an ingress controller."""
    port = free_port()
    process = platform.start_another_api(port, {"limits": LIMITS, "trustedProxies": ["127.0.0.1/32"]})
    yield process
    assert process.terminate() == 0, "it ends cleanly on SIGTERM"


def raw(port: int, head: str, body: bytes = b"", source: str = "127.0.0.1") -> socket.socket:
    connection = socket.socket()
    connection.bind((source, 0))
    connection.settimeout(5)
    connection.connect(("127.0.0.1", port))
    connection.sendall((head + "\r\n").encode() + body)
    return connection


def answer_of(connection: socket.socket) -> tuple[int, dict]:
    """Status and problem of what is answered and closed."""
    text = b""
    while chunk := connection.recv(65536):
        text += chunk
    head, _, body = text.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 "), text[:200]
    return int(head[9:12]), json.loads(body)


def post(login: str, size: int, address: str = "198.51.100.7") -> str:
    return f"POST /api/v1/stores HTTP/1.1\r\nHost: a\r\n{login}X-Forwarded-For: {address}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n"


def test_a_body_too_large_is_a_problem_before_it_comes(narrow, platform):
    login = f"Authorization: Bearer {platform.admin_token}\r\n"
    status, problem = answer_of(raw(narrow.port, post(login, 2_000_000)))
    assert (status, problem["code"]) == (413, "BodyTooLarge"), problem
    assert problem["remedy"] and problem["requestId"]
    status, problem = answer_of(raw(narrow.port, post("", 200_000)))
    assert (status, problem["code"]) == (401, "Unauthenticated"), "who is not logged in is told to, not to send less"
    status, problem = answer_of(raw(narrow.port, "GET /\x01 HTTP/1.1\r\nHost: a\r\n"))
    assert (status, problem["code"]) == (400, "MalformedRequest"), problem


def test_bytes_of_one_caller_are_bounded(narrow, platform):
    login = f"Authorization: Bearer {platform.admin_token}\r\n"
    held = [raw(narrow.port, post(login, 256 * 1024), b"x" * 1000) for _ in range(4)]
    time.sleep(0.5)
    status, problem = answer_of(raw(narrow.port, post(login, 256 * 1024)))
    assert (status, problem["code"]) == (429, "TooManyRequests"), problem
    held += [raw(narrow.port, post("", 8192), b"x") for _ in range(8)]
    time.sleep(0.5)
    status, _ = answer_of(raw(narrow.port, post("", 8192)))
    assert status == 429, "one address without a login"
    other = raw(narrow.port, post("", 2, "198.51.100.8"), b"{}")
    assert answer_of_kept(other) == 401, "another address has its own share"
    for connection in held:
        connection.close()
    eventually(lambda: platform.request("POST", "/api/v1/stores?validateOnly=true", {"name": "a"}, port=narrow.port).status != 429, 5, "what was held is given back")


def answer_of_kept(connection: socket.socket) -> int:
    return int(connection.recv(65536)[9:12])


def test_half_open_requests_keep_nobody_out(narrow, platform):
    held = [raw(narrow.port, "GET / HTTP/1.1\r\nHo", source="127.0.0.2") for _ in range(100)]
    assert platform.request("GET", "/api/v1/me", port=narrow.port).status == 200
    metrics = narrow.metrics()
    assert metrics['storefleet_http_connections_cut_total{reason="evicted"}'] >= 80
    assert metrics["storefleet_http_connections"] <= 30
    for connection in held:
        connection.close()


def test_streams_of_one_user_are_bounded(narrow, platform):
    head = f"GET /api/v1/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {platform.admin_token}\r\n"
    held = [raw(narrow.port, head) for _ in range(2)]
    assert [answer_of_kept(each) for each in held] == [200, 200]
    refused = platform.request("GET", "/api/v1/stream", port=narrow.port)
    assert refused.status == 429 and refused.json()["code"] == "TooManyStreams" and refused.headers["retry-after"]
    for connection in held:
        connection.close()

    def room():
        connection = raw(narrow.port, head)
        try:
            return answer_of_kept(connection) == 200
        finally:
            connection.close()

    eventually(room, 5, "a stream that was left makes room")


def test_followed_logs_are_bounded_and_the_nodes_trouble_is_a_problem(narrow, platform, kube, leader, wait_ready):
    pki = environment() / "cluster" / "pki"
    kubelet = FakeKubelet(pathlib.Path(environment()), pki / "ca.crt", pki / "ca.key")
    kubelet.serve_node(kube, "simulated")
    try:
        platform.create("followed")
        wait_ready(["followed"], 60)
        head = f"GET /api/v1/stores/followed/logs?follow=true HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {platform.admin_token}\r\n"
        held = [raw(narrow.port, head) for _ in range(2)]
        assert [answer_of_kept(each) for each in held] == [200, 200]
        refused = platform.request("GET", "/api/v1/stores/followed/logs?follow=true", port=narrow.port)
        assert refused.status == 429 and refused.headers["retry-after"] and refused.json()["remedy"], refused.text
        for connection in held:
            connection.close()
        eventually(lambda: kubelet.followed == 0, 10, "a reader that left is not followed any more")
        kubelet.most_followed = 0
        trouble = platform.request("GET", "/api/v1/stores/followed/logs?follow=true", port=narrow.port)
        assert trouble.status == 503 and trouble.json()["code"] == "LogUnavailable", trouble.text
        assert "inotify" not in trouble.text and "too many open files" not in trouble.text
    finally:
        kubelet.stop()


def test_readyz_tells_nothing_of_the_database(narrow, platform, postgres):
    postgres.stop()
    try:
        eventually(lambda: platform.request("GET", "/readyz", bearer=None, port=narrow.port).status == 503, 10, "it is noticed")
        text = platform.request("GET", "/readyz", bearer=None, port=narrow.port).text
        for secret in ("5432", "postgres", str(environment()), "socket"):
            assert secret not in text, text
    finally:
        postgres.start()
    eventually(lambda: platform.request("GET", "/readyz", bearer=None, port=narrow.port).status == 200, 10, "and that it is back")
