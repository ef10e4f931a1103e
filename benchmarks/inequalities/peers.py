"""Other provers on the same problems: z3, cvc5 and dReal, each asked in a process of its own.

The negated goal is asserted with the hypotheses. `unsat` counts as proved. A model refutes only if it is
rational and verifies in exact arithmetic, or if the problem is algebraic, where the model is exact.

Usage, by the runner: python -m benchmarks.inequalities.peers NAME < problem.json"""

from __future__ import annotations

import ast
import importlib
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from flint import fmpq

from benchmarks.inequalities.exact import UndefinedError, compile_relation, holds
from benchmarks.inequalities.problems import Problem, rational, read

LARGEST_EXPONENT = 64
RELATIONS = {ast.GtE: "ge", ast.Gt: "gt", ast.LtE: "le", ast.Lt: "lt"}
OPPOSITE = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge", "eq": "ne", "ne": "eq"}


class UnsupportedError(ValueError):
    """The problem has an expression that the prover does not know."""


class Peer(ABC):
    """A translation into one prover's terms. What is auxiliary is defined by `side` conditions."""

    transcendental = False

    def __init__(self) -> None:
        self.side: list[Any] = []
        self.names: dict[str, Any] = {}
        self.fresh = 0
        self.algebraic = True

    @abstractmethod
    def variable(self, name: str, natural: bool = False) -> Any:
        """A real variable; if natural, one that takes natural numbers."""

    @abstractmethod
    def number(self, value: fmpq) -> Any:
        """A rational constant."""

    @abstractmethod
    def apply(self, name: str, *terms: Any) -> Any:
        """An operation, relation or function of the prover. Raises UnsupportedError for what it lacks."""

    @abstractmethod
    def solve(self, formulas: list[Any]) -> tuple[str, dict[str, str] | None]:
        """sat, unsat or unknown, and for sat a model where all values are rational."""

    def auxiliary(self) -> Any:
        """A new variable."""
        self.fresh += 1
        return self.variable(f"_{self.fresh}")

    def root(self, term: Any, degree: int) -> Any:
        """The root that is not negative of a term that is not negative."""
        found = self.auxiliary()
        self.side += [
            self.apply("ge", found, self.number(fmpq(0))),
            self.apply("eq", self.times(found, degree), term),
        ]
        return found

    def times(self, term: Any, exponent: int) -> Any:
        """The power with a positive exponent as a product."""
        product = term
        for _ in range(exponent - 1):
            product = self.apply("mul", product, term)
        return product

    def power(self, base: ast.expr, exponent: ast.expr) -> Any:
        """`base**exponent`."""
        if isinstance(base, ast.Name) and base.id == "E":
            return self.function("exp", [self.term(exponent)])
        value = constant(exponent)
        if value is not None and max(abs(int(value.p)), int(value.q)) <= LARGEST_EXPONENT:
            if value == 0:
                return self.number(fmpq(1))
            term = self.term(base)
            if value.q != 1:
                term = self.root(term, int(value.q))
            found = self.times(term, abs(int(value.p)))
            return self.apply("div", self.number(fmpq(1)), found) if value < 0 else found
        logarithm = self.function("log", [self.term(base)])
        return self.function("exp", [self.apply("mul", self.term(exponent), logarithm)])

    def function(self, name: str, terms: list[Any]) -> Any:
        """A function by the prover's own, or by what defines it."""
        one, zero = self.number(fmpq(1)), self.number(fmpq(0))
        match name:
            case "sqrt":
                return self.root(terms[0], 2)
            case "Abs":
                return self.apply(
                    "ite", self.apply("ge", terms[0], zero), terms[0], self.apply("neg", terms[0])
                )
            case "Min" | "Max":
                found = terms[0]
                for term in terms[1:]:
                    test = self.apply("le" if name == "Min" else "ge", found, term)
                    found = self.apply("ite", test, found, term)
                return found
            case "floor":
                return self.apply("floor", terms[0])
            case "ceiling":
                return self.apply("neg", self.apply("floor", self.apply("neg", terms[0])))
        if not self.transcendental:
            raise UnsupportedError(name)
        self.algebraic = False
        match name:
            case "exp" | "sin" | "cos":
                return self.apply(name, terms[0])
            case "log":
                found = self.auxiliary()
                self.side.append(self.apply("eq", self.apply("exp", found), terms[0]))
                return found
            case "tan":
                return self.apply("div", self.apply("sin", terms[0]), self.apply("cos", terms[0]))
            case "sinh" | "cosh":
                up, down = self.apply("exp", terms[0]), self.apply("exp", self.apply("neg", terms[0]))
                both = self.apply("sub" if name == "sinh" else "add", up, down)
                return self.apply("div", both, self.number(fmpq(2)))
            case "tanh":
                square = self.apply("exp", self.apply("mul", self.number(fmpq(2)), terms[0]))
                return self.apply("div", self.apply("sub", square, one), self.apply("add", square, one))
            case "LambertW":
                found = self.auxiliary()
                self.side.append(self.apply("ge", found, self.number(fmpq(-1))))
                product = self.apply("mul", found, self.apply("exp", found))
                self.side.append(self.apply("eq", product, terms[0]))
                return found
        return self.apply(name, *terms)

    def term(self, node: ast.expr) -> Any:
        """The expression in the prover's terms."""
        value = constant(node)
        if value is not None:
            return self.number(value)
        match node:
            case ast.Name(id="pi"):
                if not self.transcendental:
                    raise UnsupportedError("pi")
                self.algebraic = False
                return self.apply("pi")
            case ast.Name(id="E"):
                return self.function("exp", [self.number(fmpq(1))])
            case ast.Name(id=name):
                return self.names[name]
            case ast.UnaryOp(operand=operand):
                return self.apply("neg", self.term(operand))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self.power(left, right)
            case ast.BinOp(left=left, op=op, right=right):
                kinds = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
                return self.apply(kinds[type(op)], self.term(left), self.term(right))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.function(name, [self.term(argument) for argument in arguments])
        raise UnsupportedError(ast.unparse(node))

    def relation(self, text: str, negated: bool = False) -> Any:
        """The relation, or its opposite."""
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Compare):
            name, sides = RELATIONS[type(node.ops[0])], [node.left, node.comparators[0]]
        else:
            assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            name, sides = node.func.id.lower(), node.args
        return self.apply(OPPOSITE[name] if negated else name, *[self.term(side) for side in sides])


