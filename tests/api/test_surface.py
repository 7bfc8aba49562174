"""What `import uploader` offers: real names with real types, at little cost."""

import inspect
import subprocess
import sys

import pandas as pd
import pytest

import uploader
from uploader import errors
from uploader.sending.limits import STOP_AFTER


def test_every_name_that_is_offered_is_there() -> None:
    assert sorted(uploader.__all__) == uploader.__all__
    for name in uploader.__all__:
        assert getattr(uploader, name) is not None


def test_every_error_of_ours_is_offered() -> None:
    ours = {name for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, Exception)}
    assert ours <= set(uploader.__all__)


def test_importing_the_package_alone_imports_nothing_heavy() -> None:
    heavy = ("pandas", "numpy", "click", "httpx", "pydantic", "aiohttp", "sqlite3", "asyncio", "openpyxl")
    loaded = f"import sys, uploader; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_run_stops_after_as_many_refusals_as_on_the_command_line() -> None:
    for function in (uploader.send, uploader.resume):
        assert inspect.signature(function).parameters["stop_after"].default == STOP_AFTER


@pytest.mark.parametrize("error", [uploader.ListError, uploader.SettingsError, uploader.TemplateError])
def test_an_error_knows_the_exit_code_of_a_command_that_sent_nothing(error: type[uploader.UploaderError]) -> None:
    assert error.exit_code == 2


@pytest.mark.parametrize("error", [uploader.BusyError, uploader.JournalError, uploader.WorkbookError])
def test_an_error_that_passes_knows_the_exit_code_of_a_run_that_stopped(error: type[uploader.UploaderError]) -> None:
    assert error.exit_code == 4


def test_an_error_names_the_next_step_as_python_is_written() -> None:
    with pytest.raises(uploader.SettingsError, match=r"uploader\.history\(\)"):
        uploader.results(pd.DataFrame({"to": ["a"]}))
