"""A real server with TLS: what is verified, what is refused, and that a connection says whether it is encrypted."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.postgres.cluster import IN_MEMORY, Cluster, PostgresMissingError, clusters
from uploader.errors import JournalError
from uploader.journal.postgres import connecting
from uploader.journal.servers import Server


@pytest.fixture(scope="module")
def certificate() -> Iterator[Path]:
    """A server's certificate for the name `localhost`, signed by itself; its key is beside it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with tempfile.TemporaryDirectory(prefix="uploader-tls-") as folder:
        made, key = Path(folder) / "server.crt", Path(folder) / "server.key"
        name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
        subprocess.run([*command, "-keyout", key, "-out", made], check=True, capture_output=True)
        Path(folder).chmod(0o755)
        key.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(key, "postgres", "postgres")
        yield made


@pytest.fixture(scope="module")
def encrypted(certificate: Path) -> Iterator[Cluster]:
    files = {"ssl_cert_file": f"'{certificate}'", "ssl_key_file": f"'{certificate.with_suffix('.key')}'"}
    try:
        with clusters({**IN_MEMORY, "ssl": "on", **files}) as made:
            yield made
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(autouse=True)
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """This computer counts as another one."""
    monkeypatch.setattr(connecting, "_is_loopback", lambda host: False)


def connected(cluster: Cluster, options: str, host: str = "localhost") -> bool:
    """Whether the connection is encrypted."""
    address = f"postgresql://admin@{host}:{cluster.port}/postgres?{options}"
    with closing(connecting.connect(Server.of(address), name="a test")) as connection:
        return connecting.is_encrypted(connection)


def test_a_known_certificate_of_the_right_name_is_accepted(encrypted: Cluster, certificate: Path) -> None:
    assert connected(encrypted, f"sslrootcert={certificate}")
    assert connected(encrypted, "sslmode=require")


@pytest.mark.parametrize(
    ("host", "options"),
    [
        ("localhost", ""),
        ("127.0.0.1", "sslrootcert={certificate}"),
        ("localhost", "sslmode=verify-full&sslrootcert=/nowhere.crt"),
    ],
)
def test_an_unknown_certificate_or_another_name_is_not(
    host: str, options: str, encrypted: Cluster, certificate: Path
) -> None:
    with pytest.raises(JournalError) as refused:
        connected(encrypted, options.format(certificate=certificate), host)
    assert refused.value.message.code == "team.certificate"
    assert "sslrootcert" in str(refused.value)
    assert "ssl = on" not in str(refused.value)