def constant(node: ast.expr) -> fmpq | None:
    """The value of a small rational constant, or None."""
    match node:
        case ast.Constant(value=int(number)):
            return fmpq(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = constant(operand)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=op, right=right):
            first, second = constant(left), constant(right)
            if first is None or second is None:
                return None
            match op:
                case ast.Add():
                    return first + second
                case ast.Sub():
                    return first - second
                case ast.Mult():
                    return first * second
                case ast.Div() if second != 0:
                    return first / second
                case ast.Pow() if second.q == 1 and 0 <= second <= 1000:
                    return first ** int(second.p)
    return None


class Z3(Peer):
    """z3, for real algebra and integers."""

    def __init__(self) -> None:
        super().__init__()
        self.z3 = importlib.import_module("z3")

    def variable(self, name: str, natural: bool = False) -> Any:
        if natural:
            whole = self.z3.Int(name)
            self.side.append(whole >= 0)
            return self.z3.ToReal(whole)
        return self.z3.Real(name)

    def number(self, value: fmpq) -> Any:
        return self.z3.RealVal(str(value))

    def apply(self, name: str, *terms: Any) -> Any:
        z3 = self.z3
        known: dict[str, Callable[..., Any]] = {
            "add": lambda a, b: a + b,
            "sub": lambda a, b: a - b,
            "mul": lambda a, b: a * b,
            "div": lambda a, b: a / b,
            "neg": lambda a: -a,
            "ge": lambda a, b: a >= b,
            "gt": lambda a, b: a > b,
            "le": lambda a, b: a <= b,
            "lt": lambda a, b: a < b,
            "eq": lambda a, b: a == b,
            "ne": lambda a, b: a != b,
            "ite": z3.If,
            "floor": lambda a: z3.ToReal(z3.ToInt(a)),
        }
        if name not in known:
            raise UnsupportedError(name)
        return known[name](*terms)

    def solve(self, formulas: list[Any]) -> tuple[str, dict[str, str] | None]:
        solver = self.z3.Solver()
        solver.add(*formulas)
        answer = str(solver.check())
        if answer != "sat":
            return answer, None
        values = {name: solver.model().eval(term, model_completion=True) for name, term in self.names.items()}
        if all(self.z3.is_rational_value(value) for value in values.values()):
            return answer, {name: str(value.as_fraction()) for name, value in values.items()}
        return answer, None


class Cvc5(Peer):
    """cvc5, which knows exp, sin, cos and pi besides real algebra and integers."""

    transcendental = True

    def __init__(self) -> None:
        super().__init__()
        cvc5 = importlib.import_module("cvc5")
        self.terms = cvc5.TermManager()
        self.solver = cvc5.Solver(self.terms)
        self.solver.setLogic("ALL")
        self.solver.setOption("produce-models", "true")
        kind = cvc5.Kind
        self.kinds = {
            "add": kind.ADD,
            "sub": kind.SUB,
            "mul": kind.MULT,
            "div": kind.DIVISION,
            "neg": kind.NEG,
            "ge": kind.GEQ,
            "gt": kind.GT,
            "le": kind.LEQ,
            "lt": kind.LT,
            "eq": kind.EQUAL,
            "ne": kind.DISTINCT,
            "ite": kind.ITE,
            "exp": kind.EXPONENTIAL,
            "sin": kind.SINE,
            "cos": kind.COSINE,
            "asin": kind.ARCSINE,
            "acos": kind.ARCCOSINE,
            "atan": kind.ARCTANGENT,
            "whole": kind.TO_INTEGER,
            "real": kind.TO_REAL,
        }

    def variable(self, name: str, natural: bool = False) -> Any:
        if natural:
            whole = self.terms.mkConst(self.terms.getIntegerSort(), name)
            self.side.append(self.terms.mkTerm(self.kinds["ge"], whole, self.terms.mkInteger(0)))
            return self.apply("real", whole)
        return self.terms.mkConst(self.terms.getRealSort(), name)

    def number(self, value: fmpq) -> Any:
        return self.terms.mkReal(str(value))

    def apply(self, name: str, *terms: Any) -> Any:
        if name == "pi":
            return self.terms.mkPi()
        if name == "floor":
            return self.apply("real", self.apply("whole", *terms))
        if name not in self.kinds:
            raise UnsupportedError(name)
        return self.terms.mkTerm(self.kinds[name], *terms)

    def solve(self, formulas: list[Any]) -> tuple[str, dict[str, str] | None]:
        for formula in formulas:
            self.solver.assertFormula(formula)
        answer = self.solver.checkSat()
        if not answer.isSat():
            return ("unsat" if answer.isUnsat() else "unknown"), None
        values = {name: self.solver.getValue(term) for name, term in self.names.items()}
        if all(value.isRealValue() for value in values.values()):
            return "sat", {name: str(value.toPythonObj()) for name, value in values.items()}
        return "sat", None


