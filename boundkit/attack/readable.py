"""An instance, given as plain data, as short text: vectors as `[1, 0]`, functions by their formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from boundkit.ir.theorems import Theorem

LONGEST = 120


def readable(theorem: Theorem, instance: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Names with their values, in the order of declaration, then the values of bound variables. The name
    of a function comes with its argument: ("f(x)", "max(x - 1, 0)")."""
    values, bound = instance.get("values", {}), instance.get("bound", {})
    order = [name for name in theorem.declaration if name in values]
    found = []
    for name, data in [*((name, values[name]) for name in order), *sorted(bound.items())]:
        function = isinstance(data, Mapping) and ("family" in data or "defined" in data)
        text = value_text(data)
        shown = f"{name}(x)" if function and "(x)" not in text and "defined" not in data else name
        found.append((shown, text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."))
    if "process" in instance:
        found.append(_process_text(instance["process"]))
    if "ray" in instance:
        ray = instance["ray"]
        found = [(name, f"{text} -> {ray['end']}" if name == ray["name"] else text) for name, text in found]
    return tuple(found)


def _process_text(process: Mapping[str, Any]) -> tuple[str, str]:
    """The names that a process draws, and its outcomes with their weights."""
    masses: dict[str, Fraction] = {}
    for outcome, weight in zip(process["outcomes"], process["weights"], strict=True):
        text = ", ".join(map(value_text, outcome))
        masses[text] = masses.get(text, Fraction(0)) + Fraction(weight)
    pairs = (f"{text}: {weight}" for text, weight in masses.items())
    return ", ".join(process["names"]), "{" + ", ".join(pairs) + "}"


def value_text(data: Any) -> str:
    """A value as text; a function as a formula in x."""
    if isinstance(data, list):
        return "[" + ", ".join(map(value_text, data)) + "]"
    if not isinstance(data, Mapping):
        return str(data)
    if "family" in data:
        return _formula(data)
    if "defined" in data:
        inside = ", ".join(f"{name} := {value_text(item)}" for name, item in data["parameters"].items())
        return f"{data['defined']}({inside})"
    if "matrix" in data:
        return "[" + "; ".join(", ".join(map(value_text, row)) for row in data["matrix"]) + "]"
    if "elements" in data:
        count = int(data["elements"])
        return f"{{1..{count}}}" if count > 1 else "{1}"
    if "set" in data:
        return "{" + ", ".join(map(value_text, data["set"])) + "}"
    if "pair" in data:
        return "(" + ", ".join(map(value_text, data["pair"])) + ")"
    if "tilt" in data:
        rate = "" if str(data["rate"]) == "1" else f"{data['rate']}*"
        return f"{data['of']} tilted by exp({rate}{data['tilt']})"
    if "weights" in data:
        pairs = zip(data["outcomes"], data["weights"], strict=True)
        return "{" + ", ".join(f"{value_text(outcome)}: {weight}" for outcome, weight in pairs) + "}"
    if "shape" in data:
        naturals = data.get("naturals", ())
        axes = [
            [*range(size - 1), f">= {size - 1}"] if place in naturals else range(1, size + 1)
            for place, size in enumerate(data["shape"])
        ]
        entries = [
            f"({', '.join(map(str, place))}): {value_text(entry)}"
            for place, entry in zip(product(*axes), data["entries"], strict=True)
        ]
        return "{" + ", ".join(entries) + "}"
    if "items" in data:
        inside = ", ".join(map(value_text, data["items"]))
        return f"({inside})" if data["first"] == 1 else f"({inside}) from place {data['first']}"
    return ", ".join(f"{name} := {value_text(item)}" for name, item in data.items())


def _formula(data: Mapping[str, Any]) -> str:
    match data["family"]:
        case "max_affine":
            pieces = [
                _affine(slope, offset) for slope, offset in zip(data["slopes"], data["offsets"], strict=True)
            ]
            distinct = list(dict.fromkeys(pieces))
            return distinct[0] if len(distinct) == 1 else f"max({', '.join(distinct)})"
        case "log_sum_exp":
            exponents = map(_affine, data["slopes"], data["offsets"])
            return f"ln({' + '.join(f'exp({exponent})' for exponent in exponents)})"
        case "norm_distance":
            return _scaled(data["scale"], _distance(data["centre"]))
        case "huber":
            return _scaled(data["scale"], f"huber({_distance(data['centre'])}, width {data['width']})")
        case "tent":
            inner = f"max(0, 1 - {_distance(data['centre'])}/{_factor(data['width'])})"
            return _scaled(data["height"], inner)
        case "clipped_affine" if Fraction(data["low"]) == Fraction(data["high"]):
            return str(data["low"])
        case "clipped_affine":
            return f"min(max({_affine(data['slope'], data['offset'])}, {data['low']}), {data['high']})"
        case "relu_layer":
            units = zip(data["slopes"], data["offsets"], data["weights"], strict=True)
            parts = [
                _scaled(weight, f"max({_affine(s, o)}, 0)") for s, o, weight in units if Fraction(weight)
            ]
            return " + ".join(parts) or "0"
        case "softmax_attention":
            keys = ", ".join(_affine(key, 0) for key in data["keys"])
            values = ", ".join(map(str, data["shares"]))
            return f"{data['low']} + ({data['high']} - {data['low']})*<softmax({keys}), [{values}]>"
        case "halfspace":
            test = f"{_affine(data['slope'], 0)} >= {data['offset']}"
            return f"if {test} then {data['inside']} else {data['outside']}"
        case "quadratic":
            gap = _gap(data["centre"])
            level = "" if Fraction(data["level"]) == 0 else f" + {data['level']}"
            if len(data["centre"]) == 1:
                return _scaled(str(Fraction(data["matrix"][0][0]) / 2), f"{gap}^2") + level
            matrix = "; ".join(", ".join(map(str, row)) for row in data["matrix"])
            return f"<{gap}, [{matrix}]*{gap}>/2{level}"
    return str(data["family"])


def _affine(slope: Sequence[Any], offset: Any) -> str:
    """<slope, x> + offset."""
    constant = Fraction(offset)
    if all(Fraction(entry) == 0 for entry in slope):
        return str(constant)
    linear = _scaled(slope[0], "x") if len(slope) == 1 else f"<{value_text(list(slope))}, x>"
    if constant == 0:
        return linear
    return f"{linear} {'-' if constant < 0 else '+'} {abs(constant)}"


def _scaled(factor: Any, text: str) -> str:
    value = Fraction(factor)
    if value == 0:
        return "0"
    if abs(value) == 1:
        return text if value > 0 else f"-{text}"
    return f"{value}*{text}"


def _factor(value: Any) -> str:
    return str(value) if Fraction(value).denominator == 1 else f"({value})"


def _gap(centre: Sequence[Any]) -> str:
    if all(Fraction(entry) == 0 for entry in centre):
        return "x"
    if len(centre) == 1:
        entry = Fraction(centre[0])
        return f"(x {'-' if entry > 0 else '+'} {abs(entry)})"
    return f"(x - {value_text(list(centre))})"


def _distance(centre: Sequence[Any]) -> str:
    gap = _gap(centre).removeprefix("(").removesuffix(")")
    return f"|{gap}|" if len(centre) == 1 else f"||{gap}||"
