# SPDX-License-Identifier: GPL-2.0-or-later
"""The modules as TypeScript's compiler reads their JSDoc; and as node does, where there is no compiler."""
import json
import shutil
import subprocess

import pytest
from fetched import package
from samples import CHECKOUT

MODULES = sorted((CHECKOUT / "src/page/web").glob("*.js"))
OPTIONS = {"allowJs": True, "checkJs": True, "noEmit": True, "strict": True, "noUnusedLocals": True, "noUnusedParameters": True,
           "target": "es2022", "module": "es2022", "lib": ["es2022", "dom", "dom.iterable"], "types": []}


def node(*arguments):
    if not shutil.which("node"):
        pytest.skip("node is not there")
    result = subprocess.run(["node", *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_types_fit(tmp_path):
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": OPTIONS, "files": [str(path) for path in MODULES]}))
    node(package("typescript") / "lib/tsc.js", "-p", config)


def test_a_wrong_type_would_be_found(tmp_path):
    (tmp_path / "wrong.js").write_text("/** @param {number} n */\nexport function half(n) { return n / 2; }\nhalf(\"x\");\n")
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": OPTIONS, "files": [str(tmp_path / "wrong.js")]}))
    compiler = package("typescript") / "lib/tsc.js"
    if not shutil.which("node"):
        pytest.skip("node is not there")
    assert subprocess.run(["node", compiler, "-p", config], capture_output=True).returncode != 0


def test_every_module_can_be_parsed(tmp_path):
    for path in MODULES:
        copy = tmp_path / f"{path.stem}.mjs"
        copy.write_text(path.read_text())
        node("--check", copy)


def test_modules_are_short_and_name_their_licence():
    for path in MODULES:
        text = path.read_text()
        assert text.startswith("// SPDX-License-Identifier: GPL-2.0-or-later\n"), path.name
        assert len(text.splitlines()) <= 300, path.name
