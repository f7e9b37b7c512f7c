/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sync: a published tree into a cache, checked before any of it is used.
 *
 * The cache is a directory that other verbs take for the tree:
 *
 *	memory		the pin, and the newest trust list and epoch seen
 *	lock		held by the sync that is at work
 *	current		-> set-N, the set in force; to change it is the switch
 *	set-N/		trust/, epoch, status/, bodies.json of one epoch
 *	trust, epoch, status, bodies.json
 *			-> current/...
 *	register/, scheme/
 *			what is named by hash or number, shared by all sets
 *
 * A set is filled while another is in force and none of its files is looked
 * at; the switch is one rename. The set before it stays, with its runs, for
 * readers that are at work.
 */
#ifndef CLI_SYNC_H
#define CLI_SYNC_H

#include "verifier/cli/cli.h"
#include "verifier/epoch.h"
#include "verifier/known.h"
#include "verifier/tree.h"

enum {
	SYNC_NAME_MAX = 128,		/* a file's name in the tree */
	SYNC_TEXT_MAX = 1024,
	SYNC_TRUST_MAX = 1024,		/* trust lists, as TUF's 1024 roots */
	SYNC_LISTS_MAX = 65536,		/* shards of 2^32 attestations */
	SYNC_JSON_MAX = 4194304,	/* bodies.json; a scheme */
	/* A leaf: attestation, 64 events of at most 24 bytes, and heads. */
	SYNC_RUN_MAX = KM_RUN_LEAVES * (KM_ATTESTATION_MAX + 64 * 24 + 32),
	SYNC_SCHEMES_MAX = 8,		/* ids that attestations name */
	SYNC_WINDOW = 32		/* files asked for and not answered */
};

/* What steps return: an exit status, or that the epoch is to be looked at. */
enum { SYNC_OK = 0, SYNC_ERROR = CLI_ERROR, SYNC_DOUBT = KM_UNDETERMINED,
	SYNC_AGAIN = -1 };

/* Where files come from: keurmerk-sync, or a directory (sync_source.c). */
struct sync_answer {
	enum { SYNC_FILE, SYNC_ABSENT, SYNC_FAILED } what;
	char		 name[SYNC_NAME_MAX];
	struct cli_file	 file;		/* the taker's to free */
	char		 why[SYNC_TEXT_MAX];
};
struct sync_source {
	const char	*from;
	int		 dir;		/* of the tree; -1: over the network */
	int		 in, out;	/* of keurmerk-sync, as it calls them */
	int		 pid;
	int64_t		 end;		/* of its time, monotonic */
	size_t		 n;		/* asked, not answered */
	struct {
		char	 name[SYNC_NAME_MAX];
		size_t	 max;
	}		 asked[SYNC_WINDOW];
};
struct sync;
/* SYNC_OK or a status after a message. cafile NULL: the system's. */
int	sync_source_open(struct sync *, const char *from,
	    const char *cafile, long seconds);
void	sync_source_close(struct sync_source *);
/* At most SYNC_WINDOW at a time; sync_source_next() answers one of them. */
void	sync_source_ask(struct sync_source *, const char *name, size_t max);
int	sync_source_next(struct sync *, struct sync_answer *);
int	sync_is_url(const char *from);

/* The memory: what no source may go behind. */
struct sync_memory {
	uint8_t		 pin[KM_HASH_LEN];
	uint32_t	 trust_version;	/* 0: none yet */
	uint8_t		 trust[KM_HASH_LEN];
	uint32_t	 epoch;		/* 0: none yet */
	uint8_t		 epoch_hash[KM_HASH_LEN];
	uint8_t		 epoch_kid[KM_KID_LEN];
};

struct sync_trust {
	struct cli_file	 file;
	uint8_t		 hash[KM_HASH_LEN];
};

struct sync_scheme {
	char		 id[33];
	uint32_t	 version;	/* the highest that was named */
};

struct sync {
	/* asked for */
	const char	*cache;
	int		 has_pin;
	uint8_t		 pin[KM_HASH_LEN];
	int64_t		 now;
	int		 quiet;		/* no progress */

