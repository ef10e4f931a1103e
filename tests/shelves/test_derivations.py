"""Every command of `derive`, held to what a shelf promises."""

from __future__ import annotations

import pytest

from boundkit.carry_out import carry_out
from boundkit.deriving import LABEL, read_command
from boundkit.desk import Command
from boundkit.discover import shelf
from boundkit.kernel.binding import bound
from boundkit.kernel.ledger import Ledger

EXAMPLES = {
    "minimise": "minimise (x - a)^2 over x",
    "maximise": "maximise 1 - (x - a)^2 over x",
    "solve": "solve x + 1 <= a for x",
    "compose": "compose one with two",
    "specialise": "specialise one with a := 1",
    "weaken": "weaken one into a + 1",
    "leading": "leading x + 1 as x -> inf",
    "explicit": "explicit x <~ x + 1",
}
GIVEN = ["one: x <= a", "two: a <= 3"]
LET = ["a, x : Real > 0"]


def test_every_command_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(shelf("derivations"))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_command_describes_itself(name: str) -> None:
    command = shelf("derivations")[name]
    assert isinstance(command, Command)
    assert command.name == name
    assert all((command.asks, command.says, command.proves))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_what_is_stored_gives_the_same_answer_without_search(name: str) -> None:
    read = read_command(EXAMPLES[name], GIVEN if name in ("compose", "specialise", "weaken") else [], LET)
    assert read.theorem is not None
    ledger = Ledger(bound(read.theorem), {})
    (derivation,) = read.theorem.derivations
    assert derivation.label == LABEL
    found = carry_out(ledger, derivation, {})
    assert found.status in ("proved", "impossible")
    again = carry_out(ledger, derivation, {}, found.stored, search=False)
    assert again.status == found.status
    assert {str(own.statement) for own in again.certified} == {str(own.statement) for own in found.certified}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_without_search_nothing_is_proved_from_nothing(name: str) -> None:
    read = read_command(EXAMPLES[name], GIVEN if name in ("compose", "specialise", "weaken") else [], LET)
    assert read.theorem is not None
    (derivation,) = read.theorem.derivations
    found = carry_out(Ledger(bound(read.theorem), {}), derivation, {}, None, search=False)
    assert found.status != "proved" or not found.certified
