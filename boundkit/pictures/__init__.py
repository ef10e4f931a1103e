"""Pictures of what a report says, as elements of SVG: graphs of proofs, ratios, where a bound says
something."""
