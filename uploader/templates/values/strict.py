"""What every table of a template has in common."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A value out of a template, whole and unchanging; a key that it doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)
