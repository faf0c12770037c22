"""A PostgreSQL server of its own, reachable through a Unix socket only."""

from __future__ import annotations

import os
import pathlib
import subprocess

PASSWORD = "integration-database-password"  # not asked for by the server: it is there to be looked for in logs


class Postgres:
    def __init__(self, folder: pathlib.Path, fsync: str = "off"):
        self._bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self._folder = folder
        self._fsync = fsync
        folder.mkdir()
        # The server refuses to run as root: then the account of its package runs it.
        self._as = []
        if os.geteuid() == 0:
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            subprocess.run(["chown", "postgres:postgres", str(folder)], check=True)
        self._run("initdb", "-D", f"{folder}/db", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.url = f"postgresql://postgres:{PASSWORD}@/postgres?host={folder}"
        self._own_url = f"postgresql://postgres@/postgres?host={folder}"

    def _run(self, program: str, *arguments: str) -> str:
        command = [*self._as, str(self._bin / program), *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", text=True)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}"
        return done.stdout.strip()

    def _pg_ctl(self, *arguments: str) -> None:
        # Its output goes nowhere: the server inherits it and would keep a pipe open.
        command = [*self._as, str(self._bin / "pg_ctl"), "-D", f"{self._folder}/db", "-w", *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        assert done.returncode == 0, " ".join(command)

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync={self._fsync}"
        self._pg_ctl("-l", f"{self._folder}/log", "-o", options, "start")

    def stop(self) -> None:
        self._pg_ctl("-m", "fast", "stop")

    def die(self) -> None:
        """As a crash ends it: what was not committed is lost, and the next start recovers the rest."""
        self._pg_ctl("-m", "immediate", "stop")

    def query(self, sql: str) -> list[list[str]]:
        text = self._run("psql", self._own_url, "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql)
        return [line.split("\t") for line in text.splitlines()]
