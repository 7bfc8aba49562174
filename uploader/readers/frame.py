"""Tables as DataFrames of text: the only door to pandas, imported where somebody asks for one."""

from collections.abc import Iterable, Iterator

import pandas as pd

from uploader.readers.pages import Records


def frames(records: Iterable[Records], width: int, rows: int | None = None) -> Iterator[pd.DataFrame]:
    """DataFrames of these records with `width` columns, each of at most `rows` rows (else as many as are fast)."""
    for some in records:
        step = rows or len(some.numbers)
        for start in range(0, len(some.numbers), step):
            part = slice(start, start + step)
            yield pd.DataFrame(
                {position: column[part] for position, column in enumerate(some.columns)},
                index=pd.Index(some.numbers[part], name="row"),
                columns=range(width),
                dtype=object,
            )
