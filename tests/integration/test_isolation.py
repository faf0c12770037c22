"""What the controller makes of a cluster whose isolation it cannot prove (simulated pods open no connection), and of one
whose admission policies are gone."""

import json
import subprocess
import time
from datetime import datetime, timezone

from control_plane import install_rights
from kube import PLATFORM
from waiting import eventually

EVIDENCE = "written by a test"
REFUSED = "the admission policies refuse what they must"


def isolation(platform) -> dict:
    return platform.api("GET", "/platform", expect=200)["isolation"]


def failure(kube, name: str) -> str:
    return ((kube.store(name).get("status") or {}).get("failure") or {}).get("code", "")


def running_step(kube, name: str) -> tuple[str, str] | None:
    """Name and message of the step that runs."""
    steps = (kube.store(name).get("status") or {}).get("steps", [])
    return next(((step["name"], step.get("message", "")) for step in steps if step["state"] == "Running"), None)


def keep_verdict(state: str) -> None:
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    verdict = json.dumps({"state": state, "evidence": EVIDENCE, "since": now, "lookedAt": now})
    patch = json.dumps({"data": {"verdict": verdict}})
    command = ["kubectl", "-n", PLATFORM, "patch", "configmap", "storefleet-isolation", "--type=merge", "-p", patch]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def test_unknown_is_said_and_holds_nothing_back(kube, platform, wait_ready, wait_gone):
    platform.start_leader()
    shown = eventually(lambda: isolation(platform) if "No probe pod runs" in isolation(platform)["evidence"] else None, 15, lambda: f"the verdict is told, but {isolation(platform)}")
    assert (shown["state"], shown["required"]) == ("Unknown", False)
    platform.create("not-held")
    wait_ready(["not-held"], 30)
    platform.delete("not-held")
    wait_gone(30)


def test_where_it_is_required_nothing_is_made_unproved(kube, platform, wait_ready, wait_gone):
    required = {"isolation": {"required": True}}

    def nothing_is_made() -> None:
        namespaces = subprocess.run(["kubectl", "get", "namespaces", "-l", "storefleet.dev/store=held", "-o", "name"], check=True, capture_output=True, text=True)
        assert namespaces.stdout == "", "nothing was made for it"

    # Nobody knows yet: that is no failure before the controller has looked six times, which takes a minute.
    keep_verdict("Unknown")
    platform.expire_lease()
    held = platform.start_controller(settings=required)
    platform.create("held")
    eventually(lambda: running_step(kube, "held") == ("namespace", EVIDENCE), 30, lambda: f"it waits for the verdict, but: {running_step(kube, 'held')}")
    nothing_is_made()
    assert failure(kube, "held") == ""

    assert held.terminate() == 0
    keep_verdict("NotEnforced")
    held = platform.start_controller(settings=required)
    eventually(lambda: failure(kube, "held") == "IsolationNotEnforced", 30, "the store says why it waits")
    nothing_is_made()

    # What the last leader proved a moment ago counts for the next one.
    assert held.terminate() == 0
    keep_verdict("Enforced")
    platform.start_controller(settings=required)
    wait_ready(["held"], 30)
    assert failure(kube, "held") == ""
    platform.delete("held")
    wait_gone(30)


def test_a_controller_whose_admission_policies_are_gone_does_not_run(kube, platform):
    platform.expire_lease()
    sound = platform.start_controller_as_in_a_pod()
    eventually(lambda: sound.said(REFUSED) and sound.said("the cluster is read"), 30, "it leads")
    assert sound.terminate() == 0
    try:
        for policy in ("namespaces", "rolebindings"):
            binding = f"storefleet-{policy}"
            subprocess.run(["kubectl", "delete", "validatingadmissionpolicybinding", binding], check=True, stdout=subprocess.DEVNULL)
            time.sleep(3)  # the API server looks at its policies once a second
            platform.expire_lease()
            bare = platform.start_controller_as_in_a_pod()
            assert bare.wait(40) == 1, policy
            assert not bare.said("the cluster is read"), policy
            error = next(line["error"] for line in bare.lines if line.get("message") == "the controller cannot go on")
            assert f"admission policy {binding} is missing" in error
            install_rights()
    finally:
        install_rights()
