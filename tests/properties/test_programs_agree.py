"""The evaluators give the same rows for any program and any records."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.agreement import assert_agree
from tests.properties.programs import compiled, random_case


@given(st.integers(0, 2**32))
def test_columnar_equals_reference(seed: int) -> None:
    """Every status, condition, value, benefit and amount is equal in both evaluators."""
    case = random_case(seed)
    assert_agree(compiled(case.text, case.as_of), case.records)
