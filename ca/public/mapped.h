/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mapped: a file of the published tree in memory, without a copy of it.
 *
 * Files of the tree are replaced by rename and never written again, so what
 * is mapped stays. Where somebody does write into one (a copy made over a
 * tree that is served), it may change or become shorter while we read. What
 * is gone then reads as zeros and does not end the process, as in systemd's
 * journal; what is read there is held to its hash again (register_run.h).
 */
#ifndef PUBLIC_MAPPED_H
#define PUBLIC_MAPPED_H

#include "files.h"

struct mapped {
	const uint8_t	*p;
	size_t		 len;
};

/* 0, or -1 with errno: EFBIG when it is empty or larger than max. */
int	 mapped_open(struct mapped *, const struct files *, const char *name,
	    size_t max);
void	 mapped_close(struct mapped *);		/* safe on zeroed */

#endif
