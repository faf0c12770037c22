"""A small client of the API server: JSON in and out, over connections that are kept, one a thread."""

from __future__ import annotations

import base64
import http.client
import json
import os
import pathlib
import re
import ssl
import tempfile
import threading
import time

from waiting import eventually

STORES = "/apis/storefleet.dev/v1alpha1/stores"
HOST_CLAIMS = "/apis/storefleet.dev/v1alpha1/hostclaims"
NAMESPACES = "/api/v1/namespaces"
VOLUMES = "/api/v1/persistentvolumes"
PLATFORM = "storefleet-system"
LEASE = f"/apis/coordination.k8s.io/v1/namespaces/{PLATFORM}/leases/storefleet-controller"

# Every kind that a store may have in its namespace: name → path below /namespaces/<ns>.
NAMESPACED = {
    "ResourceQuota": "/api/v1/{ns}/resourcequotas",
    "LimitRange": "/api/v1/{ns}/limitranges",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/{ns}/networkpolicies",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/{ns}/rolebindings",
    "Secret": "/api/v1/{ns}/secrets",
    "ConfigMap": "/api/v1/{ns}/configmaps",
    "ServiceAccount": "/api/v1/{ns}/serviceaccounts",
    "Service": "/api/v1/{ns}/services",
    "Deployment": "/apis/apps/v1/{ns}/deployments",
    "ReplicaSet": "/apis/apps/v1/{ns}/replicasets",
    "StatefulSet": "/apis/apps/v1/{ns}/statefulsets",
    "Pod": "/api/v1/{ns}/pods",
    "PersistentVolumeClaim": "/api/v1/{ns}/persistentvolumeclaims",
    "Ingress": "/apis/networking.k8s.io/v1/{ns}/ingresses",
}


class Refused(Exception):
    def __init__(self, status: int, body: str):
        super().__init__(f"{status}: {body}")
        self.status = status


