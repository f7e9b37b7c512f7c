#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# What the public side serves a second, beside nginx with the same bytes as
# files; and what it takes to begin with 100,000 marks.
exec /usr/bin/python3 tests/bench/lib/serve_bench.py
