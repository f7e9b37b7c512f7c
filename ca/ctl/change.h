/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Change: the difference that decisions make to what is public, from their
 * exact bytes, against our own verified copy of the tree.
 */
#ifndef CTL_CHANGE_H
#define CTL_CHANGE_H

#include "acts.h"
#include "tree.h"

/*
 * Say it on standard output: how many of what, and the first ten of each (all
 * of them when all is set). CTL_DONE, or an exit status after a message.
 */
int	 change_show(struct session *, struct tree *, const struct acts *,
	    int all);

#endif
