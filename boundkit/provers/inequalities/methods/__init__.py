"""The shelf of methods that prove inequalities between real numbers: one file, one method, found by folder.

A method has a `COST` (cheap ones are tried first) and `attempt(goal, prove, effort)`, which returns a step
that the kernel accepts for the goal, or why it gave up; `prove` is the whole prover, for goals that the
method leaves. It may have `DEEPEST`, how deep goals may be nested for which it is asked, `LATE`, that it is
asked in the last rounds alone, or `ALGEBRAIC`, that it is so for problems that are not algebraic. Nothing
here is trusted."""
