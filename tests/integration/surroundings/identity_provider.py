"""A real provider of OpenID Connect (tests/oidc) and somebody with a browser who logs in there."""

from __future__ import annotations

import http.client
import os
import pathlib
import re
import subprocess
import urllib.parse
from http.cookies import SimpleCookie

from kube import free_port
from waiting import eventually


class IdentityProvider:
    """The process; `redirect_uri` is where its clients may send people back to."""

    def __init__(self, log: pathlib.Path, redirect_uri: str):
        self._log = log
        self._redirect_uri = redirect_uri
        self._start()
        try:
            eventually(self._answers, 10, "the provider answers")
        except AssertionError as late:
            # Seen once: node stood still before it listened. What it waited for goes to the log, and another one gets
            # the same chance; one that has ended does not.
            if self._child.poll() is not None:
                raise
            self._note(f"{late}; its threads: {self._threads()}; another one is started")
            self._child.kill()
            self._child.wait(10)
            self._start()
            eventually(self._answers, 20, "the second provider answers")

    def _start(self) -> None:
        self._port = free_port()
        self.issuer = f"http://127.0.0.1:{self._port}"
        folder = os.environ["STOREFLEET_TEST_OIDC"]
        environment = {**os.environ, "PORT": str(self._port), "REDIRECT_URI": self._redirect_uri}
        with self._log.open("ab") as output:
            self._child = subprocess.Popen(["node", f"{folder}/provider.js"], env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def _note(self, text: str) -> None:
        print(text)
        with self._log.open("a") as log:
            log.write(f"{text}\n")

    def _threads(self) -> list[str]:
        """Name and place in the kernel of each thread of the process."""
        tasks = pathlib.Path(f"/proc/{self._child.pid}/task").iterdir()
        return [f"{(task / 'comm').read_text().strip()} in {(task / 'wchan').read_text()}" for task in tasks]

    def _answers(self) -> bool:
        assert self._child.poll() is None, self._log.read_text()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
            connection.request("GET", "/jwks")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def stop(self) -> None:
        self._child.terminate()
        self._child.wait(10)


class Page:
    def __init__(self, url: str, answer: http.client.HTTPResponse):
        self.url = url
        self.status = answer.status
        self.location = answer.headers.get("Location")
        self.cookies = answer.headers.get_all("Set-Cookie") or []
        self.text = answer.read().decode()


class Browser:
    """Keeps cookies by host and port, and goes where it is sent."""

    def __init__(self):
        self.cookies: dict[str, dict[str, str]] = {}
        self.visited: list[Page] = []

    def open(self, url: str, form: dict[str, str] | None = None) -> Page:
        """One request; redirects are not followed."""
        parts = urllib.parse.urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        headers = {"Accept": "text/html", "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(parts.netloc, timeout=15)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("GET" if form is None else "POST", target, None if form is None else urllib.parse.urlencode(form), headers)
            page = Page(url, connection.getresponse())
        finally:
            connection.close()
        for line in page.cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    jar[name] = morsel.value
                else:
                    jar.pop(name, None)
        self.visited.append(page)
        return page

    def follow(self, page: Page, until: str | None = None) -> Page:
        """Goes on until there is a page, or the next address starts with `until`."""
        while page.status in (302, 303):
            url = urllib.parse.urljoin(page.url, page.location)
            if until and url.startswith(until):
                return page
            page = self.open(url)
        return page

    def submit(self, page: Page, **fields: str) -> Page:
        """The page's form with its hidden fields."""
        action = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        assert action, f"{page.url} ({page.status}) has no form: {page.text}"
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        return self.open(urllib.parse.urljoin(page.url, action.group(1)), {**hidden, **fields})

    def log_in(self, platform: str, who: str, return_to: str = "/") -> Page:
        """Over the provider's login and consent; the platform's answer to what it is given then."""
        page = self.follow(self.open(f"{platform}/api/v1/auth/oidc/login?returnTo={urllib.parse.quote(return_to)}"))
        page = self.follow(self.submit(page, login=who, password="any"), until=f"{platform}/api")
        if page.status == 200:
            page = self.follow(self.submit(page), until=f"{platform}/api")
        return self.open(page.location)
