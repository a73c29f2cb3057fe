"""The pages that the benchmarks print, from figures made up here."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import corpus, evaluation


def measured(kernel: str, lift: float, **more: Any) -> dict[str, Any]:
    figures = {"cubin": 2.0, "steps": 10, "peak_mib": 100.0, "grade": "closed", "budget": "", "ops": 1}
    return {"package": "p", "kernel": kernel, "lift": lift, **figures, **more}


@pytest.mark.parametrize(("share", "want"), [(0.5, 2), (0.95, 4), (0.75, 3), (0.25, 1)])
def test_quantiles_are_nearest_ranks(share: float, want: int) -> None:
    assert corpus.quantile([4, 1, 3, 2], share) == want


def test_the_page_of_a_corpus_is_in_an_order_of_its_own() -> None:
    records = [measured("b", 0.2), measured("a", 6.0, budget="spent"), {"package": "p", "kernel": "c", "failed": "killed"}]
    page = corpus.page(records)
    assert page == corpus.page(list(reversed(records)))
    first = next(line for line in page.splitlines() if line.startswith("| p "))
    cells = [cell.strip() for cell in first.strip("|").split("|")]
    assert cells[:5] == ["p", "2", "0.10", "3.00", "3.00"] and cells[-1] == "1"
    assert "- a: spent" in page and "- c: killed" in page


@pytest.mark.parametrize(
    ("scanned", "agreed", "want"),
    [
        ({}, {}, None),
        ({"grade": "refused", "diagnostics": [{"code": "loop", "message": "no"}]}, {}, "loop: no"),
        ({"grade": "recurrence", "diagnostics": [], "verdict": "proved"}, {}, "proved"),
        ({}, None, "no record: 0 launches counted"),
        ({}, {"status": "real only", "counted": 16}, "real only: 16 launches counted"),
        ({}, {"recorded": ["recorded 0: n > 0"]}, "requires fails at a recorded launch"),
        ({}, {"given_at_recorded": [{"fails": 1}]}, "no_wrap, which is taken as given, fails at a recorded launch"),
    ],
)
def test_why_a_kernel_does_not_count(scanned: dict[str, Any], agreed: dict[str, Any] | None, want: str | None) -> None:
    scan = {"grade": "closed", "diagnostics": [], "verdict": "proved", **scanned}
    agreement = None if agreed is None else {"status": "agrees", "counted": 16, **agreed}
    assert evaluation.cause(scan, agreement) == want
