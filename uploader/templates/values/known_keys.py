"""The keys that a template may have at a place, and which of them is meant by one that doesn't exist."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import NoneType
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

_LIKE_ENOUGH = 0.7


class Known(NamedTuple):
    """What may stand in the place of a key that doesn't exist."""

    meant: str
    """The key that is meant, with the tables that it stands in: `request.batch`; "" where nobody knows."""
    here: Sequence[str]
    """All that there are in the same table."""


def known_instead(model: type[BaseModel], location: Sequence[str | int]) -> Known:
    """What a file of that form knows instead of the key at the end of the location."""
    *tables, wrong = location
    here = list(_keys(_table_at(model, tables)))
    written = ".".join(f"#{part + 1}" if isinstance(part, int) else part for part in tables)
    name = str(wrong).lower()
    near = [key for key in here if sorted(key) == sorted(name)] or get_close_matches(name, here, 1, _LIKE_ENOUGH)
    if near:
        return Known(f"{written}.{near[0]}" if written else near[0], here)
    elsewhere = [path for path in _paths(model) if path.rpartition(".")[2] == wrong]
    return Known(elsewhere[0] if len(elsewhere) == 1 else "", here)


def is_meant(
    model: type[BaseModel], tables: Sequence[str | int], table: Mapping[str, Any], wrong: str, missing: str
) -> bool:
    """Whether a table is better with the value of a key that doesn't exist under the one that is missing there."""
    if missing == "url" and "://" not in str(table[wrong]):
        return False  # many a text could be one, since a setting may stand for the host
    others = {key: value for key, value in table.items() if key != wrong}
    try:
        _table_at(model, tables).model_validate({**others, missing: table[wrong]})
    except ValidationError as why:
        return all(missing not in error["loc"][:1] for error in why.errors())
    return True


def _keys(model: type[BaseModel]) -> Mapping[str, Any]:
    """The keys of a table, and what each may be."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _table_at(model: type[BaseModel], tables: Sequence[str | int]) -> type[BaseModel]:
    """The table at a place. One name or number in it goes to each table that has many of a kind."""
    is_one_of_many = False
    for part in tables:
        if is_one_of_many:
            is_one_of_many = False
            continue
        annotation = _keys(model)[str(part)]
        model, is_one_of_many = next(_models_in(annotation)), _model_of(annotation) is None
    return model


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The table that a key itself is; None for a value, or for tables in a list or under names."""
    kinds = [kind for kind in get_args(annotation) or (annotation,) if kind is not NoneType]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], BaseModel) else None


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _paths(model: type[BaseModel], within: str = "") -> Iterator[str]:
    """The keys of a file, but for those of tables of which there may be many."""
    for key, annotation in _keys(model).items():
        yield f"{within}{key}"
        table = _model_of(annotation)
        if table is not None:
            yield from _paths(table, f"{within}{key}.")
