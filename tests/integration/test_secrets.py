"""Secrets that can be recognised, taken through everything that happens to a store and to an account, are found in the
places that are for them, and nowhere else."""

from __future__ import annotations

import base64
import gzip
import json
import pathlib
import subprocess
import time
import urllib.parse

import pytest
from kube import NAMESPACED, STORES, environment
from platform_processes import ADMIN_PASSWORD, ADMIN_TOKEN, Platform
from postgres import PASSWORD as DATABASE_PASSWORD
from waiting import eventually

USER_PASSWORD = "recognisable-user-password"
WRONG_PASSWORD = "recognisable-wrong-password"
NEXT_PASSWORD = "recognisable-next-password"


def forms(secret: str) -> set[str]:
    """As it is, and as it would look in a URL, in base64, and in JSON."""
    raw = secret.encode()
    return {secret, urllib.parse.quote(secret, safe=""), base64.b64encode(raw).decode().rstrip("=")[: len(raw)], json.dumps(secret)[1:-1]}


class Search:
    def __init__(self, secrets: dict[str, str]):
        assert all(len(secret) >= 12 for secret in secrets.values()), "too short to be recognised"
        self.secrets = secrets
        self.looked_at: dict[str, int] = {}
        self.found: list[str] = []

    def hits(self, text: str) -> list[str]:
        return [name for name, secret in self.secrets.items() if any(form in text for form in forms(secret))]

    def look(self, kind: str, place: str, text: str, allowed: tuple[str, ...] = ()) -> None:
        self.looked_at[kind] = self.looked_at.get(kind, 0) + len(text)
        self.found += [f"{name} in {place}" for name in self.hits(text) if name not in allowed]


def our_processes() -> list[int]:
    """Everything that this run has started, the control plane too: it names the run's folder."""
    mark = str(environment()).encode()
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def session_of(platform: Platform, password: str) -> dict:
    answer = platform.request("POST", "/api/v1/auth/login", {"name": "sally", "password": password}, bearer=None)
    assert answer.status == 200, answer
    return {"Cookie": answer.headers["set-cookie"].split(";")[0], "X-CSRF-Token": answer.json()["csrfToken"]}


@pytest.fixture
def secrets(kube, postgres, platform, wait_ready) -> dict[str, str]:
    """Lives through it all; returns the secrets by what they are."""
    found = {"admin token": ADMIN_TOKEN, "admin password": ADMIN_PASSWORD, "database password": DATABASE_PASSWORD}
    found |= {"user password": USER_PASSWORD, "wrong password": WRONG_PASSWORD, "next password": NEXT_PASSWORD}
    platform.start_leader()
    platform.api("POST", "/users", {"name": "sally", "password": USER_PASSWORD, "role": "admin"}, expect=201)
    # Right, wrong, malformed: in the body, as a field that does not exist, in the wrong place.
    refused = platform.request("POST", "/api/v1/auth/login", {"name": "sally", "password": WRONG_PASSWORD}, bearer=None)
    assert refused.status == 401
    for body in ({"name": "sally", "password": [USER_PASSWORD]}, {"name": "sally", "passwort": USER_PASSWORD}):
        assert platform.request("POST", "/api/v1/auth/login", body, bearer=None).status in (400, 422)
    platform.request("GET", "/api/v1/stores", bearer=WRONG_PASSWORD)
    session = session_of(platform, USER_PASSWORD)
    found |= {"session": session["Cookie"].split("=", 1)[1], "csrf token": session["X-CSRF-Token"]}
    made = platform.request("POST", "/api/v1/tokens", {"name": "secret", "scope": "full"}, session, bearer=None)
    found["api token"] = made.json()["token"]
    changed = platform.request("PUT", "/api/v1/me/password", {"current": USER_PASSWORD, "new": NEXT_PASSWORD}, bearer=found["api token"])
    assert changed.status == 200, changed
    session_of(platform, NEXT_PASSWORD)

    # A store that works, one that cannot, one that goes.
    for name in ("secret-ready", "secret-gone", "secret-failing"):
        answer = platform.request("POST", "/api/v1/stores", {"name": name, "engine": "tiny"}, {"Idempotency-Key": name}, bearer=found["api token"])
        assert answer.status == 202, answer
    stores = wait_ready(["secret-ready", "secret-gone", "secret-failing"], 40)
    namespaces = {name: store["status"]["namespace"] for name, store in stores.items()}
    for name, namespace in namespaces.items():
        for secret in ("store-admin", "store-secrets"):
            data = kube.get(kube.in_namespace("Secret", namespace, secret))["data"]
            found |= {f"{key} of {name}": base64.b64decode(value).decode() for key, value in data.items() if len(value) >= 20}
        credentials = platform.request("GET", f"/api/v1/stores/{name}/credentials", bearer=found["api token"])
        assert credentials.json()["password"] in found.values()
    # One breaks: its volume claim goes, and it is changed to something that does not fit.
    kube.delete(kube.in_namespace("Deployment", namespaces["secret-failing"], "web"))
    platform.request("PATCH", "/api/v1/stores/secret-failing", {"values": {"greeting": "x" * 99}}, bearer=found["api token"])
    platform.delete("secret-gone")
    eventually(lambda: not kube.store("secret-gone"), 40, "a store is gone")
    # The database refuses for a while: libpq likes to quote its URL.
    postgres.stop()
    for _ in range(10):
        platform.request("GET", "/api/v1/teams", bearer=found["api token"])
        time.sleep(0.2)
    postgres.start()
    eventually(lambda: platform.request("GET", "/api/v1/teams").status == 200, 15, "the database is back")
    return found


