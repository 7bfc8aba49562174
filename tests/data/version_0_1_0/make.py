"""Makes the files of this folder with version 0.1.0 of uploader: run it with that version on PYTHONPATH."""

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import openpyxl

WORK = Path("/tmp/uploader-0.1.0")
"""The paths in the journal and on the screens begin so."""
HEADER = ["De", "Nombre remitente", "Para", "Nombre destinatario", "Asunto", "Cuerpo", "Punto de enrutamiento"]
COMMAND = "import platform, sys; platform.node = lambda: 'pc-7'; from uploader.cli import main; sys.exit(main())"
"""The real command on a computer called pc-7."""
ENVIRONMENT = {
    **os.environ,
    "HOME": str(WORK / "home"),
    "LOGNAME": "ana",
    "TZ": "America/Bogota",
    "WOLKVOX_SERVER": "0042",
    "WOLKVOX_TOKEN": "practice-token",
}


def row(number: int, subject: str, body: str = "Buenos días:\nmi pedido no llegó.", point: str = "61196") -> list[str]:
    return [
        f"soporte{number}@andina.example",
        "Atención “Andina”",
        f"cliente{number}@correo.example",
        f"Íñigo Nº {number}",
        subject,
        body,
        point,
    ]


def write_list(name: str, rows: list[list[str]]) -> str:
    with (WORK / name).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return name


def uploader(*arguments: str, home: str = "uploader", codes: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=WORK,
        env={**ENVIRONMENT, "UPLOADER_HOME": str(WORK / home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    print("$ uploader", *arguments, "->", done.returncode)
    if done.returncode not in codes:
        sys.exit(done.stdout + done.stderr)


def edit(name: str, changes: dict[tuple[int, str], str], to: str) -> str:
    book = openpyxl.load_workbook(WORK / name)
    sheet = book["Results"]
    names = [cell.value for cell in sheet[1]]
    for (line, column), text in changes.items():
        sheet.cell(line, names.index(column) + 1, text)
    book.save(WORK / to)
    return to


def keep(folder: Path) -> None:
    with sqlite3.connect(WORK / "uploader" / "journal.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("VACUUM INTO ?", [str(WORK / "whole.db")])
    kept = {
        "clientes.csv": "clientes.csv",
        "clientes.problems.xlsx": "problems.xlsx",
        "sandbox.xlsx": "sandbox.xlsx",
        "results_of_job_1.xlsx": "results_of_job_1.xlsx",
        "results_of_job_2.xlsx": "results_of_job_2.xlsx",
        "clientes.results.xlsx": "results_of_job_3.xlsx",
        "whole.db": "journal.db",
    }
    for name, to in kept.items():
        shutil.copyfile(WORK / name, folder / to)


def main() -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "home").mkdir(parents=True)
    here = Path(__file__).parent
    first = [
        row(1, "Señal débil en la línea"),
        row(2, "Actualización de dirección", "=1+1\t0012 <b>ñandú</b> 🙂"),
        row(3, ""),  # invalid
        row(4, "Reclamo por facturación"),  # the third request: unknown
        row(1, "Señal débil en la línea"),  # a duplicate of row 2
        row(6, "Não funciona", point="99999"),  # rejected
        row(7, "Cancelación"),
        row(8, "Cambio de plan"),
        row(9, "¿Cuándo llega?"),
    ]
    clientes = write_list("clientes.csv", first)
    sandbox = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "sandbox", "--port", "0", "--latency", "0.02", "--fault", "reset-after:3"],
        cwd=WORK,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert sandbox.stdout is not None
        url = sandbox.stdout.readline().rpartition(" ")[2].strip()
        to = ["--base-url", url, "--no-preflight", "--yes", "--quiet", "--concurrency", "1"]
        uploader("check", clientes, "--language", "es", "--yes", codes=(2,))
        uploader(
            "send",
            clientes,
            "--sandbox",
            "--skip-invalid",
            "--no-preflight",
            "--yes",
            "--quiet",
            "--language",
            "pt",
            "--redact",
            "Para",
            "-o",
            "sandbox.xlsx",
            codes=(1,),
        )
        # Job 1: a pilot of three rows, then the rest in Spanish; the third request of the server is unknown.
        uploader("send", clientes, "--skip-invalid", "--first", "3", "--language", "es", *to, codes=(1, 3))
        uploader("resume", "1", "--language", "es", *to, codes=(1, 3))
        shutil.copyfile(WORK / "clientes.results.xlsx", WORK / "results_of_job_1.xlsx")
        # Job 2: its result workbook with changes in an invalid row, a rejected, an accepted and an unknown one.
        fixed = edit(
            "clientes.results.xlsx",
            {
                (4, "Asunto"): "Consulta",
                (7, "Punto de enrutamiento"): "61197",
                (2, "Cuerpo"): "Otro texto",
                (5, "Cuerpo"): "Otro más",
            },
            "clientes.results.xlsx",
        )
        uploader("send", fixed, "--language", "es", *to, codes=(0, 1, 3))
        shutil.copyfile(WORK / "clientes.results.xlsx", WORK / "results_of_job_2.xlsx")
        # Job 3: the list itself again, with the rows whose outcome is unknown.
        uploader("send", clientes, "--skip-invalid", "--resend-unknown", "--language", "en", *to, codes=(0, 1, 3))
        # Job 4: another list; one row's request is known from job 1, the last one stops the run.
        others = [
            row(20, "Pedido 1"),
            first[1],
            row(22, "Pedido 2"),
            row(23, "Cuota [practice quota]"),
            row(24, "Tarde"),
        ]
        uploader("send", write_list("pedidos.csv", others), "--redact", "Para", *to, codes=(4,))
        # Jobs 5 and 6: a list that another computer began, as its workbook tells it, and the rest of it.
        moved = write_list(
            "traslados.csv",
            [row(30, "Traslado A"), row(31, "Traslado B"), row(32, "Traslado C"), row(33, "Traslado D")],
        )
        uploader("send", moved, "--first", "3", "--language", "es", *to, home="elsewhere", codes=(0, 1, 3))
        uploader("send", "traslados.results.xlsx", "--language", "es", *to, codes=(0, 1, 3))
        # Somebody looked a row up, and the customer data of a list were deleted.
        uploader("settle", "5", "--row", "4", "--arrived", "--language", "es")
        uploader("send", write_list("olvidados.csv", [row(40, "Por olvidar")]), *to, codes=(0, 1))
        uploader("history", "forget", "7", "--yes")
    finally:
        sandbox.terminate()
        sandbox.wait()
    keep(here)


if __name__ == "__main__":
    main()
