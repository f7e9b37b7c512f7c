#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Every fuzz target, FUZZ_SECONDS (120) each, from the corpus on.
exec make fuzz FUZZ_SECONDS="${FUZZ_SECONDS:-120}"
