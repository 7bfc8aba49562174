from io import StringIO

import pytest

from uploader.readers.csv.dialect import detect


def rows(sample: str) -> list[list[str]]:
    dialect, _ = detect(sample)
    lines = list(StringIO(sample, newline=""))
    return list(dialect.rows(lines[1:] if dialect.has_sep_line else lines))


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2,5\n", [["a", "b"], ["1,5", "2,5"]]),
        ("a\tb\nx, y\tz\n", [["a", "b"], ["x, y", "z"]]),
        ("a|b\n1;2|3,4\n", [["a", "b"], ["1;2", "3,4"]]),
        ("sep=|\na|b\n1,2|3\n", [["a", "b"], ["1,2", "3"]]),
        ('a, "b"\n1, "x, y"\n', [["a", "b"], ["1", "x, y"]]),
        ('a,b\n1,"say ""x"", y"\n', [["a", "b"], ["1", 'say "x", y']]),
        ('a;b\n1;"say \\"x; y\\""\n2;"z"\n', [["a", "b"], ["1", 'say "x; y"'], ["2", "z"]]),
        ("a,b\nx\\, y,2\nz,3\n", [["a", "b"], ["x, y", "2"], ["z", "3"]]),
        ("a,b\n'x, y',2\n'z',3\n'x, w',4\n", [["a", "b"], ["x, y", "2"], ["z", "3"], ["x, w", "4"]]),
        ("'a','b','c'\n'1','2','3'\n", [["a", "b", "c"], ["1", "2", "3"]]),
        ('a , "b" ,c\n1 , "x, y" ,3\n', [["a ", "b", "c"], ["1 ", "x, y", "3"]]),
        ('a, "b"\n1, "x"\n', [["a", "b"], ["1", "x"]]),
        ("a^b^c\n1^2^3\n", [["a", "b", "c"], ["1", "2", "3"]]),
        ('name age city\n"Ana Luz" 30 Cali\nEva 31 Pasto\n', [["name", "age", "city"], ["Ana Luz", "30", "Cali"], ["Eva", "31", "Pasto"]]),
        ("Mensaje\nHola a todos\nBuenos días amigo\n", [["Mensaje"], ["Hola a todos"], ["Buenos días amigo"]]),
        ("sep=;\ra;b\r1,2;3\r", [["a", "b"], ["1,2", "3"]]),
        ("a;b\nx\x0by, z;1\nv\u2028w, u;2\n", [["a", "b"], ["x\x0by, z", "1"], ["v\u2028w, u", "2"]]),
        ("Nombre\n0|\n", [["Nombre"], ["0|"]]),
        ('Tubo\n3" PVC\n', [["Tubo"], ['3" PVC']]),
        ("Título\na;b;c\n1;2;3\n4;5;6\n", [["Título"], ["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]),
    ],
)  # fmt: skip
def test_the_delimiter_and_the_quotes_are_known_by_how_evenly_rows_come_out(
    sample: str, expected: list[list[str]]
) -> None:
    assert rows(sample) == expected


def test_the_wanted_names_decide_before_evenness() -> None:
    sample = "De;Para\nAna, Luz;x, y\nEva, Sol;z, w\n"
    assert detect(sample, ["De", "Para"])[0].delimiter == ";"
    assert detect("De;Para,Otro\n1;2,3\n", ["De"])[0].delimiter == ";"


def test_another_delimiter_that_does_as_well_is_a_rival() -> None:
    dialect, rival = detect("a;b,c\n1;2,3\n4;5,6\n")
    assert rival is not None
    assert {dialect.delimiter, rival.delimiter} == {",", ";"}
    assert {rival.taken_first, rival.first} == {("a;b", "c"), ("a", "b,c")}
    assert detect("a;b\n1,5;2,5\n")[1] is None
