"""Find the columns that were written again in a workbook whose columns were moved, renamed, deleted or added since."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, islice, permutations, product

from uploader.model.rows import ROW_COLUMN
from uploader.workbooks.cell_digests import canonical_text
from uploader.workbooks.manifest import Manifest

_MOST_TRIED = 300
"""So many arrangements are tried where names leave it open which column is which."""

Places = Sequence[int | None]
"""For each column that was written its position now; None where it is gone."""


def places_of(
    written: Sequence[str], names: Mapping[int, str], hits: Callable[[Sequence[int]], int], sample: int
) -> Places:
    """Where the columns are now that were `written`, by their names, and by the digests where these leave it open.

    `names` has, by position, those of the columns at hand that may be meant. `hits` says how many of `sample` rows have
    the digests that they were written with if the columns are at these positions.
    """
    best: Places = ()
    most = -1
    for places in islice(_possible(written, names), _MOST_TRIED):
        whole = [at for at in places if at is not None]
        found = hits(whole) if len(whole) == len(written) else 0
        if found > most or (found == most == 0 and None in places and None not in best):
            best, most = places, found  # a column that fits no row is not one that was renamed
        if found == sample:
            break
    return best


def added_columns(manifest: Manifest, names: Mapping[int, str]) -> Sequence[int]:
    """The columns that are more than a version wrote that did not keep their names: those that it does not know.

    `names` has, by position, those at hand. Where all are known it is the last ones.
    """
    width = min(at for column, (at, _) in manifest.our_columns.items() if column != ROW_COLUMN) - 1
    more = len(names) - width
    if more <= 0:
        return ()
    filling = dict(manifest.fields.values())  # all that such a workbook knows of its columns' names
    written = Counter(map(canonical_text, filling.values()))
    added = []
    for at, name in names.items():
        if not written[canonical_text(name)]:
            added.append(at)
        written[canonical_text(name)] -= min(1, written[canonical_text(name)])
    return added[-more:] if len(added) >= more else list(names)[-more:]


def _possible(written: Sequence[str], names: Mapping[int, str]) -> Iterator[Places]:
    """All arrangements, the likeliest first."""
    now = _grouped({at: canonical_text(name) for at, name in names.items()})
    then = _grouped(dict(enumerate(map(canonical_text, written))))
    choices = [list(islice(_matched(columns, now.get(name, [])), _MOST_TRIED)) for name, columns in then.items()]
    for chosen in product(*choices):
        by_name = {nth: at for pairs in chosen for nth, at in pairs}
        lost = [nth for nth in range(len(written)) if nth not in by_name]
        taken = set(by_name.values())
        free = [at for at in names if at not in taken]
        for renamed in [*_matched(lost, free), ()] if lost and free else [()]:
            places = by_name | dict(renamed)
            yield [places.get(nth) for nth in range(len(written))]


def _grouped(names: Mapping[int, str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for at, name in sorted(names.items()):
        groups.setdefault(name, []).append(at)
    return groups


def _matched(columns: Sequence[int], places: Sequence[int]) -> Iterator[Sequence[tuple[int, int]]]:
    """The columns with as many of the places, first in their order; each way to leave some out or to change them."""
    count = min(len(columns), len(places))
    for some in combinations(columns, count):
        for here in permutations(places, count):
            yield list(zip(some, here, strict=True))
