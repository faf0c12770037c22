"""Stores whose pods do not answer hold up nobody."""

import os
import time

from kube import STORES, phase
from statistics import median
from waiting import eventually

SILENT = int(os.environ.get("SILENT_STORES", "80"))  # more than any pool of workers that they could fill


def seconds_of_a_store(kube, name):
    """From the wish to Ready, and from the wish to gone."""
    begun = time.monotonic()
    kube.create_store(name)
    eventually(lambda: phase(kube.store(name)) == "Ready", 60, f"{name} is Ready", every=0.01)
    ready = time.monotonic()
    kube.delete(f"{STORES}/{name}")
    eventually(lambda: kube.store(name) is None, 60, f"{name} is gone", every=0.01)
    return ready - begun, time.monotonic() - ready


def test_silent_stores_hold_up_nobody(kube, platform, leader, fakes):
    alone = [seconds_of_a_store(kube, f"alone-{i}") for i in range(2)]
    fakes.silent_prefix = "silent-"
    names = [f"silent-{i:03d}" for i in range(SILENT)]
    for name in names:
        kube.create_store(name)

    def all_wait():
        return len(fakes.asked_in_vain) == SILENT

    eventually(all_wait, 120, lambda: f"all are asked for their site, but: {len(fakes.asked_in_vain)} of {SILENT}", every=0.2)
    time.sleep(2)
    among = [seconds_of_a_store(kube, f"among-{i}") for i in range(2)]
    assert not any(phase(kube.store(name)) == "Ready" for name in names)
    for what, before, after in zip(("create", "delete"), map(median, zip(*alone)), map(median, zip(*among))):
        print(f"{what}: alone {before:.2f} s, among {SILENT} silent stores {after:.2f} s, {after / before:.2f} times")
        assert after <= 1.5 * before + 0.2
    fakes.silent_prefix = None
