"""How loose a proof is: both sides of each of its relations measured at the same random instances, the step
that loses most, exponents along growing sizes, where the bound says something, and where it is attained.

Untrusted but for two things: thresholds that are called proved, and attained bounds, both of which rest on
the kernel. Importing `measure` loads numba."""
