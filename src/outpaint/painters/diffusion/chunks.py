"""A prompt as chunks of tokens, each as long as the text encoder reads at once (77 with CLIP's two marks).

A chunk is [start] + 75 tokens + [end]. When one is full the next begins; if the last comma is at most BACKTRACK
tokens back, what follows it moves along, so that a thought is not cut. The vectors of a textual inversion stay
together. As AUTOMATIC1111's stable-diffusion-webui does it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from outpaint.painters.diffusion.emphasis import Weighted

BACKTRACK = 20
"""Tokens; the webui's comma_padding_backtrack."""


@dataclass
class Chunk:
    """ids and their weights, marks and padding not among them.

    learned: the vectors of textual inversions by their first position; their ids are 0.
    """

    ids: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    learned: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Unit:
    """What is not cut: one token, or a textual inversion's vectors."""

    ids: list[int]
    weight: float
    vectors: Any = None


def chunks(sections: list[list[Weighted]], tokenizer: Any, words: Mapping[str, Any], room: int) -> list[Chunk]:
    """At least one chunk.   words: textual inversions, vectors by lower-case name.   room: tokens in a chunk."""
    comma = tokenizer.convert_tokens_to_ids(",</w>")
    found: list[list[_Unit]] = []
    for section in sections:
        found.append([])
        for unit in (unit for text, weight in section for unit in _units(text, weight, tokenizer, words)):
            while (filled := _length(found[-1])) + len(unit.ids) > room:
                found.append(_after_comma(found[-1], comma) if filled == room and unit.ids != [comma] else [])
            found[-1].append(unit)
    if len(found) > 1 and not found[-1]:
        found.pop()  # nothing follows the last BREAK
    return [_chunk(units) for units in found]


def _after_comma(units: list[_Unit], comma: int) -> list[_Unit]:
    """Take away what stands behind the last comma, if that is near."""
    last = next((place for place in reversed(range(len(units))) if units[place].ids == [comma]), None)
    if last is None or not 0 < _length(units[last:]) <= BACKTRACK:
        return []
    moved = units[last + 1 :]
    del units[last + 1 :]
    return moved


def _units(text: str, weight: float, tokenizer: Any, words: Mapping[str, Any]) -> list[_Unit]:
    pieces = [text]
    if words:
        names = "|".join(re.escape(name) for name in sorted(words, key=len, reverse=True))
        pieces = re.split(rf"(?<!\w)({names})(?!\w)", text, flags=re.IGNORECASE)
    units = []
    for number, piece in enumerate(pieces):
        if number % 2:
            vectors = words[piece.lower()]
            units.append(_Unit([0] * len(vectors), weight, vectors))
        elif piece:
            ids = tokenizer(piece, add_special_tokens=False, truncation=False, verbose=False).input_ids
            units += [_Unit([id], weight) for id in ids]
    return units


def _length(units: list[_Unit]) -> int:
    return sum(len(unit.ids) for unit in units)


def _chunk(units: list[_Unit]) -> Chunk:
    chunk = Chunk()
    for unit in units:
        if unit.vectors is not None:
            chunk.learned[len(chunk.ids)] = unit.vectors
        chunk.ids += unit.ids
        chunk.weights += [unit.weight] * len(unit.ids)
    return chunk
