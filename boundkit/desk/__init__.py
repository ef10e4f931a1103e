"""What a command of a derivation sees and what it answers."""

from boundkit.desk.derived import Certified, Command, Derived
from boundkit.desk.desk import Desk

__all__ = ["Certified", "Command", "Derived", "Desk"]
