r"""Weights in a prompt, as the webui's users write them.

    (word)        1.1        [word]  1 / 1.1        (word:1.3)  1.3        ((word))  1.1 * 1.1: nested ones multiply
    \( \) \[ \]   the sign itself                   \\  a backslash        BREAK     what follows is a new chunk

Whatever does not fit is text: a bracket that was never opened, a weight that is no number. A bracket that is never
closed counts to the end. Syntax of AUTOMATIC1111's stable-diffusion-webui; its prompt editing, [from:to:when], is
not part of this.
"""

import re
from itertools import groupby

Weighted = tuple[str, float]

LARGEST = 1000.0
"""Heavier is this heavy: hundreds of nested brackets would overflow."""

_PARTS = re.compile(
    r"\\(?P<sign>[()\[\]\\])"
    r"|(?P<open>[(\[])"
    r"|:\s*(?P<weight>[+-]?(?:\d+\.?\d*|\.\d+))\s*\)"
    r"|(?P<close>[)\]])"
    r"|[^\\()\[\]:]+|[\\:]"
)
_BREAK = re.compile(r"\s*\bBREAK\b\s*")
_FACTORS = {")": 1.1, "]": 1 / 1.1}
_PAIRS = {"(": ")", "[": "]"}


def sections(prompt: str) -> list[list[Weighted]]:
    """What stands between BREAKs, each as pieces of text and their weights."""
    found: list[list[Weighted]] = [[]]
    for text, weight in parsed(prompt):
        first, *others = _BREAK.split(text)
        found[-1].append((first, weight))
        found.extend([(other, weight)] for other in others)
    return [[(text, weight) for text, weight in section if text] for section in found]


def parsed(prompt: str) -> list[Weighted]:
    """The whole prompt as pieces, its BREAKs still text; neighbours of one weight are one piece."""
    texts: list[str] = []
    weights: list[float] = []
    opened: dict[str, list[int]] = {")": [], "]": []}

    def weigh(start: int, factor: float) -> None:
        weights[start:] = [_bounded(weight * _bounded(factor)) for weight in weights[start:]]

    for part in _PARTS.finditer(prompt):
        text, close = part["sign"] or part[0], part["close"]
        if part["open"]:
            opened[_PAIRS[text]].append(len(texts))
        elif part["weight"] and opened[")"]:
            weigh(opened[")"].pop(), float(part["weight"]))
        elif close and opened[close]:
            weigh(opened[close].pop(), _FACTORS[close])
        else:
            texts.append(text)
            weights.append(1.0)
    for close, starts in opened.items():
        for start in starts:
            weigh(start, _FACTORS[close])
    pieces = groupby(zip(texts, weights, strict=True), key=lambda piece: piece[1])
    return [("".join(text for text, _ in group), weight) for weight, group in pieces]


def _bounded(weight: float) -> float:
    return max(-LARGEST, min(LARGEST, weight))
