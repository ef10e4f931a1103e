"""Commands whose argument is a formula, which may begin with a minus sign."""

from __future__ import annotations

import click

RELATIONS = "<>=≤≥"


class FormulaCommand(click.Command):
    """A command that takes `-x <= 1` for a formula where click would look for an option -x."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with_value = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for name in parameter.opts
        }
        formulas = [
            place
            for place, text in enumerate(args)
            if text[:1] == "-" != text[1:2]
            and any(sign in text for sign in RELATIONS)
            and not (place > 0 and args[place - 1] in with_value)
        ]
        if formulas and "--" not in args:
            others = [text for place, text in enumerate(args) if place not in formulas]
            args = [*others, "--", *(args[place] for place in formulas)]
        return super().parse_args(ctx, args)
