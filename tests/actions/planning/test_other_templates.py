"""Where columns are missing, the template is named, and the one that the list was made for."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import SHIPPED, write_csv
from tests.people import ScriptedUi
from uploader.actions.options import ReadOptions
from uploader.actions.planning.open_list import open_list
from uploader.actions.session import Session
from uploader.errors import ColumnError
from uploader.i18n import render

TICKETS = ["subject", "comment", "requester_name", "requester_email"]


def said(path: Path, template: str | None = None, language: str = "en", face: str = "cli") -> str:
    with pytest.raises(ColumnError) as caught:
        open_list(path, ReadOptions(template), Session(path.parent / "home"))
    return render(caught.value.message, language, face=face)


@pytest.mark.parametrize(
    ("language", "advice"),
    [
        ("en", "The columns look like those of zendesk/create_ticket: add --template zendesk/create_ticket."),
        ("es", "Las columnas parecen las de zendesk/create_ticket: agregue --template zendesk/create_ticket."),
        ("pt", "As colunas parecem as de zendesk/create_ticket: acrescente --template zendesk/create_ticket."),
    ],
)
def test_a_list_that_was_made_for_another_template_is_told_which(tmp_path: Path, language: str, advice: str) -> None:
    path = write_csv(tmp_path / "l.csv", [["a", "b", "c", "d@example.com"]], TICKETS)
    told = said(path, language=language)
    assert SHIPPED in told
    assert told.endswith(advice)


def test_where_several_templates_fit_alike_none_is_recommended(tmp_path: Path) -> None:
    own = tmp_path / "home" / "templates" / "shop"
    own.mkdir(parents=True)
    for name in ("open", "close"):
        (own / f"{name}.toml").write_text(
            'title = "x"\n[request]\nurl = "https://api.example.com/x"\nform = { a = "{{shop_no}}", b = "{{till_no}}" }\n'
            "[columns.shop_no]\nrequired = true\n[columns.till_no]\n",
            encoding="utf-8",
        )  # fmt: skip
    path = write_csv(tmp_path / "l.csv", [["1", "2"]], ["shop_no", "till_no"])
    assert said(path).endswith("fit these templates: shop/close and shop/open. Choose yours with --template NAME.")


def test_the_default_template_is_named_where_nothing_else_fits(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "l.csv", [["1", "2"]], ["Zq", "Xw"])
    assert said(path).endswith(f"The template used is {SHIPPED}. Another one is chosen with --template NAME.")
    assert "“Template”" in said(path, face="page")


def test_a_template_that_was_named_and_fits_in_part_is_the_one_that_is_meant(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "l.csv", [["1", "2"]], ["from", "Xw"])
    assert "The template used is" not in said(path, SHIPPED)


def test_a_person_hears_of_it_before_columns_are_asked_for(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "l.csv", [["a", "b", "c", "d@example.com"]], TICKETS)
    ui = ScriptedUi({"column": None})
    session = replace(Session(tmp_path / "home"), ui=ui)
    with pytest.raises(ColumnError):
        open_list(path, ReadOptions(), session)
    assert "mapping.other_template" in ui.codes


def test_a_template_that_can_not_be_used_is_not_recommended_and_hides_no_other(tmp_path: Path) -> None:
    own = tmp_path / "home" / "templates" / "shop"
    own.mkdir(parents=True)
    (own / "broken.toml").write_text("title = ", encoding="utf-8")
    path = write_csv(tmp_path / "l.csv", [["a", "b", "c", "d@example.com"]], TICKETS)
    assert said(path).endswith("look like those of zendesk/create_ticket: add --template zendesk/create_ticket.")
