"""Plays, on one loopback port, what simulated pods cannot: every store's in-pod endpoint and its storefront
behind the ingress. A storefront answers once its site was configured, with the title that it was given."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A controller that is killed in the middle of a request is what the tests are about."""


class FakeStores:
    def __init__(self):
        self.sites: dict[str, dict] = {}  # host → the last settings it took, with the token they came with
        self.configured: dict[str, int] = {}  # host → how often
        self.pages: dict[str, tuple[int, bytes]] = {}  # host → status and body of its front page, in place of ours
        self.silent_prefix: str | None = None  # hosts that begin so take a request and do not answer
        self.asked_in_vain: set[str] = set()  # of those
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def is_silent(self, host: str) -> bool:
        """Notes that it was asked, and returns when whoever asked has long gone."""
        if not self.silent_prefix or not host.startswith(self.silent_prefix):
            return False
        self.asked_in_vain.add(host)
        time.sleep(12)
        return True

    def _handler(fakes):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self):
                body = self._body()
                bearer = self.headers.get("Authorization", "")
                if self.path != "/site" or not bearer.startswith("Bearer "):
                    return self._answer(401, {})
                site = json.loads(body)
                host = site["url"].split("//", 1)[1].split(":")[0]
                if fakes.is_silent(host):
                    self.close_connection = True
                    return None
                fakes.sites[host] = {**site, "token": bearer.removeprefix("Bearer ")}
                fakes.configured[host] = fakes.configured.get(host, 0) + 1
                return self._answer(200, {})

            def do_GET(self):
                site = fakes.sites.get(self.headers["Host"])
                if site is None:
                    return self._answer(404, {"error": "no such store"})
                if self.path == "/" and self.headers["Host"] in fakes.pages:
                    return self._send(*fakes.pages[self.headers["Host"]], "text/html")
                if self.path == "/catalogue":
                    return self._answer(200, {"products": [{"id": 7}]})
                return self._answer(200, {"title": site["title"]})

            def do_POST(self):
                line = json.loads(self._body())
                known = self.headers["Host"] in fakes.sites and line == {"id": 7, "quantity": 1}
                return self._answer(201, {"items": 1}) if known else self._answer(422, {"items": 0})

            def _body(self) -> bytes:
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))

            def _answer(self, status: int, body: dict):
                self._send(status, json.dumps(body, separators=(",", ":")).encode(), "application/json")

            def _send(self, status: int, text: bytes, media_type: str):
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        return Handler
