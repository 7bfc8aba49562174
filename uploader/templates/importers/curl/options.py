"""curl's options, as far as they say what a request is; every other one is known by whether a value follows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_VALUE_WORDS = """
abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw
data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file
engine etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method
ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5 hostpubsha256 hsts
interface ip-tos json keepalive-cnt keepalive-time key key-type knownhosts krb libcurl limit-rate local-port
login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer
output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert
proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type
proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword
proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target resolve
retry retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service
socks5-hostname speed-limit speed-time ssl-sessions stderr telnet-option tftp-blksize time-cond tls-max
tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file
upload-flags url url-query user user-agent variable vlan-priority write-out
"""
_WITH_VALUE = frozenset(_VALUE_WORDS.split())
_FLAG_WORDS = """
anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable
disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure dump-ca-embed fail fail-early
fail-with-body false-start follow form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc
ftp-ssl-control get globoff haproxy-protocol head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3
http3-only ignore-content-length include insecure ipv4 ipv6 junk-session-cookies list-only location
location-trusted mail-rcpt-allowfails manual metalink mptcp negotiate netrc netrc-optional next no-alpn
no-buffer no-clobber no-keepalive no-npn no-progress-meter no-sessionid ntlm ntlm-wb out-null parallel
parallel-immediate path-as-is post301 post302 post303 progress-bar proxy-anyauth proxy-basic proxy-ca-native
proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name remote-name-all
remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir show-error silent skip-existing
socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd
ssl-revoke-best-effort sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay
tftp-no-options tls-earlydata tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii
verbose version xattr
"""
_WITHOUT = frozenset(_FLAG_WORDS.split())
_SHORT = {
    "a": "append",
    "E": "cert",
    "K": "config",
    "C": "continue-at",
    "b": "cookie",
    "c": "cookie-jar",
    "d": "data",
    "q": "disable",
    "D": "dump-header",
    "f": "fail",
    "F": "form",
    "P": "ftp-port",
    "G": "get",
    "g": "globoff",
    "I": "head",
    "H": "header",
    "h": "help",
    "0": "http1.0",
    "i": "include",
    "k": "insecure",
    "4": "ipv4",
    "6": "ipv6",
    "j": "junk-session-cookies",
    "l": "list-only",
    "L": "location",
    "M": "manual",
    "m": "max-time",
    "n": "netrc",
    ":": "next",
    "N": "no-buffer",
    "o": "output",
    "Z": "parallel",
    "#": "progress-bar",
    "x": "proxy",
    "U": "proxy-user",
    "p": "proxytunnel",
    "Q": "quote",
    "r": "range",
    "e": "referer",
    "J": "remote-header-name",
    "O": "remote-name",
    "R": "remote-time",
    "X": "request",
    "S": "show-error",
    "s": "silent",
    "Y": "speed-limit",
    "y": "speed-time",
    "2": "sslv2",
    "3": "sslv3",
    "t": "telnet-option",
    "z": "time-cond",
    "1": "tlsv1",
    "T": "upload-file",
    "B": "use-ascii",
    "u": "user",
    "A": "user-agent",
    "v": "verbose",
    "V": "version",
    "w": "write-out",
}
_QUIET_WORDS = """
append basic buffer clobber compressed create-dirs cookie-jar disable dump-header fail fail-early fail-with-body
follow http0.9 http1.0 http1.1 http2 http2-prior-knowledge include ipv4 ipv6 junk-session-cookies
keepalive keepalive-time location location-trusted next no-buffer no-clobber no-keepalive no-progress-meter
output output-dir parallel progress-bar progress-meter raw remote-header-name remote-name
remote-name-all remote-time show-error silent stderr styled-output tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2
tlsv1.3 trace trace-ascii trace-time use-ascii verbose write-out
"""
_QUIET = frozenset(_QUIET_WORDS.split())
"""What only says how curl itself works or what it shows: nobody needs to be told that it is left out."""
_DATA = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")
_OTHER_LOGINS = ("digest", "negotiate", "ntlm", "ntlm-wb", "aws-sigv4")
_MOST_WORDS = 20_000


@dataclass
class Transfer:
    """What one curl command says of its requests, up to `--next`."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: list[str] = field(default_factory=list)
    data: list[tuple[str, str]] = field(default_factory=list)
    """The option's long name, and what follows it."""
    forms: list[tuple[str, str]] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    user: str | None = None
    bearer: str | None = None
    cookies: list[str] = field(default_factory=list)
    is_get: bool = False
    is_head: bool = False
    is_literal: bool = False
    """Whether brackets in its addresses are taken as they stand."""
    upload: str | None = None
    other_login: str = ""
    left_out: list[str] = field(default_factory=list)
    """Names of options that would matter."""


