/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known: the trust list in force, the newest epoch, opened status
 * lists. All of it was verified under the trust list that was in force when
 * it was added, and holds no pointer to what the caller gave, save to the
 * register, which is large.
 */
#ifndef KM_KNOWN_H
#define KM_KNOWN_H

#include "attestation.h"
#include "epoch.h"
#include "lookup.h"
#include "status.h"
#include "trust.h"

enum { KM_BUCKETS = 256, KM_SHARD_BYTES = 16384 };

/* An opened status list, in the arena. */
struct km_list {
	struct km_list	*next;		/* in the same bucket */
	struct km_bytes	 uri;
	int64_t		 iat;
	int64_t		 exp;		/* 0: none */
	unsigned int	 bits;
	uint8_t		 kid[KM_KID_LEN];	/* of the key that signed it */
	uint8_t		 hash[KM_HASH_LEN];	/* of its bytes */
	size_t		 len, cap;	/* of entries, bytes */
	uint8_t		*entries;
};

struct km_known {
	uint8_t		 pin[KM_HASH_LEN];
	int		 has_trust;
	struct km_trust	 trust;		/* authority is the copy below */
	uint8_t		 authority[KM_URI_MAX];
	uint8_t		 trust_hash[KM_HASH_LEN];
	uint8_t		 first[KM_HASH_LEN];	/* of trust list 1 */
	int		 has_epoch;
	struct km_epoch	 epoch;
	uint8_t		 epoch_hash[KM_HASH_LEN];
	uint8_t		 epoch_kid[KM_KID_LEN];
	/* Two that cannot stand in one chain: who signed them, for when. */
	int		 forked;
	uint8_t		 fork_kid[2][KM_KID_LEN];
	int64_t		 fork_at[2];
	const struct km_lookup *lookup;	/* NULL: no register given */
	struct km_list	*bucket[KM_BUCKETS];
	uint8_t		*arena;
	size_t		 used, room;	/* of the arena, bytes */
	void		*host;		/* the host's own; not the core's */
};

/* Which keys an object may be under. */
struct km_signed {
	int		 alg;
	struct km_bytes	 kid;		/* empty: not said */
	struct km_bytes	 iss;		/* empty: not said */
	int64_t		 at;		/* its iat or this-update */
	const uint8_t	*sig;
	int		 ours;		/* 1: an object that only we make */
};

/* Does what this key signed at that time count, for that purpose? */
enum km_err	 km_key_counts(const struct km_trust_key *, enum km_purpose,
		    int64_t at);
/*
 * The publish keys that may have signed s, a bit each; 0 and why in *err.
 * Where kid names none of the list's, every key of the algorithm: the kid of
 * a list of another make is only a hint. On what is ours it names the key.
 * High s is a bad signature under -9, which is ours; -7, which is not, may
 * have it.
 */
uint32_t	 km_publish_keys(const struct km_trust *,
		    const struct km_signed *s, enum km_err *err);
/* Does it still, under the trust list in force? */
enum km_err	 km_list_counts(const struct km_known *,
		    const struct km_list *);
enum km_err	 km_epoch_counts(const struct km_known *);
/*
 * KM_ERR_FORK when two epochs were added that contradict each other and are
 * both under keys that still count; else KM_OK.
 */
enum km_err	 km_fork_seen(const struct km_known *);

/* The list of that address, or NULL. */
const struct km_list *km_known_list(const struct km_known *,
		    struct km_bytes uri);

/*
 * Keep what was verified. Of two epochs that contradict each other the one
 * that lasts longer, so that their order does not matter. The list is inflated here: KM_ERR_INFLATE, or
 * KM_ERR_FULL, leaves known as it was. scratch holds KM_SHARD_BYTES.
 */
void		 km_known_set_trust(struct km_known *,
		    const struct km_trust *, const uint8_t hash[KM_HASH_LEN]);
enum km_err	 km_known_set_epoch(struct km_known *,
		    const struct km_epoch *, const uint8_t hash[KM_HASH_LEN],
		    const uint8_t kid[KM_KID_LEN]);
enum km_err	 km_known_set_list(struct km_known *,
		    const struct km_status_list *,
		    const uint8_t hash[KM_HASH_LEN],
		    const uint8_t kid[KM_KID_LEN], uint8_t *scratch);

/* Two epochs that cannot stand in one chain: KM_ERR_FORK, else KM_OK. */
enum km_err	 km_epoch_chain(uint32_t number,
		    const uint8_t hash[KM_HASH_LEN],
		    const struct km_epoch *other,
		    const uint8_t other_hash[KM_HASH_LEN]);

#endif
