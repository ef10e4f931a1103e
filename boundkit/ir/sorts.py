"""What a term stands for. Sizes are terms of sort Nat; refinements such as `> 0` are hypotheses, not
part of the sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundkit.ir.terms import Term


@dataclass(frozen=True)
class Sort:
    """Base of all sorts."""


@dataclass(frozen=True)
class Basic(Sort):
    """`Nat`, `Int`, `Real`, `ExtReal` and `Prop`; `Prob` is `Real` with the hypothesis `in (0, 1)`."""

    name: str

    def __str__(self) -> str:
        return self.name


NAT = Basic("Nat")
INT = Basic("Int")
REAL = Basic("Real")
EXTREAL = Basic("ExtReal")
PROP = Basic("Prop")
NUMERIC = (NAT, INT, REAL, EXTREAL)


@dataclass(frozen=True)
class Abstract(Sort):
    """A type that a `let Z : Set` (or FiniteSet) introduces."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Matrix(Sort):
    """Real matrices of `rows` by `columns`; a vector is a matrix with one column, and a row vector
    one with one row, so that products need one rule only."""

    rows: Term
    columns: Term

    def __str__(self) -> str:
        from boundkit.ir.terms import ONE

        if self.columns == ONE:
            return f"Vector[{self.rows}]"
        return f"Matrix[{self.rows}, {self.columns}]"


@dataclass(frozen=True)
class Sequence(Sort):
    """A function of an integer index, written `w[t]`."""

    element: Sort

    def __str__(self) -> str:
        return f"Seq[{self.element}]"


@dataclass(frozen=True)
class Power(Sort):
    """`Z^n`: n-tuples, indexed 1..n; also the sort of an i.i.d. sample."""

    element: Sort
    count: Term

    def __str__(self) -> str:
        return f"{self.element}^{self.count}"


@dataclass(frozen=True)
class Product(Sort):
    """Pairs."""

    left: Sort
    right: Sort

    def __str__(self) -> str:
        return f"{self.left} * {self.right}"


@dataclass(frozen=True)
class Function(Sort):
    """Functions of one argument or several (`H * Z -> Real` has two)."""

    arguments: tuple[Sort, ...]
    result: Sort

    def __str__(self) -> str:
        return f"{' * '.join(map(str, self.arguments))} -> {self.result}"


@dataclass(frozen=True)
class SetOf(Sort):
    """Subsets of `element`; `finite` ones are non-empty and finite."""

    element: Sort
    finite: bool = False

    def __str__(self) -> str:
        return f"{'FiniteSet' if self.finite else 'Set'}[{self.element}]"


@dataclass(frozen=True)
class Distribution(Sort):
    """Probability measures on `element`."""

    element: Sort

    def __str__(self) -> str:
        return f"Dist[{self.element}]"


@dataclass(frozen=True)
class Unknown(Sort):
    """A sort not determined yet; only inside elaboration, and for the polymorphic literal 0."""

    number: int = 0

    def __str__(self) -> str:
        return "?"


def is_numeric(sort: Sort) -> bool:
    """Whether values are (extended) real numbers."""
    return sort in NUMERIC


def is_vector(sort: Sort) -> bool:
    """Whether values are column vectors."""
    from boundkit.ir.terms import ONE

    return isinstance(sort, Matrix) and sort.columns == ONE


def entries_of(sort: Sort) -> tuple[Sort, Term] | None:
    """What the entries of a sample are, and how many it has; a vector is a sample of real numbers. None for
    other sorts."""
    if isinstance(sort, Power):
        return sort.element, sort.count
    return (REAL, sort.rows) if isinstance(sort, Matrix) and is_vector(sort) else None
