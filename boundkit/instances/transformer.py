"""What small transformers answer to prompts (Vaswani et al. 2017), clipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

from boundkit.instances import CENTRED, Context, Drawn, Family, inner, natural_range
from boundkit.kernel.grids import total
from boundkit.kernel.values import Arithmetic, Tabulated

Vector = tuple[Any, ...]
Matrix = tuple[Vector, ...]


@dataclass(frozen=True)
class Layer:
    """One layer. heads: for each the matrix of the logits <x_i, scores*x_j> and that of the values; the rows
    of `inside` and `outside` are those of the two linear maps around the relu."""

    heads: tuple[tuple[Matrix, Matrix], ...]
    inside: Matrix
    outside: Matrix


def softmax(arithmetic: Arithmetic, logits: Sequence[Any]) -> Vector:
    """exp(logits) over their sum; the largest logit is subtracted first, so that nothing overflows."""
    largest = logits[0] if len(logits) == 1 else arithmetic.apply("max", logits)
    powers = [arithmetic.apply("exp", (arithmetic.apply("-", (logit, largest)),)) for logit in logits]
    whole = total(arithmetic, powers)
    return tuple(arithmetic.apply("/", (power, whole)) for power in powers)


def forward(arithmetic: Arithmetic, layers: Sequence[Layer], tokens: Sequence[Vector]) -> list[Vector]:
    """The tokens after all layers. In each a token reads from itself and the earlier ones by softmax
    attention, head by head, and is then moved by a relu network of one hidden layer; both are added to it."""
    zero = arithmetic.rational(Fraction(0))
    stream = list(tokens)
    for layer in layers:
        read = list(stream)
        for scores, values in layer.heads:
            keys = [_image(arithmetic, scores, token) for token in stream]
            seen = [_image(arithmetic, values, token) for token in stream]
            for place, token in enumerate(stream):
                weights = softmax(arithmetic, [inner(arithmetic, token, key) for key in keys[: place + 1]])
                found = [
                    inner(arithmetic, weights, [value[k] for value in seen[: place + 1]])
                    for k in range(len(token))
                ]
                read[place] = _sum(arithmetic, read[place], found)
        stream = []
        for token in read:
            hidden = [
                arithmetic.apply("max", (unit, zero)) for unit in _image(arithmetic, layer.inside, token)
            ]
            stream.append(_sum(arithmetic, token, _image(arithmetic, layer.outside, hidden)))
    return stream


class Transformer(Family):
    """For each parameter, the first argument, and each prompt, the second one, a number of the last token
    after all layers, clipped to [low, high]. All weights and tokens are drawn.

    With a `window` and a `length` it is told tokens in the place of prompts, and the task and the place as
    natural numbers before them: the answer at place t of task i reads the last `window` of the tokens
    s[(i-1)*length + 1], …, s[(i-1)*length + t]. It is `low` outside of the tasks and places. There is none
    with low > high."""

    draws: ClassVar[str] = "table"
    takes: ClassVar[tuple[str, ...]] = (
        "low", "high", "dimension", "heads", "layers", "tokens", "window", "length",
    )  # fmt: skip
    needs: ClassVar[tuple[str, ...]] = ("low", "high")
    integers: ClassVar[tuple[str, ...]] = ("window", "length")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 2, "hypotheses": 2, "low": -1, "high": 2},
        {"size": 2, "hypotheses": 1, "low": 0, "high": 1, "dimension": 2, "heads": 2, "layers": 2},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, shape = context.arithmetic, arguments["shape"]
        width = context.natural("dimension", *natural_range(context, arguments, "dimension", (1, 2)))
        heads = context.natural("heads", *natural_range(context, arguments, "heads", (1, 1)))
        depth = context.natural("layers", *natural_range(context, arguments, "layers", (1, 2)))
        models = [_Model(context, f"model[{k}]", width, heads, depth) for k in range(1, shape[0] + 1)]
        ends = arguments["low"], arguments["high"]
        known: dict[tuple[int, tuple[int, ...]], Any] = {}

        def answer(model: int, prompt: tuple[int, ...], tokens: Sequence[Vector]) -> Any:
            if (model, prompt) not in known:
                found = context.settled(models[model].answer(arithmetic, tokens))
                known[model, prompt] = _clipped(arithmetic, found, ends)
            return known[model, prompt]

        entries = []
        if arguments.get("naturals", ()) == (1, 2):
            reach, length = (arithmetic.integer(arguments[key]) for key in ("window", "length"))
            if reach is None or not length or reach < 1:
                raise ValueError("`window` and `length` must be known integers >= 1")
            words = [_vector(context, f"word[{z}]", width) for z in range(1, shape[-1] + 1)]
            places = [_vector(context, f"place[{k}]", width) for k in range(1, min(reach, length) + 1)]
            for model, task, place, *sample in product(*map(range, shape)):
                start = (task - 1) * length
                prompt = tuple(sample[start + max(place - reach, 0) : start + place])
                if not (task >= 1 and 1 <= place <= length and start + place <= len(sample)):
                    entries.append(ends[0])
                    continue
                tokens = [
                    _sum(arithmetic, words[z], back)
                    for z, back in zip(prompt, places[len(prompt) - 1 :: -1], strict=True)
                ]
                entries.append(answer(model, prompt, tokens))
        elif len(shape) == 2 and not arguments.get("naturals"):
            count = context.natural("tokens", *natural_range(context, arguments, "tokens", (1, 3)))
            prompts = [
                [_vector(context, f"prompt[{z}].token[{k}]", width) for k in range(1, count + 1)]
                for z in range(1, shape[1] + 1)
            ]
            for model, example in product(*map(range, shape)):
                entries.append(answer(model, (example,), prompts[example]))
        else:
            raise ValueError("a transformer answers for parameters and prompts")
        value = Tabulated(shape, tuple(entries), arguments.get("naturals", ()))
        return Drawn(value, conditions=(arithmetic.compare("<=", *ends),))


class _Model:
    """The weights of one transformer: layers, and what is read off the last token."""

    def __init__(self, context: Context, label: str, width: int, heads: int, depth: int) -> None:
        self.layers = [
            Layer(
                tuple(
                    (
                        _matrix(context, f"{at}.head[{h}].scores", width),
                        _matrix(context, f"{at}.head[{h}].values", width),
                    )
                    for h in range(1, heads + 1)
                ),
                _matrix(context, f"{at}.inside", width),
                _matrix(context, f"{at}.outside", width),
            )
            for at in (f"{label}.layer[{k}]" for k in range(1, depth + 1))
        ]
        self.readout = _vector(context, f"{label}.readout", width)

    def answer(self, arithmetic: Arithmetic, tokens: Sequence[Vector]) -> Any:
        return inner(arithmetic, self.readout, forward(arithmetic, self.layers, tokens)[-1])


def _clipped(arithmetic: Arithmetic, value: Any, ends: tuple[Any, Any]) -> Any:
    return arithmetic.apply("max", (ends[0], arithmetic.apply("min", (ends[1], value))))


def _vector(context: Context, label: str, size: int) -> Vector:
    return tuple(context.number(f"{label}[{k}]", CENTRED) for k in range(1, size + 1))


def _matrix(context: Context, label: str, size: int) -> Matrix:
    return tuple(_vector(context, f"{label}[{k}]", size) for k in range(1, size + 1))


def _image(arithmetic: Arithmetic, matrix: Matrix, vector: Sequence[Any]) -> Vector:
    return tuple(inner(arithmetic, row, vector) for row in matrix)


def _sum(arithmetic: Arithmetic, one: Sequence[Any], other: Sequence[Any]) -> Vector:
    return tuple(arithmetic.apply("+", pair) for pair in zip(one, other, strict=True))
