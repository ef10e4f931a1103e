"""One row for each function symbol of the reals: how many arguments, where it is defined, its range.

A new symbol is a row here and an enclosure in `kernel/balls.py`; whoever meets a head that is not
known declines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbol:
    """A real function. `domain` names the condition on the arguments under which it is defined:

    `total`; `positive` (first argument > 0); `nonnegative`; `nonzero divisor` (second argument != 0);
    `power` (see language 10.5); `unit` (in [0, 1]); `natural`; `between -1 and 1`; `at least -1/e`;
    `from -1/e below 0`;    `order and positive` (a natural number and a positive one).
    `lower`, `upper`: constants that bound the values, None where there is none.
    `integral`: whether integer arguments give an integer.
    """

    name: str
    arity: int | None
    domain: str = "total"
    lower: int | None = None
    upper: int | None = None
    integral: bool = False
    latex: str = ""


SYMBOLS: dict[str, Symbol] = {
    symbol.name: symbol
    for symbol in (
        Symbol("+", None, integral=True),
        Symbol("-", 2, integral=True),
        Symbol("*", None, integral=True),
        Symbol("/", 2, "nonzero divisor"),
        Symbol("^", 2, "power"),
        Symbol("neg", 1, integral=True),
        Symbol("abs", 1, lower=0, integral=True),
        Symbol("min", None, integral=True, latex=r"\min"),
        Symbol("max", None, integral=True, latex=r"\max"),
        Symbol("floor", 1, integral=True),
        Symbol("ceil", 1, integral=True),
        Symbol("sqrt", 1, "nonnegative", lower=0, latex=r"\sqrt"),
        Symbol("exp", 1, lower=0, latex=r"\exp"),
        Symbol("ln", 1, "positive", latex=r"\ln"),
        Symbol("log2", 1, "positive", latex=r"\log_2"),
        Symbol("xlnx", 1, "nonnegative"),
        Symbol("sin", 1, lower=-1, upper=1, latex=r"\sin"),
        Symbol("cos", 1, lower=-1, upper=1, latex=r"\cos"),
        Symbol("tan", 1, "nonzero cosine", latex=r"\tan"),
        Symbol("arctan", 1, lower=-2, upper=2, latex=r"\arctan"),
        Symbol("arcsin", 1, "between -1 and 1", lower=-2, upper=2, latex=r"\arcsin"),
        Symbol("arccos", 1, "between -1 and 1", lower=0, upper=4, latex=r"\arccos"),
        Symbol("sinh", 1, latex=r"\sinh"),
        Symbol("cosh", 1, lower=1, latex=r"\cosh"),
        Symbol("tanh", 1, lower=-1, upper=1, latex=r"\tanh"),
        Symbol("erf", 1, lower=-1, upper=1, latex=r"\operatorname{erf}"),
        Symbol("Phi", 1, lower=0, upper=1, latex=r"\Phi"),
        Symbol("Gamma", 1, "positive", latex=r"\Gamma"),
        Symbol("lnGamma", 1, "positive", latex=r"\ln\Gamma"),
        Symbol("polygamma", 2, "order and positive", latex=r"\operatorname{polygamma}"),
        Symbol("LambertW", 1, "at least -1/e", lower=-1, latex="W"),
        Symbol("LambertWm1", 1, "from -1/e below 0", upper=-1, latex="W_{-1}"),
        Symbol("factorial", 1, "natural", lower=1, integral=True),
        Symbol("binomial", 2, "naturals", lower=0, integral=True),
        Symbol("sign", 1, lower=-1, upper=1, integral=True),
    )
}
