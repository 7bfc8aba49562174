"""Lists that are ASCII but for one to three signs: what Excel on Windows writes is read so, and nothing is wrong in silence."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from uploader.errors import ListError
from uploader.readers.csv import encoding
from uploader.readers.csv.encoding import Encoding

PLAIN = {
    "es": ["Su pedido llega hoy", "Reclamo por factura", "Cliente nuevo", "Llamar por la tarde", "Pago pendiente"],
    "pt": ["Pedido entregue hoje", "Conta em atraso", "Cliente novo", "Ligar de tarde", "Boleto vencido"],
    "en": ["Your order is late", "Complaint about bill", "New customer", "Call in the afternoon", "Payment due"],
}
WORDS = {
    "es": ["¿Cuándo llega?", "¡Gracias!", "Mañana", "MUÑOZ", "Ávila", "ÁVILA", "Óscar", "García", "GARCÍA", "Bogotá", "según", "código",
           "compañía", "Íñigo", "Núñez", "dirección", "ATENCIÓN", "pingüino", "teléfono", "está", "más", "tú", "día", "él dijo"],
    "pt": ["Não", "São Paulo", "SÃO PAULO", "João", "Conceição", "AÇÃO", "você", "três", "mês", "Mônica", "até", "à vista", "às 10h",
           "há", "maçã", "irmãos", "preço", "Gonçalves", "opções", "água", "índice", "número", "francês", "câmera", "informações"],
    "en": ["café", "résumé", "naïve", "façade", "jalapeño", "Zoë", "déjà vu", "Pokémon", "Bogotá", "Müller", "São Paulo"],
}  # fmt: skip
SIGNS = [
    "Pedido\xa0uno", "Bill\xa0three", "Total:\xa0500", "• item", "•item", "Rojo • Azul", "30 kgf·m", "A · B", "Wait…", "ver… luego",
    "…sigue", "Piso 3º", "Calle 5ª", "Nº 12", "n.º 8", "5° piso", "23 °C", "N° 44", "uno – dos", "10–12", "yes — no", "— dijo", "Microcap®",
    "Office™", "© 2024", "50 µg", "10 µl", "€ 50", "50 €", "£ 30", "½ taza", "1½", "5 × 3", "±5", "“Hola”", "O’Brien", "It’s late",
    "La ¨oferta¨", "«Hola»", "20 m²", "5 m³", "§ 5", "Šimek", "Škoda", "cœur", "Søren", "Åse", "Straße", "10¢", "¥ 900", "Plan•Casa",
    "1½ litro", "x²", "10³ m", "2.º piso", "3.ª", "rock ’n’ roll", "Dña. Inés", "Feijão", "NESCAFÉ™", "Kraków",
]  # fmt: skip
CODECS = ("cp1252", "utf-8", "cp850", "mac_roman")
LISTS_OF_EACH = 250


def some_list(language: str, draw: random.Random) -> str:
    """Rows of plain text, and one to three of them with a sign."""
    rows = [[f"a{n}@x.com", draw.choice(PLAIN[language]), str(1000 + n)] for n in range(draw.choice([2, 5, 40]))]
    for _ in range(draw.choice([1, 1, 2, 3])):
        sign = draw.choice(SIGNS if draw.random() < 0.5 else WORDS[language])
        row = draw.choice(rows)
        row[1] = draw.choice(
            [sign, f"{draw.choice(PLAIN[language])} {sign}", f"{sign} {draw.choice(PLAIN[language]).lower()}"]
        )
    return "\r\n".join(";".join(row) for row in [["from", "body", "rp_id"], *rows]) + "\r\n"


def how_read(detect: Callable[[bytes], Encoding], text: str, codec: str) -> str:
    """`right`, `shown` where it is wrong and another reading is shown beside it, `refused`, or `wrong`."""
    data = text.encode(codec)
    try:
        got = detect(data)
    except ListError:
        return "refused"
    if data.decode(got.name) == text:
        return "right"
    return "wrong" if got.rival is None else "shown"


@pytest.mark.parametrize("language", PLAIN)
@pytest.mark.parametrize("codec", CODECS)
def test_no_wrong_letter_goes_out_in_silence(detect, codec, language):
    draw, counts = random.Random(f"{codec} {language}"), Counter[str]()
    while counts.total() < LISTS_OF_EACH:
        text = some_list(language, draw)
        try:
            text.encode(codec)
        except UnicodeEncodeError:
            continue
        counts[how_read(detect, text, codec)] += 1
    assert counts["wrong"] == 0, counts
    assert counts["refused"] <= 0.02 * LISTS_OF_EACH, counts
    if codec in ("cp1252", "utf-8"):
        assert counts["right"] >= 0.99 * LISTS_OF_EACH, counts


@pytest.mark.parametrize("sign", [*SIGNS, *WORDS["es"], *WORDS["pt"], *WORDS["en"]])
def test_what_excel_writes_is_read_so_by_a_single_sign(detect, sign):
    text = f"from,body\r\na@x.com,{sign}\r\nb@x.com,plain text\r\n"
    assert how_read(detect, text, "cp1252") == "right"


# Hardly anything tells these from what another code page has there: then the person is asked.
HARD = [
    ("cp1252", "rock’n’roll"), ("cp1252", "Size 10½ 8"), ("cp850", "Göteborg"), ("cp850", "Malmö"), ("cp850", "MALMÖ"),
    ("cp850", "99¢"), ("mac_roman", "3.ª"), ("mac_roman", "pô"), ("mac_roman", "Temp °C"), ("cp850", "Ñ"), ("mac_roman", "Kraków"),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "sign"), HARD)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_with_very_little_evidence_nothing_is_wrong_in_silence(detect, codec, sign, end):
    text = end.join(["from,body", f"a@x.com,{sign}", "b@x.com,plain text", ""])
    assert how_read(detect, text, codec) in ("right", "shown")


FOREIGN = {
    "cp1250": ["Dvořák Jiří", "Szűcs Ernő", "Paweł", "Gdańsk", "Łódź", "żółty", "Constanţa", "Petrović", "Čapek", "Zdeněk", "Năstase",
               "Mihăilă", "Częstochowa"],
    "iso8859_2": ["Šárka", "Živković"], "cp1253": ["Μαρία"],
    "cp1254": ["Şahin", "Yılmaz", "İzmir", "Çağlar"], "cp1251": ["Иванов", "Анна"], "cp866": ["Иванов"], "cp852": ["Jiří"],
}  # fmt: skip


@pytest.mark.parametrize(("codec", "name"), [(codec, name) for codec, names in FOREIGN.items() for name in names])
@pytest.mark.parametrize("among", ["", "José Muñoz\nMedellín\n"])
def test_a_few_names_in_an_encoding_of_other_languages_are_never_read_in_silence(detect, codec, name, among):
    data = b"name\nplain\n" + among.encode("cp1252") + name.encode(codec) + b"\n"
    try:
        assert detect(data).rival is not None
    except ListError as why:
        assert f"line {data.count(10)} makes no sense" in str(why)  # noqa: PT017  # either is right


def test_one_odd_sign_does_not_refuse_a_list_and_its_line_is_named(detect):
    rows = ["José Muñoz", "Bogotá", "Peña", "María", "Córdoba", "según", "más", "código", "días", "número", "mi¤sa"]
    got = detect("".join(f"{row}\n" for row in ["nombre", *rows]).encode("cp1252"))
    assert (got.name, got.odd) == ("cp1252", encoding.OddWord(12, "mi¤sa"))


@pytest.mark.parametrize("undefined", [b"x\x81y", b"hola \x8d", b"\x9d", b"a\xe1\x90"])
def test_a_byte_that_is_no_character_is_refused_at_its_own_line(detect, undefined):
    rows = ["José Muñoz", "Bogotá", "Peña", "María", "Córdoba", "según", "más", "código", "días", "número"]
    text = "".join(f"{row}\n" for row in ["nombre", *rows]).encode("cp1252")
    with pytest.raises(ListError, match="the text in line 12 makes no sense"):
        detect(text + undefined + b"\nfin\n")


@pytest.mark.parametrize("name", ["Kraków", "Erzsébet"])
def test_a_sign_within_a_word_is_pointed_out_among_clear_rows(detect, name):
    got = detect("nombre\nJosé Muñoz\nMedellín\n".encode("cp1252") + name.encode("cp852") + b"\n")
    assert got.rival is not None or (got.odd is not None and got.odd.line == 4)


def test_what_was_garbled_once_and_saved_on_a_mac_is_read_as_it_was_saved(detect):
    text = "nombre\nGeorge’s\nEspañol\n• uno\n5 – 6\n".encode().decode("cp1252")
    assert detect(text.encode("mac_roman")).name == "mac_roman"


@pytest.mark.parametrize(("letter", "codec"), [("Ó", "cp850"), ("Ó", "mac_roman"), ("É", "mac_roman"), ("é", "cp850")])
def test_of_a_letter_alone_another_reading_is_shown(detect, letter, codec):
    data = f"from;body\r\na@x.com;Home visit {letter} Smith\r\nb@x.com;plain text\r\n".encode(codec)
    got = detect(data)
    assert data.decode(got.name) == data.decode(codec) or got.rival is not None
