"""Stores in an API server without a controller that look as if they were ready for long."""

from concurrent.futures import ThreadPoolExecutor

from kube import STORES

STEPS = ["hosts", "namespace", "policies", "secrets", "release", "database", "application", "site", "route", "commerce"]
AT = "2026-11-24T11:15:0"


def ready_status(number):
    name = f"store-{number:010d}"
    steps = [{"name": step, "state": "Done", "startedAt": f"{AT}{i}.100Z", "finishedAt": f"{AT}{i}.900Z"} for i, step in enumerate(STEPS)]
    conditions = [
        {"type": "Ready", "status": "True", "reason": "CommerceCheckPassed", "message": "", "lastTransitionTime": f"{AT}9.900Z"},
        {"type": "Progressing", "status": "False", "reason": "Settled", "message": "", "lastTransitionTime": f"{AT}9.900Z"},
    ]
    return {
        "phase": "Ready", "observedGeneration": 1, "id": name.removeprefix("store-"), "namespace": name,
        "url": f"http://shop-{number:05d}.shops.test/", "adminUrl": f"http://shop-{number:05d}.shops.test/admin/",
        "engineVersion": "1.0", "steps": steps, "conditions": conditions, "readySeconds": 2.9,
    }  # fmt: skip


def fill_cluster(kube, count):
    def make(number):
        name = f"shop-{number:05d}"
        kube.create_store(name, title=f"Shop number {number}", adminEmail="owner@example.com")
        kube.patch(f"{STORES}/{name}/status", {"status": ready_status(number)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(count)))
