"""Real inequalities of known truth, and a runner that asks provers about them."""
