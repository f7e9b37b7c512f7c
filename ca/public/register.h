/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Register: all marks of the epoch in force, from the runs of the published
 * tree, each held to its root and the roots to the epoch. Runs are mapped and
 * shared from one epoch to the next, as a run is named by its content: what a
 * change costs is one run.
 */
#ifndef PUBLIC_REGISTER_H
#define PUBLIC_REGISTER_H

#include "verifier/attestation.h"
#include "verifier/epoch.h"
#include "verifier/register.h"

#include "files.h"

enum {
	MARK_ATTESTATIONS_MAX = 64,	/* of one mark that are shown */
	MARK_EVENTS_MAX = 256
};

/*
 * What a mark is at a moment. Withdrawn goes before dates, and dates before
 * any other status, as in the verifier's judge: a page says what keurmerk
 * check says.
 */
enum mark_state {
	MARK_VALID, MARK_SUSPENDED, MARK_WITHDRAWN, MARK_EXPIRED,
	MARK_NOT_YET_VALID, MARK_SUPERSEDED
};
const char	*mark_state_name(enum mark_state);	/* as km_verdict_name */

struct mark_event {
	int64_t		 at;
	enum km_event_kind kind;
	int		 reason;	/* 1..7; 0: none given */
	uint32_t	 index;		/* of the attestation it is about */
};

struct mark_attestation {
	struct km_bytes	 bytes;		/* into the register */
	uint32_t	 index;
	enum km_status	 status;
	enum mark_state	 state;		/* at now */
};

struct mark {
	uint32_t	 i;		/* place in the register's marks */
	enum mark_state	 state;
	int64_t		 since;		/* of state: from history or dates */
	int		 reason;	/* of the event that made it so; 0 */
	int64_t		 until;		/* first date after now at which what
					 * is said here may change; or 0 */
	struct km_attestation a;	/* the one that speaks for the mark */
	size_t		 speaks;	/* which of these: */
	size_t		 n_attestations;	/* the newest 64, oldest first */
	struct mark_attestation attestation[MARK_ATTESTATIONS_MAX];
	size_t		 n_events;	/* of all, by time, each once */
	struct mark_event event[MARK_EVENTS_MAX];
};

struct reg;		/* a register; does not change once loaded */

/*
 * The register of this epoch, from register/index/N and register/HASH. old
 * (or NULL) gives the runs that are the same; it stays good. NULL after a
 * log line: something is missing or is not what the epoch says.
 */
struct reg	*reg_load(const struct files *, const struct km_epoch *,
		    struct reg *old);
void		 reg_free(struct reg *);	/* safe on NULL */

uint32_t	 reg_marks(const struct reg *);
/* Place of a mark number (exact form), or -1. */
int64_t		 reg_find(const struct reg *, struct km_bytes number);
/*
 * Everything of the i-th mark (by number) at now; 0, or -1 when i is none or
 * its file has changed under us. Points into the register.
 */
int		 reg_mark(struct mark *, const struct reg *, uint32_t i,
		    int64_t now);
/*
 * What it was at a moment of the past, by its history and dates: an enum
 * mark_state, or -1 when it had not been granted yet. Void was never valid.
 */
int		 reg_state_at(const struct reg *, uint32_t i, int64_t at);
/* Was one of its files written into? Then load it again, with this as old. */
int		 reg_broken(const struct reg *);
/*
 * Places of marks that name this holder (KVK, sub, EUID, LEI) or host, exact
 * and in any attestation, ascending: the first max of them.
 */
size_t		 reg_of_holder(uint32_t *out, size_t max, const struct reg *,
		    struct km_bytes key);
size_t		 reg_of_host(uint32_t *out, size_t max, const struct reg *,
		    struct km_bytes host);

#endif
