"""A hundred stores asked for at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor

from kube import NAMESPACES, VOLUMES

STORES = 100


def test_a_hundred_at_once(kube, platform, leader, wait_ready, wait_gone):
    names = [f"many-{i:03d}" for i in range(STORES)]
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(platform.create, names))
        asked = time.monotonic() - started
        ready = wait_ready(names, 120)
        took = time.monotonic() - started
        print(f"{STORES} stores: asked for in {asked:.1f} s, all Ready after {took:.1f} s, {STORES / took:.1f} stores/s")

        ids = {store["status"]["id"] for store in ready.values()}
        assert len(ids) == STORES
        of_uid = [n["metadata"]["annotations"]["storefleet.dev/store-uid"] for n in kube.items(NAMESPACES) if n["metadata"]["name"].startswith("store-")]
        assert sorted(of_uid) == sorted(store["metadata"]["uid"] for store in ready.values()), "exactly one namespace a store"
        assert len(kube.items(VOLUMES)) == STORES and len(kube.claims()) == STORES

        started = time.monotonic()
        list(pool.map(platform.delete, names))
        wait_gone(300)
        print(f"{STORES} stores: nothing left after {time.monotonic() - started:.1f} s")
    assert leader.alive
