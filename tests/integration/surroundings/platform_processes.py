"""The platform's own processes: `storefleet serve` in its roles, with the rights of its service accounts."""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import signal
import subprocess
import threading
import urllib.request
from dataclasses import dataclass
from typing import Callable

from api_proxy import ApiProxy
from kube import LEASE, PLATFORM, Kube, free_port
from waiting import eventually

BASE_DOMAIN = "shops.test"
PLATFORM_HOST = "fleet.test"
ADMIN_TOKEN = "integration-admin-token"
ADMIN_PASSWORD = "integration-admin-password"


@dataclass
class Answered:
    """What the REST API said."""

    status: int
    headers: dict[str, str]  # names in lower case
    text: str

    def json(self):
        return json.loads(self.text)


class Process:
    """One `storefleet serve`. Its log goes to a file and, line by line, to `watch`."""

    def __init__(self, command: list[str], log: pathlib.Path, metrics_port: int, watch: Callable[[dict], None] | None = None, port: int = 0):
        self.metrics_port = metrics_port
        self.port = port  # of the REST API, where it serves one
        self.lines: list[dict] = []
        self._watch = watch
        self._log = log
        self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def _read(self) -> None:
        with self._log.open("ab") as log:
            for line in self._child.stderr:
                log.write(line)
                log.flush()
                try:
                    record = json.loads(line)
                except ValueError:
                    continue
                self.lines.append(record)
                if self._watch:
                    self._watch(record)

    def metrics(self) -> dict[str, float]:
        """What a scrape gives: name with labels → value."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as response:
            lines = response.read().decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

    def said(self, message: str) -> bool:
        return any(line.get("message") == message for line in list(self.lines))

    def signal(self, number: int) -> None:
        self._child.send_signal(number)

    def field(self, message: str, name: str):
        """Of the last line with this message."""
        return next((line.get(name) for line in reversed(list(self.lines)) if line.get("message") == message), None)

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()

    def terminate(self, within: float = 20) -> int:
        self._child.send_signal(signal.SIGTERM)
        return self._child.wait(within)

    def wait(self, within: float) -> int:
        return self._child.wait(within)


class Platform:
    """Starts API and controllers; the test decides when they die."""

    def __init__(self, kube: Kube, work: pathlib.Path, database_url: str, engines: pathlib.Path, ingress_port: int, log_level: str = "debug"):
        self._kube = kube
        self._work = work
        self._settings = {
            "baseDomain": BASE_DOMAIN,
            "platformHost": PLATFORM_HOST,
            # Tests and benchmarks ask as fast as they can.
            "rateLimit": {"requestsPerSecond": 0},
            "urlScheme": "http",
            "urlPort": 80,
            "ingressClass": "",
            "ingressAnnotations": {},
            "ingressAddress": f"127.0.0.1:{ingress_port}",
            "ingressPeers": [{"podSelector": {}}],
            "blockedEgress": ["10.0.0.0/8"],
            "storageClass": "local-path",
            "enginesDir": str(engines),
            "enabledEngines": ["tiny"],
            "images": {"tiny": "storefleet.test/tiny:1", "tiny-before": "storefleet.test/tiny:0"},
            "pullPolicy": "IfNotPresent",
            "helmHelper": os.environ["STOREFLEET_HELM_HELPER"],
            "namespace": PLATFORM,
            "controllerPodLabels": {"app.kubernetes.io/component": "controller"},
            "log": {"level": log_level, "format": "json"},
        }
        self.admin_token = ADMIN_TOKEN
        self.logs = work / "logs"
        self.secrets = work / "secrets"
        self.secrets.mkdir()
        (self.secrets / "databaseUrl").write_text(database_url)
        (self.secrets / "adminToken").write_text(ADMIN_TOKEN)
        (self.secrets / "adminPassword").write_text(ADMIN_PASSWORD)
        self.controllers: list[Process] = []
        self.api_process: Process | None = None
        self.api_port = free_port()
        self.replicas: list[Process] = []  # further ones, on ports of their own
        self._started = 0
        self._write_kubeconfigs()

    def _write_kubeconfigs(self) -> None:
        self._tokens = {}
        for account in ("storefleet-controller", "storefleet-api"):
            path = f"/api/v1/namespaces/{PLATFORM}/serviceaccounts/{account}/token"
            request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}}
            self._tokens[account] = self._kube.create(path, request)["status"]["token"]
            self._write_kubeconfig(account, account, {"server": self._kube.server, "certificate-authority-data": self._kube.authority})

    def _write_kubeconfig(self, name: str, account: str, cluster: dict) -> pathlib.Path:
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "it",
            "clusters": [{"name": "it", "cluster": cluster}],
            "users": [{"name": "it", "user": {"token": self._tokens[account]}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        }
        file = self._work / f"{name}.kubeconfig"
        file.write_text(json.dumps(config))
        return file

    def start_controller_through(self, proxy: ApiProxy, settings: dict | None = None, variables: dict | None = None) -> Process:
        """A controller that reaches the API server by a proxy of its own."""
        command, log, metrics_port = self.prepare("controller", settings=settings)
        cluster = {"server": proxy.server, "certificate-authority": str(proxy.authority)}
        config = self._write_kubeconfig(log.stem, "storefleet-controller", cluster)
        command = [part if not part.startswith("--kubeconfig") else f"--kubeconfig={config}" for part in command]
        command = ["env", *(f"{key}={value}" for key, value in (variables or {}).items()), *command]
        controller = Process(command, log, metrics_port)
        self.controllers.append(controller)
        return controller

    def prepare(self, role: str, port: int = 0, settings: dict | None = None) -> tuple[list[str], pathlib.Path, int]:
        """Writes a configuration; returns the command, where its log belongs, and the port of its metrics."""
        self._started += 1
        name = f"{role}-{self._started:03d}"
        metrics_port = free_port()
        config = self._work / f"{name}.yaml"
        config.write_text(json.dumps({**self._settings, "listenPort": port or self.api_port, "metricsPort": metrics_port, **(settings or {})}))
        command = [
            os.environ["STOREFLEET_BINARY"],
            "serve",
            f"--role={role}",
            f"--config={config}",
            f"--secrets={self.secrets}",
            f"--kubeconfig={self._work / f'storefleet-{role}.kubeconfig'}",
        ]
        return command, self.logs / f"{name}.log", metrics_port

    def _start(self, role: str, watch=None, port: int = 0, settings: dict | None = None) -> Process:
        command, log, metrics_port = self.prepare(role, port, settings)
        return Process(command, log, metrics_port, watch, port or self.api_port)

    def start_api(self) -> None:
        self.api_process = self._start("api")
        eventually(lambda: self.probe(self.api_process, "/readyz") == 200, 20, "the API is ready")

    def start_replicas(self, count: int) -> list[Process]:
        """So many more API processes, ready."""
        started = [self._start("api", port=free_port()) for _ in range(count)]
        self.replicas += started
        for replica in started:
            eventually(lambda replica=replica: self.probe(replica, "/readyz") == 200, 20, "a replica is ready")
        return started

    def stop_replicas(self) -> None:
        for replica in self.replicas:
            if replica.alive:
                assert replica.terminate() == 0, "a replica ends cleanly on SIGTERM"
        self.replicas.clear()

    def start_another_api(self, port: int, settings: dict) -> Process:
        """A second API on that port, with more settings; whoever starts it ends it."""
        process = self._start("api", port=port, settings=settings)
        eventually(lambda: self.probe(process, "/readyz") == 200, 20, "the other API is ready")
        return process

    def start_controller(self, watch=None, settings: dict | None = None) -> Process:
        """Does not wait for anything: it may have to wait for the lease of another."""
        controller = self._start("controller", watch, settings=settings)
        self.controllers.append(controller)
        return controller

    def start_leader(self, watch=None, settings: dict | None = None) -> Process:
        """A controller that leads and has read the cluster. There must be no other."""
        self.expire_lease()
        controller = self.start_controller(watch, settings)
        eventually(lambda: controller.said("the cluster is read") or not controller.alive, 20, "the controller leads")
        return controller

    def start_controller_as_in_a_pod(self) -> Process:
        """It finds its cluster without being told on the command line: then it looks at the admission policies first."""
        command, log, metrics_port = self.prepare("controller")
        config = self._work / "storefleet-controller.kubeconfig"
        command = ["env", f"KUBECONFIG={config}", *(part for part in command if not part.startswith("--kubeconfig"))]
        controller = Process(command, log, metrics_port)
        self.controllers.append(controller)
        return controller

    def expire_lease(self) -> None:
        """What 15 seconds would do after the leader was killed: the next one need not wait."""
        if self._kube.get(LEASE):
            self._kube.patch(LEASE, {"spec": {"holderIdentity": ""}})

    def leader(self) -> Process | None:
        leading = [c for c in self.controllers if c.alive and c.said("the cluster is read")]
        assert len(leading) < 2, "two controllers lead at the same time"
        return leading[0] if leading else None

    def stop_controllers(self) -> None:
        for controller in self.controllers:
            if controller.alive:
                controller.kill()
        self.controllers.clear()

    def stop(self) -> None:
        self.stop_controllers()
        self.stop_replicas()
        if self.api_process and self.api_process.alive:
            assert self.api_process.terminate() == 0, "the API ends cleanly on SIGTERM"

    @staticmethod
    def probe(process: Process, path: str) -> int:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", process.metrics_port, timeout=2)
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            assert process.alive, "the process ended"
            return 0

    def request(self, method: str, path: str, body=None, headers=None, bearer: str | None = ADMIN_TOKEN, port: int = 0, timeout: float = 15):
        """One request of any path, as anybody (`bearer` None: nobody), to any replica."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.api_port, timeout=timeout)
        try:
            all_headers = {"Content-Type": "application/json"} if body is not None else {}
            if bearer is not None:
                all_headers["Authorization"] = f"Bearer {bearer}"
            connection.request(method, path, None if body is None else json.dumps(body), {**all_headers, **(headers or {})})
            answer = connection.getresponse()
            # Of several fields with one name the first counts: of two cookies that of the session.
            fields = {k.lower(): v for k, v in reversed(answer.getheaders())}
            return Answered(answer.status, fields, answer.read().decode())
        finally:
            connection.close()

    def api(self, method: str, path: str, body=None, expect: int | None = None):
        """One REST request as the admin; returns the JSON of the answer, after checking its status if `expect` is given."""
        answer = self.request(method, f"/api/v1{path}", body)
        if expect is not None:
            assert answer.status == expect, f"{method} {path}: {answer.status}: {answer.text}"
        return answer.json() if answer.text else None

    def remove_accounts(self) -> None:
        """Deletes the users and teams that a test made, and what it did to the default team."""
        self.api("PATCH", "/teams/default", {"displayName": "Default", "quota": {}}, expect=200)
        for kind, kept in (("users", "admin"), ("teams", "default")):
            for item in self.api("GET", f"/{kind}", expect=200)["items"]:
                path = f"/api/v1/{kind}/{item['name']}"
                if item["name"] != kept:  # the API may not know yet that a team's last store is gone
                    eventually(lambda path=path: self.request("DELETE", path).status == 204, 10, f"{path} is deleted")

    def create(self, name: str, **fields):
        return self.api("POST", "/stores", {"name": name, "engine": "tiny", "sampleData": False, **fields}, expect=202)

    def delete(self, name: str):
        return self.api("DELETE", f"/stores/{name}", expect=202)

    def events(self, name: str) -> list[dict]:
        return self.api("GET", f"/stores/{name}/events?limit=1000", expect=200)["items"]
