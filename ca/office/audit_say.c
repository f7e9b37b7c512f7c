/* SPDX-License-Identifier: EUPL-1.2 */
/* Audit: what it says while it works and what it found. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/file.h"

#include "audit_state.h"

enum { FIRST_MS = 1000, NEXT_MS = 200 };	/* of progress */

static int64_t
now_ms(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
audit_progress_end(struct audit *a)
{
	if (a->drawn != 0)
		fprintf(stderr, "\r\033[K");
	a->drawn = 0;
}

void
audit_progress(struct audit *a, const char *what, uint64_t done, uint64_t all)
{
	int64_t	now;

	if (!isatty(STDERR_FILENO))
		return;
	now = now_ms();
	if (a->began == 0)
		a->began = now;
	if (now - a->began < FIRST_MS || now - a->drawn < NEXT_MS || all == 0)
		return;
	a->drawn = now;
	fprintf(stderr, "\r\033[K%s: %" PRIu64 " of %" PRIu64 " (%" PRIu64
	    " %%)", what, done, all, done * 100 / all);
}

void
audit_bad(struct audit *a, const char *fmt, ...)
{
	va_list	ap;

	a->bad++;
	if (++a->said > AUDIT_SAID_MAX)
		return;
	audit_progress_end(a);
	printf("disagrees: ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void
audit_part(struct audit *a, uint64_t bad_before, const char *fmt, ...)
{
	uint64_t	bad = a->bad - bad_before;
	va_list		ap;

	audit_progress_end(a);
	if (a->said > AUDIT_SAID_MAX)
		printf("disagrees: and %u more\n", a->said - AUDIT_SAID_MAX);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	if (bad == 0)
		printf(": agrees\n");
	else
		printf(": %" PRIu64 " disagreement%s\n", bad,
		    bad == 1 ? "" : "s");
	fflush(stdout);
	a->said = 0;
}

const char *
audit_hash(char out[2 * KM_HASH_LEN + 1], const uint8_t *hash)
{
	layout_hex(out, hash);
	out[16] = '\0';		/* enough to tell two apart */
	return out;
}

const char *
audit_head(char out[AUDIT_HEAD_MAX], const struct km_tree_head *head)
{
	char	hex[2 * KM_HASH_LEN + 1];

	snprintf(out, AUDIT_HEAD_MAX, "size %" PRIu64 ", root %s", head->size,
	    audit_hash(hex, head->root));
	return out;
}

int
audit_file(struct audit *a, struct buf *out, const char *path)
{
	buf_reset(out);
	if (file_read_at(out, a->root, path) == 0)
		return 0;
	audit_bad(a, "%s/%s: expected a file of at most %zu bytes, found: %s",
	    a->conf->tree, path, out->max, strerror(errno));
	return -1;
}
