/* SPDX-License-Identifier: EUPL-1.2 */
/* Clock: see clock.h. */
#include <inttypes.h>
#include <time.h>

#include "ca/base/log.h"

#include "clock.h"

static int64_t
seconds_of(clockid_t id)
{
	struct timespec	t;

	if (clock_gettime(id, &t) == -1)
		fatal("clock");
	return (int64_t)t.tv_sec;
}

static int64_t
system_real(void *arg)
{
	(void)arg;
	return seconds_of(CLOCK_REALTIME);
}

static int64_t
system_boot(void *arg)
{
	(void)arg;
	return seconds_of(CLOCK_BOOTTIME);
}

void
clock_system(struct clock *c)
{
	c->real = system_real;
	c->boot = system_boot;
	c->arg = NULL;
}

void
clock_start(struct clock *c)
{
	c->since = c->boot(c->arg);
	c->ahead = c->real(c->arg) - c->since;
	c->jumped = 0;
}

const char *
clock_look(struct clock *c, int64_t newest, int64_t *now)
{
	int64_t	real = c->real(c->arg), boot = c->boot(c->arg), by, most;

	/*
	 * Against the start, not the last look: who sets the clock a little
	 * at a time could lead it anywhere. It is set right a little, though.
	 */
	by = real - boot - c->ahead;
	most = CLOCK_JUMP_MAX + (boot - c->since) / CLOCK_DRIFT;
	if (!c->jumped && (by > most || by < -most)) {
		c->jumped = 1;
		log_warnx("clock: jumped by %" PRId64 " seconds against the "
		    "time since boot: nothing is signed until the clock is "
		    "right and keurmerkd is started again", by);
	}
	if (c->jumped)
		return "the clock jumped: set it right, start again";
	if (real < newest) {
		log_warnx("clock: stands %" PRId64 " seconds before the "
		    "newest time in the journal: nothing is signed until it "
		    "has caught up", newest - real);
		return "the clock stands before the journal's newest time";
	}
	*now = real;
	return NULL;
}
