"""The attack: sampled instances of a theorem, in doubles on lanes, and the search for false ones.

Untrusted. Whatever it finds is decided by `kernel.witness`. Importing this package loads numba."""

from boundkit.attack.driver import Budget, attack
from boundkit.attack.reports import AttackReport, HypothesisReport, LinkReport, StatementReport

__all__ = ["AttackReport", "Budget", "HypothesisReport", "LinkReport", "StatementReport", "attack"]
