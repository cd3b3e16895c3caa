# SPDX-License-Identifier: GPL-2.0-or-later
"""What quick linters have to say."""
import sys

from sources import complaints, files, named, need, need_llvm, scripts


def test_clang_format():
    need_llvm("clang-format")
    complaints("clang-format", "--dry-run", "--Werror", *named(".cpp", ".hpp", ".c", ".h"))


def test_shellcheck():
    need("shellcheck")
    shell = [*scripts(b"(ba)?sh"), *named(".sh")]
    assert len(shell) > 5
    complaints("shellcheck", "--external-sources", *shell)


def test_flake8():
    python = [*scripts(b"python3"), *named(".py")]
    assert len(python) > 50
    complaints(sys.executable, "-m", "flake8", *python)


def test_every_source_file_names_its_licence():
    code = [*named(".cpp", ".hpp", ".c", ".h", ".py", ".sh", ".cmake", ".txt", ".in"), *scripts(b"(ba)?sh"), *scripts(b"python3")]
    lacking = [path for path in code if "SPDX-License-Identifier: GPL-2.0-or-later" not in path.read_text()[:400]]
    assert lacking == []
    assert len(code) < len(files())
