"""What the stand-ins for k3d, kind and minikube share: they are as strict about words and flags as the real programs
(interface.tsv), and do with the cluster behind them what the real ones do with theirs.

STAND_IN_STATE is a folder that holds what exists, one file a cluster: PROGRAM-NAME with the path of a kubeconfig, or
empty for one that is stopped. `calls` in it is a log. STAND_IN_CLUSTER is the kubeconfig of the cluster that a newly
made one leads to, STAND_IN_LOAD the program that gets the archive of an image.
"""

import json
import os
import pathlib
import subprocess
import sys

INTERFACE = pathlib.Path(__file__).with_name("interface.tsv")


def refuse(text):
    print(f"Error: {text}", file=sys.stderr)
    sys.exit(1)


def accepted(program):
    """Commands of the program, each with its flags: whether they take a value."""
    commands = {}
    for line in INTERFACE.read_text().splitlines():
        if line.startswith("#"):
            continue
        name, command, flags = line.split("\t")
        if name == program:
            commands[command] = {flag.rstrip("="): flag.endswith("=") for flag in flags.split()}
    everywhere = commands.pop("")
    return {command: everywhere | flags for command, flags in commands.items()}, everywhere


def parse(program, arguments):
    """The command, its words and its flags; ends the program where the real one would."""
    commands, everywhere = accepted(program)
    anywhere = everywhere | {flag: value for flags in commands.values() for flag, value in flags.items()}
    words, given = [], []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "-" or not argument.startswith("-"):
            words.append(argument)
            continue
        flag, _, value = argument.partition("=")
        if flag not in anywhere:
            refuse(f"unknown flag: {flag}")
        takes_value = next((flags[flag] for command, flags in commands.items() if flag in flags
                            and words[: len(command.split())] == command.split()), anywhere[flag])
        if takes_value and not argument.count("="):
            if not rest:
                refuse(f"flag needs an argument: {flag}")
            value = rest.pop(0)
        given.append((flag, value))
    for command in sorted(commands, key=len, reverse=True):
        length = len(command.split())
        if words[:length] == command.split():
            for flag, _ in given:
                if flag not in commands[command]:
                    refuse(f"unknown flag: {flag}")
            return command, words[length:], dict(given)
    refuse(f'unknown command "{" ".join(words)}" for "{program}"')


class Clusters:
    """The clusters of one program."""

    def __init__(self, program, context):
        self.state = pathlib.Path(os.environ["STAND_IN_STATE"])
        self.program = program
        self.context = context  # name of a cluster → kubectl's name for it
        with open(self.state / "calls", "a", encoding="utf-8") as log:
            log.write(" ".join([program, *sys.argv[1:]]) + "\n")

    def names(self):
        return sorted(path.name.removeprefix(f"{self.program}-") for path in self.state.glob(f"{self.program}-*"))

    def need(self, name):
        if name not in self.names():
            refuse(f"no nodes found for cluster {json.dumps(name)}")

    def create(self, name):
        if name in self.names():
            refuse(f"a cluster with the name {name} exists already")
        (self.state / f"{self.program}-{name}").write_text(os.environ["STAND_IN_CLUSTER"])
        self.export(name)

    def delete(self, name):
        (self.state / f"{self.program}-{name}").unlink(missing_ok=True)
        kubectl("config", "delete-context", self.context(name), check=False)

    def export(self, name):
        """Writes the cluster into kubectl's configuration, as its current context."""
        source = (self.state / f"{self.program}-{name}").read_text().strip()
        cluster = json.loads(kubectl("--kubeconfig", source, "config", "view", "--raw", "--flatten", "--minify", "-o", "json"))
        target = pathlib.Path(os.environ.get("KUBECONFIG") or pathlib.Path.home() / ".kube/config")
        known = json.loads(kubectl("config", "view", "--raw", "-o", "json"))
        entry = self.context(name)
        parts = {"clusters": cluster["clusters"][0]["cluster"], "users": cluster["users"][0]["user"],
                 "contexts": {"cluster": entry, "user": entry}}
        for kind, content in parts.items():
            others = [one for one in known.get(kind) or [] if one["name"] != entry]
            known[kind] = [*others, {"name": entry, kind[:-1]: content}]
        known["current-context"] = entry
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(known))

    def load(self, archive):
        if not os.path.exists(archive):
            refuse(f"stat {archive}: no such file or directory")
        subprocess.run([os.environ["STAND_IN_LOAD"], "load-image", archive], check=True, stdout=sys.stderr)


def kubectl(*arguments, check=True):
    return subprocess.run(["kubectl", *arguments], check=check, stdout=subprocess.PIPE, text=True).stdout