class Dreal(Peer):
    """dReal, which answers `unsat` or gives a box in which the formula is almost satisfied."""

    transcendental = True
    precision = 1e-6

    def __init__(self) -> None:
        super().__init__()
        self.dreal = importlib.import_module("dreal")
        self.algebraic = False

    def variable(self, name: str, natural: bool = False) -> Any:
        kind = self.dreal.Variable
        found = kind(name, kind.Int) if natural else kind(name)
        if natural:
            self.side.append(found >= 0)
        return found

    def number(self, value: fmpq) -> Any:
        top, bottom = self.dreal.Expression(int(value.p)), self.dreal.Expression(int(value.q))
        return top if value.q == 1 else top / bottom

    def apply(self, name: str, *terms: Any) -> Any:
        dreal = self.dreal
        known: dict[str, Callable[..., Any]] = {
            "add": lambda a, b: a + b,
            "sub": lambda a, b: a - b,
            "mul": lambda a, b: a * b,
            "div": lambda a, b: a / b,
            "neg": lambda a: -a,
            "ge": lambda a, b: a >= b,
            "gt": lambda a, b: a > b,
            "le": lambda a, b: a <= b,
            "lt": lambda a, b: a < b,
            "eq": lambda a, b: a == b,
            "ne": lambda a, b: a != b,
            "ite": dreal.if_then_else,
            "pi": lambda: 4 * dreal.atan(dreal.Expression(1)),
        }
        known |= {text: getattr(dreal, text) for text in ("exp", "sin", "cos", "asin", "acos", "atan")}
        if name not in known:
            raise UnsupportedError(name)
        return known[name](*terms)

    def solve(self, formulas: list[Any]) -> tuple[str, dict[str, str] | None]:
        found = self.dreal.CheckSatisfiability(self.dreal.And(*formulas), self.precision)
        if found is None:
            return "unsat", None
        values = {name: fmpq(*found[term].mid().as_integer_ratio()) for name, term in self.names.items()}
        return "sat", {name: str(value) for name, value in values.items()}


PEERS: dict[str, type[Peer]] = {"z3": Z3, "cvc5": Cvc5, "dreal": Dreal}


def available(name: str) -> bool:
    """Whether the prover can be imported here, with the libraries that it needs."""
    try:
        importlib.import_module(name)
    except (ImportError, OSError):
        return False
    return True


def refutes(problem: Problem, model: dict[str, str]) -> bool:
    """Whether the model is a counterexample in exact arithmetic."""
    point = {name: rational(text) for name, text in model.items()}
    try:
        if not all(holds(compile_relation(text), point) for text in problem.hyps):
            return False
        return holds(compile_relation(problem.goal), point) is False
    except UndefinedError:
        return False


def answer(name: str, problem: Problem) -> dict[str, Any]:
    """What the prover says: verdict, reason, and a model that verifies."""
    peer = PEERS[name]()
    try:
        for variable in problem.vars:
            peer.names[variable] = peer.variable(variable, problem.sorts.get(variable) == "natural")
        formulas = [peer.relation(text) for text in problem.hyps] + [
            peer.relation(problem.goal, negated=True)
        ]
    except UnsupportedError as error:
        return {"verdict": "UNSUPPORTED", "reason": str(error)}
    found, model = peer.solve([*peer.side, *formulas])
    if found == "unsat":
        return {"verdict": "PROVED", "reason": found}
    if found == "sat" and (peer.algebraic if model is None else refutes(problem, model)):
        return {"verdict": "REFUTED", "reason": found, "witness": model}
    return {"verdict": "UNDECIDED", "reason": found if model is None else "the model does not verify"}


def main(name: str) -> None:
    """Reads one problem and writes one answer."""
    problem = read(json.load(sys.stdin))
    importlib.import_module(name)
    began = time.perf_counter()
    try:
        found = answer(name, problem)
    except (RuntimeError, ValueError, TypeError) as error:
        found = {"verdict": "ERROR", "reason": f"{type(error).__name__}: {error}"}
    json.dump({**found, "seconds": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
