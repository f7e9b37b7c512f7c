/* SPDX-License-Identifier: EUPL-1.2 */
/* Progress: a bar on a terminal; see progress.h. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

enum { QUIET_MS = 1000, STEP_MS = 100, WIDTH = 40 };

int64_t
progress_clock(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
progress_begin(struct progress *p, const char *what, size_t all)
{
	p->what = what;
	p->all = all;
	p->on = isatty(STDERR_FILENO);
	p->drawn = 0;
	p->began = p->last = progress_clock();
}

void
progress_at(struct progress *p, size_t done)
{
	int64_t	now;
	size_t	i, filled;

	if (!p->on || p->all == 0)
		return;
	now = progress_clock();
	if (now - p->began < QUIET_MS || now - p->last < STEP_MS)
		return;
	p->last = now;
	p->drawn = 1;
	filled = done * WIDTH / p->all;
	fprintf(stderr, "\r%-10s [", p->what);
	for (i = 0; i < WIDTH; i++)
		putc(i < filled ? '#' : ' ', stderr);
	fprintf(stderr, "] %zu of %zu", done, p->all);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
}
