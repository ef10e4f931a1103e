"""Members of user-defined families: functions that the clauses of a `family` block give.

What such a family ensures is an obligation of its own, so a member guarantees nothing here: where a
hypothesis asks for a property of a member, the exact check is not certain of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from boundkit.ir.sorts import Function
from boundkit.ir.theorems import Declaration, Family, Theorem
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.values import Absent, Arithmetic, Truth, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator


@cache
def theorem_of(family: Family) -> Theorem:
    """The family's parameters, definitions and hypotheses as a theorem without statements."""
    return Theorem(
        "lemma",
        family.name,
        "",
        tuple(Declaration(parameter, "let") for parameter in family.parameters),
        family.definitions,
        family.hypotheses,
        (),
        span=family.span,
    )


@dataclass(frozen=True, eq=False)
class Member:
    """The function of a family at values of its parameters, which are the names of `evaluator`."""

    family: Family
    evaluator: Evaluator

    @property
    def name(self) -> str:
        """The family's name."""
        return self.family.name

    @property
    def differentiable(self) -> bool:
        """Whether the family defines `grad`."""
        return "grad" in self.evaluator.theorem.definition

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        return self.evaluator.defined_call("value", (point,))

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        for name in ("grad", "subgrad"):
            if name in self.evaluator.theorem.definition:
                return self.evaluator.defined_call(name, (point,))
        raise Unsupported(f"the family `{self.name}` defines no `subgrad`")

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        return None

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        return None

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        return None


def member_of(evaluator: Evaluator, family: Family, parameters: Mapping[str, Value]) -> Member:
    """The member with the parameters' values; it spends the evaluator's budget."""
    return Member(family, evaluator.within(theorem_of(family), parameters))


def read_member(
    evaluator: Evaluator,
    families: Mapping[str, Family],
    data: Mapping[str, Any],
    read: Callable[[Any], Value],
    fits: Callable[[Evaluator, str, Any, Value], None],
) -> Member:
    """The member that `{"defined": name, "parameters": {name: value, …}}` describes. Raises ValueError for
    an unknown family, parameters that are not its own, and hypotheses of the family that are not true."""
    family = families.get(str(data["defined"]))
    if family is None or not isinstance(family.sort, Function):
        raise ValueError(f"no function family `{data['defined']}` is defined")
    parameters = {str(name): read(value) for name, value in data["parameters"].items()}
    wanted = {parameter.text: parameter.sort for parameter in family.parameters}
    if set(parameters) != set(wanted):
        raise ValueError(f"`{family.name}` takes {', '.join(wanted)}")
    member = member_of(evaluator, family, parameters)
    for name, value in parameters.items():
        fits(member.evaluator, name, wanted[name], value)
    for hypothesis in family.hypotheses:
        try:
            truth = member.evaluator.truth(hypothesis.formula, {})
        except (Absent, Undecided, Undefined, Unsupported) as error:
            raise ValueError(f"`{hypothesis.label}` of `{family.name}`: {error}") from None
        if truth is not True:
            raise ValueError(f"`{hypothesis.label}` of `{family.name}` is not true")
    return member
