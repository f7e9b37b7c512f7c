/* SPDX-License-Identifier: EUPL-1.2 */
/* View: the newest epoch of the tree that verifies; see view.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/record/layout.h"
#include "ca/record/published.h"

#include "view.h"

enum { LISTS_MAX = 65536 };	/* shards of 2^32 attestations */

/* A list as health saw it last. */
struct seen {
	struct stamp	stamp;
	int64_t		exp;		/* 0: does not verify */
};

struct view {
	const struct conf	*conf;
	const struct files	*files;
	void			*mem;
	struct km_known		*known;		/* NULL: no trust list yet */
	struct buf		 bytes;		/* the epoch in force */
	struct stamp		 stamp;		/* of the file it came from */
	struct km_epoch		 epoch;
	uint8_t			 hash[KM_HASH_LEN];
	char			 etag[2 * KM_HASH_LEN + 3];
	struct stamp		 refused;	/* the file that was not good */
	time_t			 refused_at;	/* 0: never */
	struct seen		*seen;		/* n_seen lists */
	size_t			 n_seen;
};

struct view *
view_new(const struct conf *conf, const struct files *files)
{
	struct view	*v;

	if ((v = calloc(1, sizeof(*v))) == NULL ||
	    (v->mem = malloc(KM_KNOWN_MIN)) == NULL) {
		log_warn("public: no memory");
		free(v);
		return NULL;
	}
	v->conf = conf;
	v->files = files;
	buf_init(&v->bytes, KM_EPOCH_MAX);
	return v;
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	km_known_end(v->known);
	free(v->mem);
	free(v->seen);
	buf_free(&v->bytes);
	free(v);
}

/* Read a file whole into out; its stamp. Returns 0 or -1 with errno. */
static int
read_whole(const struct view *v, struct buf *out, struct stamp *stamp,
    const char *name)
{
	struct stat	st;
	int		fd, rc;

	if ((fd = files_open(v->files, name, &st)) == -1)
		return -1;
	stamp_of(stamp, &st);
	rc = file_read_fd(out, fd);
	close(fd);
	return rc;
}

/* The next trust list of the tree, into known. */
static enum km_err
trust_next(struct view *v, struct buf *list)
{
	struct stamp	stamp;
	char		name[LAYOUT_PATH_MAX];

	buf_reset(list);
	layout_trust(name, v->known == NULL ? 1 :
	    v->known->trust.version + 1);
	if (read_whole(v, list, &stamp, name) == -1)
		return KM_ERR_MISSING;
	if (v->known != NULL)
		return km_known_add(v->known, list->p, list->len);
	v->known = km_known_begin(v->mem, KM_KNOWN_MIN, list->p, list->len);
	return v->known == NULL ? KM_ERR_PIN : KM_OK;
}

/* Trust lists up to this version, and of the authority we are to serve. */
static enum km_err
trust_upto(struct view *v, uint32_t version)
{
	struct buf	list;
	enum km_err	err = KM_OK;

	buf_init(&list, KM_TRUST_MAX);
	while (err == KM_OK && (v->known == NULL ||
	    v->known->trust.version < version))
		err = trust_next(v, &list);
	buf_free(&list);
	if (err != KM_OK)
		return err;
	if (!km_bytes_equal(v->known->trust.authority,
	    km_bytes_of(v->conf->issuer)))
		return KM_ERR_AUTHORITY;
	if ((int)v->known->trust.environment != (int)v->conf->environment)
		return KM_ERR_ENVIRONMENT;
	return KM_OK;
}

static enum km_err
epoch_check(struct view *v, struct km_epoch *e, uint8_t hash[KM_HASH_LEN],
    struct km_bytes bytes)
{
	struct km_sign1	s;
	enum km_err	err;

	if ((err = km_epoch_decode(e, &s, bytes.p, bytes.len)) != KM_OK ||
	    (err = trust_upto(v, e->trust_version)) != KM_OK ||
	    (err = published_epoch(e, hash, v->known, bytes)) != KM_OK)
		return err;
	/* Later ones are there when the epoch was copied after them. */
	if (e->trust_version == v->known->trust.version &&
	    memcmp(e->trust, v->known->trust_hash, KM_HASH_LEN) != 0)
		return KM_ERR_FORK;
	if (v->bytes.len == 0)
		return KM_OK;
	if (e->number < v->epoch.number)
		return KM_ERR_ROLLBACK;
	return km_epoch_chain(v->epoch.number, v->hash, e, hash);
}

static void
epoch_take(struct view *v, const struct km_epoch *e,
    const uint8_t hash[KM_HASH_LEN], struct buf *bytes)
{
	buf_free(&v->bytes);
	v->bytes = *bytes;
	buf_init(bytes, KM_EPOCH_MAX);	/* v has it now */
	v->epoch = *e;
	memcpy(v->hash, hash, KM_HASH_LEN);
	v->etag[0] = '"';
	layout_hex(v->etag + 1, hash);
	strcpy(v->etag + 1 + 2 * KM_HASH_LEN, "\"");
	v->refused_at = 0;
}

