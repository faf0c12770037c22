"""A TCP proxy on loopback before PostgreSQL's Unix socket. While it is silent it takes connections and bytes and
passes nothing on: to a client that is what a network looks like that drops packets, but that nothing times out by
itself."""

from __future__ import annotations

import pathlib
import select
import socket
import threading


class SilentProxy:
    def __init__(self, target: pathlib.Path):
        self._target = str(target)
        self._silent = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        self._silent.set()

    def speak_again(self) -> None:
        """What was held back is lost, as its connections are."""
        self._silent.clear()

    def stop(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        was_silent = self._silent.is_set()
        try:
            if not was_silent:
                server.connect(self._target)
            while True:
                readable, _, _ = select.select([client] if was_silent else [client, server], [], [], 0.2)
                was_silent = was_silent or self._silent.is_set()
                for end in readable:
                    data = end.recv(65536)
                    if not data:
                        return
                    if not was_silent:
                        (server if end is client else client).sendall(data)
                if was_silent and not self._silent.is_set():
                    return
        except OSError:
            pass
        finally:
            client.close()
            server.close()
