"""Starts tests/quota-histories against a platform and fulfils its wishes: the database and the leading controller die
and come back, and what is reserved in the ledger is looked up.

By itself, inside of tests/integration/run --exec, it brings such a platform up: see tests/quota-histories/run."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

import control_plane
from kube import Kube, environment, free_port
from platform_processes import ADMIN_TOKEN, Platform
from postgres import Postgres

# What a ledger could do wrong, done to ours by its database.
BREAKS = {
    "forgets-places": """
        CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN IF random() < 0.9 THEN RETURN NULL; END IF; RETURN NEW; END';
        CREATE TRIGGER forgets BEFORE INSERT ON quota_places FOR EACH ROW EXECUTE FUNCTION forget()""",
    "keeps-places": """
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN IF random() < 0.5 THEN RETURN NULL; END IF; RETURN OLD; END';
        CREATE TRIGGER keeps BEFORE DELETE ON quota_places FOR EACH ROW EXECUTE FUNCTION keep()""",
}
MEND = """
    DROP TRIGGER IF EXISTS forgets ON quota_places;
    DROP TRIGGER IF EXISTS keeps ON quota_places;
    DROP FUNCTION IF EXISTS forget, keep;
    DELETE FROM quota_places"""
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "quota-histories"
# Stores end after their admission: that it is not proved yet that stores are kept from each other holds them there.
ADMITTED_ONLY = {"isolation": {"required": True}}


class QuotaHistories:
    def __init__(self, platform: Platform, postgres: Postgres):
        self._platform, self._postgres = platform, postgres
        self._leaders = 0  # so many have been started
        self._leading = threading.Lock()
        self._ends = threading.Event()

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit status, and what it printed."""
        program = subprocess.run([FOLDER / "build"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        child = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = ""
        self._start_leader()
        keeper = threading.Thread(target=self._keep_a_leader)
        keeper.start()
        with child:
            self._tell(child, self._settings())
            for line in child.stdout:
                if line.startswith("wish "):
                    self._tell(child, self._fulfil(*line.split()[1:]))
                else:
                    said += line
                    print(line, end="", flush=True)
        self._ends.set()
        keeper.join()
        return child.returncode, said

    def _start_leader(self) -> None:
        self._leaders += 1
        self._platform.start_leader(settings=ADMITTED_ONLY)

    def _keep_a_leader(self) -> None:
        """One that ends by itself, as when it could not renew its lease in time, is started again, as in a cluster."""
        while not self._ends.wait(0.5):
            with self._leading:
                if not self._platform.controllers[-1].alive:
                    self._start_leader()

    @staticmethod
    def _tell(child: subprocess.Popen, answer) -> None:
        child.stdin.write(json.dumps(answer) + "\n")
        child.stdin.flush()

    def _settings(self) -> dict:
        text = pathlib.Path(os.environ["KUBECONFIG"]).read_text()

        def field(name: str) -> str:
            return re.search(rf"{name}: (\S+)", text).group(1)

        authority, certificate = environment() / "histories-authority.pem", environment() / "histories-client.pem"
        authority.write_bytes(base64.b64decode(field("certificate-authority-data")))
        certificate.write_bytes(base64.b64decode(field("client-certificate-data")) + base64.b64decode(field("client-key-data")))
        ports = [self._platform.api_port, *(replica.port for replica in self._platform.replicas)]
        return {
            "replicas": [f"http://127.0.0.1:{port}" for port in ports],
            "token": ADMIN_TOKEN,
            "cluster": {"server": field("server"), "authority": str(authority), "certificate": str(certificate)},
        }

    def _fulfil(self, wish: str, team: str = ""):
        match wish:
            case "database-dies":
                self._postgres.die()
            case "database-starts":
                self._postgres.start()
            case "leader-dies":
                with self._leading:
                    self._platform.controllers[-1].kill()
                    self._start_leader()
            case "leaders":
                return self._leaders
            case "reserved":
                return self._reserved(team)
        return True

    def _reserved(self, team: str) -> list[str] | None:
        """Names of stores; None while the database is away."""
        try:
            rows = self._postgres.query(f"SELECT store_name FROM quota_places WHERE store_uid IS NULL AND team = '{team}'")
        except AssertionError:
            return None
        return [row[0] for row in rows]


def main(arguments: list[str]) -> None:
    """With --break NAME first the ledger is broken, as one of BREAKS."""
    broken = ""
    if arguments[:1] == ["--break"]:
        broken, arguments = BREAKS[arguments[1]], arguments[2:]
    kube = Kube(os.environ["KUBECONFIG"])
    control_plane.install_rights()
    postgres = Postgres(environment() / "postgres")
    postgres.start()
    platform = control_plane.make_platform(kube, postgres.url, free_port(), log_level="info")
    platform.start_api()
    platform.start_replicas(1)
    if broken:
        postgres.query(broken)
    status, _ = QuotaHistories(platform, postgres).run(*arguments)
    platform.stop()
    postgres.stop()
    sys.exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