void
view_refresh(struct view *v)
{
	struct buf	bytes;
	struct km_epoch	e;
	struct stat	st;
	struct stamp	stamp;
	enum km_err	err;
	uint8_t		hash[KM_HASH_LEN];
	time_t		now = time(NULL);
	int		again, fd;

	if ((fd = files_open(v->files, LAYOUT_EPOCH, &st)) == -1)
		return;
	stamp_of(&stamp, &st);
	again = v->refused_at != 0 && stamp_equal(&stamp, &v->refused);
	/* What it needs may still be on its way, but not a thousand times. */
	if ((v->bytes.len > 0 && stamp_equal(&stamp, &v->stamp)) ||
	    (again && now == v->refused_at)) {
		close(fd);
		return;
	}
	buf_init(&bytes, KM_EPOCH_MAX);
	err = file_read_fd(&bytes, fd) == -1 ? KM_ERR_LIMIT :
	    epoch_check(v, &e, hash,
	    (struct km_bytes){ bytes.p, bytes.len });
	close(fd);
	if (err == KM_OK) {
		epoch_take(v, &e, hash, &bytes);
		v->stamp = stamp;
	} else {
		if (!again)
			log_warnx("%s/" LAYOUT_EPOCH ": does not count: %s;"
			    " epoch %" PRIu32 " stays", v->conf->tree,
			    km_err_name(err), v->bytes.len > 0 ?
			    v->epoch.number : 0);
		v->refused = stamp;
		v->refused_at = now;
	}
	buf_free(&bytes);
}

struct km_bytes
view_epoch(const struct view *v, const char **etag)
{
	*etag = v->etag;
	return (struct km_bytes){ v->bytes.p, v->bytes.len };
}

const struct km_epoch *
view_now(const struct view *v)
{
	return v->bytes.len == 0 ? NULL : &v->epoch;
}

int
view_open(struct published_list *l, const struct view *v, uint32_t shard,
    struct km_bytes list)
{
	return v->known != NULL &&
	    published_list(l, v->known, shard, list) == KM_OK;
}

int
view_list(const struct view *v, uint32_t shard, struct km_bytes list)
{
	struct published_list	*l;
	int			 good;

	if ((l = malloc(sizeof(*l))) == NULL)
		return 0;
	good = view_open(l, v, shard, list);
	free(l);
	return good;
}

int
view_verify(const struct view *v, struct km_epoch *out, struct km_bytes epoch)
{
	uint8_t	hash[KM_HASH_LEN];

	return v->known != NULL &&
	    published_epoch(out, hash, v->known, epoch) == KM_OK;
}

static void
seen_look(struct view *v, size_t i, struct published_list *l,
    struct buf *bytes)
{
	struct seen	*seen = &v->seen[i];
	struct stat	 st;
	struct stamp	 stamp;
	char		 name[LAYOUT_PATH_MAX];
	int		 fd;

	layout_status(name, (uint32_t)i);
	if ((fd = files_open(v->files, name, &st)) == -1) {
		seen->exp = 0;
		return;
	}
	stamp_of(&stamp, &st);
	if (seen->exp == 0 || !stamp_equal(&stamp, &seen->stamp)) {
		buf_reset(bytes);
		seen->exp = file_read_fd(bytes, fd) == 0 &&
		    published_list(l, v->known, (uint32_t)i,
		    (struct km_bytes){ bytes->p, bytes->len }) == KM_OK ?
		    l->exp : 0;
		seen->stamp = stamp;
	}
	close(fd);
}

/* The earliest exp of all lists of the epoch; 0 when one is not good. */
static int64_t
lists_exp(struct view *v)
{
	struct published_list	*l = NULL;
	struct buf		 bytes;
	struct seen		*seen;
	int64_t			 exp = v->epoch.next_update;
	size_t			 i, n = (size_t)v->epoch.status.size;

	if (n > LISTS_MAX)
		return 0;
	if (n > v->n_seen) {
		if ((seen = realloc(v->seen, n * sizeof(*seen))) == NULL)
			return 0;
		memset(seen + v->n_seen, 0, (n - v->n_seen) * sizeof(*seen));
		v->seen = seen;
		v->n_seen = n;
	}
	if ((l = malloc(sizeof(*l))) == NULL)
		return 0;
	buf_init(&bytes, KM_LIST_MAX);
	for (i = 0; i < n && exp != 0; i++) {
		seen_look(v, i, l, &bytes);
		if (v->seen[i].exp < exp)
			exp = v->seen[i].exp;
	}
	buf_free(&bytes);
	free(l);
	return exp;
}

void
view_health(struct view *v, struct view_health *out, int64_t now)
{
	memset(out, 0, sizeof(*out));
	view_refresh(v);
	if (v->bytes.len == 0)
		return;
	out->epoch = v->epoch.number;
	out->this_update = v->epoch.this_update;
	out->next_update = v->epoch.next_update;
	out->list_exp = lists_exp(v);
	out->ok = now < out->next_update && now < out->list_exp;
}
