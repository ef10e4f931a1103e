"""A prover and refuter of inequalities between real numbers."""
