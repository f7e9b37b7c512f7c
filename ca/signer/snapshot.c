/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Snapshot: one walk over the state serves both directions, so that what is
 * written and what is read cannot differ. Records are as they lie in memory;
 * the first line and the sizes keep another build from reading them.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"

#include "digest.h"
#include "snapshot.h"

#define SNAPSHOT_MAGIC	"keurmerk signer snapshot 3\n"
#define SNAPSHOT_TEMP	"." SNAPSHOT_NAME ".tmp"	/* of file_commit() */

enum { CODEC_LEN = 65536 };

struct codec {
	int		 fd;
	int		 writing;
	int		 failed;
	size_t		 at, len;	/* within room; len when reading */
	uint64_t	 left;		/* of the file, when reading */
	struct digest	 digest;
	uint8_t		 room[CODEC_LEN];
};

static void
flush(struct codec *c)
{
	size_t	done = 0;
	ssize_t	n;

	while (done < c->at && !c->failed) {
		n = write(c->fd, c->room + done, c->at - done);
		if (n > 0)
			done += (size_t)n;
		else if (n == -1 && errno != EINTR)
			c->failed = 1;
	}
	c->at = 0;
}

static void
fill(struct codec *c)
{
	ssize_t	n;

	do
		n = read(c->fd, c->room, sizeof(c->room));
	while (n == -1 && errno == EINTR);
	c->at = 0;
	c->len = n > 0 ? (size_t)n : 0;
	if (n <= 0)
		c->failed = 1;
}

/* The same bytes to the file, or from it; zeros after a failure. */
static void
raw(struct codec *c, void *p, size_t len)
{
	uint8_t	*q = p;
	size_t	 n;

	if (c->writing)
		digest_add(&c->digest, p, len);
	while (len > 0 && !c->failed) {
		if (c->writing && c->at == sizeof(c->room))
			flush(c);
		if (!c->writing && c->at == c->len)
			fill(c);
		n = (c->writing ? sizeof(c->room) : c->len) - c->at;
		if (n > len)
			n = len;
		if (c->writing)
			memcpy(c->room + c->at, q, n);
		else
			memcpy(q, c->room + c->at, n);
		c->at += n;
		q += n;
		len -= n;
	}
	if (len > 0 && !c->writing)	/* it broke off */
		memset(q, 0, len);
	if (!c->writing) {
		n = (size_t)(q - (uint8_t *)p);
		digest_add(&c->digest, p, n);
		c->left -= n < c->left ? n : c->left;
	}
}

/*
 * How many things of this size follow. What is read counts only at the end,
 * by the digest: until then a number may be anything, and makes no room for
 * more than the file can hold.
 */
static uint64_t
count(struct codec *c, uint64_t n, uint64_t max, size_t size)
{
	raw(c, &n, sizeof(n));
	if (!c->writing && (n > max || n > c->left / size))
		c->failed = 1;
	return c->failed ? 0 : n;
}

/* Something that must be the same on both sides. */
static void
fixed(struct codec *c, const void *want, size_t len)
{
	uint8_t	found[512];

	if (len > sizeof(found)) {
		c->failed = 1;
		return;
	}
	memcpy(found, want, len);
	raw(c, found, len);
	if (memcmp(found, want, len) != 0)
		c->failed = 1;
}

static void
sizes(struct codec *c)
{
	const uint32_t	size[] = {
		0x01020304, sizeof(size_t), sizeof(struct slot),
		sizeof(struct mark), sizeof(struct holder),
		sizeof(struct accredited), sizeof(struct count),
		sizeof(struct done), sizeof(struct past_batch),
		sizeof(struct past_epoch), STATE_HEADS_KEPT,
		STATE_EPOCHS_KEPT
	};

	fixed(c, SNAPSHOT_MAGIC, sizeof(SNAPSHOT_MAGIC) - 1);
	fixed(c, size, sizeof(size));
}

