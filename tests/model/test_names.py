import pytest

from uploader.model.names import key, singulars, stem


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mensaje", "Mensajes"), ("canal", "canales"), ("Teléfono", "teléfonos"), ("opção", "opções"), ("canal", "canais"),
        ("message", "messages"), ("Número de teléfono", "números de teléfonos"), ("voz", "voces"), ("imagem", "imagens"),
        ("Día", "Días"), ("papel", "papéis"), ("perfil", "perfis"), ("city", "cities"), ("column", "columns"), ("service", "services"),
        ("address", "addresses"), ("tel", "Tels."), ("toname", "To names"), ("Cliente", "clientes"),
    ],
)  # fmt: skip
def test_a_name_is_among_the_singulars_of_its_plural(one: str, many: str) -> None:
    assert key(one) in singulars(many)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("De", "Des."), ("to", "Tos"), ("a", "As"), ("No", "Nos"), ("cc", "ccs"), ("id", "ides"), ("Val.", "Vales"), ("Not", "Notes"),
        ("Mal", "Mais"), ("Cas", "Cases"), ("client", "cliente"), ("part", "parte"), ("from", "form"), ("Com", "Cons"), ("De", "Deis"),
        ("del", "deis"), ("the", "this"),
    ],
)  # fmt: skip
def test_words_that_only_end_as_plurals_do_are_other_words(one: str, other: str) -> None:
    assert key(one) not in singulars(other)
    assert key(other) not in singulars(one)


def test_a_name_of_many_words_has_few_forms() -> None:
    assert len(singulars(" ".join(["canales"] * 200))) <= 65


def test_singular_and_plural_share_a_stem() -> None:
    assert stem("Números de teléfonos") == stem("número de teléfono")


@pytest.mark.parametrize("name", ["frоm", "ｆｒｏｍ", "𝐟rom", "fʀom", "ſubject", "rp_ıd", "ⓣo"])
def test_a_letter_that_only_looks_like_a_usual_one_makes_another_name(name: str) -> None:
    assert key(name) not in {"from", "subject", "rpid", "to"}


@pytest.mark.parametrize(
    ("name", "same"), [("ｆrom", "Ｆrom"), ("frоm", "FRОM"), ("İd", "id"), ("N.º", "no"), ("ﬁn", "fin")]
)
def test_what_people_write_differently_is_the_same_name(name: str, same: str) -> None:
    assert key(name) == key(same)


def test_what_nobody_sees_is_no_part_of_a_name() -> None:
    assert key("f\u200br\u3164o\u115fm\ufe0f\u2800") == "from"
