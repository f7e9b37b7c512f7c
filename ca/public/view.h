/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * View: the newest epoch of the tree that verifies, and how fresh it is.
 *
 * Trust begins with trust/1 of the same tree, since nobody else gives public
 * any. So this finds a tree that was half copied, mixed with another or
 * damaged, a list of another authority, and an epoch that goes back while we
 * run; not somebody who can write the whole tree and brings keys of his own.
 * That one is found by whoever pinned a trust list: each verifier.
 */
#ifndef PUBLIC_VIEW_H
#define PUBLIC_VIEW_H

#include "ca/base/conf.h"
#include "ca/record/published.h"
#include "verifier/epoch.h"

#include "files.h"

struct view;

/* Nothing known yet. files and conf outlive it. NULL: no memory. */
struct view	*view_new(const struct conf *, const struct files *);
void		 view_free(struct view *);	/* safe on NULL */

/*
 * Look at the tree: a new epoch there takes the old one's place when it
 * verifies and does not go back; else the old one stays and it is logged.
 */
void		 view_refresh(struct view *);
/* Its bytes and tag; empty when there is none yet. */
struct km_bytes	 view_epoch(const struct view *, const char **etag);
/* What it says; NULL when there is none yet. */
const struct km_epoch	*view_now(const struct view *);
/* Is this list of that shard ours and good? Refresh first. */
int		 view_list(const struct view *, uint32_t shard,
		    struct km_bytes list);
/* The same, and what it says. */
int		 view_open(struct published_list *, const struct view *,
		    uint32_t shard, struct km_bytes list);

/* Is this an epoch, of any age, that our keys vouch for? */
int		 view_verify(const struct view *, struct km_epoch *out,
		    struct km_bytes epoch);

struct view_health {
	int		 ok;		/* epoch and all its lists in force */
	uint32_t	 epoch;		/* 0: none */
	int64_t		 this_update, next_update;
	int64_t		 list_exp;	/* the earliest; 0: one is missing */
};
/* Reads what changed of the lists. */
void		 view_health(struct view *, struct view_health *,
		    int64_t now);

#endif
