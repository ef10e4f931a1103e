"""The shelf of methods that prove inequalities between real numbers: one file, one method, found by folder.

A method has a `COST` (cheap ones are tried first) and `attempt(goal, prove, effort)`, which returns a step
that the kernel accepts for the goal, or why it gave up; `prove` is the whole prover, for goals that the method
leaves. Nothing here is trusted."""
