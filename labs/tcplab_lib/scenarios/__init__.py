# SPDX-License-Identifier: GPL-2.0-or-later
"""One function per experiment. Its steps are what it does; the decorator says what it is for."""
