"""Fixtures of every test on a running platform; their conftests import them."""

import pytest

import platform_under_test as platform


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left():
    yield
    platform.all_gone()