class Kube:
    def __init__(self, kubeconfig: str):
        text = pathlib.Path(kubeconfig).read_text()

        def field(name: str) -> str:
            return re.search(rf"{name}: (\S+)", text).group(1)

        self.server = field("server")
        self.authority = field("certificate-authority-data")
        host, port = self.server.removeprefix("https://").split(":")
        self._address = (host, int(port))
        self._tls = ssl.create_default_context(cadata=base64.b64decode(self.authority).decode())
        with tempfile.NamedTemporaryFile() as pair:
            pair.write(base64.b64decode(field("client-certificate-data")) + base64.b64decode(field("client-key-data")))
            pair.flush()
            self._tls.load_cert_chain(pair.name)
        self._thread = threading.local()

    def connect(self):
        """A connection of its own, as this client's user but for who says otherwise by a token."""
        import socket

        server_only = ssl.create_default_context(cadata=base64.b64decode(self.authority).decode())
        server_only.set_alpn_protocols(["http/1.1"])
        return server_only.wrap_socket(socket.create_connection(self._address, timeout=30), server_hostname=self._address[0])

    def request(self, method: str, path: str, body=None, content_type: str = "application/json", within: float = 30):
        """The answer's JSON; None for 404. Waits out an API server that does not answer."""
        end = time.monotonic() + within
        while True:
            try:
                return self._request(method, path, body, content_type)
            except (OSError, http.client.HTTPException, Refused) as error:
                starting = not isinstance(error, Refused) or error.status in (429, 500, 503)
                if not starting or time.monotonic() > end:
                    raise
                self._thread.connection = None
                time.sleep(0.1)

    def _request(self, method, path, body, content_type):
        connection = getattr(self._thread, "connection", None)
        if connection is None:
            connection = http.client.HTTPSConnection(*self._address, timeout=10, context=self._tls)
            self._thread.connection = connection
        headers = {"Content-Type": content_type, "Accept": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status == 404:
            return None
        if answer.status >= 300:
            raise Refused(answer.status, text)
        return json.loads(text)

    def get(self, path: str):
        return self.request("GET", path)

    def items(self, path: str) -> list:
        return self.request("GET", path)["items"]

    def create(self, path: str, body):
        return self.request("POST", path, body)

    def patch(self, path: str, body):
        return self.request("PATCH", path, body, "application/merge-patch+json")

    def delete(self, path: str):
        return self.request("DELETE", path)

    def create_store(self, name: str, **spec):
        body = {
            "apiVersion": "storefleet.dev/v1alpha1",
            "kind": "Store",
            "metadata": {"name": name},
            "spec": {"engine": "tiny", "sampleData": False, **spec},
        }
        return self.create(STORES, body)

    def store(self, name: str):
        return self.get(f"{STORES}/{name}")

    def in_namespace(self, kind: str, namespace: str, name: str = "") -> str:
        path = NAMESPACED[kind].format(ns=f"namespaces/{namespace}")
        return f"{path}/{name}" if name else path

    def objects(self, namespace: str) -> set[tuple[str, str]]:
        """Kind and name of everything in the namespace, random parts of names left out."""
        found = set()
        for kind in NAMESPACED:
            for item in self.items(self.in_namespace(kind, namespace)):
                name = item["metadata"]["name"]
                if kind in ("ReplicaSet", "Pod"):
                    name = re.sub(r"^web-.*", "web-*", name)
                found.add((kind, name))
        return found

    def delete_all_stores(self) -> None:
        for store in self.items(STORES):
            path = f"{STORES}/{store['metadata']['name']}"
            if store["spec"].get("deletionPolicy") == "Retain":
                self.patch(path, {"spec": {"deletionPolicy": "Delete"}})
            self.delete(path)

    def restore_everything_gone(self) -> None:
        """Deletes every store and waits: what a failed test left must not disturb the next one."""
        self.delete_all_stores()

        def gone():
            self._end_namespaces()
            return not self.leftovers()

        eventually(gone, 60, lambda: f"nothing left, but: {self.leftovers()}")

    def _end_namespaces(self) -> None:
        """What Kubernetes itself begins five seconds after the platform has deleted a namespace: nothing of the
        platform is tested by waiting for that after every test."""
        for namespace in self.items(NAMESPACES):
            name = namespace["metadata"]["name"]
            if not name.startswith("store-") or "deletionTimestamp" not in namespace["metadata"]:
                continue
            for kind in NAMESPACED:
                self.delete(self.in_namespace(kind, name))
            if not self.objects(name):
                self.request("PUT", f"{NAMESPACES}/{name}/finalize", {**namespace, "spec": {"finalizers": []}})

    def claims(self) -> dict[str, str]:
        """Host → store, without what the platform claims for itself."""
        claims = [(c["metadata"]["name"], c["spec"]) for c in self.items(HOST_CLAIMS)]
        return {host: spec["storeName"] for host, spec in claims if spec["storeUid"] != "platform"}

    def leftovers(self) -> list[str]:
        """Everything in the cluster that belongs to any store."""
        left = [f"store {s['metadata']['name']}" for s in self.items(STORES)]
        left += [f"host claim {name}" for name in self.claims()]
        left += [f"volume {v['metadata']['name']}" for v in self.items(VOLUMES)]
        left += [f"namespace {n['metadata']['name']}" for n in self.items(NAMESPACES) if n["metadata"]["name"].startswith("store-")]
        for kind in NAMESPACED:
            for item in self.items(NAMESPACED[kind].replace("/{ns}", "")):
                if item["metadata"]["namespace"].startswith("store-"):
                    left.append(f"{kind} {item['metadata']['namespace']}/{item['metadata']['name']}")
        return left


def phase(store) -> str:
    return ((store or {}).get("status") or {}).get("phase", "")


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment() -> pathlib.Path:
    folder = os.environ.get("STOREFLEET_INTEGRATION")
    if not folder:
        raise SystemExit("start these tests with tests/integration/run")
    return pathlib.Path(folder)
