/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Shelf for tests: the register of a published tree in a directory of its
 * own, run by run, as ca/public reads it, and the epoch that names it. What
 * goes wrong in here ends the test program.
 */
#ifndef TESTS_SHELF_H
#define TESTS_SHELF_H

#include "ca/public/files.h"
#include "tests/lib/sample.h"
#include "verifier/epoch.h"
#include "verifier/register.h"

struct shelf_leaf {
	struct sample_buf attestation;
	uint32_t	 index;		/* that it says it has */
	int		 status;
	size_t		 n;
	struct km_event	 event[8];
};

struct shelf {
	char		 dir[64];
	struct files	*files;
	struct sample_key key;
	struct sample_attestation a;	/* for the next shelf_add() */
	uint32_t	 n, cap;
	struct shelf_leaf *leaf;
	struct km_epoch	 epoch;		/* number, reg; the rest zeros */
};

void	 shelf_begin(struct shelf *);
void	 shelf_end(struct shelf *);
/* Only the directory goes; what is open or mapped of it stays. */
void	 shelf_unlink(const struct shelf *);

/* Add a leaf of s->a, granted a day before SAMPLE_NOW. Its index. */
uint32_t shelf_add(struct shelf *, int status);
/* The same for another mark: number, KVK, name and host. */
uint32_t shelf_mark(struct shelf *, unsigned int number, const char *name,
	    const char *host);
void	 shelf_event(struct shelf *, uint32_t index, int64_t at,
	    enum km_event_kind, int reason);

/* Write what there is as the next epoch; runs that are there stay. */
void	 shelf_print(struct shelf *);
/* Path of the run in which that leaf is. */
void	 shelf_run(char out[160], const struct shelf *, uint32_t index);
void	 shelf_number(char out[17], unsigned int number);

#endif
