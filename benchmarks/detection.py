"""Compares our detection of encodings and delimiters with libraries, on real and generated files.

    python benchmarks/detection.py [FOLDER]        # FOLDER has expected.json and the files, default ../shared/corpus

Libraries that are not installed are left out. The figures are of one run on one machine.
"""

import argparse
import csv
import importlib
import importlib.metadata
import itertools
import json
import random
import re
import sys
import tempfile
import time
from collections import ChainMap
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from uploader.errors import UploaderError
from uploader.readers.csv import dialect, encoding
from uploader.readers.snapshot import snapshot_of

WORDS = {
    "spanish": "José María Muñoz,Ángel Núñez,Lucía Gómez Peña,Íñigo Martínez,Óscar Pérez,Raúl Zúñiga,Sofía Güell,Ramón "
    "Valdés,Begoña Rodríguez,Martín Hernández,Tomás Jiménez,Adrián Álvarez,Iván,Bogotá,Medellín,Cúcuta,Ibagué,Perú"
    ",Popayán,Córdoba,México,Querétaro,Mérida,Junín,Concepción,Viña,Avenida Colón Nº 5,N° 33,Cra. 7ª,2º "
    "piso,3° piso,Pasaje Ñuñoa 4,Edificio Pío XII,Camino Añil,¿Cómo está? Su cita es mañana,¡Gracias por su atención!,"
    "Factura,Aún no pagó,Él dijo sí,Teléfono,Dirección,Razón social,Número,País,Compañía,Observación,Cédula",
    "portuguese": "João da Conceição,José Antônio,Luís Gonçalves,Inês Magalhães,Sebastião Simões,Ângela Galvão,Zoé,"
    "São Paulo,Goiânia,Brasília,Ceará,Belém,Maceió,Cuiabá,Niterói,Praça da Sé,Rua Três Irmãos nº 5,Getúl"
    "io Vargas 12º andar,Travessa Açaí,1ª travessa,Será,Olá! Sua fatura já está disponível,Não responda,Você tem "
    "até amanhã às 10h,Atenção: ligação grátis,Endereço,Município,Código,Situação,Observações,Preço,Mês,Órgão,Ação",
    "french": "premières,Françoise Lefèvre,Hélène,Jérôme Benoît,André Côté,Zoë,Noël,Sœur Thérèse,Rue du Château"
    ",Évelyne,Société Générale,Où êtes-vous,l’école,d’été,reçu,août,cœur,Élève",
    "english": "It’s Bob’s café,Don’t call,“Ask for Ann”,10–12 Main St,She said “yes” – twice,Microcap® Value,Acme™"
    ",résumé,O’Brien,naïve,Mr. Müller,Zürich,Malmö",
    "typographic": "“Hola” dijo,Factura – 2ª copia,5°,Oferta…,3 m²,Año 2020–2021,«Luna»,Total 5 €,Precio: 3.81 €,50 % "
    "más,Martes — 10:00,‘Sol’ y mar,Ñandú,• punto,© Acme 2024,5º B,£12,Calle “El Sol”",
}
"""Names, addresses and messages, separated by commas."""
LINE_ENDS = {"cp1252": "\r\n", "latin-1": "\n", "mac_roman": "\r", "cp850": "\r\n", "utf-8": "\n", "utf-16": "\r\n"}
"""Encodings with their usual line ending."""
MARK = "\ufeff"
IN_CAPITALS, WITH_THAT_END, ALL_QUOTED = 0.25, 0.7, 0.3
ROWS = (1, 1, 1, 2, 3, 5, 20, 200)
ROWS_TO_PART = (2, 3, 3, 20)
MESSAGES = ("Hola, {}, su cita es mañana", "{}", "Total: 3,50; gracias, {}", "Dijo “sí”, {}", 'Calle 5, piso 2 "{}"')


@dataclass(frozen=True)
class Sample:
    """A file, its encoding, and the right answer."""

    path: Path
    encoding: str
    right: str


Detectors = Mapping[str, Callable[[Sample], str | None]]


def real(folder: Path, what: str) -> list[Sample]:
    """The delimited files of a folder whose expected.json gives the encoding and the right answer."""
    return [
        Sample(folder / name, want["encoding"], want[what])
        for name, want in json.loads((folder / "expected.json").read_text("utf-8")).items()
        if name.endswith((".csv", ".tsv", ".txt")) and want.get("encoding") and want.get(what)
    ]


def encoded(folder: Path, times: int) -> list[Sample]:
    """Lists in each language, of one to many rows, some in capitals, in every encoding that has their characters."""
    chance = random.Random(5)
    samples = []
    for number, ((language, words), _, rows) in enumerate(itertools.product(WORDS.items(), range(times), ROWS)):
        lines = [f"{i};{300_000_0000 + i};{chance.choice(words.split(','))}\n" for i in range(rows)]
        text = "id;telefono;nombre\n" + "".join(lines)
        text = text.upper() if chance.random() < IN_CAPITALS else text
        for codec, end in LINE_ENDS.items():
            with_end = text.replace("\n", end if chance.random() < WITH_THAT_END else "\n")
            data = with_end.encode(codec, "ignore")
            if not text.isascii() and data.decode(codec) == with_end:
                path = folder / f"{number}-{language}-{rows}-{codec}.csv"
                path.write_bytes(data)
                samples.append(Sample(path, codec, codec))
    return samples


