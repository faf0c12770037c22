"""The platform's own processes: `storefleet serve` in its roles, with the rights of its service accounts."""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import signal
import subprocess
import threading
import time
from typing import Callable

from kube import LEASE, PLATFORM, Kube, free_port
from waiting import eventually

BASE_DOMAIN = "shops.test"
ADMIN_TOKEN = "integration-admin-token"


class Process:
    """One `storefleet serve`. Its log goes to a file and, line by line, to `watch`."""

    def __init__(self, command: list[str], log: pathlib.Path, metrics_port: int, watch: Callable[[dict], None] | None = None):
        self.metrics_port = metrics_port
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

    def said(self, message: str) -> bool:
        return any(line.get("message") == message for line in list(self.lines))

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

    def __init__(self, kube: Kube, work: pathlib.Path, database_url: str, engines: pathlib.Path, ingress_port: int):
        self._kube = kube
        self._work = work
        self._settings = {
            "baseDomain": BASE_DOMAIN,
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
            "images": {"tiny": "storefleet.test/tiny:1"},
            "pullPolicy": "IfNotPresent",
            "helmHelper": os.environ["STOREFLEET_HELM_HELPER"],
            "namespace": PLATFORM,
            "controllerPodLabels": {"app.kubernetes.io/component": "controller"},
            "log": {"level": "debug", "format": "json"},
        }
        secrets = work / "secrets"
        secrets.mkdir()
        (secrets / "databaseUrl").write_text(database_url)
        (secrets / "adminToken").write_text(ADMIN_TOKEN)
        self.controllers: list[Process] = []
        self.api_process: Process | None = None
        self.api_port = free_port()
        self._started = 0
        self._write_kubeconfigs()

    def _write_kubeconfigs(self) -> None:
        for account in ("storefleet-controller", "storefleet-api"):
            path = f"/api/v1/namespaces/{PLATFORM}/serviceaccounts/{account}/token"
            request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}}
            token = self._kube.create(path, request)["status"]["token"]
            config = {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "it",
                "clusters": [{"name": "it", "cluster": {"server": self._kube.server, "certificate-authority-data": self._kube.authority}}],
                "users": [{"name": "it", "user": {"token": token}}],
                "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
            }
            (self._work / f"{account}.kubeconfig").write_text(json.dumps(config))

    def _start(self, role: str, watch=None) -> Process:
        self._started += 1
        name = f"{role}-{self._started:03d}"
        metrics_port = free_port()
        config = self._work / f"{name}.yaml"
        config.write_text(json.dumps({**self._settings, "listenPort": self.api_port, "metricsPort": metrics_port}))
        command = [
            os.environ["STOREFLEET_BINARY"],
            "serve",
            f"--role={role}",
            f"--config={config}",
            f"--secrets={self._work / 'secrets'}",
            f"--kubeconfig={self._work / f'storefleet-{role}.kubeconfig'}",
        ]
        return Process(command, self._work / "logs" / f"{name}.log", metrics_port, watch)

    def start_api(self) -> None:
        self.api_process = self._start("api")
        eventually(lambda: self.probe(self.api_process, "/readyz") == 200, 20, "the API is ready")

    def start_controller(self, watch=None) -> Process:
        """Does not wait for anything: it may have to wait for the lease of another."""
        controller = self._start("controller", watch)
        self.controllers.append(controller)
        return controller

    def start_leader(self, watch=None) -> Process:
        """A controller that leads and has read the cluster. There must be no other."""
        self.expire_lease()
        controller = self.start_controller(watch)
        eventually(lambda: controller.said("the cluster is read") or not controller.alive, 20, "the controller leads")
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

    def api(self, method: str, path: str, body=None, expect: int | None = None):
        """One REST request; returns the JSON of the answer, after checking its status if `expect` is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.api_port, timeout=15)
        try:
            headers = {"Authorization": f"Bearer {ADMIN_TOKEN}", "Content-Type": "application/json"}
            connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if expect is not None:
                assert answer.status == expect, f"{method} {path}: {answer.status}: {text}"
            return json.loads(text) if text else None
        finally:
            connection.close()

    def create(self, name: str, **fields):
        return self.api("POST", "/stores", {"name": name, "engine": "tiny", "sampleData": False, **fields}, expect=202)

    def delete(self, name: str):
        return self.api("DELETE", f"/stores/{name}", expect=202)

    def events(self, name: str) -> list[dict]:
        return self.api("GET", f"/stores/{name}/events?limit=1000", expect=200)["items"]
