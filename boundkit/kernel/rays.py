"""`a <~ b`: for one constant C, chosen before all names, a <= C*b; and what refutes it for every C.

One instance does so only where b <= 0 < a. A ray does: a number x that runs to an end e of its range, all
else fixed, where a does not depend on x, and b is made of continuous operations and has a value <= 0 at x =
e. Then for every C some x near e has C*b < a, whatever C was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, subterms
from boundkit.kernel import clauses, laws
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.grids import total
from boundkit.kernel.values import Absent, Truth, Unsupported

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

CONTINUOUS = frozenset(
    {"+", "-", "*", "/", "neg", "abs", "min", "max", "sqrt", "exp", "ln", "log2", "sin", "cos", "tanh", "erf"}
)
"""Heads that are continuous wherever they are defined."""


@dataclass(frozen=True)
class Ray:
    """The numbers from `near`, included, to `end`, excluded, as values of a name."""

    name: str
    near: Any
    end: Any


def up_to_a_constant(evaluator: Evaluator, term: Apply, scope: Scope) -> Truth:
    """False where b <= 0 < a, which no constant mends; elsewhere one instance says nothing."""
    arithmetic: Any = evaluator.arithmetic
    if not arithmetic.exact:
        raise Unsupported("`<~` in doubles")
    left, right = (evaluator.value(side, scope) for side in term.args[:2])
    zero = arithmetic.rational(Fraction(0))
    if arithmetic.compare("<=", right, zero) is True and arithmetic.compare("<=", left, zero) is False:
        return arithmetic.compare("<=", left, zero)
    arithmetic.leave_open()
    return None


def refuted_along(evaluator: Evaluator, formula: Term, ray: Ray) -> str:
    """What refutes `a <~ b`, also under `with prob >= c`, for every constant along a ray, in words; empty
    when it is not refuted. The name must have the value `near`, where all hypotheses were found true."""
    try:
        return _refuted(evaluator, formula, ray)
    except (Absent, Undecided, Undefined, Unsupported):
        return ""


def _refuted(evaluator: Evaluator, formula: Term, ray: Ray) -> str:
    level: Term | None = None
    if isinstance(formula, Apply) and formula.head == "with_probability":
        level, formula = formula.args[0], formula.args[1]
    if not (isinstance(formula, Apply) and formula.head == "lesssim" and len(formula.args) == 2):
        return ""
    left, right = formula.args
    right = clauses.unfolded(right, evaluator.theorem)
    if not _is_admissible(evaluator, ray) or _depends(evaluator, left, ray.name):
        return ""
    if not _is_continuous(evaluator, right, ray.name):
        return ""
    end = evaluator.under({ray.name: ray.end})
    arithmetic = evaluator.arithmetic
    zero, one = (arithmetic.rational(Fraction(value)) for value in (0, 1))
    masses, sizes = [], []
    for weight, child in laws.joint(end, (left, right), {}):
        size, limit = child.value(left, {}), child.value(right, {})
        below = arithmetic.compare("<=", limit, zero) is True
        if below and arithmetic.compare("<", zero, size) is True:
            masses.append(weight)
            sizes.append(size)
    if not masses:
        return ""
    mass = total(arithmetic, masses)
    if level is not None and not _is_too_likely(evaluator, level, mass, ray):
        return ""
    if level is None and arithmetic.compare("=", mass, one) is not True:
        return ""
    least = sizes[0] if len(sizes) == 1 else arithmetic.apply("min", sizes)
    chance = f" with probability {mass}" if level is not None else ""
    size = str(least) if isinstance(least, fmpq) else least.str(8, radius=False)
    every = f"left side >= {size}{chance} for every {ray.name}"
    return f"{every}, right side -> 0 or below as {ray.name} -> {ray.end}"


def _is_too_likely(evaluator: Evaluator, level: Term, mass: Any, ray: Ray) -> bool:
    """Whether mass + level > 1 on the whole ray, for a level that is affine in its name."""
    if not _is_affine(evaluator, level, ray.name):
        return False
    arithmetic = evaluator.arithmetic
    one = arithmetic.rational(Fraction(1))
    ends = [evaluator.under({ray.name: at}).value(level, {}) for at in (ray.near, ray.end)]
    near, far = (arithmetic.apply("+", (mass, value)) for value in ends)
    return arithmetic.compare("<", one, near) is True and arithmetic.compare("<=", one, far) is True


def _is_admissible(evaluator: Evaluator, ray: Ray) -> bool:
    """Whether the hypotheses, true at `near`, hold on the whole ray: those that depend on its name say that
    it lies in an interval whose closure holds the end; and no law of a draw depends on it."""
    theorem, arithmetic = evaluator.theorem, evaluator.arithmetic
    declared = theorem.declaration.get(ray.name)
    if declared is None or declared.kind != "let" or declared.name.sort != REAL:
        return False
    if any(d.law is not None and _depends(evaluator, d.law, ray.name) for d in theorem.declarations):
        return False
    for hypothesis in theorem.hypotheses:
        formula = hypothesis.formula
        if not _depends(evaluator, formula, ray.name):
            continue
        if not (isinstance(formula, Apply) and formula.head == "in" and isinstance(formula.args[0], Name)):
            return False
        if formula.args[0].text != ray.name or _depends(evaluator, formula.args[1], ray.name):
            return False
        extent = evaluator.extent(formula.args[1], {})
        if extent.kind not in clauses.INTERVALS:
            return False
        low, high = extent.parts
        if low is not None and arithmetic.compare("<=", low, ray.end) is not True:
            return False
        if high is not None and arithmetic.compare("<=", ray.end, high) is not True:
            return False
    return True


def _depends(evaluator: Evaluator, term: Term, name: str) -> bool:
    """Whether a term mentions a name, also through definitions and the laws of draws."""
    return any(name in clauses.mentioned(evaluator.theorem, other) for other in term.free)


def _is_continuous(evaluator: Evaluator, term: Term, name: str) -> bool:
    """Whether a term is made of continuous operations as far as it depends on a name."""
    if not _depends(evaluator, term, name) or isinstance(term, Number):
        return True
    if isinstance(term, Name):
        return term.text == name
    if isinstance(term, Apply) and term.head == "^":
        base, exponent = term.args
        return isinstance(exponent, Number) and exponent.value > 0 and _is_continuous(evaluator, base, name)
    if isinstance(term, Apply) and term.head in CONTINUOUS:
        return all(_is_continuous(evaluator, arg, name) for arg in term.args)
    return False


def _is_affine(evaluator: Evaluator, term: Term, name: str) -> bool:
    if not _depends(evaluator, term, name):
        return True
    if isinstance(term, Name):
        return term.text == name
    if isinstance(term, Apply) and term.head in ("+", "-", "neg"):
        return all(_is_affine(evaluator, arg, name) for arg in term.args)
    if isinstance(term, Apply) and term.head == "*":
        varying = [arg for arg in term.args if _depends(evaluator, arg, name)]
        return len(varying) == 1 and _is_affine(evaluator, varying[0], name)
    return False


def has_constant(term: Term) -> bool:
    """Whether `<~` occurs in a term."""
    return any(isinstance(part, Apply | Bind) and part.head == "lesssim" for part in subterms(term))
