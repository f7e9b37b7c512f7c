/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Targets: the providers or marks that a verb is about: words of the command
 * line, or a file with one a line (--list), or --all where the verb knows
 * what that means.
 */
#ifndef CTL_TARGETS_H
#define CTL_TARGETS_H

#include "session.h"

enum target_kind { TARGET_PROVIDER, TARGET_MARK };

struct targets {
	size_t		 n;
	struct subject	*subject;	/* name set, and no more; owned */
	unsigned long	*line;		/* of file, from 1; 0: a word; owned */
	const char	*file;		/* NULL: words, or all */
	int		 all;		/* n is 0: the verb fills them in */
};

/*
 * Each once, in the order given. CTL_DONE, or an exit status after a message
 * for each that is no provider or mark; free in any case.
 */
int	 targets_read(struct targets *, const struct ctl *, enum target_kind);
void	 targets_free(struct targets *);	/* safe on zeroed */

/* "FILE:LINE: " or "" before a message about the i-th, into text. */
const char *targets_at(char text[512], const struct targets *, size_t i);

#endif
