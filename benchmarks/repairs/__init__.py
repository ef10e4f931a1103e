"""How many planted slips the first suggestion of `boundkit check --suggest` repairs; see README.md."""
