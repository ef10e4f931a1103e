"""Equations among the hypotheses, solved for variables, so that points can be drawn that satisfy them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, rebuild, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, plus, power, times
from boundkit.kernel.rational_functions import RationalFunctions, TooLarge, atoms_of
from boundkit.provers.inequalities.forms import rational as _rational
from boundkit.provers.inequalities.problem import Problem

MOST_BRANCHES = 8
LARGEST = 2000
CHART = "'"
"""What is added to the name of a variable for the new one that it is the logarithm of."""
_Rank = tuple[int, int, int]
_IRRATIONAL = frozenset({"sqrt", "exp", "ln", "log2", "arctan", "tan", "arcsin", "arccos", "sin", "cos"})


@dataclass(frozen=True)
class Branch:
    """One way to satisfy the equations that could be solved.

    free: the variables that may be chosen; solved: the others, each as a term in the free ones."""

    free: tuple[Name, ...]
    solved: Mapping[str, Term]


def branches(problem: Problem) -> tuple[Branch, ...]:
    """All that solving the equations one after the other gives; without equations one branch, in which every
    variable is free. An equation that cannot be solved is left to chance."""
    charts = _charts(problem)
    integral = {name.text for name in problem.names if name.sort != REAL}
    found: list[dict[str, Term]] = []
    pending: list[tuple[dict[str, Term], list[tuple[Term, Term]]]] = [
        (dict(charts), list(equations(problem)))
    ]
    while pending:
        solved, left_over = pending.pop(0)
        choices: list[tuple[_Rank, list[tuple[str, Term]], int]] = []
        for place, (left, right) in enumerate(left_over):
            own = _best(_cancelled(substitute(left, solved)), _cancelled(substitute(right, solved)), integral)
            if own is not None:
                choices.append((*own, place))
        if not choices:
            found.append(solved)
            continue
        # The simplest first: what is linear before what needs a root.
        _, pairs, place = min(choices, key=lambda choice: (choice[0], choice[2]))
        rest = left_over[:place] + left_over[place + 1 :]
        room = MOST_BRANCHES - len(found) - len(pending)
        pending.extend((_with(solved, *pair), rest) for pair in pairs[: max(room, 1)])
    names = (*problem.names, *(Name(f"{name}{CHART}", REAL) for name in charts))
    return tuple(Branch(tuple(name for name in names if name.text not in solved), solved) for solved in found)


def _charts(problem: Problem) -> dict[str, Term]:
    """For variables that occur in the equations under `exp` alone, the logarithm of a new variable, so that
    rational numbers give points at which the equations hold exactly."""
    sides = [side for equation in equations(problem) for side in equation]
    found: dict[str, Term] = {}
    for name in problem.names:
        seen = sum(part == name for side in sides for part in subterms(side))
        under = sum(_is_exponential_of(part, name) for side in sides for part in subterms(side))
        if seen and seen == under and name.sort == REAL:
            found[name.text] = _real("ln", Name(f"{name.text}{CHART}", REAL))
    return found


def _is_exponential_of(term: Term, name: Name) -> bool:
    """Whether a term is exp(k*name) for an integer k."""
    if not isinstance(term, Apply) or term.head != "exp":
        return False
    line = coefficients(term.args[0], name.text)
    return line is not None and len(line) == 2 and line[0] == ZERO and _is_natural(line[1])


def _cancelled(term: Term) -> Term:
    """The term with exp(k*ln(u)) written as u^k; used to solve equations, not to judge them."""
    term = rebuild(term, _cancelled)
    if isinstance(term, Apply) and term.head == "exp":
        for part in subterms(term.args[0]):
            if isinstance(part, Apply) and part.head == "ln":
                new = Name("#ln", REAL)
                line = coefficients(_replaced(term.args[0], part, new), new.text)
                if line is not None and len(line) == 2 and line[0] == ZERO:
                    return power(part.args[0], line[1])
    return term


def _replaced(term: Term, old: Term, new: Term) -> Term:
    return new if term == old else rebuild(term, lambda part: _replaced(part, old, new))


def equations(problem: Problem) -> Iterator[tuple[Term, Term]]:
    """The sides of the equations among the facts, also of those that two inequalities make up."""
    below = [fact.args for fact in problem.facts if isinstance(fact, Apply) and fact.head == "<="]
    for fact in problem.facts:
        if isinstance(fact, Apply) and fact.head == "=":
            yield fact.args[0], fact.args[1]
    for place, (left, right) in enumerate(below):
        if (right, left) in below[:place]:
            yield left, right


def _with(solved: Mapping[str, Term], name: str, value: Term) -> dict[str, Term]:
    return {**{own: substitute(term, {name: value}) for own, term in solved.items()}, name: value}


def _best(left: Term, right: Term, integral: set[str]) -> tuple[_Rank, list[tuple[str, Term]]] | None:
    """The solutions for the variable for which they are simplest, and how simple they are."""
    choices: list[tuple[_Rank, str, list[Term]]] = []
    for place, name in enumerate(sorted(left.free | right.free)):
        solutions = [term for term in solutions_for(left, right, name) if term.size <= LARGEST]
        if not solutions:
            continue
        irrational = any(map(_is_irrational, solutions))
        if name in integral and irrational:
            continue
        size = sum(term.size for term in solutions)
        choices.append(((int(irrational) + 2 * (name in integral), size, -place), name, solutions))
    if not choices:
        return None
    rank, name, solutions = min(choices, key=lambda choice: choice[0])
    return rank, [(name, solution) for solution in solutions]


def _is_irrational(term: Term) -> bool:
    return any(
        isinstance(part, Apply)
        and (part.head in _IRRATIONAL or (part.head == "^" and not _is_natural(part.args[1])))
        for part in subterms(term)
    )


def _is_natural(term: Term) -> bool:
    return isinstance(term, Number) and term.value.denominator == 1


def solutions_for(left: Term, right: Term, name: str) -> list[Term]:
    """Terms without the name that solve the equation for it, where they are defined and the equation holds;
    none where no way to solve it is known."""
    if name in left.free and name in right.free:
        left, right = Apply("-", (left, right), REAL), ZERO
    elif name in right.free:
        left, right = right, left
    isolated = _isolated(left, right, name)
    if isolated:
        return isolated
    return _roots(coefficients(minus(left, right), name)) or _cleared(minus(left, right), name)


def _cleared(term: Term, name: str) -> list[Term]:
    """Where the term, a rational function of the name, is zero, if its numerator is of degree at most 2 in a
    power of the name."""
    variable = Name(name, REAL)
    found_atoms = atoms_of(term)
    if variable not in found_atoms or any(name in atom.free for atom in found_atoms if atom != variable):
        return []
    try:
        atoms = sorted(found_atoms, key=str)
        top, _ = RationalFunctions(atoms).of(term)
    except (TooLarge, ValueError):
        return []  # Also for what is too long to be written.
    place = atoms.index(variable)
    powers: dict[int, list[Term]] = {}
    for monomial, value in top.terms():
        factors = [power(atoms[k], number(int(own))) for k, own in enumerate(monomial) if own and k != place]
        powers.setdefault(int(monomial[place]), []).append(times(number(_rational(value)), *factors))
    step = gcd(*powers)
    if not step or max(powers) // step > 2:
        return []
    found = _roots([plus(*powers.get(step * k, [])) for k in range(max(powers) // step + 1)])
    return found if step == 1 else [root for own in found for root in _root(own, number(step))]


def _isolated(term: Term, value: Term, name: str) -> list[Term]:
    """Inverts what stands around the only occurrence of the name."""
    values = [value]
    while not isinstance(term, Name):
        if not isinstance(term, Apply):
            return []
        inside = [place for place, arg in enumerate(term.args) if name in arg.free]
        if len(inside) != 1:
            return []
        place = inside[0]
        others = [arg for own, arg in enumerate(term.args) if own != place]
        values = [new for own in values for new in _inverted(term, place, others, own)]
        term = term.args[place]
    return values


def _inverted(term: Apply, place: int, others: list[Term], value: Term) -> list[Term]:
    match term.head:
        case "+":
            return [minus(value, plus(*others))]
        case "-":
            return [plus(value, others[0]) if place == 0 else minus(others[0], value)]
        case "neg":
            return [negative(value)]
        case "*":
            return [over(value, times(*others))]
        case "/":
            return [times(value, others[0]) if place == 0 else over(others[0], value)]
        case "^" if place == 0:
            return _root(value, others[0])
        case "^":
            return [over(_real("ln", value), _real("ln", others[0]))]
        case "sqrt":
            return [power(value, number(2))]
        case "exp":
            return [_real("ln", value)]
        case "ln":
            return [_real("exp", value)]
        case "log2":
            return [_real("^", number(2), value)]
        case "abs":
            return [value, negative(value)]
        case "arctan":
            return [_real("tan", value)]
        case "tan":
            return [_real("arctan", value)]
        case "tanh":
            return [times(number(Fraction(1, 2)), _real("ln", over(plus(ONE, value), minus(ONE, value))))]
    return []


def _root(value: Term, exponent: Term) -> list[Term]:
    if not isinstance(exponent, Number):
        return [_real("^", value, over(ONE, exponent))]
    if not exponent.value:
        return []
    if exponent.value == 2:
        root: Term = _real("sqrt", value)
    else:
        root = power(value, number(1 / exponent.value))
    if exponent.value.denominator != 1:
        return [root]
    if exponent.value % 2 == 0:
        return [root, negative(root)]
    if abs(exponent.value) == 1:
        return [root]
    return [root, negative(power(negative(value), number(1 / exponent.value)))]


def _real(head: str, *args: Term) -> Term:
    return Apply(head, args, REAL)


def coefficients(term: Term, name: str) -> list[Term] | None:
    """Terms c0, c1, ... without the name such that the term is c0 + c1*name + ...; None if it is no such sum
    of degree at most 2."""
    if name not in term.free:
        return [term]
    if isinstance(term, Name):
        return [ZERO, ONE]
    if not isinstance(term, Apply):
        return None
    if term.head == "/" and name not in term.args[1].free:
        top = coefficients(term.args[0], name)
        return None if top is None else [over(own, term.args[1]) for own in top]
    if term.head == "^" and _is_natural(term.args[1]):
        exponent = term.args[1]
        assert isinstance(exponent, Number)
        if not 1 <= exponent.value <= 2:
            return None
        base = coefficients(term.args[0], name)
        return base if exponent.value == 1 or base is None else _product(base, base)
    parts = [coefficients(arg, name) for arg in term.args]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    match term.head:
        case "+":
            return _sum(known)
        case "-":
            return _sum([known[0], [negative(own) for own in known[1]]])
        case "neg":
            return [negative(own) for own in known[0]]
        case "*":
            total: list[Term] | None = [ONE]
            for part in known:
                total = None if total is None else _product(total, part)
            return total
    return None


def _sum(parts: list[list[Term]]) -> list[Term]:
    length = max(map(len, parts))
    return [plus(*(part[place] for part in parts if place < len(part))) for place in range(length)]


def _product(left: list[Term], right: list[Term]) -> list[Term] | None:
    if len(left) + len(right) > 4:
        return None
    total: list[Term] = []
    for place in range(len(left) + len(right) - 1):
        pairs = [(left[k], right[place - k]) for k in range(len(left)) if 0 <= place - k < len(right)]
        total.append(plus(*(times(a, b) for a, b in pairs)))
    return total


def _roots(found: list[Term] | None) -> list[Term]:
    if found is None:
        return []
    while found and found[-1] == ZERO:
        found.pop()
    if len(found) == 2:
        return [negative(over(found[0], found[1]))]
    if len(found) != 3:
        return []
    below = times(number(2), found[2])
    inside = minus(power(found[1], number(2)), times(number(4), found[2], found[0]))
    root = _real("sqrt", inside)
    return [over(minus(root, found[1]), below), over(negative(plus(root, found[1])), below)]
