"""What is pasted along with a secret is pointed out before anything is sent, and the secret is not shown."""

import pytest

from tests.rendered import sentence
from uploader.errors import SettingsError
from uploader.i18n import render
from uploader.templates.parsing.parser import parse

TEMPLATE = parse(
    """
    title = "T"
    [request]
    url = "https://example.com/x?a={{a}}&key={{key}}"
    json = { password = "{{password}}" }
    [request.headers]
    Authorization = "Bearer {{ token }}"
    X-Plain = "{{plain}}"
    [columns.a]
    [settings.token]
    environment = "MY_TOKEN"
    [settings.key]
    secret = true
    [settings.plain]
    secret = true
    [settings.password]
    [settings.cut]
    secret = true
    accept = '^"?([a-z0-9]+)"?$'
    [settings.open]
    [[preflight]]
    title = "Q"
    url = "https://example.com/q/{{cut}}/{{open}}"
    """,
    "t.toml",
    "t",
)


@pytest.mark.parametrize("language", ["en", "es", "pt"])
@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("token", '"s3cr3t"', ""), ("token", "'s3cr3t'", ""), ("token", "“s3cr3t”", ""), ("token", "«s3cr3t»", ""),
        ("token", "`s3cr3t`", ""), ("token", "‘s3cr3t", ""), ("token", "s3cr3t”", ""), ("token", ' "s3cr3t" ', ""),
        ("token", "“ s3cr3t ”", ""), ("password", '"s3cr3t"', ""), ("token", "Bearer s3cr3t", "“Bearer”"),
        ("token", "bearer   s3cr3t", "“Bearer”"), ("token", "Authorization: Bearer s3cr3t", "“Authorization:”"),
        ("token", "MY_TOKEN=s3cr3t", "“MY_TOKEN=”"), ("plain", "x-plain:s3cr3t", "“X-Plain:”"), ("key", "key=s3cr3t", "“key=”"),
    ],
)  # fmt: skip
def test_what_came_along_is_named_and_the_secret_is_not(name: str, value: str, named: str, language: str) -> None:
    with pytest.raises(SettingsError) as refused:
        TEMPLATE.accepted_setting(name, value)
    said = render(refused.value.message, language)
    assert "s3cr3t" not in said
    assert named in said
    assert name in said


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("token", " s3cr3t\t", "s3cr3t"), ("token", "\u200bs3cr3t\xa0", "s3cr3t"), ("token", "Bearers3cr3t", "Bearers3cr3t"),
        ("plain", "Bearer s3cr3t", "Bearer s3cr3t"), ("password", 'it"s', 'it"s'), ("password", "'tis", "'tis"), ("password", '"', '"'),
        ("cut", '"s3cr3t"', "s3cr3t"), ("open", '"big"', '"big"'), ("token", "Ym9v==", "Ym9v=="),
    ],
)  # fmt: skip
def test_what_may_belong_to_it_is_kept(name: str, value: str, kept: str) -> None:
    assert TEMPLATE.accepted_setting(name, value) == kept


def test_the_sentence_says_what_to_do() -> None:
    with pytest.raises(SettingsError) as refused:
        TEMPLATE.accepted_setting("token", "Bearer s3cr3t")
    assert sentence(refused.value.message) == (
        "The value of token begins with “Bearer”, which the template adds, so it would be sent twice. Give only what follows."
    )
