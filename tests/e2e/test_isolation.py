"""What one store can reach of another one and of the platform: nothing."""

import platform_under_test as platform
from platform_under_test import fetch, kubectl, kubectl_json

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
