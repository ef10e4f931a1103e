"""`a <~ b`: for one constant C, chosen before all names, a <= C*b."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boundkit.ir.terms import Apply
from boundkit.kernel.values import Truth, Unsupported

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope


def up_to_a_constant(evaluator: Evaluator, term: Apply, scope: Scope) -> Truth:
    """False where b <= 0 < a, which no constant mends; elsewhere one instance says nothing."""
    arithmetic = evaluator.arithmetic
    if not arithmetic.exact:
        raise Unsupported("`<~` in doubles")
    left, right = (evaluator.value(side, scope) for side in term.args[:2])
    zero = arithmetic.rational(Fraction(0))
    if arithmetic.compare("<=", right, zero) is True and arithmetic.compare("<=", left, zero) is False:
        arithmetic.failed = ("<=", left, zero)
        return arithmetic.constant(False)
    arithmetic.left_open = True
    return None
