#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the report's page, one HTML file, from index.html, style.css and the JavaScript modules beside this file.

    inline.py page.html             the page; data replace its line <!-- tcpstate:data -->

Each module becomes a function that is called once, in the order of the imports, and returns what the module exports. The
Content-Security-Policy names the hashes of the one script and the one style, so a browser runs nothing else.
"""
import argparse
import base64
import hashlib
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
DATA = "<!-- tcpstate:data -->"
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z_]+)\.js";\n', re.M)
EXPORT = re.compile(r"^export ((?:async )?function\*?|const|let|class) (\w+)", re.M)
INDENT = re.compile(r"^ +", re.M)
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)\n", re.M | re.S)


def order_of(name, modules, path=()):
    """The modules that `name` imports, then itself."""
    if name in path:
        raise SystemExit(f"inline.py: modules import each other: {' -> '.join((*path, name))}")
    if name in modules:
        return
    source = (HERE / f"{name}.js").read_text()
    for _names, imported in IMPORT.findall(source):
        order_of(imported, modules, (*path, name))
    modules[name] = source


def as_function(name, source):
    """The module as an expression that yields its exports."""
    exports = [exported for _kind, exported in EXPORT.findall(source)]
    body = COMMENT.sub("", EXPORT.sub(r"\1 \2", IMPORT.sub(r"const {\1} = \2_js;\n", source)))
    if any(line.count("`") % 2 for line in body.splitlines()):
        raise SystemExit(f"inline.py: {name}.js has a template of several lines, whose indentation would be lost")
    body = INDENT.sub("", body)
    if re.search(r"^(import|export)\b", body, re.M):
        raise SystemExit(f"inline.py: {name}.js has an import or export that is not of the plain kind")
    return f"const {name}_js = (() => {{\n{body}return {{{', '.join(exports)}}};\n}})();\n"


def script():
    modules = {}
    order_of("main", modules)
    left = {path.stem for path in HERE.glob("*.js")} - set(modules)
    if left:
        raise SystemExit(f"inline.py: nothing imports {', '.join(sorted(left))}")
    return '"use strict";\n(() => {\n' + "".join(as_function(*item) for item in modules.items()) + "main_js.start();\n})();\n"


def hash_of(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def page():
    code, style = script(), COMMENT.sub("", (HERE / "style.css").read_text())
    if "</script" in code or "</style" in style or "<!--" in code:
        raise SystemExit("inline.py: the script or the style would end the element that it stands in")
    policy = (f"default-src 'none'; script-src {hash_of(code)}; style-src {hash_of(style)}; img-src data:; "
              "base-uri 'none'; form-action 'none'")
    text = (HERE / "index.html").read_text()
    for marker, value in (("@policy@", policy), ("@style@", style), ("@script@", code)):
        if text.count(marker) != 1:
            raise SystemExit(f"inline.py: index.html needs {marker} once")
        text = text.replace(marker, value)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=pathlib.Path)
    options = parser.parse_args()
    options.output.write_text(page())


if __name__ == "__main__":
    main()
