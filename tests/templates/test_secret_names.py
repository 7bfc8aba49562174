"""Settings that are secret by their name, and secrets in an address."""

import pytest

from uploader.errors import TemplateError
from uploader.model.secret_names import names_a_secret
from uploader.templates.parsing.parser import parse

TEMPLATE = """
title = "Keys"
[request]
url = "https://{host}/people"
[request.headers]
X-Key = "{{{{{name}}}}}"
[request.json]
name = "{{{{who}}}}"
[columns.who]
[settings.{name}]
{secret}
"""
SECRET = [
    "token", "wolkvox_token", "apiKey", "x-api-key", "APIKEY", "api_key_2", "clientSecret", "accesstoken", "Password",
    "contraseña", "contrasen\u0303a", "senha_do_portal", "clave", "Authorization", "AUTH", "credenciales", "chave", "tkn", "x-csrf",
]  # fmt: skip
PLAIN = ["wolkvox_server", "campaign", "author", "monkey", "account", "keyboard", "tenant", "authority", "pinned"]


@pytest.mark.parametrize("name", SECRET)
def test_a_name_that_says_secret_makes_it_one(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize("name", PLAIN)
def test_other_names_do_not(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize(
    ("name", "said", "is_secret"),
    [
        ("token", "", True),
        ("token", "secret = false", False),
        ("account", "", False),
        ("account", "secret = true", True),
    ],
)
def test_a_template_has_the_last_word(name: str, said: str, is_secret: bool) -> None:
    template = parse(TEMPLATE.format(host="api.example.com", name=name, secret=said), "x.toml", "x")
    assert template.settings[name].secret is is_secret


@pytest.mark.parametrize("said", ["", "secret = true"])
def test_a_secret_in_the_host_is_refused_since_hosts_are_shown(said: str) -> None:
    with pytest.raises(TemplateError) as refused:
        parse(TEMPLATE.format(host="{{token}}.example.com", name="token", secret=said), "x.toml", "x")
    assert "secret = false" in str(refused.value)
    parse(TEMPLATE.format(host="{{token}}.example.com", name="token", secret="secret = false"), "x.toml", "x")


def test_a_setting_of_the_profile_is_secret_by_its_name_too() -> None:
    text = TEMPLATE.format(host="api.example.com", name="token", secret="").replace("[settings.token]", "")
    profile = 'title = "P"\n[settings.token]\nenvironment = "TOKEN"\n'
    assert parse(text, "x.toml", "x", (profile, "p.toml")).settings["token"].secret
