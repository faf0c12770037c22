"""Helm's record of a store's release, opened and written back as a crash would leave it."""

from __future__ import annotations

import base64
import gzip
import json

from platform_under_test import kubectl, kubectl_json


def newest_record(namespace: str) -> dict:
    secrets = kubectl_json("-n", namespace, "get", "secrets", "-l", "owner=helm,name=store")["items"]
    return max(secrets, key=lambda secret: int(secret["metadata"]["labels"]["version"]))


def set_status(namespace: str, status: str):
    """As if Helm had been killed in that state: the record says so, the objects are as they are."""
    secret = newest_record(namespace)
    release = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(secret["data"]["release"]))))
    release["info"]["status"] = status
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode()))).decode()
    patch = {"metadata": {"labels": {"status": status}}, "data": {"release": packed}}
    kubectl("-n", namespace, "patch", "secret", secret["metadata"]["name"], "--type", "merge", "-p", json.dumps(patch), check=True)
