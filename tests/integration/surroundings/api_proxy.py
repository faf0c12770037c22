"""A TLS proxy on loopback between one controller and the API server. It knows every request that went through, and can
be a slow network, one that is cut, or one that is cut in one direction only."""

from __future__ import annotations

import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass

from kube import Kube


@dataclass
class Seen:
    """One request that was passed on."""

    at: float  # time.monotonic()
    method: str
    path: str
    agent: str

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def about_lease(self) -> bool:
        return "/leases/" in self.path


class ApiProxy:
    def __init__(self, kube: Kube, folder: pathlib.Path, name: str):
        self.authority = folder / f"{name}.pem"
        key = folder / f"{name}.key"
        request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", f"/CN={name}"]
        request += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(self.authority)]
        subprocess.run(request, check=True, capture_output=True)
        self.seen: list[Seen] = []
        self.delay = 0.0  # seconds before a request is passed on
        self._deaf = threading.Event()  # nothing goes to the API server
        self._mute = threading.Event()  # nothing comes back from it
        self._kube = kube
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.authority, key)
        self._tls.set_alpn_protocols(["http/1.1"])
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.server = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, answers_only: bool = False) -> None:
        """What is sent from now on is lost; with `answers_only` just what comes back."""
        self._mute.set()
        if not answers_only:
            self._deaf.set()

    def heal(self) -> None:
        """The network works again. Connections of before are broken, and with them what was held back."""
        self._drop()
        self._deaf.clear()
        self._mute.clear()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # else who waits in accept() would get one more
        self._listener.close()
        self._drop()

    def writes_since(self, moment: float) -> list[Seen]:
        return [seen for seen in list(self.seen) if seen.at >= moment and seen.writes]

    def _drop(self) -> None:
        with self._lock:
            connections, self._connections = self._connections, set()
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            while self._deaf.is_set():  # not even the handshake is answered
                time.sleep(0.05)
            client = self._tls.wrap_socket(client, server_side=True)
            server = self._kube.connect()
        except OSError:
            client.close()
            return
        with self._lock:
            self._connections |= {client, server}
        back = threading.Thread(target=self._pass_answers, args=(server, client), daemon=True)
        back.start()
        try:
            self._pass_requests(client, server)
        except OSError:
            pass
        for end in (client, server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        back.join()
        with self._lock:
            self._connections -= {client, server}
        client.close()
        server.close()

    def _pass_answers(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while data := server.recv(65536):
                if not self._mute.is_set():
                    client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _pass_requests(self, client: socket.socket, server: socket.socket) -> None:
        """One at a time: neither of our clients sends a second before the answer to the first."""
        buffer = b""
        while True:
            while b"\r\n\r\n" not in buffer:
                data = client.recv(65536)
                if not data:
                    return
                buffer += data
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            missing = int(length.group(1)) if length else 0
            while len(buffer) < missing:
                data = client.recv(65536)
                if not data:
                    return
                buffer += data
            body, buffer = buffer[:missing], buffer[missing:]
            if self.delay:
                time.sleep(self.delay)
            if self._deaf.is_set():
                continue
            method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            agent = re.search(rb"(?i)\r\nuser-agent: *([^\r]*)", head)
            self.seen.append(Seen(time.monotonic(), method, path.split("?")[0], agent.group(1).decode() if agent else ""))
            server.sendall(head + b"\r\n\r\n" + body)
