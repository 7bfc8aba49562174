"""The colours of our workbooks: fills, and the ink on them."""

from uploader.model.rows import Status

HEADER_FILL, OUR_HEADER_FILL = "#44546A", "#1F6F8B"
STATUS_FILLS = {
    Status.ACCEPTED: ("#E2F0D9", "#285A1E"),
    Status.REJECTED: ("#F8D7DA", "#8A1C25"),
    Status.UNKNOWN: ("#FFE8B3", "#7A4B00"),
    Status.INVALID: ("#F3D9F0", "#6B2162"),
    Status.SKIPPED: ("#E7E9EC", "#444B54"),
    Status.NOT_SENT: ("#DCE9F7", "#1D4E80"),
}

FAULT = ("#F8D7DA", "#8A1C25")
OUR_FILLS = frozenset(fill for fill, _ in (*STATUS_FILLS.values(), FAULT))
"""Below a header."""
