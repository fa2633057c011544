"""CLIP's tokenizer without a download: its vocabulary follows from the merges that ship with the package.

Entries 0..255 are the bytes, each as a printable character, 256..511 the same at the end of a word; then one for
every merge; then the two marks. The merges are OpenAI's (CLIP, MIT licence).
"""

import lzma
from importlib.resources import files
from typing import Any


def clip_tokenizer(padding: str = "<|endoftext|>") -> Any:
    """padding: "!" for open-clip, whose padding has number 0."""
    from transformers import CLIPTokenizer

    packed = (files(__package__) / "configs" / "clip_merges.txt.xz").read_bytes()
    lines = lzma.decompress(packed).decode("utf-8").split("\n")
    merges = [(first, second) for first, second in (line.split() for line in lines if line)]
    letters = byte_letters()
    words = [*letters, *(f"{letter}</w>" for letter in letters), *(a + b for a, b in merges)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: number for number, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=77, pad_token=padding)


def byte_letters() -> list[str]:
    """The 256 bytes as printable characters, in the order of GPT-2's vocabulary: printable ones first."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(others))]
