# SPDX-License-Identifier: GPL-2.0-or-later
"""The laboratory behind labs/tcplab: real Linux TCP endpoints in private network namespaces."""
