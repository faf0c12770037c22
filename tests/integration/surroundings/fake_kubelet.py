"""Plays the kubelet of the simulated node for logs alone: lines with times, followed ones for as long as the reader
stays; beyond `most_followed` it says what a kubelet without inotify instances left says, as a kubelet says it: after
the lines that are there, with status 200."""

from __future__ import annotations

import pathlib
import ssl
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LINE = b"2026-11-24T11:15:02.100000000Z ready to accept connections\n"
TROUBLE = b"failed to create fsnotify watcher: too many open files"


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A reader that leaves is no error."""


class FakeKubelet:
    def __init__(self, work: pathlib.Path, authority: pathlib.Path, authority_key: pathlib.Path):
        self.most_followed = 10_000
        self.followed = 0  # at this moment
        self.peak = 0
        self._lock = threading.Lock()
        key, request, certificate, names = (work / f"fake-kubelet.{end}" for end in ("key", "csr", "crt", "ext"))
        names.write_text("subjectAltName=IP:127.0.0.1\n")
        openssl = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=fake-kubelet", "-keyout", str(key), "-out", str(request)]
        subprocess.run(openssl, check=True, capture_output=True)
        openssl = ["openssl", "x509", "-req", "-in", str(request), "-CA", str(authority), "-CAkey", str(authority_key), "-CAcreateserial"]
        subprocess.run([*openssl, "-days", "2", "-extfile", str(names), "-out", str(certificate)], check=True, capture_output=True)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # The handshake belongs to the reader's own thread: one that is slow must not keep the others waiting.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def serve_node(self, kube, name: str) -> None:
        """The API server asks here for the logs of that node's pods."""
        status = {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}], "daemonEndpoints": {"kubeletEndpoint": {"Port": self.port}}}
        kube.patch(f"/api/v1/nodes/{name}/status", {"status": status})

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(kubelet):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                if not self.path.startswith("/containerLogs/"):
                    return self.send_error(404)
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(LINE)
                if query.get("follow") == ["true"]:
                    self._follow()

            def _follow(self):
                with kubelet._lock:
                    refused = kubelet.followed >= kubelet.most_followed
                    kubelet.followed += 0 if refused else 1
                    kubelet.peak = max(kubelet.peak, kubelet.followed)
                if refused:
                    self.wfile.write(TROUBLE)
                    return
                try:
                    while True:
                        self.wfile.write(LINE)
                        self.wfile.flush()
                        time.sleep(0.5)
                except OSError:
                    pass
                finally:
                    with kubelet._lock:
                        kubelet.followed -= 1

            def log_message(self, *_):
                pass

        return Handler
