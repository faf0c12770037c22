"""What the tests need of a running platform: its CLI, kubectl, and HTTP through the ingress on loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import subprocess
import uuid
from dataclasses import dataclass, field

from waiting import eventually  # noqa: F401  (tests take it from here)

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLI = ROOT / "bin" / "storefleet"
NAMESPACE = "storefleet-system"


@dataclass
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)


def run(*command: str, timeout: float = 120, check: bool = False, stdin: str | None = None, env: dict | None = None) -> Ran:
    done = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **(env or {})},
    )
    result = Ran(done.returncode, done.stdout, done.stderr)
    if check and result.code != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {result.code}:\n{result.out}\n{result.err}")
    return result


def cli(*arguments: str, **options) -> Ran:
    return run(CLI, *arguments, **options)


def kubectl(*arguments: str, **options) -> Ran:
    return run("kubectl", *arguments, **options)


def kubectl_json(*arguments: str):
    return kubectl(*arguments, "-o", "json", check=True).json()


def events(name: str) -> list[dict]:
    """The history of a store: the CLI prints one JSON object a line."""
    return [json.loads(line) for line in cli("events", name, "-o", "json").out.splitlines()]


def server() -> str:
    return cli("config", "get", "server", check=True).out.strip()


def server_port() -> int:
    host = server().split("//", 1)[1].rstrip("/")
    return int(host.split(":")[1]) if ":" in host else 80


@dataclass
class Page:
    status: int
    headers: dict
    body: str
    cookies: list[str]  # every Set-Cookie


def fetch(url: str, method: str = "GET", body: str | None = None, headers: dict | None = None, timeout: float = 10) -> Page:
    """Requests a URL of the platform or of a store by connecting to loopback: no name is looked up."""
    host, _, path = url.split("//", 1)[1].partition("/")
    connection = http.client.HTTPConnection("127.0.0.1", server_port(), timeout=timeout)
    try:
        connection.request(method, "/" + path, body=body, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        headers = answer.getheaders()
        cookies = [value for key, value in headers if key.lower() == "set-cookie"]
        return Page(answer.status, {k.lower(): v for k, v in headers}, answer.read().decode("utf-8", "replace"), cookies)
    finally:
        connection.close()


def token() -> str:
    return kubectl(
        "-n", NAMESPACE, "get", "secret", "storefleet-admin", "-o", "go-template={{.data.token | base64decode}}", check=True
    ).out


def api(method: str, path: str, body=None, bearer: str | None = None, headers: dict | None = None) -> Page:
    all_headers = {"Authorization": f"Bearer {token() if bearer is None else bearer}", **(headers or {})}
    text = None
    if body is not None:
        text = body if isinstance(body, str) else json.dumps(body)
        all_headers["Content-Type"] = "application/json"
    return fetch(f"{server()}/api/v1{path}", method, text, all_headers)


def engines() -> set[str]:
    return {engine["name"] for engine in cli("engines", "-o", "json", check=True).json()["items"]}


def store_resource(name: str) -> dict:
    """The Store as the API server has it; empty where there is none. An API server without an answer is an error."""
    done = kubectl("get", "store", name, "--ignore-not-found", "-o", "json", check=True)
    return done.json() if done.out.strip() else {}


_going: list[str] = []


@contextlib.contextmanager
def names_of_stores(prefix: str):
    """Makes names that no earlier, perhaps killed, run has used. Their stores are deleted in the end, which takes some
    seconds and nobody waits for: `all_gone` does, once."""
    made = []

    def make(of: str = prefix) -> str:
        made.append(f"{of}-{uuid.uuid4().hex[:6]}")
        return made[-1]

    try:
        yield make
    finally:
        _going.extend(made)
        if made:
            kubectl("delete", "store", *made, "--ignore-not-found", "--wait=false")


def all_gone(within: float = 120):
    """Waits for the stores that tests have made, and for their namespaces."""

    def left():
        namespaces = kubectl_json("get", "namespaces", "-l", "storefleet.dev/store")["items"]
        names = [store["metadata"]["name"] for store in kubectl_json("get", "stores")["items"]]
        names += [namespace["metadata"]["labels"]["storefleet.dev/store"] for namespace in namespaces]
        return set(names) & set(_going)

    eventually(lambda: not left(), within, lambda: f"the tests' stores are gone, not {left()}", 0.5)


@dataclass
class StoreHandle:
    """A store that a test made."""

    name: str
    id: str = ""
    namespace: str = ""
    url: str = ""
    removed: bool = field(default=False)

    def load(self) -> "StoreHandle":
        status = kubectl_json("get", "store", self.name)["status"]
        self.id, self.namespace, self.url = status["id"], status["namespace"], status["url"]
        return self


def leftovers(store: StoreHandle) -> list[str]:
    """Everything of a store that the cluster or the node still has."""

    def names(*what: str) -> list[str]:
        return kubectl("get", *what, "--ignore-not-found", "-o", "name", check=True).out.split()

    left = []
    for kind in ("namespaces", "persistentvolumes", "hostclaims.storefleet.dev"):
        left += names(kind, "-l", f"storefleet.dev/store-id={store.id}")
    left += names("namespace", store.namespace) + names("store", store.name)
    for kind in ("pods", "persistentvolumeclaims", "ingresses", "secrets", "services", "deployments", "statefulsets"):
        left += [f"{store.namespace}/{item}" for item in names(kind, "-n", store.namespace)]
    for volume in kubectl_json("get", "persistentvolumes")["items"]:
        if volume["spec"].get("claimRef", {}).get("namespace") == store.namespace:
            left.append(f"persistentvolume/{volume['metadata']['name']}")
    left += [f"container {line}" for line in containers_of(store.namespace)]
    releases = run("helm", "list", "-A", "-o", "json", check=True).json()
    left += [f"release {r['namespace']}/{r['name']}" for r in releases if r["namespace"] == store.namespace]
    return left


def containers_of(namespace: str) -> list[str]:
    """Containers that the node's containerd knows of a namespace, dead ones included."""
    selector = f'labels."io.kubernetes.pod.namespace"=={namespace}'
    return containerd("containers", "list", "-q", selector).out.split()


def containerd(*arguments: str) -> Ran:
    return run("ctr", "--address", os.environ["STOREFLEET_CONTAINERD"], "-n", "k8s.io", *arguments, check=True)
