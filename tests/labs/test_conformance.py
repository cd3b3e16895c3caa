# SPDX-License-Identifier: GPL-2.0-or-later
"""The recorded captures: what the plugin says is what the kernels did, but for the exceptions."""
import pytest
from conformance import HERE, LABELS, REQUIRED, Score
from samples import SAMPLES
from truth import Exceptions


@pytest.fixture(scope="module")
def exceptions():
    return Exceptions(HERE / "exceptions.tsv")


@pytest.fixture(scope="module")
def score(exceptions):
    return Score(SAMPLES, exceptions)


@pytest.mark.parametrize("what", LABELS)
def test_rate(score, what):
    assert score.rate(what) >= REQUIRED[what], "\n".join(score.wrong[what])


def test_every_exception_excuses_something(score, exceptions):
    assert exceptions.useless() == []
