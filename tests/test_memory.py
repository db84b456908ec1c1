"""What words remember of one another is what walking the row by hand gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbacktext.model.memory import Walk, d_remember, remember

COUNTS = st.lists(st.integers(0, 7), min_size=1, max_size=6).filter(any)


@given(COUNTS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_token_is_walked_once_in_the_order_of_its_comment(counts: list[int], backward: bool) -> None:
    walk = Walk.of(np.array(counts), backward=backward)
    assert sorted(walk.order.tolist()) == list(range(sum(counts)))
    step_of = {token: at for at, step in enumerate(walk.steps()) for token in walk.order[step].tolist()}
    begin = 0
    for count in counts:
        steps = [step_of[token] for token in range(begin, begin + count)]
        assert steps == (list(reversed(range(count))) if backward else list(range(count)))
        begin += count


@given(COUNTS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_memory_is_that_of_a_walk_by_hand(counts: list[int], backward: bool) -> None:
    random = np.random.default_rng(sum(counts))
    keep, write = random.random((sum(counts), 2)), random.standard_normal((sum(counts), 2))
    walk = Walk.of(np.array(counts), backward=backward)
    found = np.empty_like(write)
    found[walk.order] = remember(keep[walk.order], write[walk.order], walk)
    begin = 0
    for count in counts:
        memory = np.zeros(2)
        tokens = range(begin, begin + count)
        for token in reversed(tokens) if backward else tokens:
            memory = keep[token] * memory + (1 - keep[token]) * write[token]
            np.testing.assert_allclose(found[token], memory)
        begin += count


def test_gradients_of_keeping_and_writing_are_those_of_the_memory() -> None:
    random = np.random.default_rng(1)
    walk = Walk.of(np.array([4, 1, 3]))
    keep, write, pull = random.random((8, 1)), random.standard_normal((8, 1)), random.standard_normal((8, 1))
    d_keep, d_write = d_remember(pull, keep, write, remember(keep, write, walk), walk)
    for array, gradient in ((keep, d_keep), (write, d_write)):
        for at in range(8):
            moved = []
            for step in (1e-6, -1e-6):
                array[at] += step
                moved.append(float((remember(keep, write, walk) * pull).sum()))
                array[at] -= step
            assert gradient[at, 0] == pytest.approx((moved[0] - moved[1]) / 2e-6, abs=1e-6)
