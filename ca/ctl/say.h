/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Say: how keurmerkctl speaks to people. Results go to standard output,
 * everything else to standard error; what comes from outside is escaped.
 */
#ifndef CTL_SAY_H
#define CTL_SAY_H

#include <stdio.h>

#include "keurmerk.h"

/* Exit statuses of keurmerkctl. */
enum ctl_exit {
	CTL_DONE = 0,
	CTL_FAILED = 1,			/* something refused or failed */
	CTL_USAGE = 2,
	CTL_UNREACHABLE = 3,		/* no answer from the office */
	CTL_NONE = -1			/* within: nothing found, no error */
};

#define SAY_PRINTF	__attribute__((__format__(printf, 1, 2)))

/* "keurmerkctl: text" on standard error, escaped. Returns CTL_FAILED. */
int	 say_error(const char *fmt, ...) SAY_PRINTF;
/* The same, to return CTL_USAGE. */
int	 say_usage(const char *fmt, ...) SAY_PRINTF;
/* One line of explanation on standard error, without the name before it. */
void	 say_note(const char *fmt, ...) SAY_PRINTF;

/*
 * Ask "... [y/N] " on the terminal. 1 only for y or yes; 0 also when there is
 * no terminal, after saying that --yes exists.
 */
int	 say_ask(const char *question);

/* For "%.*s" of text that a strict reader let through. */
#define SAY_BYTES(b)	(int)(b).len, (const char *)(b).p

/* n bytes in lower-case hex and a NUL. */
void	 say_hex(char *out, const uint8_t *p, size_t n);

#endif
