"""What each column of ours holds, as the comment at its header; the names are the same in every language."""

from collections.abc import Mapping

COLUMN_NOTES: Mapping[str, str] = {
    "Row": "workbook.column.row",
    "Status": "workbook.column.status",
    "Response code": "workbook.column.response_code",
    "Response message": "workbook.column.response_message",
    "Advice": "workbook.column.advice",
    "HTTP status": "workbook.column.http_status",
    "Attempts": "workbook.column.attempts",
    "Sent at": "workbook.column.sent_at",
    "Duration ms": "workbook.column.duration_ms",
    "Attempt": "workbook.column.attempt",
    "Meaning": "workbook.column.meaning",
    "Detail": "workbook.column.detail",
    "Job": "workbook.column.job",
    "Problem": "workbook.column.problem",
    "Warning": "workbook.column.warning",
}
"""The code of the message, by the column's name."""
