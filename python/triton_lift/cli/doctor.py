"""``triton-lift doctor``: what is installed and whether the hook is live."""

from __future__ import annotations

import click


@click.command()
def doctor() -> None:
    """Say what is installed and whether the hook is live."""
