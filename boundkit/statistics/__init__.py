"""What sampling may say of a probability or a mean, at every stopping time.

`betting` tests, `confidence` encloses, `levels` splits the error probability, `streams` and `quantiles`
draw, `brackets` calculate, `sampler` evaluates terms, `statements` decides relations. `docs/statistics.md`
says what is guaranteed."""
