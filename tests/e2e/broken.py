"""Stores of which one part is broken: they must fail with the cause, and never be Ready."""

import platform_under_test as platform
from platform_under_test import cli, eventually, kubectl_json

# The engine's parameter that breaks it; without one the store is broken from outside.
SETTINGS = {
    "payment": "payment=false",
    "web": "web=crashing",
    "volume": "storage=unmounted",
    "database": "databaseBufferPool=900Gi",
}
ENGINES = {"payment": "stall", "web": "stall", "volume": "stall", "database": "wordpress", "provider": "medusa"}
FAILURES = {
    "payment": "CommerceCheckFailed",
    "web": "ApplicationCrashed",
    "volume": "VolumeNotBound",
    "database": "DatabaseNotReady",
    "provider": "CommerceCheckFailed",
}


def make() -> dict[str, str]:
    """Begins their creation and returns their names, of the engines that the platform has."""
    names = {part: f"broken-{part}" for part, engine in ENGINES.items() if engine in platform.engines()}
    platform.kubectl("delete", "store", *names.values(), "--ignore-not-found", "--timeout=60s", timeout=90)
    for part, name in names.items():
        settings = ["--set", SETTINGS[part]] if part in SETTINGS else []
        cli("create", name, "--engine", ENGINES[part], *settings, check=True)
    if "provider" in names:
        take_payment_away(names["provider"])
    return names


def take_payment_away(name: str) -> None:
    """From a Medusa store, as soon as its database answers: that is seconds before Medusa does."""
    store = eventually(lambda: (s := kubectl_json("get", "store", name).get("status", {})).get("namespace") and s, 30, "the namespace")
    statement = "UPDATE payment_provider SET is_enabled = false; DELETE FROM region_payment_provider"
    psql = ["/usr/lib/postgresql/17/bin/psql", "-h", "/run/store", "-U", "store", "-d", "store", "-v", "ON_ERROR_STOP=1", "-c", statement]
    eventually(
        lambda: platform.kubectl("-n", store["namespace"], "exec", "statefulset/database", "--", *psql).code == 0, 60, "the database", 0.05
    )
