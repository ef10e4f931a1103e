"""`by dp_composition`: the privacy losses of mechanisms add up."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(
        ("dp_composition", "dp_advanced_composition"),
        "the privacy bound of the first mechanism, and of the second for each fixed output of the first",
    )


dp_composition = Rule(
    name="dp_composition",
    needs="privacy of the first, and of the second for each fixed output of the first",
    says="privacy of both together, with eps1 + eps2 and tau1 + tau2.",
    misuse="privacy of the second on average only, the larger of the losses for their sum",
    level="S",
    reference="Dwork et al. 2006; Dwork and Roth 2014, appendix B.1",
    license=_license,
)
