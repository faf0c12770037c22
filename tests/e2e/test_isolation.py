"""What one store can reach of another one and of the platform: nothing."""

import json
import socket
import subprocess

import platform_under_test as platform
import pytest
from platform_under_test import fetch, kubectl, kubectl_json
from waiting import eventually

# Says whether a TCP connection opens; runs in a web pod, which has PHP.
CONNECT = '$c = @fsockopen($argv[1], (int) $argv[2], $n, $s, 3); echo $c ? "open" : "closed";'


def connect_from(store, address: str, port: int) -> str:
    pod = kubectl_json("get", "pods", "-n", store.namespace, "-l", "app.kubernetes.io/component=web")["items"][0]
    done = kubectl("exec", "-n", store.namespace, pod["metadata"]["name"], "-c", "web", "--", "php", "-r", CONNECT, address, str(port), check=True)
    return done.out.strip()


def pod_address(namespace: str, selector: str) -> str:
    return kubectl_json("get", "pods", "-n", namespace, "-l", selector)["items"][0]["status"]["podIP"]


def test_a_store_reaches_only_itself(new_store):
    attacker, victim = new_store(), new_store()
    database = pod_address(victim.namespace, "app.kubernetes.io/component=database")
    web = pod_address(victim.namespace, "app.kubernetes.io/component=web")
    own_database = pod_address(attacker.namespace, "app.kubernetes.io/component=database")
    assert connect_from(attacker, own_database, 3306) == "open", "the check itself must be able to succeed"
    assert connect_from(attacker, database, 3306) == "closed"
    assert connect_from(attacker, web, 8080) == "closed"
    assert connect_from(attacker, web, 8081) == "closed"
    assert fetch(victim.url).status == 200, "the storefront stays reachable through the ingress"


def test_a_store_does_not_reach_the_platform(new_store):
    store = new_store()
    api = kubectl_json("get", "service", "kubernetes", "-n", "default")["spec"]["clusterIP"]
    assert connect_from(store, api, 443) == "closed"
    postgresql = pod_address(platform.NAMESPACE, "app.kubernetes.io/component=postgresql")
    assert connect_from(store, postgresql, 5432) == "closed"
    controller = pod_address(platform.NAMESPACE, "app.kubernetes.io/component=controller")
    assert connect_from(store, controller, 8081) == "closed"


# Says whether a TCP connection opens, of every address and port given; runs in a pod with PHP.
CONNECT_MANY = """
foreach (array_slice($argv, 1) as $target) {
  [$address, $port] = explode("|", $target);
  $c = @stream_socket_client("tcp://$address:$port", $n, $s, 2);
  echo $target, " ", $c ? "open" : "closed", "\\n";
}"""

# One address of each range that a store may not reach, of those that a machine can have (backend/engines/egress.cpp).
BLOCKED = ["10.200.0.1", "100.64.200.1", "168.63.129.16", "169.254.200.1", "172.31.200.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.200.1"]
BLOCKED += ["198.18.200.1", "198.51.100.1", "203.0.113.1", "240.200.0.1"]
PUBLIC = "25.200.0.1"  # of the public internet as far as policies go; here it is ours


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def listener():
    """Addresses of a bridge of ours on the node, with a listener on ports 25 and 8443 of all of them."""
    bridge = "sf-egress-test"
    run("ip", "link", "add", bridge, "type", "bridge")
    sockets = []
    try:
        run("ip", "link", "set", bridge, "up")
        for address in [*BLOCKED, PUBLIC]:
            run("ip", "address", "add", f"{address}/32", "dev", bridge)
            for port in (25, 8443):
                server = socket.create_server((address, port))
                sockets.append(server)
        yield
    finally:
        for server in sockets:
            server.close()
        run("ip", "link", "delete", bridge)


def connect_many(namespace: str, pod: str, targets: list[str]) -> dict[str, str]:
    done = kubectl("exec", "-n", namespace, pod, "-c", "web", "--", "php", "-r", CONNECT_MANY, *targets, check=True)
    return dict(line.split(" ") for line in done.out.strip().splitlines())


def test_no_range_that_is_not_the_internet_can_be_reached(new_store, listener):
    """The listener is there: once the store's policies are out of the way, every packet arrives."""
    store = new_store()
    pod = kubectl_json("get", "pods", "-n", store.namespace, "-l", "app.kubernetes.io/component=web")["items"][0]["metadata"]["name"]
    forbidden = [f"{address}|8443" for address in BLOCKED] + [f"{PUBLIC}|25"]
    allowed = [f"{PUBLIC}|8443"]
    seen = connect_many(store.namespace, pod, forbidden + allowed)
    assert [target for target in forbidden if seen[target] != "closed"] == []
    assert seen[allowed[0]] == "open", "the public internet can be reached"

    # The controller puts policies back when it looks; the pod's other labels take it out of them at once.
    kubectl("label", "pod", pod, "-n", store.namespace, "--overwrite", "app.kubernetes.io/component=free", check=True)
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "everything", "namespace": store.namespace},
        "spec": {"podSelector": {"matchLabels": {"app.kubernetes.io/component": "free"}}, "policyTypes": ["Egress"], "egress": [{}]},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(policy), check=True)
    try:
        def arrives():
            now = connect_many(store.namespace, pod, forbidden)
            return all(state == "open" for state in now.values()) or None

        eventually(arrives, 30, "without the policy every packet arrives")
    finally:
        kubectl("delete", "pod", pod, "-n", store.namespace, check=True)
        kubectl("delete", "networkpolicy", "everything", "-n", store.namespace, check=True)


def isolation() -> dict:
    return json.loads(platform.api("GET", "/platform").body)["isolation"]


def test_the_platform_proves_that_policies_are_enforced():
    found = isolation()
    assert found["state"] == "Enforced", found["evidence"]


def test_the_probe_tells_when_policies_do_not_hold():
    """A policy that lets everybody in is to the probe what a network without policies is."""
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "hole", "namespace": "storefleet-probe"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]},
    }
    restart = ("rollout", "restart", "-n", platform.NAMESPACE, "deployment/storefleet-controller")
    kubectl("apply", "-f", "-", stdin=json.dumps(policy), check=True)
    try:
        kubectl(*restart, check=True)
        found = eventually(lambda: (i := isolation())["state"] == "NotEnforced" and i, 60, "NotEnforced")
        assert "port 7002" in found["evidence"]
    finally:
        kubectl("delete", "networkpolicy", "hole", "-n", "storefleet-probe", check=True)
        kubectl(*restart, check=True)
    eventually(lambda: isolation()["state"] == "Enforced", 60, "Enforced again")
