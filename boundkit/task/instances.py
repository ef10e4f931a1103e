"""Lines for single facts: what they mean, and universal ones at the points that occur."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as choices

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Matrix, Sort
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, fresh_name, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.meanings import meaning
from boundkit.kernel.normal import written_out
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.built import finite_lines
from boundkit.provers.search import accepted
from boundkit.task.mentions import Mentions, Point

MOST_INSTANCES = 48
"""Instances of one universal fact or law that a rule may license."""
MOST_OF_PREMISE = 12
"""Instances of one premise for all vectors in a step that names no rule for it."""


class Instances(Mentions):
    """Adds instances of facts."""

    def meaning_line(self, fact: str, lines: list[c.Line]) -> c.Line | None:
        """The definition of the property or membership that a fact states, as a line."""
        formula = self.frame.facts[fact]
        binders = []
        core = formula
        while isinstance(core, Bind) and core.head == "forall":
            binders.append(core)
            core = core.body
        found = meaning(core)
        if found is None:
            return None
        for binder in reversed(binders):
            found = Bind("forall", binder.variable, binder.domain, found, PROP)
        return c.Line(self.fresh(f"{fact}'s meaning", lines), found, c.Meaning(fact))

    def checked(self, line: c.Line, lines: list[c.Line]) -> c.Line | None:
        """The line when the frame with the lines before it accepts it, else None."""
        frame = self.frame
        for before in lines:
            frame = frame.with_fact(before.name, before.claim)
        return line if accepted(frame, line.claim, c.Proof(line.by), self.budget) else None

    def generalised_line(self, fact: str, variable: str, lines: list[c.Line]) -> c.Line:
        """An established statement for all values of a let, its definitions written out."""
        domain = self.frame.sequent.scoped[fact][variable]
        name = Name(variable, self.frame.sequent.names[variable])
        body = written_out(self.frame.facts[fact], self.frame.context())
        claim = Bind("forall", name, domain, body, PROP)
        return c.Line(self.fresh(f"{fact} for all {variable}", lines), claim, c.Generalised(fact, variable))

    def premises_at_points(self) -> tuple[c.Line, ...]:
        """The premises that hold for all vectors, at the vectors that occur, and those that hold for all
        elements of a set given by its elements, at each of them."""
        lines: list[c.Line] = finite_lines(self.frame, self.goal)
        lines.extend(self.listed_premises())
        points: list[Point] | None = None
        for name, formula in list(self.frame.facts.items()):
            core, about_vectors = formula, False
            while isinstance(core, Bind) and core.head == "forall":
                about_vectors = about_vectors or isinstance(core.variable.sort, Matrix)
                core = core.body
            if about_vectors:
                points = self.points() if points is None else points
                lines.extend(self.instances(name, formula, lines, points, MOST_OF_PREMISE))
        return tuple(lines)

    def listed_premises(self) -> list[c.Line]:
        """The premises for all elements of a set that is given by its elements, one by one."""
        lines: list[c.Line] = []
        for name, formula in self.frame.facts.items():
            domain = formula.domain if isinstance(formula, Bind) and formula.head == "forall" else None
            if not (isinstance(domain, Apply) and domain.head == "enumeration"):
                continue
            for element in domain.args[:MOST_OF_PREMISE]:
                claim = substitute(formula.body, {formula.variable.text: element})  # type: ignore[attr-defined]
                label = self.fresh(f"{name} at {element}", lines)
                line = self.checked(c.Line(label, claim, c.Specialise(name, (element,))), lines)
                if line is not None:
                    lines.append(line)
        return lines

    def instances(
        self, fact: str, formula: Term, lines: list[c.Line], points: list[Point], most: int = MOST_INSTANCES
    ) -> list[c.Line]:
        """A universal fact at the points that fit its object variables, generic in its index variables
        and in those of the points; each as a line with its proof."""
        variables: list[tuple[Name, Term]] = []
        core = formula
        while isinstance(core, Bind) and core.head == "forall":
            variables.append((core.variable, core.domain))
            core = core.body
        objects = [v for v, _ in variables if v.sort not in (NAT, INT) and (v.sort != REAL or self.given)]
        options: list[list[Point]] = [[p for p in points if self._fits(p.term.sort, v.sort)] for v in objects]
        if not objects or not all(options):
            return []
        found: list[c.Line] = []
        seen: set[str] = set()
        for combination in _ordered(options):
            if len(found) >= most:
                break
            line = self._instance(
                fact, variables, core, dict(zip(objects, combination, strict=True)), lines, found
            )
            if line is not None and canonical(line.claim) not in seen:
                seen.add(canonical(line.claim))
                found.append(line)
        return found

    def _fits(self, own: Sort, wanted: Sort) -> bool:
        try:
            return self.frame.fits(own, wanted)
        except (NotNormal, TooLarge):
            return False

    def _instance(
        self,
        fact: str,
        variables: list[tuple[Name, Term]],
        core: Term,
        chosen: dict[Name, Point],
        lines: list[c.Line],
        found: list[c.Line],
    ) -> c.Line | None:
        taken = set(self.frame.sequent.names) | set(self.frame.sequent.definitions)
        binders: list[tuple[Name, Term]] = []
        values: dict[str, Term] = {}
        ordered: list[Term] = []
        for variable, domain in variables:
            if variable in chosen:
                point = chosen[variable]
                term = point.term
                for index, extent in point.binders:
                    own = next((n for n, e in binders if canonical(e) == canonical(extent)), None)
                    if own is None:
                        own = Name(fresh_name(index.text, taken), index.sort)
                        taken.add(own.text)
                        binders.append((own, extent))
                    term = substitute(term, {index.text: own})
                values[variable.text] = term
                ordered.append(term)
            else:
                extent = substitute(domain, values)
                own = next((n for n, e in binders if canonical(e) == canonical(extent)), None)
                if own is None or variable.sort != NAT:
                    own = Name(fresh_name(variable.text, taken), variable.sort)
                    taken.add(own.text)
                    binders.append((own, extent))
                values[variable.text] = own
                ordered.append(own)
        claim = substitute(core, values)
        proof = c.Proof(c.Specialise(fact, tuple(ordered)))
        for own, extent in reversed(binders):
            claim = Bind("forall", own, extent, claim, PROP)
            proof = c.Proof(c.Introduce(own.text, proof))
        name = self.fresh(f"{fact} at point", [*lines, *found])
        for _ in range(len(found)):
            name = fresh_name(name, {line.name for line in found})
        certificate = proof.by
        frame = self.frame
        for line in lines:
            frame = frame.with_fact(line.name, line.claim)
        if not accepted(frame, claim, proof, self.budget):
            return None
        return c.Line(name, claim, certificate)


def _ordered(options: list[list[Point]]) -> Iterator[tuple[Point, ...]]:
    """Combinations, those of early points first."""
    indexed = sorted(
        choices(*(range(len(option)) for option in options)), key=lambda places: (sum(places), places)
    )
    for places in indexed:
        yield tuple(option[place] for option, place in zip(options, places, strict=True))
