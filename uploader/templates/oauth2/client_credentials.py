"""A client's credentials: what a template says of them, and the request for a token."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import quote_plus, urlencode

from pydantic import Field

from uploader.i18n import Message
from uploader.model.address import checked_origin, origin_of
from uploader.model.http import Request
from uploader.templates.requests.address.filling import as_sent, fill_address
from uploader.templates.requests.address.host import check_host
from uploader.templates.requests.headers.authorization import check_secret
from uploader.templates.requests.placeholders import fill, placeholders_in, replace_placeholders, written
from uploader.templates.settings.setting import Setting
from uploader.templates.values.faults import FaultError
from uploader.templates.values.strict import Strict
from uploader.templates.values.urls import Url

_ITS_OWN = ("grant_type", "client_id", "client_secret", "scope")
"""Fields that have keys of their own, or one value alone."""


class ClientCredentials(Strict):
    """How an access token is got for a client's id and secret (RFC 6749, 4.4)."""

    url: Url
    id: str
    secret: str
    scope: str = ""
    send_as: Literal["form", "basic"] = "form"
    """Where id and secret stand: in the body, or in the header Authorization."""
    form: Mapping[str, str] = Field(default_factory=dict)
    """What else the server wants to be told, such as an audience."""

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text in which placeholders may stand, and its key."""
        yield from (("oauth2.url", self.url), ("oauth2.id", self.id), ("oauth2.secret", self.secret))
        yield "oauth2.scope", self.scope
        yield from ((f"oauth2.form.{name}", text) for name, text in self.form.items())

    def check(self, settings: Mapping[str, Setting]) -> None:
        """Raises FaultError where it can't be used with these settings."""
        for where, text in self.texts():
            unknown = next((name for name in placeholders_in(text) if name not in settings), None)
            if unknown is not None:
                raise FaultError(Message("template.fault.no_setting", placeholder=written(unknown)), where)
        said_twice = next((name for name in self.form if name in _ITS_OWN), None)
        if said_twice is not None:
            raise FaultError(Message("template.fault.own_field"), f"oauth2.form.{said_twice}")
        names = placeholders_in(self.secret)
        if replace_placeholders(self.secret, "").strip() or not names:
            raise FaultError(
                Message("template.fault.literal_secret", example=written("client_secret")), "oauth2.secret"
            )
        check_secret("oauth2.secret", (self.secret,), settings)
        check_host(self.url, settings, "oauth2.url")

    def origin(self, values: Mapping[str, str], base_url: str | None) -> str:
        """Scheme and host that give tokens; where rows go elsewhere than the template says, so do these questions."""
        return checked_origin(base_url or fill(origin_of(self.url), values))

    def request(self, values: Mapping[str, str], base_url: str | None) -> Request:
        """The request for a token."""
        identity, secret = fill(self.id, values), fill(self.secret, values)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        form = {"grant_type": "client_credentials"}
        if self.send_as == "basic":
            pair = f"{quote_plus(identity)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": identity, "client_secret": secret}
        if self.scope:
            form["scope"] = fill(self.scope, values)
        form |= {name: fill(text, values) for name, text in self.form.items()}
        return Request("POST", as_sent(fill_address(self.url, values, base_url)), headers, urlencode(form).encode(), "")
