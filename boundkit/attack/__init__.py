"""The attack: sampled instances of a theorem, in doubles on lanes, and the search for false ones.

Untrusted. Whatever it finds is decided by `kernel.witness`. Importing this package loads numba."""

from boundkit.attack.driver import Budget, attack
from boundkit.attack.inference import NonSequitur, attack_inference
from boundkit.attack.obligations import FamilyReport, attack_family
from boundkit.attack.reports import AttackReport, HypothesisReport, LinkReport, StatementReport

__all__ = [
    "AttackReport",
    "Budget",
    "FamilyReport",
    "HypothesisReport",
    "LinkReport",
    "NonSequitur",
    "StatementReport",
    "attack",
    "attack_family",
    "attack_inference",
]
