import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uploader.errors import ListError
from uploader.readers import snapshot
from uploader.readers.csv import encoding
from uploader.readers.csv.encoding import NAMES, Encoding, RivalEncoding, sample
from uploader.readers.snapshot import snapshot_of

SPANISH = "id;nombre;ciudad;mensaje\n1;José Muñoz;Bogotá;¿Está bien?\n2;Ángel Núñez;Medellín;¡Sí!\n3;Íñigo Ávila;Córdoba;nº 3\n"
PORTUGUESE = "id;nome;texto\n1;João Conceição;Olá, você não pagou\n2;Inês Simões;até amanhã às 10h\n"
FRENCH = "premières,seconde,troisième\nQuatrième,Françoise,Hélène\n"
EIGHT_BIT = ("cp1252", "mac_roman", "cp850")
ENDS = ("\n", "\r\n", "\r")
WRITTEN = [(c, end) for c in (*EIGHT_BIT, "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-32") for end in ENDS]
WRITTEN.remove(("cp850", "\r"))  # no program for DOS ended lines so
WORDS = [
    "Muñoz", "MUÑOZ", "MUñOZ", "AÇÃO", "Nº 5", "n.º 5", "5°", "2ª", "5ºB", "23 °C", "“Hola” dijo", "10–12", "uno – dos", "yes—no",
    "¿Qué?", "¡hola¡", "3.81 €", "£ 12", "Microcap® Value", "O’Brien", "It’s", "Ma’am", "Hawai’i", "l’école", "don´t", "wait…what",
    "½ taza", "5 µm", "Grupo Ñ", "Peña", "Ñuble", "São", "Ações", "Güell", "México", "Él", "à vista", "Bjørn", "Müller", "Straße",
    "Ángel", "ÁNGEL", "García", "Díaz", "Íñigo", "Jesús", "Conceição",
]  # fmt: skip
SINGLE_WORDS = [(c, word) for c in EIGHT_BIT for word in WORDS if word.encode(c, "ignore").decode(c) == word]
UTF_8 = "id;n\n" + "".join(f"{i};José Núñez\n" for i in range(50))


@pytest.mark.parametrize("text", [SPANISH, PORTUGUESE, FRENCH, SPANISH.upper(), PORTUGUESE.upper()])
@pytest.mark.parametrize(("codec", "end"), WRITTEN)
def test_a_list_is_read_as_it_was_written_and_no_doubt_is_left(detect, text, codec, end):
    data = text.replace("\n", end).encode(codec)
    got = detect(data)
    assert got.rival is None
    assert data.decode(got.name) == data.decode(codec)
    assert got.name in NAMES


@pytest.mark.parametrize(("codec", "word"), SINGLE_WORDS)
def test_a_single_word_is_read_right_or_has_a_rival(detect, codec, word):
    data = f"id;name\n1;{word}\n".encode(codec)
    got = detect(data)
    assert data.decode(got.name) == data.decode(codec) or got.rival is not None


@pytest.mark.parametrize(
    ("codec", "text"),
    [("utf-8", ""), ("utf-8", "a;b\n1;2\n"), ("utf-8", "a;b\n1;2\n\x1a"), ("utf-8", " a ,\0b\0,\tc\t\n1,2,3\n"), ("cp850", SPANISH + "\x1a"),
     ("utf-16-le", SPANISH), ("utf-16-be", SPANISH), ("utf-32-le", SPANISH), ("utf-32-be", SPANISH), ("utf-32-le", "a"), ("mac_roman", "id,Espa\u00c3\u00b1ol\rx,St. George\u00e2\u20ac\u2122s\r"),
     ("cp932", "名前,年齢,住所\n山田太郎,30,東京都港区\n鈴木花子さん,25,大阪府\n"), ("euc_jp", "名前,年齢,住所\n山田太郎,30,東京都港区\n鈴木花子さん,25,大阪府\n"),
     ("gb18030", "姓名,城市,说明\n张伟,北京,请在明天之前回复我们\n王芳,上海,您的订单已经发货\n"),
     ("gb18030", "\ufeffx,y\n1,2\n"),
     ("big5", "姓名,城市,說明\n陳小明,台北,請在明天之前回覆我們\n王美麗,高雄,您的訂單已經出貨\n"),
     ("cp949", "이름,도시,설명\n김철수,서울,내일까지 답장해 주세요\n이영희,부산,주문이 발송되었습니다\n")],
)  # fmt: skip
def test_neither_a_mark_nor_western_letters_nor_a_tidy_program_are_needed(detect, codec, text):
    assert detect(text.encode(codec)) == Encoding(codec, None)


def test_the_rival_has_the_place_that_speaks_for_it(detect):
    assert detect("id;name\n1;Bill\xa0three\n".encode("cp1252")).rival == RivalEncoding(
        "cp850", "Bill\xa0three", "Billáthree"
    )
    one_row_from_elsewhere = SPANISH.encode("cp1252") * 9 + "5;María\n".encode("mac_roman")
    assert detect(one_row_from_elsewhere) == Encoding("cp1252", RivalEncoding("mac_roman", "Mar’a", "María"))


