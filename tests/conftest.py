# SPDX-License-Identifier: GPL-2.0-or-later
import signal
import sys

sys.dont_write_bytecode = True
# Of jobs in the background shells let SIGINT be ignored, and so would what the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
