"""Ways to reach a store besides its Ingress: a forwarded port, a port of the node, lines for a hosts file."""

import concurrent.futures
import http.client
import json
import pathlib
import subprocess
import time
import urllib.parse

import platform_under_test as platform
from platform_under_test import cli, eventually, fetch, kubectl_json


def get(address: str, port: int, host: str | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(address, port, timeout=5)
    try:
        connection.request("GET", "/shop/", headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except OSError:
        return 0, ""
    finally:
        connection.close()


def test_a_port_of_this_machine_leads_to_a_store(new_store):
    store = new_store()
    forward = subprocess.Popen([platform.CLI, "expose", store.name, "--port", "18099"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        status, body = eventually(lambda: (answer := get("127.0.0.1", 18099))[0] == 200 and answer, 20, "the forwarded port")
        assert status == 200 and "http://127.0.0.1:18099/" in body, "links stay on the forwarded port"
        assert store.url not in body
    finally:
        forward.terminate()
        forward.wait(timeout=10)
    eventually(lambda: get("127.0.0.1", 18099)[0] == 0, 10, "the end of the forwarding")
    assert "http://127.0.0.1" not in fetch(store.url + "shop/").body, "nobody else is sent there"


def test_hosts_lines_name_every_store(new_store):
    store = new_store("--host", "shop.example.test", engine="stall")
    lines = [line.split() for line in cli("hosts", check=True).out.splitlines()]
    assert ["127.0.0.1", store.url.split("//")[1].split("/")[0].split(":")[0], "shop.example.test"] in lines


def test_a_node_port_by_value(new_store):
    settings = ["upgrade", "storefleet", "helm/storefleet", "-n", platform.NAMESPACE, "--reuse-values", "--wait"]
    platform.run("helm", *settings, "--set", "stores.serviceType=NodePort", check=True)
    try:
        store = new_store(engine="stall")
        service = kubectl_json("-n", store.namespace, "get", "service", "web")["spec"]
        node = kubectl_json("get", "nodes")["items"][0]["status"]["addresses"][0]["address"]
        assert service["type"] == "NodePort" and len(service["ports"]) == 1, "the agent gets no port of the node"
        eventually(lambda: get(node, service["ports"][0]["nodePort"], store.url.split("/")[2])[0] == 404, 10, "the node's port (no /shop/ in a stall)")
    finally:
        platform.run("helm", *settings, "--set", "stores.serviceType=ClusterIP", check=True)


PIECE, SECONDS = 40_000, 66  # bytes a second; Traefik's own limit is 60 s for a whole request


def slow_form(store) -> tuple[int, str]:
    """A login form of WordPress, sent slowly: status and page."""
    parts = urllib.parse.urlsplit(store.url)
    start = b"log=nobody&pwd="
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=30)
    try:
        connection.putrequest("POST", "/wp-login.php", skip_host=True)
        connection.putheader("Host", parts.netloc)
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(len(start) + PIECE * SECONDS))
        connection.endheaders(start)
        begin = time.monotonic()
        for number in range(SECONDS):
            time.sleep(max(0.0, begin + number + 1 - time.monotonic()))
            connection.send(b"x" * PIECE)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def slow_picture(store, picture: pathlib.Path, scheme: str, port: int) -> tuple[str, str, float]:
    """A picture for Medusa's administration, sent slowly by curl: status, version of HTTP, seconds."""
    printed = cli("credentials", store.name, "-o", "json", check=True).json()
    login = json.dumps({"email": printed["username"], "password": printed["password"]})
    token = json.loads(fetch(store.url + "auth/user/emailpass", "POST", login, {"Content-Type": "application/json"}).body)["token"]
    host = urllib.parse.urlsplit(store.url).hostname
    command = ["curl", "-sk", "--limit-rate", PIECE, "--max-time", 2 * SECONDS, "--resolve", f"{host}:{port}:127.0.0.1", "-H", f"Authorization: Bearer {token}"]
    command += ["-F", f"files=@{picture};type=image/png", "-o", "/dev/null", "-w", "%{http_code} %{http_version} %{time_total}"]
    status, version, took = platform.run(*command, f"{scheme}://{host}:{port}/admin/uploads", timeout=2 * SECONDS + 10).out.split()
    return status, version, float(took)


def test_a_slow_upload_is_not_cut_by_the_clock(new_store, tmp_path):
    """A merchant's pictures over a slow line take longer: to either engine, by HTTP/1.1 and by HTTP/2."""
    wordpress, medusa = new_store(), new_store(engine="medusa")
    picture = tmp_path / "large.png"
    picture.write_bytes(b"x" * PIECE * SECONDS)
    secure = platform.run(platform.ROOT / "cluster/cluster", "status", "-o", "json", check=True).json()["httpsPort"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        form = pool.submit(slow_form, wordpress)
        plain = pool.submit(slow_picture, medusa, picture, "http", platform.server_port())
        second = pool.submit(slow_picture, medusa, picture, "https", secure)
    status, body = form.result()
    assert status == 200 and "loginform" in body, status
    assert plain.result()[:2] == ("200", "1.1") and plain.result()[2] > 60, plain.result()
    assert second.result()[:2] == ("200", "2") and second.result()[2] > 60, second.result()


def test_a_host_that_nobody_has_gets_the_platforms_page():
    address = urllib.parse.urlsplit(platform.server())
    for host in (f"nobody.{address.hostname}", "shop.example.test"):
        for path in ("", "wp-login.php", "api/v1/stores"):
            page = fetch(f"http://{host}:{address.port or 80}/{path}", headers={"Accept": "text/html"})
            assert page.status == 404 and page.headers["x-robots-tag"] == "noindex", (host, path, page)
            assert "There is no shop at this address" in page.body and 'name="robots" content="noindex"' in page.body


def test_semicolons_of_a_query_reach_the_store(new_store):
    """Left alone, Traefik makes them "&": imports with semicolons, which Excel writes in Europe, lose their columns."""
    store = new_store()
    assert "tea;pot" in fetch(store.url + "?s=tea;pot&x=1").body, "the page names what was searched for"
    assert "tea;pot" not in fetch(store.url + "?s=tea&x=1").body
