"""Login at a real provider of OpenID Connect, with the API that a real browser would talk to."""

import http.client
import json

import pytest
from identity_provider import Browser, IdentityProvider
from kube import free_port
from waiting import eventually

OIDC = {"clientId": "confidential", "displayName": "Test login", "createUsers": True}


@pytest.fixture(scope="module")
def callback_port():
    return free_port()


@pytest.fixture(scope="module")
def provider(platform_of_session, callback_port):
    redirect_uri = f"http://127.0.0.1:{callback_port}/api/v1/auth/oidc/callback"
    provider = IdentityProvider(platform_of_session.logs / "oidc-provider.log", redirect_uri)
    yield provider
    provider.stop()


@pytest.fixture
def fleet(platform_of_session, provider, callback_port):
    """fleet(**settings): an API of its own with those settings of `oidc`, and its URL."""
    started = []
    url = f"http://127.0.0.1:{callback_port}"

    def start(**settings):
        for process in started:
            process.kill()
        oidc = {**OIDC, "issuer": provider.issuer, **settings}
        started.append(platform_of_session.start_another_api(callback_port, {"publicUrl": url, "trustedProxies": ["127.0.0.1/32"], "oidc": oidc}))
        return url

    secret = platform_of_session.secrets / "oidcClientSecret"
    secret.write_text("a secret: with a colon")
    yield start
    secret.unlink(missing_ok=True)
    for process in started:
        process.kill()


def get(url, path, headers=None):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=15)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def me(browser, url):
    return json.loads(browser.open(f"{url}/api/v1/me").text)


def audit(platform, action):
    return platform.api("GET", f"/audit?action={action}&limit=20", expect=200)["items"]


def test_whoever_the_provider_knows_is_let_in(fleet, platform_of_session):
    url = fleet(adminGroup="fleet-admins", defaultTeam="default")
    assert get(url, "/api/v1/auth/providers") == (200, {"items": [{"name": "oidc", "displayName": "Test login", "loginUrl": "/api/v1/auth/oidc/login"}]})

    ada = Browser()
    end = ada.log_in(url, "subject-of-ada", "/stores?phase=Ready")
    assert (end.status, end.location) == (302, "/stores?phase=Ready"), end.text
    who = me(ada, url)
    assert (who["name"], who["role"], who["via"]) == ("ada", "admin", "session")
    assert who["teams"] == [{"team": "default", "role": "member"}]

    bob = Browser()
    bob.log_in(url, "subject-of-bob")
    assert (me(bob, url)["name"], me(bob, url)["role"]) == ("bob", "user")

    again = Browser()
    again.log_in(url, "subject-of-ada")
    assert me(again, url)["name"] == "ada", "the same person is the same user"

    entry = audit(platform_of_session, "session.create")[0]
    assert (entry["actor"], entry["via"], entry["succeeded"], entry["address"]) == ("ada", "oidc", True, "127.0.0.1")
    assert entry["details"]["subject"] == "subject-of-ada"


def test_public_client_and_es256(fleet, platform_of_session):
    (platform_of_session.secrets / "oidcClientSecret").unlink()
    url = fleet(clientId="public")
    eve = Browser()
    assert eve.log_in(url, "subject-of-eve").location == "/"
    assert me(eve, url)["name"] == "eve"


def test_an_answer_counts_once_and_in_its_own_browser(fleet):
    url = fleet()
    victim, thief = Browser(), Browser()
    victim.log_in(url, "subject-of-dan")
    callback = victim.visited[-1].url
    assert "/api/v1/auth/oidc/callback?" in callback
    assert thief.open(callback).location == "/login?error=LoginExpired"
    flow = next(c for page in victim.visited for c in page.cookies if c.startswith("storefleet-oidc=") and "Max-Age=600" in c)
    name, value = flow.split(";")[0].split("=", 1)
    thief.cookies[url.removeprefix("http://")] = {name: value}
    # Even with the cookie: the provider has taken the code already.
    assert thief.open(callback).location == "/login?error=LoginFailed"
    assert json.loads(thief.open(f"{url}/api/v1/me").text)["code"] == "Unauthenticated"


def test_without_an_account_an_admin_links_one(fleet, platform_of_session):
    url = fleet(createUsers=False)
    assert Browser().log_in(url, "subject-of-fay").location == "/login?error=NoAccount"
    refused = audit(platform_of_session, "session.create")[0]
    assert (refused["actor"], refused["succeeded"], refused["details"]["code"]) == ("anonymous", False, "NoAccount")
    platform_of_session.api("POST", "/users", {"name": "fay-of-sales", "password": "a long password"}, expect=201)
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=15)
    headers = {"Authorization": f"Bearer {platform_of_session.admin_token}", "Content-Type": "application/json"}
    connection.request("PUT", "/api/v1/users/fay-of-sales/identity", json.dumps({"subject": refused["details"]["subject"]}), headers)
    assert connection.getresponse().status == 204
    fay = Browser()
    assert fay.log_in(url, "subject-of-fay").location == "/"
    assert me(fay, url)["name"] == "fay-of-sales"
    platform_of_session.api("PATCH", "/users/fay-of-sales", {"disabled": True}, expect=200)
    assert Browser().log_in(url, "subject-of-fay").location == "/login?error=UserDisabled"
    # What one API has looked up it trusts for two seconds, and it was another one that disabled him.
    eventually(lambda: me(fay, url).get("code") == "Unauthenticated", 5, "his session has ended")


def test_wrong_secret_and_no_provider(fleet, platform_of_session):
    (platform_of_session.secrets / "oidcClientSecret").write_text("wrong")
    assert Browser().log_in(fleet(), "subject-of-gil").location == "/login?error=LoginFailed"
    url = fleet(issuer=f"http://127.0.0.1:{free_port()}")
    assert Browser().open(f"{url}/api/v1/auth/oidc/login").location == "/login?error=ProviderUnavailable"
    status, problem = get(url, "/api/v1/auth/oidc/login")
    assert (status, problem["code"]) == (503, "ProviderUnavailable")
