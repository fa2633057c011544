"""Weights in prompts: the webui's syntax, written down as a table, and what holds for any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outpaint.painters.diffusion.emphasis import LARGEST, parsed, sections

TABLE = {
    "": [],
    "a cat": [("a cat", 1)],
    "a (cat)": [("a ", 1), ("cat", 1.1)],
    "a ((cat))": [("a ", 1), ("cat", 1.21)],
    "a [cat]": [("a ", 1), ("cat", 1 / 1.1)],
    "a ([cat])": [("a cat", 1)],
    "a (cat:1.3) here": [("a ", 1), ("cat", 1.3), (" here", 1)],
    "(cat: .5 )": [("cat", 0.5)],
    "(cat:-1)": [("cat", -1)],
    "(cat:0)": [("cat", 0)],
    "(a (b:2) c:3)": [("a ", 3), ("b", 6), (" c", 3)],
    "[a (b)]": [("a ", 1 / 1.1), ("b", 1)],
    r"a \(cat\)": [("a (cat)", 1)],
    r"a \[cat\]": [("a [cat]", 1)],
    r"(a \(b\):1.2)": [("a (b)", 1.2)],
    r"c:\\temp": [(r"c:\temp", 1)],
    r"a\b": [(r"a\b", 1)],
    # What does not fit is text.
    "3:2 frame": [("3:2 frame", 1)],
    "cat:1.2)": [("cat:1.2)", 1)],
    "cat] and dog)": [("cat] and dog)", 1)],
    "(cat:much)": [("cat:much", 1.1)],
    "(cat:1.2.3)": [("cat:1.2.3", 1.1)],
    # What is never closed counts to the end.
    "a (cat here": [("a ", 1), ("cat here", 1.1)],
    "a [cat (here": [("a ", 1), ("cat ", 1 / 1.1), ("here", 1)],
    # Crossed pairs each keep their own partner, as in the webui.
    "(a [b) c]": [("a ", 1.1), ("b", 1), (" c", 1 / 1.1)],
}


@pytest.mark.parametrize("prompt", TABLE)
def test_the_syntax(prompt):
    found = parsed(prompt)
    assert [text for text, _ in _joined(found)] == [text for text, _ in TABLE[prompt]]
    assert [weight for _, weight in _joined(found)] == pytest.approx([weight for _, weight in TABLE[prompt]])


def _joined(pieces):
    """Neighbours whose weights only differ by rounding (1.1 / 1.1) as one."""
    joined = []
    for text, weight in pieces:
        if joined and joined[-1][1] == pytest.approx(weight):
            joined[-1] = (joined[-1][0] + text, weight)
        else:
            joined.append((text, weight))
    return joined


def test_break_separates_even_inside_brackets():
    assert sections("a BREAK b") == [[("a", 1)], [("b", 1)]]
    assert sections("(a BREAK b:2) c") == [[("a", 2)], [("b", 2), (" c", 1)]]
    assert sections("BREAKFAST and outBREAK") == [[("BREAKFAST and outBREAK", 1)]]
    assert sections("BREAK a\nBREAK\nBREAK") == [[], [("a", 1)], [], []]


PROMPTS = st.text(st.one_of(st.sampled_from(r"()[]:\ 1.-+a"), st.characters()), max_size=60)


@given(PROMPTS)
def test_any_text_is_a_prompt_and_nothing_but_syntax_is_lost(prompt):
    pieces = parsed(prompt)
    assert all(text and -LARGEST <= weight <= LARGEST for text, weight in pieces)
    kept = "".join(text for text, _ in pieces)
    plain = re.compile(r"[\\()\[\]:\s\d.+-]")
    assert plain.sub("", kept) == plain.sub("", prompt)


@given(PROMPTS)
def test_text_whose_brackets_are_escaped_comes_back_as_it_is(text):
    escaped = re.sub(r"([()\[\]\\])", r"\\\1", text)
    assert parsed(escaped) == ([(text, 1.0)] if text else [])


def test_weights_have_an_end():
    assert parsed("(" * 2000 + "a" + ":999)" * 2000) == [("a", LARGEST)]
    assert parsed("(a:" + "9" * 400 + ")") == [("a", LARGEST)]
    assert parsed("((a:0):" + "9" * 400 + ")")[0][1] == 0
