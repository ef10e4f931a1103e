"""The safe: normal forms, ball arithmetic, certificates, and the only maker of verdicts.

Imports the standard library, python-flint and `boundkit.ir`; searches for nothing."""
