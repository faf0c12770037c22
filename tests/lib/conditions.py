"""The conditions in an object's status, by their type."""

from __future__ import annotations


def conditions(thing: dict | None) -> dict[str, dict]:
    """Empty where there is no object, and where it has none yet: a new object may say `null`."""
    listed = ((thing or {}).get("status") or {}).get("conditions") or []
    return {c["type"]: c for c in listed}


def is_true(thing: dict | None, kind: str) -> bool:
    return conditions(thing).get(kind, {}).get("status") == "True"
