"""What was found about a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERDICTS = ("PROVED", "REFUTED", "UNDECIDED", "ERROR")


@dataclass(frozen=True)
class Answer:
    """The answer to one problem.

    verdict: `PROVED`: the kernel accepted the certificate; `REFUTED`: the kernel found the hypotheses true
        and the goal false at the witness; `UNDECIDED`; `ERROR`: the problem cannot be read, or the goal is
        undefined at a point that satisfies the hypotheses, which is then the witness.
    method: the short name of the method that settled it, or "".
    argument: why, for a reader: the key facts, one a line.
    witness: the exact value of each variable, as text.
    reason: why it is undecided or an error; of a refuted one, what the two sides are.
    certificate: what the kernel re-checks, as plain JSON, or None.
    hints: of a refuted one, changes under which it may hold; conjectures.
    oracle: of an undecided one, the solver that says that it holds, or "".
    seconds: the time it took, which no other field depends on.

    ValueError for an unknown verdict.
    """

    verdict: str
    method: str = ""
    argument: tuple[str, ...] = ()
    witness: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    certificate: Mapping[str, Any] | None = None
    hints: tuple[str, ...] = ()
    oracle: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"`{self.verdict}` is none of {', '.join(VERDICTS)}")

    def as_json(self, identifier: object) -> dict[str, Any]:
        """The answer as one object, with the problem's identifier first."""
        return {
            "id": identifier,
            "verdict": self.verdict,
            "method": self.method,
            "argument": list(self.argument),
            "witness": dict(self.witness),
            "reason": self.reason,
            "hints": list(self.hints),
            "oracle": self.oracle,
            "certificate": None if self.certificate is None else dict(self.certificate),
            "seconds": round(self.seconds, 3),
        }


def from_json(data: Mapping[str, Any]) -> Answer:
    """The answer that `as_json` wrote; missing fields are empty. Raises ValueError."""
    certificate, witness = data.get("certificate"), data.get("witness") or {}
    if certificate is not None and not isinstance(certificate, Mapping):
        raise ValueError("the certificate is not an object")
    if not isinstance(witness, Mapping):
        raise ValueError("the witness is not an object")
    return Answer(
        verdict=str(data.get("verdict")),
        method=str(data.get("method", "")),
        argument=tuple(map(str, data.get("argument") or ())),
        witness={str(name): str(value) for name, value in witness.items()},
        reason=str(data.get("reason", "")),
        certificate=certificate,
        hints=tuple(map(str, data.get("hints") or ())),
        oracle=str(data.get("oracle", "")),
        seconds=float(data.get("seconds") or 0.0),
    )
