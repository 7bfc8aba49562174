"""What a text is to a shell: its commands, and what it assigns."""

from dataclasses import dataclass, field


@dataclass
class Command:
    """One simple command."""

    words: list[str] = field(default_factory=list)
    document: str | None = None
    """A here-document or a here-string."""
    file: str = ""
    """The one it reads, as `< file` says."""
    before: "Command | None" = None
    """The one whose output is piped into it."""

    @property
    def stdin(self) -> str | None:
        """What comes in, as far as it is in the text."""
        if self.file:
            return None
        return self.document if self.document is not None or self.before is None else printed(self.before)


@dataclass
class Script:
    """All commands of a text, and what else it says."""

    commands: list[Command] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    """Assigned in the text, or given a default there."""
    has_smart_quotes: bool = False
    has_bare_ampersand: bool = False
    """An `&` in an address without quotes: a shell would end the command there."""


def printed(command: Command) -> str | None:
    """What a command prints that only prints what it is given; None for any other."""
    words: list[str] = command.words
    if words[:1] == ["cat"] and len(words) == 1:
        return command.stdin
    if words[:1] == ["echo"]:
        return " ".join(word for word in words[1:] if word not in ("-n", "-e", "-ne")) + "\n"
    if words[:1] == ["printf"] and len(words) > 1:
        return words[2] if words[1] in ("%s", "%s\n", "%s\\n") and len(words) > 2 else words[1]  # noqa: PLR2004  # a format and a text
    return None
