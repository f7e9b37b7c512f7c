/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A fuzz target: tests/fuzz/fuzz_NAME.c with this one function. libFuzzer
 * calls it in "make fuzz", replay.c in "make check" with every file of
 * tests/fuzz/corpus/NAME.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * Try one input. A broken promise is a crash: check the promises of the
 * header under test, not only that nothing crashes, and __builtin_trap().
 *
 *   data	len bytes, good for the call; reading past them is seen
 *
 * Returns 0; libFuzzer gives no other value a meaning that we use.
 */
int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
