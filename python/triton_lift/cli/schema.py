"""``triton-lift schema``: the JSON schema of the records."""

from __future__ import annotations

import json

import click

from triton_lift.emit.schema import json_schema


@click.command()
def schema() -> None:
    """Print the JSON schema that every record of `lift --format json` and `scan` validates against."""
    click.echo(json.dumps(json_schema(), indent=1))
