import subprocess
import sys

import pytest

import uploader


def test_the_public_names_are_handed_on() -> None:
    for name in uploader._HOMES:
        assert getattr(uploader, name).__name__ == name
        assert name in dir(uploader)
    with pytest.raises(AttributeError, match="nothing_of_ours"):
        _ = uploader.nothing_of_ours


def test_importing_the_package_alone_imports_nothing_heavy() -> None:
    loaded = "import sys, uploader; print([name for name in ('pandas', 'click', 'httpx', 'pydantic') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"
