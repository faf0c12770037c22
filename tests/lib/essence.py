"""What of an object must be as it was, after somebody changed it and it was put back."""

from __future__ import annotations

import copy

# What Kubernetes itself writes into labels, annotations and specs.
NOT_OURS = ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration")
ALLOCATED = ("clusterIP", "clusterIPs", "volumeName")


def essence(thing: dict | None) -> dict | None:
    if thing is None:
        return None
    metadata = thing["metadata"]
    annotations = {k: v for k, v in metadata.get("annotations", {}).items() if k not in NOT_OURS}
    spec = copy.deepcopy(thing.get("spec")) or {}
    for field in ALLOCATED:
        spec.pop(field, None)
    kept = {"labels": metadata.get("labels"), "annotations": annotations, "spec": spec}
    return kept | {k: thing.get(k) for k in ("data", "roleRef", "subjects", "type")}