def transfers_of(words: Sequence[str]) -> list[Transfer]:
    """What the words after `curl` say."""
    found = [Transfer()]
    waiting = list(reversed(words[:_MOST_WORDS]))
    only_urls = False
    while waiting:
        word = waiting.pop()
        if only_urls or not word.startswith("-") or word == "-":
            found[-1].urls += [word] if word.strip() else []
        elif word == "--":
            only_urls = True
        elif word.startswith("--"):
            _take_long(word[2:], waiting, found)
        else:
            _take_short(word[1:], waiting, found)
    return found


def _take_long(typed: str, waiting: list[str], found: list[Transfer]) -> None:
    name, equals, value = typed.partition("=")
    name = _whole(name)
    if equals:  # as other programs have it, and people write it
        _take(name, value, found)
    elif name in _WITH_VALUE:
        _take(name, waiting.pop() if waiting else "", found)
    else:
        _take(name, "", found)


def _take_short(letters: str, waiting: list[str], found: list[Transfer]) -> None:
    for position, letter in enumerate(letters, start=1):
        name = _SHORT.get(letter, letter)
        if name in _WITH_VALUE:
            rest = letters[position:]
            _take(name, rest or (waiting.pop() if waiting else ""), found)
            return
        _take(name, "", found)


def _whole(name: str) -> str:
    """An option's name, which may be shortened as long as no other begins so."""
    if name in _WITH_VALUE or name in _WITHOUT:
        return name
    longer = [one for one in (*_WITH_VALUE, *_WITHOUT) if one.startswith(name)]
    return longer[0] if len(longer) == 1 else name


def _take(name: str, value: str, found: list[Transfer]) -> None:
    """Note what an option says."""
    one = found[-1]
    if name == "next":
        found.append(Transfer())
    elif name in _DATA:
        one.data.append((name, value))
    elif name in ("form", "form-string"):
        one.forms.append((name, value))
    elif name in _OTHER_LOGINS:
        one.other_login = name
    elif name in _SAYS:
        _SAYS[name](one, value)
    elif name not in _QUIET and name.removeprefix("no-") not in _QUIET:
        one.left_out.append(name if name in _WITH_VALUE or name in _WITHOUT else "?")


def _set(attribute: str) -> Callable[[Transfer, str], None]:
    return lambda one, value: setattr(one, attribute, value)


def _add(attribute: str, before: str = "") -> Callable[[Transfer, str], None]:
    return lambda one, value: getattr(one, attribute).append(before + value)


_SAYS: dict[str, Callable[[Transfer, str], None]] = {
    "url": _add("urls"),
    "url-query": _add("query"),
    "request": _set("method"),
    "header": _add("headers"),
    "user": _set("user"),
    "oauth2-bearer": _set("bearer"),
    "cookie": _add("cookies"),
    "user-agent": _add("headers", "User-Agent: "),
    "referer": _add("headers", "Referer: "),
    "range": lambda one, value: one.headers.append(f"Range: bytes={value}{'' if '-' in value else '-'}"),
    "upload-file": _set("upload"),
    "get": lambda one, _: setattr(one, "is_get", True),
    "globoff": lambda one, _: setattr(one, "is_literal", True),
    "head": lambda one, _: setattr(one, "is_head", True),
}
