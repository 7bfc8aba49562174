"""What the tests of encodings share."""

import pytest

from uploader.readers.csv import encoding
from uploader.readers.snapshot import snapshot_of


@pytest.fixture(scope="module")
def detect(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "list.csv"

    def detect(data):
        path.write_bytes(data)
        return encoding.detect(snapshot_of(path))

    return detect