@pytest.mark.parametrize(
    ("data", "message"),
    [("имя;город\nИван Петров;Москва\nАнна;Новосибирск\n".encode("cp1251"), r'^list\.csv: the text in line 3 makes no sense.*Windows-1251.*“Новосибирск”.*encoding="cp1251".*XLSX'),
     ("imię;miasto\nŁukasz Wałęsa;Łódź\nGrażyna Żółć;Gdańsk\n".encode("cp1250"), "line 3 makes no sense.*Windows-1250.*“Żółć”"),
     ("όνομα;πόλη\nΓιώργος;Αθήνα\nΜαρία;Θεσσαλονίκη\n".encode("cp1253"), "line 3 makes no sense.*Windows-1253"),
     (UTF_8.encode("cp1252") + b"a;invalid_\xff\xff_part\n", "line 52 makes no sense"),
     (UTF_8.encode().replace(b"7;Jos\xc3\xa9", b"7;Jos\xe9", 1), "is UTF-8 text, but line 9 is not"),
     (UTF_8.encode("cp1252") + "a;María\n".encode(), "the “í” in line 52 is UTF-8, but .* Windows-1252"),
     (UTF_8.encode()[:-1] + b"\xc3", "line 51, so it is truncated"), (b"id;n\n1;JOS\xc3", "line 2, so it is truncated"),
     (codecs.BOM_UTF8 + b"a;b\n\xe9;1\n", "starts as UTF-8 text.* near line 2"), (UTF_8.encode("utf-16")[:-1], "UTF-16.* truncated near line 51"),
     (UTF_8.encode("utf-16-le")[:-1], "UTF-16.* truncated near line 51"),
     *((data, "is not a text file, so it can't be a CSV") for data in
       (bytes(range(256)) * 9, b"\0" * 99, b"PK\x03\x04" + b"text" * 99, b"a\x01\x02\x03\x04;b\n", codecs.BOM_UTF16_LE + b"\x01\0" * 99))],
)  # fmt: skip
def test_what_is_no_text_or_broken_or_mixed_is_refused_with_the_line(detect, data, message):
    with pytest.raises(ListError, match=message):
        detect(data)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ListError, match=r"File not found: .*nowhere\.csv"):
        encoding.detect(snapshot_of(tmp_path / "nowhere.csv"))


def test_letters_over_the_border_of_two_blocks(detect, monkeypatch):
    monkeypatch.setattr(snapshot, "BLOCK_BYTES", 16)
    monkeypatch.setattr(sample, "BLOCK_BYTES", 16)
    for codec in ("utf-8", "cp1252", "utf-16-be"):
        assert detect(UTF_8.encode(codec)).name == codec
    with pytest.raises(ListError, match="line 51, so it is truncated"):
        detect(UTF_8.encode()[:-1] + b"\xc3")


def test_the_last_letter_of_a_long_file_counts(detect):
    plain = b"1;300123456;Juan Perez;su factura vence\n" * 90_000
    assert detect(plain + "1;Muñoz\n".encode("mac_roman")).name == "mac_roman"
    with pytest.raises(ListError, match="the “ñ” in line 90004 is UTF-8"):
        detect(plain + "1;Peña\n1;José\n1;Nariño\n".encode("cp1252") + "1;Muñoz\n".encode())


PIECES = b"abc|;|,|\n|\r\n| |5|\0|\x1a|\xe1|\xe9|\x92|\x96|\xc3\xa9|\xc3|\xff\xfe|\xef\xbb\xbf|\x81|\xa0|\xff|\xe2\x82\xac|a\0|\0a|\x96\xbc|\xb0\xa1"


@settings(max_examples=400, deadline=None)
@given(data=st.binary(max_size=300) | st.lists(st.sampled_from(PIECES.split(b"|")), max_size=60).map(b"".join))
def test_any_bytes_give_an_encoding_that_decodes_them_or_a_refusal(detect, data):
    try:
        got = detect(data)
    except ListError as why:
        assert str(why).endswith(".")  # noqa: PT017 - either is right
        return
    data.decode(got.name)
    if got.rival is not None:
        assert len(got.rival.taken_sample) <= 40
        assert got.rival.taken_sample != got.rival.sample
        "".encode(got.rival.name)


PHRASES = [cell for cell in (SPANISH + PORTUGUESE).replace("\n", ";").split(";") if not cell.isascii()]


@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(PHRASES), min_size=1, max_size=6), codec=st.sampled_from(EIGHT_BIT))
def test_real_words_at_random_are_never_read_wrong_without_a_rival(detect, words, codec):
    text = "".join(f"1;{word}\n" for word in words)
    got = detect(text.encode(codec))
    assert text.encode(codec).decode(got.name) == text or got.rival is not None
