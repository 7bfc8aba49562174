"""All commands of a group, imported or not."""

from collections.abc import Mapping

import click


def commands_of(group: click.Group) -> Mapping[str, click.Command]:
    """By their names, in the order of the help."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}
