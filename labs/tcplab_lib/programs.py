# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs of this machine that serve in an experiment, with a configuration of our own."""

import shutil
import tempfile
import time

from .namespaces import Missing


class Program:
    """Runs until it is closed. In the configuration {address}, {port} and {folder} (its own, temporary) are filled in."""

    def __init__(self, namespace, listens_at, name, configuration, options):
        if not shutil.which(name):
            raise Missing(f"the command '{name}' is missing")
        self.folder = tempfile.TemporaryDirectory(prefix="tcplab-")
        address, port = listens_at
        path = f"{self.folder.name}/{name}.conf"
        with open(path, "w") as file:
            file.write(configuration.format(address=address, port=port, folder=self.folder.name))
        self.process = namespace.start(name, *options, path)
        for _ in range(100):
            if f"{address}:{port}" in namespace.run("ss", "-tlnH"):
                return
            time.sleep(0.05)
        self.close()
        raise Missing(f"{name} does not listen: {self.process.stderr.read().decode().strip()}")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()
