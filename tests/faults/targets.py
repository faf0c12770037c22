"""What can be killed: every process that stores depend on, and how it is found."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess

import platform_under_test as platform

STATE = "/var/lib/storefleet-cluster"


def component_processes(name: str) -> list[int]:
    """Processes of a component of the embedded cluster: each carries its name in its environment."""
    wanted = {f"STOREFLEET_CLUSTER_STATE={STATE}".encode(), f"STOREFLEET_CLUSTER_COMPONENT={name}".encode()}
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            environment = set((folder / "environ").read_bytes().split(b"\0"))
        except OSError:
            continue
        if wanted <= environment and b"containerd-shim" not in (folder / "cmdline").read_bytes():
            found.append(int(folder.name))
    return found


def processes_like(pattern: str) -> list[int]:
    found = subprocess.run(["pgrep", "-f", pattern], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def containers(namespace: str, name: str) -> list[str]:
    selector = f'labels."io.kubernetes.pod.namespace"=={namespace},labels."io.kubernetes.container.name"=={name}'
    return platform.containerd("containers", "list", "-q", selector).out.split()


def kill_containers(namespace: str, name: str) -> int:
    """Ends the containers of that name in a namespace as the kernel does, without a farewell; says how many."""
    ended = 0
    for container in containers(namespace, name):
        done = platform.run(
            "ctr", "--address", os.environ["STOREFLEET_CONTAINERD"], "-n", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", container
        )
        ended += done.code == 0
    return ended


def kill(processes: list[int]) -> int:
    for pid in processes:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return len(processes)


# name → a function that kills it and says how many it found.
TARGETS = {
    "controller": lambda: kill(processes_like("storefleet serve --role=controller")),
    "API": lambda: kill(processes_like("storefleet serve --role=api")),
    "Helm helper": lambda: kill(processes_like("^[^ ]*storefleet-helm")),
    "PostgreSQL": lambda: kill_containers(platform.NAMESPACE, "postgresql"),
    "kube-apiserver": lambda: kill(component_processes("kube-apiserver")),
    "etcd": lambda: kill(component_processes("etcd")),
    "kubelet": lambda: kill(component_processes("kubelet")),
    "containerd": lambda: kill(component_processes("containerd")),
    "ingress controller": lambda: kill_containers("kube-system", "traefik"),
    "cluster DNS": lambda: kill_containers("kube-system", "coredns"),
}
