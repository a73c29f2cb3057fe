"""``python -m triton_lift`` is the command ``triton-lift``."""

from __future__ import annotations

import sys

from triton_lift.cli import main

if __name__ == "__main__":
    sys.exit(main())
