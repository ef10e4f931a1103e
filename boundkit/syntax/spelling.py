"""Unicode, Greek and ASCII: one ASCII spelling for everything that can be written. Pure tables."""

from __future__ import annotations

import re
import unicodedata

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
GREEK |= {letter.upper(): name.capitalize() for letter, name in GREEK.items()}
GREEK |= {"ς": "sigma", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϱ": "rho", "ϖ": "pi", "ϰ": "kappa"}
GREEK |= {"\N{MICRO SIGN}": "mu", "\N{OHM SIGN}": "Omega"}

LETTERS = GREEK | {"ℓ": "ell", "ℝ": "Real", "ℕ": "Nat", "ℤ": "Int", "′": "'", "𝔼": "E", "ℙ": "Pr"}

SIGNS = {
    "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!=", "=\u0338": "!=", "≲": "<~",
    "∀": "forall", "∃": "exists", "∧": "and", "∨": "or", "¬": "not", "⇒": "implies", "⇔": "iff",
    "∈": "in", "∞": "inf", "∑": "sum_", "∏": "prod_", "∫": "integral_", "𝔼": "E", "ℙ": "Pr",
    "‖": "||", "∥": "||", "⟨": "<", "⟩": ">", "→": "->", "≔": ":=", "∼": "~",
    "·": "*", "×": "*", "⋅": "*", "−": "-",
}  # fmt: skip

# What a paste from elsewhere contains, and what to write for it.
FOREIGN = {
    "–": "-", "—": "-", "…": "..", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'",
    "∣": "|", "〈": "<", "〉": ">", "≪": "<=", "≫": ">=", "√": "sqrt(...)", "←": ":=",
    "&": "and", "!": "not", "≈": "<= with an explicit error", "≡": "=", "∉": "not (x in A)",
    "∪": "union(A, B)", "∩": "intersection(A, B)", "⊆": "subset(A, B)", "∇": "grad(f, x)", "⊤": ".T",
    "∂": "diff(e, x)", "∝": "= c*...", "÷": "/", "⌈": "ceil(x)", "⌉": "ceil(x)", "⌊": "floor(x)",
    "⌋": "floor(x)", "½": "1/2", "¼": "1/4", "¾": "3/4", "⁺": "^", "⁻": "^(-1)", "₊": "+", "₋": "-",
    "∗": "*", "⟹": "implies", "⟺": "iff", "↦": "fun x : X => e", "↔": "iff", "%": "/100",
}  # fmt: skip

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵏᵗᵀ", "0123456789nktT", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₜᵢⱼₙₖ", "0123456789tijnk", strict=True))

LATEX = {
    "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=", "neq": "!=", "lesssim": "<~",
    "forall": "forall", "exists": "exists", "in": "in", "sum": "sum_{t=1..T} ...", "prod": "prod_{...} ...",
    "int": "integral_{x in a..b} ...", "frac": "a/b", "sqrt": "sqrt(x)", "cdot": "*", "times": "*",
    "land": "and", "lor": "or", "neg": "not", "implies": "implies", "iff": "iff", "to": "->", "infty": "inf",
    "langle": "<", "rangle": ">", "lVert": "||", "rVert": "||", "Vert": "||", "|": "||", "ln": "ln",
    "log": "ln", "exp": "exp", "max": "max", "min": "min", "sup": "sup", "inf": "inf", "mathbb": "E[X]",
    "sim": "~", "mid": "given", "varepsilon": "epsilon",
} | {name: name for name in GREEK.values()}  # fmt: skip

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*'*")


def ascii_name(text: str) -> str | None:
    """The ASCII spelling of a name, or None when some character has none."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    plain = "".join(LETTERS.get(character, character) for character in text)
    return plain if _PLAIN.fullmatch(plain) else None


def ascii_sign(text: str) -> str:
    """The ASCII spelling of an operator, word, or binder such as `∑_{`; ASCII text stays as it is."""
    if text.isascii():
        return text
    if text in SIGNS:
        return SIGNS[text]
    head = SIGNS.get(text[0], text[0])
    return head + text[1:].removeprefix("_") if head.endswith("_") else head + text[1:]
