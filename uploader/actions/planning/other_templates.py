"""Where columns are missing: which template was used, and which one the list's columns would fit."""

from typing import TYPE_CHECKING

from uploader.actions.options import ReadOptions
from uploader.actions.session import Session
from uploader.checks.columns.mapping import ColumnMatch, match_columns
from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.readers.table import Table

if TYPE_CHECKING:
    from uploader.templates.template import Template

_SHARE = 0.5
"""Of a list's columns, as many fill fields of the template that it was made for."""


def about_template(
    match: ColumnMatch, table: Table, template: "Template", options: ReadOptions, session: Session
) -> Message | None:
    """What to know of the template before columns are renamed or chosen; None where it is surely the one meant."""
    if all(one.is_ambiguous for one in match.missing):
        return None
    fitting = _fitting(match, table, session)
    if len(fitting) == 1:
        return Message("mapping.other_template", template=template.name, other=fitting[0])
    if fitting:
        return Message("mapping.other_templates", template=template.name, others=some_of(fitting))
    if options.template is None or not match.fields:
        return Message("mapping.this_template", template=template.name)
    return None


def _fitting(match: ColumnMatch, table: Table, session: Session) -> list[str]:
    """The names of the templates that lack nothing in the list, and take most of its columns, all as many."""
    named = sum(bool(name.strip()) for name in table.header)
    filled = dict[str, int]()
    for template in session.catalog.load_all().usable:
        other = match_columns(table.header, template.checked_columns)
        if not other.missing and len(other.fields) > max(len(match.fields), _SHARE * named):
            filled[template.name] = len(other.fields)
    most = max(filled.values(), default=0)
    return [name for name, count in filled.items() if count == most]
