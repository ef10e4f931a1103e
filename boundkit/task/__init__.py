"""What a rule sees and what it answers."""

from boundkit.task.mentions import Point
from boundkit.task.tasks import Licence, Rule, Task

__all__ = ["Licence", "Point", "Rule", "Task"]
