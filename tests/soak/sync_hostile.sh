#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# All that a hostile server can do, with every kind of file.
SYNC_ALL=1 exec /usr/bin/python3 tests/system/26_sync_hostile.py
