import inspect

import pytest

import broken
import platform_under_test as platform
from platform_fixtures import nothing_is_left  # noqa: F401


@pytest.fixture(scope="session", autouse=True)
def broken_stores(request):
    """Names of broken stores by what is broken. It takes minutes to be sure of them: they are made before all else."""
    asked = [item for item in request.session.items if "broken_stores" in inspect.signature(item.function).parameters]
    if not asked:
        yield {}
        return
    names = broken.make()
    yield names
    platform.kubectl("delete", "store", *names.values(), "--ignore-not-found", "--timeout=60s", timeout=90)


@pytest.fixture
def new_name():
    with platform.names_of_stores("e2e") as make:
        yield make


@pytest.fixture
def new_store(new_name):
    """Creates stores that are Ready, and removes them afterwards."""

    def make(*options: str, prefix: str = "e2e", engine: str = "wordpress") -> platform.StoreHandle:
        name = new_name(prefix)
        platform.cli("create", name, "--engine", engine, "--wait", "--timeout", "3m", *options, timeout=200, check=True)
        return platform.StoreHandle(name).load()

    return make