def look_at_answers(search: Search, platform: Platform) -> None:
    document = platform.request("GET", "/openapi.json", bearer=None).json()
    for template, methods in document["paths"].items():
        if "get" not in methods or methods["get"]["operationId"] == "openStream":
            continue
        path = template.format(name="secret-ready", team="default", user="sally", id="x")
        answer = platform.request("GET", path + ("?limit=1000" if template.endswith(("audit", "events")) else ""))
        # The one place for it.
        allowed = ("password of secret-ready",) if template.endswith("/credentials") else ()
        if allowed:
            assert search.hits(answer.text) == list(allowed), "the search finds what is there"
        search.look("answers", f"GET {path}", answer.text + json.dumps(answer.headers), allowed)


def look_at_processes(search: Search, platform: Platform) -> None:
    processes = our_processes()
    assert platform.api_process.pid in processes and len(processes) > 8
    for pid in processes:
        try:
            command = (pathlib.Path("/proc") / str(pid) / "cmdline").read_bytes().decode(errors="replace")
            variables = (pathlib.Path("/proc") / str(pid) / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        search.look("command lines", f"the command line of {pid}", command)
        search.look("environments", f"the environment of {pid}", variables)


def look_at_cluster(search: Search, kube) -> int:
    """Stores, and all that is in their namespaces; returns how many Helm releases were opened."""
    search.look("stores", "Store resources", json.dumps(kube.items(STORES)))
    search.look("Kubernetes events", "Kubernetes events", json.dumps(kube.items("/api/v1/events")))
    releases = 0
    for kind in NAMESPACED:
        for item in kube.items(NAMESPACED[kind].replace("/{ns}", "")):
            namespace, name = item["metadata"]["namespace"], item["metadata"]["name"]
            if not namespace.startswith("store-"):
                continue
            if item.get("type") == "helm.sh/release.v1":
                releases += 1
                text = gzip.decompress(base64.b64decode(base64.b64decode(item["data"]["release"]))).decode()
                assert json.loads(text)["name"] == "store"
                search.look("Helm releases", f"the Helm release {namespace}/{name}", text)
                # Manifests and templates are in it in base64.
                chart = json.loads(text)["chart"]
                for template in chart.get("templates", []):
                    search.look("Helm releases", f"{namespace}/{name}", base64.b64decode(template["data"]).decode(errors="replace"))
            elif kind != "Secret":
                search.look("objects", f"{kind} {namespace}/{name}", json.dumps(item))
    return releases


def test_secrets_stay_where_they_belong(kube, postgres, platform, secrets):
    search = Search(secrets)
    assert search.hits("x" + base64.b64encode(ADMIN_TOKEN.encode()).decode()) == ["admin token"]
    look_at_answers(search, platform)
    for process in (platform.api_process, *platform.controllers):
        done = subprocess.run(["curl", "-fsS", f"http://127.0.0.1:{process.metrics_port}/metrics"], capture_output=True, text=True, check=True)
        search.look("metrics", f"metrics of {process.pid}", done.stdout)
    look_at_processes(search, platform)
    assert look_at_cluster(search, kube) >= 2
    tables = [row[0] for row in postgres.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    assert {"events", "audit", "tokens", "users", "idempotency_keys"} <= set(tables)
    for table in tables:
        rows = postgres.query(f'SELECT to_jsonb(t)::text FROM "{table}" t')
        search.look("events table" if table == "events" else "other tables", f"table {table}", "\n".join("\t".join(row) for row in rows))
    logs = [*(environment() / "logs").glob("*"), *(environment() / "cluster" / "logs").glob("*"), environment() / "postgres" / "log"]
    assert len(logs) > 6
    for log in logs:
        search.look("logs", f"log {log.name}", log.read_text(errors="replace"))
    configurations = [path for path in environment().glob("*.yaml")]
    for path in configurations:
        search.look("configurations", path.name, path.read_text())
    print(f"{len(secrets)} secrets looked for, characters: {search.looked_at}")
    assert not search.found, "\n".join(search.found)
    assert all(search.looked_at.get(kind) for kind in ("answers", "logs", "events table", "command lines", "Helm releases", "objects", "metrics"))
