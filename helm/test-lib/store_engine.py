"""Cases that hold for every engine and store chart. Run by engine_cases in store-chart.sh, in the folder helm/."""

import json
import pathlib
import re
import subprocess

import yaml

UNITS = {"m": 1e-3, "": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 1e3, "M": 1e6, "G": 1e9}
# What the platform gives to an order test.
GIVEN = {"loginPath", "adminUser", "adminEmail", "adminPassword", "url"}
MACHINERY = [("Deployment", "web"), ("StatefulSet", "database"), ("Service", "web"), ("Service", "database"),
             ("PersistentVolumeClaim", "database"), ("PersistentVolumeClaim", "files")]
COUNTED = ("requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "pods", "requests.storage", "persistentvolumeclaims", "services")

def check(name, good):
    print(("ok    " if good else "FAIL  ") + name)


def amount(text):
    number, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(text)).groups()
    return float(number) * UNITS[unit]


def engine_of(folder):
    return yaml.safe_load(pathlib.Path(folder, "engine.yaml").read_text())


def rendered(chart, values):
    """Whether the chart takes these values, and its objects."""
    done = subprocess.run(["helm", "template", "store", chart, "-n", "store-0123456789", "-f", "-"],
                          input=json.dumps(values), capture_output=True, text=True)
    return done.returncode == 0, [o for o in yaml.safe_load_all(done.stdout) if o]


def placeholders(value):
    return set(re.findall(r"\{([a-zA-Z]+)\}", json.dumps(value)))


def check_script(name, script, steps, captured):
    """Every step is whole and uses only what is known by then; all that is known at the end."""
    for step in steps:
        check(f"{name}: {script} '{step['name']}' uses only what was captured", placeholders(step) <= captured)
        captured = captured | {c["name"] for c in step.get("capture", [])}
        check(f"{name}: {script} '{step['name']}' is complete", {"name", "method", "path", "expectStatus"} <= set(step))
    return captured


def samples(schema):
    """Two values that a parameter may have, as far from each other as its bounds allow."""
    if "enum" in schema:
        return schema["enum"][0], schema["enum"][-1]
    if schema["type"] == "boolean":
        return False, True
    if schema["type"] == "integer":
        return schema["minimum"], schema["maximum"]
    texts = ["a" * schema["maxLength"], "b.example.com", "1Mi", "9" * (schema["maxLength"] - 2) + "Gi", "x"]
    fitting = [text for text in texts if re.search(schema.get("pattern", ""), text) and len(text) <= schema["maxLength"]]
    return fitting[0], fitting[-1]


def check_parameters(engine, chart):
    """The chart takes every value within the bounds that users are shown, and each parameter changes something."""
    parameters = engine["parameters"]["properties"]
    first = {name: samples(schema)[0] for name, schema in parameters.items()}
    values = {"image": {"reference": "a/b:c"}, "parameters": first}
    accepted, before = rendered(chart, values)
    check(f"{engine['name']}: the chart takes the first value of each parameter", accepted)
    for name, schema in parameters.items():
        other = samples(schema)[1]
        accepted, after = rendered(chart, {**values, "parameters": {**first, name: other}})
        check(f"{engine['name']}: the chart takes {name} {str(other)[:20]}, and it changes the objects", accepted and after != before)


def check_engine(engine, chart, secrets):
    """`secrets`: the keys that the image reads."""
    name = engine["name"]
    check(f"{name}: names this chart", engine["chart"] == chart)
    check(f"{name}: generates exactly the secrets that the image reads", set(engine["secrets"]) == secrets)
    check(f"{name}: has one-click login", engine["login"]["path"].startswith("/"))
    check_script(name, "probe", engine["probe"], set())
    captured = check_script(name, "check", engine["check"]["steps"], GIVEN)
    for text in engine["check"]["leaves"]:
        check(f"{name}: check leaves '{text[:20]}…' speaks of what was captured", placeholders(text) <= captured)
    allowed = json.loads(pathlib.Path(chart, "values.schema.json").read_text())["properties"]["parameters"]["properties"]
    check(f"{name}: users may set only what the chart knows", set(engine["parameters"]["properties"]) <= set(allowed))
    check_parameters(engine, chart)


def usage_of(objects):
    """What the objects take of a quota, and the largest limit of a container by resource."""
    used, largest = dict.fromkeys(COUNTED, 0), {}
    for o in objects:
        if o["kind"] == "PersistentVolumeClaim":
            used["persistentvolumeclaims"] += 1
            used["requests.storage"] += amount(o["spec"]["resources"]["requests"]["storage"])
        if o["kind"] == "Service":
            used["services"] += 1
        if o["kind"] in ("Deployment", "StatefulSet"):
            # Twice: an old pod counts until it is gone.
            used["pods"] += 2
            pod = o["spec"]["template"]["spec"]
            for container in pod["containers"] + pod.get("initContainers", []):
                for kind in ("requests", "limits"):
                    for resource, value in container["resources"][kind].items():
                        used[f"{kind}.{resource}"] += 2 * amount(value)
                        largest[resource] = max(largest.get(resource, 0), amount(value))
    return used, largest


def check_plan(engine, chart, plan, size, cache):
    """The plan's values are taken and fit its quota; `cache`: the parameter with the database's cache."""
    name = f"{engine['name']}: plan {plan}"
    values = {"image": {"reference": "localhost/storefleet/store:t", "pullPolicy": "IfNotPresent"},
              "secrets": {"name": "store-secrets", "admin": "store-admin"}, "storage": {"className": "", **size["storage"]},
              "resources": size["resources"], "parameters": size["parameters"]}
    accepted, objects = rendered(chart, values)
    check(f"{name} is accepted by the chart", accepted)
    used, largest = usage_of(objects)
    quota = {key: amount(value) for key, value in size["quota"].items()}
    for key, value in used.items():
        check(f"{name}: {key} fits the quota", key in quota and value <= quota[key])
    for resource, value in largest.items():
        check(f"{name}: {resource} fits the limit range", value <= amount(size["limitRange"]["max"][resource]))
    check(f"{name}: the database's cache fits its memory",
          amount(size["parameters"][cache]) * 2 <= amount(size["resources"]["database"]["limits"]["memory"]) + 2**26)


def check_machinery(chart):
    """What holds for the objects of every store chart; its pods by workload."""
    _, objects = rendered(chart, {"image": {"reference": "a/b:c"}})
    check("the chart holds machinery only", sorted((o["kind"], o["metadata"]["name"]) for o in objects) == sorted(MACHINERY))
    for o in objects:
        check(f"{o['kind']} {o['metadata']['name']}: standard labels",
              {f"app.kubernetes.io/{label}" for label in ("name", "component", "part-of", "managed-by")} <= set(o["metadata"]["labels"]))
    workloads = [o for o in objects if o["kind"] in ("Deployment", "StatefulSet")]
    _, asleep = rendered(chart, {"image": {"reference": "a/b:c"}, "asleep": True})
    replicas = [o["spec"].pop("replicas") for o in asleep + objects if o["kind"] in ("Deployment", "StatefulSet")]
    check("sleep takes away all replicas and nothing else", replicas == [0] * len(workloads) + [1] * len(workloads) and asleep == objects)
    pods = {o["metadata"]["name"]: o["spec"]["template"]["spec"] for o in workloads}
    for name, pod in pods.items():
        check(f"{name}: no service account token, no service links", pod["automountServiceAccountToken"] is False and pod["enableServiceLinks"] is False)
        check(f"{name}: volumes keep their owner", pod["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch")
    return pods
