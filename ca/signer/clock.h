/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Clock: whether the time may be believed (design section 5). It must not
 * lie before anything in the journal, nor jump against the time since boot: at
 * once, or by many small steps.
 */
#ifndef SIGNER_CLOCK_H
#define SIGNER_CLOCK_H

#include <stdint.h>

enum {
	CLOCK_JUMP_MAX = 300,		/* seconds since the start, in all, */
	CLOCK_DRIFT = 1000		/* and one more in so many */
};

struct clock {
	int64_t	(*real)(void *arg);	/* seconds since 1970, UTC */
	int64_t	(*boot)(void *arg);	/* seconds since boot, asleep too */
	void	*arg;
	int64_t	 since;			/* boot at the start */
	int64_t	 ahead;			/* real - boot then */
	int	 jumped;		/* stays until a restart */
};

/* CLOCK_REALTIME and CLOCK_BOOTTIME. */
void	clock_system(struct clock *);
/* From now on; with real, boot and arg set. */
void	clock_start(struct clock *);
/*
 * The time, into now. Returns NULL, or why it may not be believed: a
 * sentence, which is logged when it is new. newest: latest in the journal.
 */
const char *clock_look(struct clock *, int64_t newest, int64_t *now);

#endif
