"""``python -m triton_lift.agree CORPUS``."""

from __future__ import annotations

from triton_lift.agree.driver import main

raise SystemExit(main())