static void
table(struct codec *c, struct table *t)
{
	uint8_t		 one[512];
	uint64_t	 i, n;
	void		*rec;

	n = count(c, t->n, t->max, t->size);
	if (c->writing) {
		raw(c, t->rec, (size_t)n * t->size);
		return;
	}
	if (c->failed || t->size > sizeof(one) ||
	    table_room(t, (size_t)n) == -1) {
		c->failed = 1;
		return;
	}
	for (i = 0; i < n && !c->failed; i++) {
		raw(c, one, t->size);
		if ((rec = table_add(t, one)) != NULL)
			memcpy(rec, one, t->size);
		else
			c->failed = 1;
	}
}

/* A list or scheme: its bytes, and when reading what they mean. */
static void
paper(struct codec *c, struct state *st, const struct buf *bytes, size_t max,
    int (*set)(struct state *, struct km_bytes))
{
	struct km_bytes	given;
	uint64_t	len;
	uint8_t		*p;

	len = count(c, bytes->len, max, 1);
	if (c->writing) {
		raw(c, bytes->p, (size_t)len);
		return;
	}
	if (len == 0)
		return;
	if ((p = malloc((size_t)len)) == NULL) {
		c->failed = 1;
		return;
	}
	raw(c, p, (size_t)len);
	given.p = p;
	given.len = (size_t)len;
	if (!c->failed && set(st, given) == -1)
		c->failed = 1;
	free(p);
}

static void
slots(struct codec *c, struct state *st)
{
	uint64_t	i, n;
	uint8_t		hash[KM_HASH_LEN];

	n = count(c, merkle_size(st->reg), STATE_SLOTS_MAX,
	    sizeof(*st->slot) + sizeof(hash));
	if (!c->writing && n > 0) {
		for (st->slot_cap = 1024; st->slot_cap < n; )
			st->slot_cap *= 2;
		if ((st->slot = calloc(st->slot_cap, sizeof(*st->slot))) ==
		    NULL) {
			c->failed = 1;
			return;
		}
	}
	raw(c, st->slot, (size_t)n * sizeof(*st->slot));
	for (i = 0; i < n && !c->failed; i++) {
		if (c->writing)
			memcpy(hash, merkle_leaf(st->reg, i), sizeof(hash));
		raw(c, hash, sizeof(hash));
		if (!c->writing && merkle_append(st->reg, hash) == -1)
			c->failed = 1;
	}
}

/* Without what is deflated: it is made again when it is asked for. */
static void
shards(struct codec *c, struct state *st)
{
	uint64_t	i, n;
	struct shard	*shard;

	n = count(c, st->n_shards, STATE_SLOTS_MAX >> STATE_SHARD_BITS,
	    sizeof(shard->hash) + sizeof(shard->iat) +
	    sizeof(shard->dirty));
	if (!c->writing && n > 0) {
		if ((st->shard = calloc((size_t)n, sizeof(*shard))) == NULL) {
			c->failed = 1;
			return;
		}
		st->n_shards = (size_t)n;
	}
	for (i = 0; i < n && !c->failed; i++) {
		shard = &st->shard[i];
		raw(c, shard->hash, sizeof(shard->hash));
		raw(c, &shard->iat, sizeof(shard->iat));
		raw(c, &shard->dirty, sizeof(shard->dirty));
	}
}

static void
scalars(struct codec *c, struct state *st)
{
	fixed(c, st->authority, sizeof(st->authority));
	fixed(c, &st->environment, sizeof(st->environment));
	raw(c, &st->batch, sizeof(st->batch));
	raw(c, &st->newest, sizeof(st->newest));
	raw(c, st->past, sizeof(st->past));
	raw(c, &st->log, sizeof(st->log));
	raw(c, st->head, sizeof(st->head));
	raw(c, &st->halted, sizeof(st->halted));
	raw(c, &st->year, sizeof(st->year));
	raw(c, &st->seq, sizeof(st->seq));
	raw(c, &st->done_full, sizeof(st->done_full));
	raw(c, &st->epoch, sizeof(st->epoch));
	raw(c, &st->this_update, sizeof(st->this_update));
	raw(c, &st->next_update, sizeof(st->next_update));
	raw(c, &st->status, sizeof(st->status));
	raw(c, st->past_epoch, sizeof(st->past_epoch));
	raw(c, st->first, sizeof(st->first));
}

