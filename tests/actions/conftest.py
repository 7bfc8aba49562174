"""The world in which actions are tried: one computer, and an API that is the sandbox in memory."""

from pathlib import Path

import pytest

from tests.worlds import World, sandboxed


@pytest.fixture
def world(own_world: Path) -> World:
    return sandboxed(own_world)
