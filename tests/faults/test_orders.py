"""A shop's database is killed hard while shoppers order: no order that was acknowledged is lost."""

import threading
import time

import pytest

import platform_under_test as platform
from conftest import WHOLE
from platform_under_test import cli, eventually
from shopper import Refused, Shopper
from targets import kill_containers

SHOPPERS = 4
KILLS = 5 if WHOLE else 2
DATABASES = {"medusa": "database", "woocommerce": "database"}


@pytest.mark.parametrize("engine", DATABASES)
def test_no_acknowledged_order_is_lost(new_name, note, engine):
    if engine not in platform.engines():
        pytest.skip(f"{engine} is not installed here")
    name = new_name("orders")
    cli("create", name, "--engine", engine, "--wait", "--timeout", "4m", timeout=260, check=True)
    store = platform.StoreHandle(name).load()
    acknowledged: list[str] = []
    refused: list[str] = []
    over = threading.Event()

    def shop():
        shopper = Shopper(store, engine)
        while not over.is_set():
            try:
                acknowledged.append(shopper.order())
            except Refused as error:
                refused.append(str(error))
                time.sleep(0.2)

    crowd = [threading.Thread(target=shop) for _ in range(SHOPPERS)]
    for one in crowd:
        one.start()
    slowest = 0.0
    try:
        eventually(lambda: len(acknowledged) >= 3, 60, lambda: f"orders: {refused[-1:]}", 0.1)
        for _ in range(KILLS):
            time.sleep(2)
            before = len(acknowledged)
            assert kill_containers(store.namespace, DATABASES[engine]) > 0, "no database was found"
            began = time.monotonic()
            eventually(lambda: len(acknowledged) > before + SHOPPERS, 90, lambda: f"orders again: {refused[-1:]}", 0.1)
            slowest = max(slowest, time.monotonic() - began)
    finally:
        over.set()
        for one in crowd:
            one.join()
    eventually(lambda: platform.kubectl_json("get", "store", name)["status"]["phase"] == "Ready", 60, "Ready again", 0.5)
    lost = sorted(set(acknowledged) - set(Shopper(store, engine).found(acknowledged)))
    print(f"{engine}: {len(acknowledged)} orders acknowledged, {len(refused)} tries refused, {KILLS} kills")
    assert not lost, f"acknowledged and lost: {lost}"
    assert len(set(acknowledged)) == len(acknowledged), "no order has another's number"
    note(f"database of a {engine} store killed {KILLS} times under orders: {len(acknowledged)} acknowledged, none lost", slowest)