static void
state(struct codec *c, struct state *st)
{
	uint8_t	first[KM_HASH_LEN];

	scalars(c, st);
	memcpy(first, st->first, sizeof(first));
	paper(c, st, &st->trust_bytes, KM_TRUST_MAX, state_trust_set);
	paper(c, st, &st->officers_bytes, OFFICERS_MAX, state_officers_set);
	paper(c, st, &st->scheme_json, SCHEME_JSON_MAX, state_scheme_set);
	memcpy(st->first, first, sizeof(first));
	table(c, &st->marks);
	table(c, &st->providers);
	table(c, &st->bodies);
	table(c, &st->counts);
	table(c, &st->done);
	table(c, &st->disabled);
	table(c, &st->persons);
	table(c, &st->assessed);
	slots(c, st);
	shards(c, st);
}

/* What is right is right to the last byte: the digest, and then nothing. */
static void
finish(struct codec *c)
{
	uint8_t	hash[KM_HASH_LEN], found[KM_HASH_LEN];

	digest_end(hash, &c->digest);
	memcpy(found, hash, sizeof(found));
	digest_begin(&c->digest);
	raw(c, found, sizeof(found));
	if (memcmp(found, hash, sizeof(found)) != 0)
		c->failed = 1;
	if (c->writing)
		flush(c);
	else if (!c->failed) {
		if (c->at == c->len)
			fill(c);	/* fails at the end of the file */
		c->failed = !c->failed;
	}
}

static struct codec *
codec_new(int fd, int writing)
{
	struct codec	*c;
	struct stat	 st;

	if (fstat(fd, &st) == -1 || (c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->left = (uint64_t)st.st_size;
	c->fd = fd;
	c->writing = writing;
	digest_begin(&c->digest);
	return c;
}

int
snapshot_write(struct state *st, const struct journal *j, int dirfd)
{
	struct codec	*c = NULL;
	struct journal	 place = *j;
	int		 fd, saved, rc = -1;

	if (unlinkat(dirfd, SNAPSHOT_TEMP, 0) == -1 && errno != ENOENT)
		return -1;
	fd = openat(dirfd, SNAPSHOT_TEMP, O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return -1;
	if ((c = codec_new(fd, 1)) == NULL)
		goto out;
	sizes(c);
	raw(c, &place.last, sizeof(place.last));
	raw(c, &place.end, sizeof(place.end));
	raw(c, place.hash, sizeof(place.hash));
	state(c, st);
	finish(c);
	if (!c->failed && fdatasync(fd) == 0 &&
	    file_commit(dirfd, SNAPSHOT_NAME) == 0 &&
	    file_sync_dir(dirfd) == 0)
		rc = 0;
out:
	saved = errno;
	free(c);
	close(fd);
	if (rc == -1)
		file_unstage(dirfd, SNAPSHOT_NAME);
	errno = saved;
	return rc;
}

/* Read into next, which is fresh; 1 when it is whole and of this journal. */
static int
load(struct codec *c, struct state *next, struct journal *j)
{
	struct journal	place = *j;

	sizes(c);
	raw(c, &place.last, sizeof(place.last));
	raw(c, &place.end, sizeof(place.end));
	raw(c, place.hash, sizeof(place.hash));
	if (!c->failed)
		state(c, next);
	finish(c);
	return !c->failed &&
	    journal_seek(j, place.last, place.end, place.hash) == 0;
}

int
snapshot_load(struct state *st, struct journal *j, int dirfd)
{
	struct km_bytes	 authority;
	struct state	*next;
	struct codec	*c = NULL;
	int		 fd, good = 0;

	fd = openat(dirfd, SNAPSHOT_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK);
	if (fd == -1)
		return 0;
	authority = km_bytes_of(st->authority);
	if ((next = calloc(1, sizeof(*next))) == NULL ||
	    state_init(next, authority, st->environment) == -1 ||
	    (c = codec_new(fd, 0)) == NULL)
		goto out;
	if (file_mode_private(fd) == 0)
		good = load(c, next, j);
	if (!good)
		log_warnx("snapshot: not one of this journal, or damaged: the "
		    "journal is read from its beginning");
	else {
		state_free(st);
		*st = *next;
		memset(next, 0, sizeof(*next));	/* given to st */
	}
out:
	free(c);
	if (next != NULL)
		state_free(next);
	free(next);
	close(fd);
	return good;
}
