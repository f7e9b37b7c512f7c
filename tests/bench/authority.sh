#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# What an authority does a second: see lib/authority_bench.py.
exec /usr/bin/python3 "$(dirname "$0")/lib/authority_bench.py"