def parted(folder: Path, times: int) -> list[Sample]:
    """Lists with each delimiter, with commas in texts, and decimal commas unless the delimiter is a comma."""
    chance = random.Random(7)
    names = WORDS["spanish"].split(",")
    samples: list[Sample] = []
    for _, (delimiter, called), rows in itertools.product(range(times), dialect.DELIMITERS.items(), ROWS_TO_PART):
        table = [["telefono", "nombre", "importe", "mensaje"]]
        for _ in range(rows):
            name = chance.choice(("{}", "{1}, {0}")).format(*chance.sample(names, 2))
            amount = f"{chance.randint(0, 9999)}{'.' if delimiter == ',' else ','}{chance.randint(10, 99)}"
            message = chance.choice(MESSAGES).format(chance.choice(names))
            table.append([f"57300{chance.randint(0, 9_999_999):07}", name, amount, message])
        columns = sorted(chance.sample(range(4), chance.randint(2, 4)))
        path = folder / f"{len(samples)}-{called}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            end = chance.choice(("\n", "\r\n"))
            quotes: Literal[0, 1] = csv.QUOTE_ALL if chance.random() < ALL_QUOTED else csv.QUOTE_MINIMAL
            writer = csv.writer(file, delimiter=delimiter, quoting=quotes, lineterminator=end)
            writer.writerows([cells[column] for column in columns] for cells in table)
        samples.append(Sample(path, "utf-8", delimiter))
    return samples


def our_encodings(sample: Sample) -> str | None:
    """None if the file is refused."""
    with suppress(UploaderError):
        return encoding.detect(snapshot_of(sample.path)).name
    return None


def charset_normalizer(sample: Sample) -> str | None:
    """The library's answer; the same holds for those below."""
    best = importlib.import_module("charset_normalizer").from_path(sample.path).best()
    return None if best is None else str(best.encoding)


def chardet(sample: Sample) -> str | None:
    """The encoding."""
    answer: str | None = importlib.import_module("chardet").detect(sample.path.read_bytes())["encoding"]
    return answer


def our_dialects(sample: Sample) -> str | None:
    """The delimiter, without knowing the expected columns."""
    return dialect.detect(_text(sample), ())[0].delimiter


def sniffer(sample: Sample) -> str | None:
    """The delimiter, by Python's own sniffer."""
    with suppress(csv.Error):
        return csv.Sniffer().sniff(_text(sample)).delimiter
    return None


def clevercsv(sample: Sample) -> str | None:
    """The delimiter."""
    library = importlib.import_module("clevercsv")
    with suppress(library.exceptions.Error):
        return getattr(library.Sniffer().sniff(_text(sample), verbose=False), "delimiter", None)
    return None


def duckdb(sample: Sample) -> str | None:
    """The delimiter. It reads only files, and only UTF-8."""
    library = importlib.import_module("duckdb")
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as copy, suppress(library.Error):
        copy.write(_text(sample))
        copy.flush()
        return str(library.execute("select delimiter from sniff_csv(?)", [copy.name]).fetchone()[0])
    return None


def _text(sample: Sample) -> str:
    """The text in its right encoding, at most 100 kB because some sniffers are slow."""
    return sample.path.read_bytes().decode(sample.encoding, "replace")[:100_000]


def is_right(sample: Sample, answer: str) -> bool:
    """Whether the answer is the expected one, or another codec with the same text."""
    data = sample.path.read_bytes()
    with suppress(UnicodeDecodeError, LookupError):
        return answer == sample.right or data.decode(answer).lstrip(MARK) == data.decode(sample.encoding).lstrip(MARK)
    return False


def show(title: str, detectors: Detectors, samples: list[Sample]) -> None:
    """Print how often each was right, wrong or silent, its time for all files, and its size on disk."""
    print(f"\n{title}: {len(samples)}\n{'':20}{'right':>7}{'wrong':>7}{'none':>6}{'ms':>9}{'MB':>7}")
    for name, detector in detectors.items():
        try:
            detector(samples[0])  # what it takes to import it doesn't count
        except ImportError:
            print(f"{name:20} is not installed")
            continue
        started = time.perf_counter()
        answers = [detector(sample) for sample in samples]
        ms = (time.perf_counter() - started) * 1000
        right = sum(is_right(sample, answer) for sample, answer in zip(samples, answers, strict=True) if answer)
        none = sum(not answer for answer in answers)
        size = sum(sizes(name).values()) / 1e6
        print(f"{name:20}{right:7}{len(samples) - right - none:7}{none:6}{ms:9.0f}{size:7.1f}")


def sizes(name: str) -> dict[str, int]:
    """The bytes of a distribution and its dependencies, empty if it isn't installed."""
    with suppress(importlib.metadata.PackageNotFoundError):
        one = importlib.metadata.distribution(name)
        files = [Path(str(one.locate_file(file))) for file in one.files or ()]
        needs = [re.split(r"[^\w.-]", need)[0] for need in one.requires or () if "extra ==" not in need]
        own = {name: sum(file.stat().st_size for file in files if file.is_file())}
        return dict(ChainMap(own, *map(sizes, needs)))
    return {}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--times", type=int, default=12, help="how many generated texts of each kind")
    given = parser.parse_args()
    by_encoding = {"ours": our_encodings, "charset-normalizer": charset_normalizer, "chardet": chardet}
    by_delimiter = {"ours": our_dialects, "csv.Sniffer": sniffer, "clevercsv": clevercsv, "duckdb": duckdb}
    with tempfile.TemporaryDirectory() as made:
        show("Encoding, real files", by_encoding, real(given.folder, "encoding"))
        show("Encoding, generated files", by_encoding, encoded(Path(made), given.times))
        show("Delimiter, real files", by_delimiter, real(given.folder, "delimiter"))
        show("Delimiter, generated files", by_delimiter, parted(Path(made), given.times))


if __name__ == "__main__":
    main()