	struct sync_source source;
	int		 dir;		/* of the cache; -1 */
	int		 lock;
	int		 has_memory;
	struct sync_memory memory;
	uint32_t	 set;		/* number in force; 0: none */
	uint32_t	 keep;		/* at the end, and the one before */
	int		 set_dir, new_dir;	/* in force, being filled; -1 */

	/* verified, of what is being fetched */
	struct sync_trust trust[SYNC_TRUST_MAX];
	size_t		 n_trust;
	void		*mem;
	struct km_known	*known;
	struct km_epoch	 epoch;
	uint8_t		 epoch_hash[KM_HASH_LEN];
	struct cli_file	 epoch_file;
	void		*lists_mem;
	struct km_known	*lists;		/* trust, and its status lists */
	uint8_t		*list_hash;	/* of those, one after the other */
	uint8_t		*root;		/* of runs, one after the other */
	size_t		 n_runs;
	struct sync_scheme scheme[SYNC_SCHEMES_MAX];
	size_t		 n_schemes;

	/* the epoch of the set in force, as it stands there */
	struct km_epoch	 old;
	uint8_t		 old_hash[KM_HASH_LEN];
	int		 has_old;

	/* what came of it */
	enum { SYNC_KEPT, SYNC_SAME, SYNC_NEW, SYNC_REPAIRED } outcome;
	uint64_t	 files, bytes;		/* fetched */
	uint64_t	 repaired;		/* runs that were damaged */
	uint64_t	 done, total;		/* files, for progress */
	uint64_t	 count[4];		/* attestations by status */
	char		 error[SYNC_TEXT_MAX];
};

/* Keep what is said of it; returns status. */
int	sync_say(struct sync *, int status, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
void	sync_progress(struct sync *);

/* The cache (sync_cache.c). */
int	sync_cache_open(struct sync *);
void	sync_cache_close(struct sync *);
int	sync_memory_write(struct sync *);
/* A file below dir: 1, or 0 when it is not there or cannot be read. */
int	sync_cache_read(struct cli_file *, int dir, const char *name,
	    size_t max);
/* Written whole, on the disk, or not at all. */
int	sync_cache_put(struct sync *, int dir, const char *name,
	    struct km_bytes);
/* A directory for the next set, which may hold part of it already. */
int	sync_cache_begin(struct sync *);
int	sync_cache_switch(struct sync *);
/* Do the names of the top lead into the set in force? */
int	sync_cache_linked(const struct sync *);
/*
 * Remove what neither set needs, or with stands what was begun of another.
 * Never fails what was done.
 */
void	sync_cache_clean(struct sync *, int stands);

/* Checks without I/O (sync_check.c). */
int	sync_check_trust(struct sync *);
int	sync_check_epoch(struct sync *, struct cli_file *);
/* The list of shard i, into s->lists; its hash into s->list_hash. */
int	sync_check_list(struct sync *, uint32_t i, const struct cli_file *);
/* The roots of an epoch's runs, one after the other: the caller's to free. */
enum km_err sync_check_index(uint8_t **roots, size_t *n,
	    const struct km_epoch *, const struct cli_file *);
/* Run i; counts its leaves and the schemes that they name. */
int	sync_check_run(struct sync *, size_t i, const struct cli_file *);
int	sync_hash_is(const struct cli_file *, const uint8_t hash[KM_HASH_LEN]);
size_t	sync_index_max(const struct km_epoch *);
/* Add the trust lists from the pin on: 1, or 0 when one was refused. */
int	sync_know(struct sync *, struct km_known *);
void	sync_run_name(char out[SYNC_NAME_MAX],
	    const uint8_t root[KM_HASH_LEN]);

/* All of it, in order (sync_tree.c). */
int	sync_tree(struct sync *);

/* The badge that a site publishes, into the file path (sync_site.c). */
int	sync_site(struct sync *, const char *site, const char *path,
	    const char *cafile, long seconds);

#endif
