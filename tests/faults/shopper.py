"""A shopper without a browser: orders by the steps that the engine's own order test has, again and again."""

from __future__ import annotations

import json
import pathlib
import re

import yaml

import platform_under_test as platform
from platform_under_test import ROOT, cli, fetch


class Refused(Exception):
    """The shop did not take the step: the shopper was told."""


def value_at(document, pointer: str):
    for part in pointer.split("/")[1:]:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


class Shopper:
    def __init__(self, store: platform.StoreHandle, engine: str):
        self.store = store
        steps = yaml.safe_load((pathlib.Path(ROOT) / "helm" / f"store-{engine}" / "engine.yaml").read_text())["check"]["steps"]
        names = [step["name"] for step in steps]
        self.buying = steps[: names.index("login")]
        self.asking = steps[names.index("login") : names.index("order in the administration") + 1]

    def order(self) -> str:
        """Buys something; the order's id, which the shop has acknowledged."""
        variables = {"adminEmail": "shopper@example.com"}
        for step in self.buying:
            self.take(step, variables, {})
        return str(variables["orderId"])

    def found(self, orders: list[str]) -> list[str]:
        """Those of the orders that the shop's administration shows."""
        link = cli("open", self.store.name, "--admin", check=True).out.strip()
        variables = {"loginPath": "/" + link.split("//", 1)[1].partition("/")[2]}
        cookies: dict[str, str] = {}
        for step in self.asking[:-1]:
            self.take(step, variables, cookies)
        seen = []
        for order in orders:
            try:
                self.take(self.asking[-1], {**variables, "orderId": order}, cookies)
                seen.append(order)
            except Refused:
                pass
        return seen

    def take(self, step: dict, variables: dict, cookies: dict):
        body = step.get("json")
        headers = {key: filled(value, variables) for key, value in step.get("headers", {}).items()}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in cookies.items())
        path = filled(step["path"], variables)
        try:
            page = fetch(
                self.store.url.rstrip("/") + path, step.get("method", "GET"),
                None if body is None else json.dumps(filled(body, variables)), headers, timeout=15,
            )
        except OSError as error:
            raise Refused(f"{step['name']}: {error}") from None
        if page.status != step["expectStatus"] or step.get("expectBody", "") not in page.body:
            raise Refused(f"{step['name']}: {page.status} {page.body[:200]}")
        for cookie in page.cookies:
            key, _, value = cookie.split(";")[0].partition("=")
            cookies[key] = value
        for capture in step.get("capture", []):
            if "header" in capture:
                variables[capture["name"]] = page.headers[capture["header"].lower()]
            elif capture.get("body"):
                variables[capture["name"]] = page.body
            else:
                variables[capture["name"]] = value_at(json.loads(page.body), capture["pointer"])


def filled(template, variables: dict):
    """The template with each {name} in its place; a text that is one name becomes the value itself."""
    if isinstance(template, dict):
        return {key: filled(value, variables) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, variables) for value in template]
    if not isinstance(template, str):
        return template
    whole = re.fullmatch(r"\{(\w+)\}", template)
    if whole and whole[1] in variables:
        return variables[whole[1]]
    return re.sub(r"\{(\w+)\}", lambda match: str(variables.get(match[1], match[0])), template)
