#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# tests/system/80_kill.py, ten times as long.
ROUNDS=${ROUNDS:-500}
export ROUNDS
exec /usr/bin/python3 tests/system/80_kill.py
