# SPDX-License-Identifier: GPL-2.0-or-later
import pathlib
import sys

# Dask starts its workers from this file again, under another name.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

if __name__ == "__main__":
    from archive.command import main
    sys.exit(main())
