#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# How many rows a second keurmerk batch answers, from end to end.
exec /usr/bin/python3 tests/bench/lib/batch_bench.py
