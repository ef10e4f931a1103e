"""Formulas about real numbers as text, in the spelling of SymPy or in that of the language."""

from boundkit.formulas.problems import read_problem
from boundkit.formulas.reader import Unreadable, read_formula

__all__ = ["Unreadable", "read_formula", "read_problem"]
