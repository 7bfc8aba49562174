"""Comment lines: which rows are left out because they are comments by their form, and which may be either."""

from collections.abc import Iterator, Sequence

from uploader.model.problems import Problem
from uploader.readers.cells import filled, text
from uploader.readers.pages import Page

MARK = "#"
"""The character that starts a comment."""
PERHAPS_A_COMMENT = "perhaps_a_comment"
"""The code of a row that begins as comments do and has the cells of a record, or the reverse."""


def is_comment(cells: Sequence[str]) -> bool:
    """Whether a row above a table, or one that might be its header, is a comment. A mere `#` names a column."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return first.startswith(MARK) and (first != MARK or filled(cells) == 1)


class Comments:
    """The comment lines of a table, which may have some below its header only if it has some above.

    `above` are the numbers and cells of the rows above the header, `header` are the cells of its row.
    """

    def __init__(self, above: Sequence[tuple[int, Sequence[str]]], header: Sequence[str]) -> None:
        self.rows = {number for number, cells in above if is_comment(cells)}
        """The numbers of the rows that are comments, as far as rows were looked at."""
        self.titles = [cells for number, cells in above if number not in self.rows]
        """The other rows above the header."""
        self._header_cells = len(header)
        self._has_columns = filled(header) > 1
        self._are_padded = any(len(cells) >= len(header) for number, cells in above if number in self.rows)

    def without(self, page: Page) -> Page:
        """Rows below the header, without those that are comments by their form."""
        comments = {at for at in self._beginning_so(page) if self._is_by_form(page, at)}
        if not comments:
            return page
        self.rows.update(page.numbers[at] for at in comments)
        return page.only([at for at in range(len(page.numbers)) if at not in comments])

    def doubtful(self, page: Page) -> Iterator[Problem]:
        """The rows that may be a comment or a record. Nothing is sent of them, and nothing is lost."""
        for at in self._beginning_so(page):
            yield Problem(page.numbers[at], None, PERHAPS_A_COMMENT)

    def _beginning_so(self, page: Page) -> list[int]:
        """The positions of the rows that begin as comments do; what is in quotation marks is meant as a text."""
        if not self.rows or not page.columns:
            return []
        begin = [
            at for at, cell in enumerate(page.columns[0]) if isinstance(cell, str) and cell.lstrip().startswith(MARK)
        ]
        bare = page.bare_hashes
        return begin if bare is None else [at for at in begin if page.numbers[at] in bare]

    def _is_by_form(self, page: Page, at: int) -> bool:
        """One text alone, in a table of several columns, that doesn't come with the delimiters of a record."""
        is_narrow = self._are_padded or page.widths is None or page.widths[at] < self._header_cells
        return self._has_columns and is_narrow and filled([text(column[at]) for column in page.columns]) == 1
