"""The evaluators give the same rows for any program and any records."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.agreement import assert_agree, seeded
from tests.properties.programs import Case, compiled, random_case
from tests.properties.reduction import prove


@seeded()
@given(st.integers(0, 2**32))
def test_columnar_equals_reference(seed: int) -> None:
    """Every status, condition, value, benefit and amount is equal in both evaluators."""
    prove(random_case(seed), check_agreement)


def check_agreement(case: Case) -> None:
    """Both evaluators on one case."""
    assert_agree(compiled(case.text, case.as_of), case.records)
