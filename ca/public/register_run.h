/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A run of the register, verified, and what is kept beside it to answer
 * without reading all of it: a table of its leaves, the keys by which they
 * are found, and each word once. It does not change and is shared by all
 * registers that have it.
 *
 * This is between register*.c and search*.c; others use register.h.
 */
#ifndef PUBLIC_REGISTER_RUN_H
#define PUBLIC_REGISTER_RUN_H

#include <stdatomic.h>

#include "ca/base/buf.h"
#include "verifier/register.h"

#include "grams.h"
#include "mapped.h"
#include "register.h"

/* What search_list() asks of a line; the word of its service, or NO_WORD. */
struct run_line {
	uint16_t	 service;
	uint8_t		 claim, level;
};

struct run_leaf {
	uint64_t	 number;	/* of the mark: year << 20 | sequence */
	int64_t		 nbf, exp;
	uint32_t	 at;		/* in the run's file */
	uint32_t	 line;		/* the first of n_lines */
	uint16_t	 len;
	uint16_t	 place;		/* a word */
	uint8_t		 status;
	uint8_t		 n_lines;
	uint8_t		 hash[16];	/* the first bytes of its leaf hash */
};

/* Of the history of a leaf, in order of time, leaf and history. */
struct run_event {
	int64_t		 at;
	uint16_t	 leaf;
	uint16_t	 nth;
};

enum run_by { RUN_BY_HOLDER = 1, RUN_BY_HOST, RUN_BY_NAME };

/* Keys in the form of alike.h, by hash. */
struct run_key {
	uint32_t	 hash;
	uint16_t	 leaf;
	uint16_t	 by;
};

/* Texts, each once. */
struct run_words {
	struct buf	 text;		/* each with its NUL */
	struct buf	 at;		/* uint32_t of each */
};
enum { NO_WORD = 65535 };

struct run {
	unsigned int	 refs;
	atomic_int	 broken;	/* its file was seen to have changed */
	struct mapped	 file;
	uint8_t		 root[KM_HASH_LEN];
	uint64_t	 secret[2];	/* of the hashes of its keys */
	uint32_t	 first;		/* index of its first leaf */
	uint32_t	 n;
	struct run_leaf	*leaf;
	struct buf	 lines;		/* struct run_line */
	struct buf	 keys;		/* struct run_key */
	struct buf	 events;	/* struct run_event */
	struct grams	*grams;		/* of names, places and hosts */
	struct buf	 names;		/* those, in the form of alike.h */
	uint32_t	*names_at;	/* of a leaf; n + 1 */
	struct run_words services;	/* codes */
	struct run_words places;	/* as alike_place() has them */
};

/* NULL after a log line. The caller has one reference. */
struct run	*run_open(const struct files *, const uint8_t root[KM_HASH_LEN],
		    uint32_t first, uint32_t n);
struct run	*run_share(struct run *);
void		 run_drop(struct run *);	/* safe on NULL */

/*
 * Names of the i-th leaf in the form of alike.h, first its place, from *at (0
 * at first) on; 0: no more.
 */
enum run_name { RUN_PLACE = 1, RUN_NAME, RUN_HOST };
enum run_name	 run_name_next(const struct run *, uint32_t i, uint32_t *at,
		    struct km_bytes *text);

/* Its word, or NO_WORD. */
uint16_t	 run_word(const struct run_words *, const char *text);

/* The next leaf with this key, from *at (0 at first) on; -1: no more. */
int		 run_next(const struct run *, uint32_t *at, enum run_by,
		    struct km_bytes key);

/*
 * The i-th leaf, decoded, with its attestation; 0, or -1 when the file has
 * changed under us, after a log line the first time. Either may be NULL.
 */
int		 run_read(struct run *, uint32_t i, struct km_register_leaf *,
		    struct km_attestation *);

/* Keys of an attestation: the form in which they are found. */
size_t		 run_holder_key(char *out, struct km_bytes);	/* ALIKE_ID_MAX */
struct km_bytes	 run_host_key(struct km_bytes);
/* A host in words, without its last label. */
void		 run_host_words(struct alike *, struct km_bytes);

/* Of a register: its parts, by place and by index. */
size_t		 reg_runs(const struct reg *);
struct run	*reg_run(const struct reg *, size_t i);
uint32_t	 reg_leaves(const struct reg *);
struct run	*reg_leaf(const struct reg *, uint32_t index,
		    const struct run_leaf **);
/* Of a mark: the indices of its attestations, oldest first. */
const uint32_t	*reg_indices(const struct reg *, uint32_t mark, size_t *n);
/* The mark of an attestation. */
uint32_t	 reg_mark_of(const struct reg *, uint32_t index);
/* Which of indices n speaks at now. */
size_t		 reg_speaks(const struct reg *, const uint32_t *index,
		    size_t n, int64_t now);
enum mark_state	 run_leaf_state(const struct run_leaf *, int64_t now);

#endif
