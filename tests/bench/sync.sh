#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# How long keurmerk sync takes, from a server on this machine.
exec /usr/bin/python3 tests/bench/lib/sync_bench.py
