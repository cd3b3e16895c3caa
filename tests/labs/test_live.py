# SPDX-License-Identifier: GPL-2.0-or-later
"""The quick core of the labs, recorded now, by this machine's kernel: it must be told as well as the recorded captures."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

import pytest
from conformance import HERE, LABELS, REQUIRED, Score
from samples import CHECKOUT
from truth import Exceptions


@pytest.fixture(scope="module")
def score():
    if os.geteuid() != 0:
        pytest.skip("needs root")
    if not pathlib.Path("/sys/kernel/tracing").is_dir():
        pytest.skip("no tracefs")
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode:
        pytest.skip("network namespaces are not permitted here")
    with tempfile.TemporaryDirectory(prefix="tcplab-") as folder:
        command = [CHECKOUT / "labs/tcplab", "run", "--quick", "--quiet", "--out", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        yield Score(pathlib.Path(folder), Exceptions(HERE / "exceptions.tsv"))


@pytest.mark.parametrize("what", LABELS)
def test_rate(score, what):
    assert score.rate(what) >= REQUIRED[what], "\n".join(score.wrong[what])


def test_the_page_of_an_experiment_has_the_kernels_states(score, tmp_path):
    command = [CHECKOUT / "labs/tcplab", "run", "refused", "--quiet", "--report", "--out", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    element = re.search(r'<script type="application/json" id="truth">(.*?)</script>', (tmp_path / "refused.html").read_text())
    assert json.loads(element[1])["frames"] == {"1": ["SYN-SENT", "CLOSED"], "2": ["CLOSED", "CLOSED"]}
