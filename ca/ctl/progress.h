/* SPDX-License-Identifier: EUPL-1.2 */
/* Progress: a bar on a terminal for what takes longer than a second. */
#ifndef CTL_PROGRESS_H
#define CTL_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct progress {
	const char	*what;
	size_t		 all;
	int		 on;		/* standard error is a terminal */
	int		 drawn;
	int64_t		 began, last;	/* milliseconds, monotonic */
};

void	 progress_begin(struct progress *, const char *what, size_t all);
void	 progress_at(struct progress *, size_t done);
/* Removes what was drawn. */
void	 progress_end(struct progress *);

/* Milliseconds of a clock that only goes on. */
int64_t	 progress_clock(void);

#endif
