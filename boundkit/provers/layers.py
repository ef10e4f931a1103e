"""Norms of rows of layers (`relu`, `softmax_rows`, products with matrices of known operator norm) bounded
step by step by laws of the library, until what is left is no layer any more.

Each bound is a line with its certificate; how they join is left to the search for combinations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from boundkit.ir.laws import Law
from boundkit.ir.sorts import NAT, PROP, REAL, Matrix, SetOf, Sort
from boundkit.ir.terms import (
    ONE,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    rebuild,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.frame import conjuncts
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.matrices import grid
from boundkit.kernel.polynomials import TooLarge
from boundkit.kernel.unfolding import unfolded
from boundkit.kernel.words import Factor, Word
from boundkit.provers.disjunctions import opened

MOST_NORMS = 24
"""Norms that one goal may lead to."""
LAYERS = frozenset({"relu", "softmax_rows"})


def lines_for(frame: Frame, goal: Term) -> tuple[c.Line, ...]:
    """Bounds of the norms in a goal, in the order in which they need each other."""
    search = _Search(frame)
    search.take(goal)
    return tuple(search.lines)


@dataclass
class _Search:
    frame: Frame
    lines: list[c.Line] = field(default_factory=list)
    pending: list[Term] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.wide: Context = self.frame.context().unfolding_all()
        self.fixed = set(self.frame.sequent.names) | set(self.frame.sequent.definitions)

    def take(self, goal: Term) -> None:
        """Adds lines for the norms in a term, and for those that these bring in."""
        self._note(goal)
        while self.pending and len(self.seen) <= MOST_NORMS:
            vector = self.pending.pop(0)
            try:
                self._norm(vector)
            except (NotNormal, NotDefined, TooLarge, Rejected, RecursionError):
                continue

    def _note(self, term: Term) -> None:
        """Puts the vectors in a term of which norms are taken on the list."""
        for part in subterms(self.exposed(term)):
            if not (isinstance(part, Apply) and part.head == "norm" and part.free <= self.fixed):
                continue
            key = canonical(part)
            if key not in self.seen:
                self.seen.add(key)
                self.pending.append(part.args[0])

    def exposed(self, term: Term) -> Term:
        """The term with defined sequences and functions replaced by their bodies, outside binders."""
        if isinstance(term, Bind):
            return term
        if isinstance(term, Apply) and term.head in ("call", "index") and isinstance(term.args[0], Name):
            body = unfolded(term.args[0], tuple(term.args[1:]), self.wide)
            if body is not None:
                return self.exposed(body)
        if isinstance(term, Name):
            body = unfolded(term, (), self.wide)
            return term if body is None else self.exposed(body)
        return rebuild(term, self.exposed)

    # One norm

    def _norm(self, vector: Term) -> None:
        words = _words(vector, self.wide)
        if len(words) == 1:
            self._single(words[0])
        elif len(words) == 2:
            self._difference(*words)

    def _single(self, word: Word) -> None:
        first, *rest = word
        row = _row_of(first, "relu") if not rest else None
        if row is not None:
            self._law("relu_shrinks", {"A": row[0], "i": row[1]})
        elif not rest and _is_layer(first.atom.term, "relu"):
            self._law("relu_vector_shrinks", {"x": first.atom.term.args[0]})  # type: ignore[attr-defined]
        elif len(rest) == 1 and first.transposed and (own := _row_of(rest[0], "softmax_rows")):
            radius = self._radius(first.atom.term)
            if radius is not None:
                values = {"A": own[0], "i": own[1], "Y": first.atom.term, "R": radius}
                self._law("softmax_mean", values)
        elif rest:
            self._operator(first, _product(rest))

    def _difference(self, one: Word, other: Word) -> None:
        if len(one) == len(other) == 1:
            left, right = (_row_of(word[0], "relu") for word in (one, other))
            atoms = [word[0].atom.term for word in (one, other)]
            if left and right and canonical(left[1]) == canonical(right[1]):
                self._law("relu_lipschitz", {"A": left[0], "B": right[0], "i": left[1]})
            elif all(_is_layer(atom, "relu") for atom in atoms):
                x, y = (atom.args[0] for atom in atoms)  # type: ignore[attr-defined]
                self._law("relu_vector_lipschitz", {"x": x, "y": y})
        elif min(len(one), len(other)) > 1 and one[0] == other[0]:
            rest = [_product(word[1:]) for word in (one, other)]
            self._operator(one[0], Apply("-", tuple(rest), rest[0].sort))
        elif len(one) == len(other) == 2:
            self._attention(one, other)

    def _operator(self, first: Factor, vector: Term) -> None:
        """A matrix before a vector: its operator norm as the facts bound it, or itself."""
        matrix = first.atom.term
        size = Apply("norm_op", (matrix,), REAL)
        bound = self._bound(size)
        name = "transpose_bound" if first.transposed else "operator_bound"
        self._law(name, {"A": matrix, "x": vector, "c": size if bound is None else bound})

    def _attention(self, one: Word, other: Word) -> None:
        """Rows of `softmax_rows(X*W*X.T)*X` and of the same with Y."""
        rows = [_row_of(word[1], "softmax_rows") for word in (one, other)]
        if not (rows[0] and rows[1] and canonical(rows[0][1]) == canonical(rows[1][1])):
            return
        if not (one[0].transposed and other[0].transposed):
            return
        inputs = [word[0].atom.term for word in (one, other)]
        weights = [_between(row[0], own, self.wide) for row, own in zip(rows, inputs, strict=True) if row]
        if weights[0] is None or weights[0] != weights[1]:
            return
        weight = _product(weights[0])
        bound = self._bound(Apply("norm_op", (weight,), REAL))
        radii = [self._radius(own) for own in inputs]
        if bound is None or radii[0] is None or radii[1] is None:
            return
        radius = radii[0]
        if canonical(radii[0]) != canonical(radii[1]):
            radius = Apply("max", (radii[0], radii[1]), REAL)
        values = {"X": inputs[0], "Y": inputs[1], "W": weight, "i": rows[0][1], "R": radius, "w": bound}
        self._law("softmax_lipschitz", values)

    # What the facts say

    def _bound(self, size: Term) -> Term | None:
        """A bound of a norm that a fact gives, with a line that states it."""
        for name, formula in self.frame.facts.items():
            binders, core = opened(formula)
            for part in conjuncts(core):
                if not (isinstance(part, Apply) and part.head == "<="):
                    continue
                names = [binder.variable.text for binder in binders]
                values = match(part.args[0], size, names)
                if values is None or set(values) != set(names):
                    continue
                places = tuple(values[text] for text in names)
                claim = substitute(part, values)
                certificate: c.Certificate = c.Specialise(name, places) if places else c.Given(name)
                if self._add("bound of a norm", claim, certificate):
                    return substitute(part.args[1], values)
        return None

    def _radius(self, matrix: Term) -> Term | None:
        """A bound of all rows of a matrix that a fact gives, with a line that states it."""
        sort = matrix.sort
        assert isinstance(sort, Matrix)
        place = Name(fresh_name("l", self.fixed), NAT)
        row = Apply("index", (matrix, place), Matrix(sort.columns, ONE))
        size = Apply("norm", (row,), REAL)
        domain = Apply("range", (ONE, sort.rows), SetOf(NAT))
        for name, formula in self.frame.facts.items():
            binders, core = opened(formula)
            names = [binder.variable.text for binder in binders]
            for part in conjuncts(core):
                if not (isinstance(part, Apply) and part.head == "<="):
                    continue
                values = match(part.args[0], size, names)
                if values is None or set(values) != set(names):
                    continue
                found = substitute(part.args[1], values)
                if place.text in found.free:
                    continue
                places = tuple(values[text] for text in names)
                claim = Bind("forall", place, domain, relation("<=", size, found), PROP)
                certificate = c.Introduce(place.text, c.Proof(c.Specialise(name, places)))
                if self._add("bound of the rows", claim, certificate):
                    return found
        return None

    # Lines

    def _law(self, name: str, values: dict[str, Term]) -> None:
        """An instance of a law, whose premises must be known here."""
        law = self.frame.sequent.laws.get(name)
        if law is None:
            return
        whole = _with_sizes(law, values)
        if whole is None:
            return
        substitution = tuple((hole.text, whole[hole.text]) for hole in law.holes)
        claim = substitute(law.conclusion, whole)
        if self._add(name, claim, c.Instance(name, substitution)):
            self._note(claim)

    def _add(self, label: str, claim: Term, certificate: c.Certificate) -> bool:
        """Adds a line if the frame with the lines before it accepts it, or states it already."""
        if any(canonical(line.claim) == canonical(claim) for line in self.lines):
            return True
        frame = self.frame
        for line in self.lines:
            frame = frame.with_fact(line.name, line.claim)
        name = fresh_name(label, set(frame.facts))
        try:
            frame.check(claim, c.Proof(certificate))
        except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
            return False
        self.lines.append(c.Line(name, claim, certificate))
        return True


def _words(vector: Term, context: Context) -> list[Word]:
    """The words of a vector that is one word, or the difference of two; none of any other."""
    whole = grid(vector, context)
    if len(whole.rows) != 1 or len(whole.columns) != 1:
        return []
    found: list[tuple[int, Word]] = []
    for key, coefficient in whole.entries[0][0].ordered():
        value = coefficient.constant
        if key.binders or key.scalar or not key.word or value not in (1, -1):
            return []
        found.append((int(value), key.word))
    if len(found) == 2 and found[0][0] + found[1][0]:
        return []
    return [word for _, word in sorted(found, key=lambda pair: -pair[0])] if len(found) <= 2 else []


def _is_layer(term: Term, head: str) -> bool:
    return isinstance(term, Apply) and term.head == head


def _row_of(factor: Factor, head: str) -> tuple[Term, Term] | None:
    """Matrix and place of a row of a layer, `relu(A)[i]`."""
    term = factor.atom.term
    if factor.transposed or not (isinstance(term, Apply) and term.head == "index"):
        return None
    layer, place = term.args
    return (layer.args[0], place) if isinstance(layer, Apply) and layer.head == head else None


def _between(logits: Term, own: Term, context: Context) -> Word | None:
    """The factors between X and X.T in logits `X*W*X.T`."""
    words = _words(logits, context)
    if len(words) != 1 or len(words[0]) < 3:
        return None
    first, *middle, last = words[0]
    same = canonical(first.atom.term) == canonical(last.atom.term) == canonical(own)
    return tuple(middle) if same and last.transposed and not first.transposed else None


def _product(word: Word | list[Factor]) -> Term:
    first, *rest = word
    result = first.to_term()
    for factor in rest:
        part = factor.to_term()
        sort = Matrix(result.sort.rows, part.sort.columns)  # type: ignore[attr-defined]
        result = Apply("*", (result, part), sort)
    return result


def _with_sizes(law: Law, values: dict[str, Term]) -> dict[str, Term] | None:
    """The values with those of the sizes, read off the sorts; None when some hole has none."""
    holes = {hole.text for hole in law.holes}
    found = dict(values)
    for hole in law.holes:
        if hole.text in values:
            for own, other in _sizes(hole.sort, values[hole.text].sort):
                if isinstance(own, Name) and own.text in holes:
                    found.setdefault(own.text, other)
    return found if holes <= set(found) else None


def _sizes(pattern: Sort, sort: Sort) -> Iterator[tuple[Term, Term]]:
    if isinstance(pattern, Matrix) and isinstance(sort, Matrix):
        yield pattern.rows, sort.rows
        yield pattern.columns, sort.columns
