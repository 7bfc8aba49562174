"""Ways of a clerk in a browser, from choosing a list to its result, judged by the API's own record."""

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import FIELDS, Command, everything_written, write_csv
from tests.waiting import until
from tests.web.clerk import Clerk, Office, customers, with_text
from tests.web.conftest import OpenApp, OpenPage
from tests.web.visits import write_own
from uploader.sandbox import TOKEN, UNKNOWN_ROUTING_POINT


def test_a_list_with_errors_is_looked_at_sent_and_given_back(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    rows = customers(9)
    rows[3][0], rows[6][6] = "", UNKNOWN_ROUTING_POINT
    clerk.checks(write_own(tmp_path / "clientes.xlsx", rows))
    clerk.reads("web.review.can_go", count=8).reads("web.review.invalid", count=1)
    assert clerk.numbers == [5]
    wrong = clerk.page.locator("td.wrong-cell")
    expect(wrong).to_have_attribute("data-label", "from")
    expect(wrong.locator(".wrong")).to_contain_text("está vacío")

    clerk.follow("web.tab.all", count=9)
    assert len(clerk.numbers) == 9
    clerk.page.get_by_label(clerk.text("web.search.label")).fill("caso 7")
    clerk.press("web.search.button")
    expect(clerk.page).to_have_url(re.compile("q=caso"))
    assert clerk.numbers == [8]

    clerk.plans(8)
    assert office.arrivals() == 0
    facts = clerk.page.locator("dl.facts")
    expect(facts).to_contain_text(office.practice.url)
    expect(facts).to_contain_text(clerk.text("web.rows", count=8))
    clerk.press("page.action.send", count=8).is_at_result()
    assert clerk.counts == ["Todas (9)", "7 aceptadas", "1 rechazada", "1 con errores"]
    assert Counter(office.statuses("clientes", rows)) == {"accepted": 7, "rejected": 1, "invalid": 1}

    clerk.page.locator(".tabs.big a.rejected").click()
    expect(clerk.page.locator(".tabs.big a[aria-current]")).to_have_text("1 rechazada")
    ((number, status, said, what_to_do, *cells),) = clerk.shown_rows
    assert (number, status.split()[0], cells) == ("8", "rechazada", rows[6])
    assert said.startswith(f"ROUTING POINT {UNKNOWN_ROUTING_POINT} NOT FOUND")
    assert "punto de enrutamiento" in what_to_do
    with clerk.page.expect_download() as saved:
        clerk.follow("web.result.download")
    assert saved.value.path().read_bytes() == office.result_of("clientes").read_bytes()
    assert saved.value.suggested_filename == "clientes.results.xlsx"


def test_a_file_that_is_dropped_is_a_list_that_is_chosen(clerk: Clerk, office: Office) -> None:
    lines = [",".join(row) for row in [list(FIELDS), *customers(3)]]
    dropped = clerk.page.evaluate_handle(
        "text => { const all = new DataTransfer(); all.items.add(new File([text], 'niños.csv')); return all; }",
        "\n".join(lines),
    )
    zone = clerk.page.locator(".zone")
    zone.dispatch_event("dragover", {"dataTransfer": dropped})
    expect(zone).to_have_class("zone over")
    zone.dispatch_event("drop", {"dataTransfer": dropped})
    clerk.is_at_review().reads("web.review.can_go", count=3)
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("niños.csv")
    assert (office.lists / "niños" / "niños.csv").read_text(encoding="utf-8").splitlines() == lines


def test_columns_are_asked_for_remembered_and_changed(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    header = ["Remite", "Nombre", "Destino", "Otro", "Asunto", "Cuerpo", "Punto"]
    rows = customers(3)
    clerk.chooses(write_csv(tmp_path / "uno.csv", rows, header)).is_asked()
    example = clerk.page.locator("select[name='column from'] option[value=A]")
    expect(example).to_contain_text("Remite")
    expect(example).to_contain_text(rows[0][0])
    clerk.picks_columns().is_at_review().sends(3)

    clerk.follow("web.nav.start").checks(write_csv(tmp_path / "dos.csv", customers(2, start=20), header))
    expect(clerk.page.locator("details", has_text="Como usted eligió el")).to_be_visible()
    clerk.follow("page.action.columns")
    subject = clerk.page.locator("select[name='field subject']")
    expect(subject.locator("option[value=B]")).to_contain_text("Ana 20")
    subject.select_option("B")
    clerk.press("web.columns.use").is_at_review().sends(2)
    assert [one["subject"] for one in office.practice.bodies()] == ["Caso 1", "Caso 2", "Caso 3", "Ana 20", "Ana 21"]


@pytest.mark.parametrize("latency", [0.4])
def test_who_stops_sees_what_left_and_sends_the_rest_later(
    clerk: Clerk, office: Office, latency: float, tmp_path: Path
) -> None:
    rows = customers(36)
    clerk.checks(write_csv(tmp_path / "uno.csv", rows)).plans(36)
    clerk.press("page.action.send", count=36).is_at_sending()
    heard = clerk.page.locator("#announce")
    clerk.reads("web.sending.may_close")
    with office.api_frozen_after(18):  # what the page says now, it says until somebody has read it
        expect(heard).to_contain_text("Enviando …")
        expect(heard).to_have_attribute("role", "status")
        expect(clerk.page.locator("#left")).to_contain_text("Tiempo restante aproximado: ")
        far, percent = clerk.page.evaluate("[document.getElementById('far').textContent, bar.value]")
        assert percent == int(far.partition(" de 36 filas: ")[0]) * 100 // 36
        clerk.press("page.action.stop").reads("web.sending.stopping")
        expect(clerk.button("page.action.stop")).to_have_count(0)
    clerk.is_at_result()
    counts = Counter(office.statuses("uno", rows))
    assert counts["accepted"] + counts["not sent"] == 36
    clerk.reads("web.result.waiting", count=counts["not sent"])
    clerk.press("page.action.resume").is_at_plan()
    clerk.press("page.action.send", count=counts["not sent"]).is_at_result()
    assert office.statuses("uno", rows) == ["accepted"] * 36
    assert office.arrivals() == 36


def test_rows_of_unknown_outcome_are_settled_one_and_then_all(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    rows = with_text(customers(5), {2: "[practice half-answer x1]", 4: "[practice reset-before x1]"})
    rows = with_text(rows, {6: "[practice reset-before x1]"})
    clerk.checks(write_csv(tmp_path / "uno.csv", rows)).sends(5)
    clerk.follow("web.result.see_unknown")
    assert clerk.numbers == [2, 4, 6]
    clerk.press("page.action.resend_unknown")  # which may send a row twice
    dialog = clerk.page.get_by_role("dialog")
    expect(dialog).to_contain_text(clerk.text("web.settle.resend_confirm"))
    clerk.press("web.cancel")
    expect(dialog).to_be_hidden()
    clerk.page.get_by_label(clerk.text("web.settle.row", row=2)).check()
    clerk.press("page.action.arrived").reads("web.result.settled_arrived", count=1).is_at_result()
    assert office.statuses("uno", rows) == ["accepted", "accepted", "unknown", "accepted", "unknown"]  # Excel's, too
    clerk.follow("web.result.see_unknown")
    assert clerk.numbers == [4, 6]
    clerk.page.get_by_label(clerk.text("web.settle.all_here")).check()  # ticks those of the page
    expect(clerk.page.locator("input[name=row]:checked")).to_have_count(2)
    clerk.press("page.action.not_arrived").reads("web.result.settled_not_arrived", count=2)
    clerk.is_at_result().press("page.action.resume").is_at_plan().press("page.action.send", count=2).is_at_result()
    assert office.statuses("uno", rows) == ["accepted"] * 5
    assert office.arrivals() == 7


def test_a_token_is_asked_for_kept_in_memory_and_never_shown(
    page: Page, office: Office, open_app: OpenApp, tmp_path: Path, own_world: Path
) -> None:
    with open_app(WOLKVOX_TOKEN="", WOLKVOX_SERVER="0042") as app:
        page.goto(app.link)
        clerk = Clerk(page).checks(write_csv(tmp_path / "uno.csv", customers(2)))
        clerk.press("web.review.continue", count=2).is_asked()
        hidden = page.locator("input[type=password]")
        clerk.press("web.ask.continue")
        expect(page.get_by_role("alert").first).to_contain_text("Falta")
        hidden.fill(TOKEN)
        clerk.press("web.ask.continue").is_at_plan()
        assert TOKEN not in page.content()
        clerk.press("page.action.send", count=2).is_at_result()
        assert TOKEN not in page.content()
        clerk.follow("page.action.settings").press("web.settings.drop").reads("web.settings.dropped")
        clerk.follow("web.nav.start").checks(write_csv(tmp_path / "dos.csv", customers(2, start=20)))
        clerk.press("web.review.continue", count=2).is_asked()
        expect(hidden).to_have_value("")
    assert office.arrivals() == 2
    places = [*everything_written(own_world), *everything_written(office.documents)]
    assert {name for name, content in places if TOKEN.encode() in content} == {"api.toml"}  # it is the sandbox's


def test_what_a_list_says_is_text_and_nothing_else(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    script = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    rows = with_text(customers(2, subject=script), {2: f"</td>{script}"})
    rows[0][0] = ""
    header = [*FIELDS, script]
    clerk.checks(write_csv(tmp_path / "<b onclick=x>.csv", [[*row, script] for row in rows], header))
    clerk.follow("web.tab.all", count=2)
    assert [row.count(script) for row in clerk.shown_rows] == [1, 1]
    clerk.sends(1)
    assert [row.count(script) for row in clerk.shown_rows] == [1, 1]
    assert clerk.page.locator("main img, main script, main b").count() == 0


def test_two_browsers_send_the_same_rows_once_and_a_second_start_shows_the_first(
    clerk: Clerk, office: Office, open_page: OpenPage, uploader: Command, tmp_path: Path
) -> None:
    rows = customers(4)
    again = uploader(*office.arguments)
    other = Clerk(open_page())
    other.page.goto(again.out.strip())
    assert other.page.url == clerk.page.url
    clerk.checks(write_csv(tmp_path / "uno.csv", rows)).plans(4)
    other.checks(write_csv(tmp_path / "dos.csv", rows)).press("web.review.continue", count=4)
    other.reads("lock.list_is_held")
    clerk.press("page.action.send", count=4).is_at_result()
    other.press("web.review.continue", count=4)
    other.is_at_plan().reads("web.rows", count=0)
    expect(other.page.locator("main")).to_contain_text("4 filas fueron aceptadas")
    other.press("web.ask.continue").is_at_result()
    assert office.arrivals() == 4


def test_a_list_is_practised_then_its_first_rows_go_and_then_the_others(
    clerk: Clerk, office: Office, tmp_path: Path
) -> None:
    rows, band = customers(8), clerk.page.locator(".practice-band")
    clerk.checks(write_csv(tmp_path / "uno.csv", rows))
    expect(band).to_have_count(0)
    clerk.press("page.action.practice").is_at_plan()
    expect(band).to_contain_text("Nada llega a la API real")
    clerk.press("page.action.send", count=8).is_at_result()
    expect(band).to_be_visible()
    assert clerk.counts == ["Todas (8)", "8 aceptadas"]
    assert office.practice.received() == []

    clerk.follow("web.result.after_practice").is_at_review()
    expect(band).to_have_count(0)
    clerk.plans(8).press("page.action.pilot", count=5).is_at_result().reads("web.result.waiting", count=3)
    assert sorted(one["from"] for one in office.practice.bodies()) == [row[0] for row in rows[:5]]
    clerk.press("page.action.resume").is_at_plan().press("page.action.send", count=3).is_at_result()
    clerk.reads("web.result.nothing_left")
    assert office.statuses("uno", rows) == ["accepted"] * 8
    assert office.arrivals() == 8


@pytest.mark.parametrize("latency", [0.3])
def test_two_tabs_send_once_and_closing_both_stops_nothing(
    clerk: Clerk, office: Office, latency: float, tmp_path: Path
) -> None:
    rows = customers(8)
    clerk.checks(write_csv(tmp_path / "uno.csv", rows))
    other = Clerk(clerk.page.context.new_page())
    other.page.goto(clerk.page.url)
    clerk.plans(8)
    other.is_at_review().plans(8)
    assert other.page.url == clerk.page.url
    clerk.press("page.action.send", count=8)
    other.press("page.action.send", count=8)
    with office.api_frozen_after(3):
        for one in (clerk, other):
            one.is_at_sending().reads("web.sending.may_close")
        later = Clerk(clerk.page.context.new_page())
        start = clerk.page.url.partition("works")[0]
        clerk.page.close()
        other.page.close()
    until(lambda: office.arrivals() == 8, "all rows at the API")
    later.page.goto(start)
    later.page.get_by_role("link", name="uno.csv").first.click()
    later.is_at_result().reads("web.result.nothing_left")
    assert office.statuses("uno", rows) == ["accepted"] * 8
    assert office.arrivals() == 8


def test_a_screen_stays_where_it_is_in_another_language(clerk: Clerk) -> None:
    heading = clerk.page.get_by_role("heading", level=1)
    clerk.follow("page.action.settings")
    for name, code, said in (
        ("Português", "pt", "Configurações"),
        ("English", "en", "Settings"),
        ("Español", "es", "Ajustes"),
    ):
        clerk.page.get_by_role("button", name=name).click()
        expect(heading).to_have_text(said)
        expect(clerk.page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        expect(clerk.page.locator("html")).to_have_attribute("lang", code)
        assert clerk.page.url.endswith("/settings")
