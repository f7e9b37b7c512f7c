/* SPDX-License-Identifier: EUPL-1.2 */
/* Site: all that answers are made from; see site.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/record/layout.h"

#include "site.h"

enum { JSON_FILE_MAX = 8 * 1024 * 1024 };

/* What belongs to one epoch; as many sites may have it as there are refs. */
struct whole {
	unsigned int	 refs;
	struct km_epoch	 epoch;
	json_t		*scheme, *bodies;
	struct reg	*reg;
	struct search	*search;
};

/* What others see of it comes first. */
struct own {
	struct site	 site;
	struct whole	*whole;		/* what is in site is of it; or NULL */
	time_t		 tried;		/* when the last one was not whole */
};

/* The look for a scheme. */
struct load {
	struct site	*site;
	const uint8_t	*hash;		/* of the file that is looked for */
	const char	*dir;
	json_t		*found;
};

struct site *
site_new(const struct conf *conf)
{
	struct own	*o;

	if ((o = calloc(1, sizeof(*o))) == NULL) {
		log_warn("public: no memory");
		return NULL;
	}
	o->site.conf = conf;
	if ((o->site.files = files_new(conf->tree)) == NULL ||
	    (o->site.view = view_new(conf, o->site.files)) == NULL) {
		site_free(&o->site);
		return NULL;
	}
	return &o->site;
}

static void
whole_drop(struct whole *w)
{
	if (w == NULL || --w->refs > 0)
		return;
	json_decref(w->scheme);
	json_decref(w->bodies);
	search_free(w->search);
	reg_free(w->reg);
	free(w);
}

void
site_free(struct site *s)
{
	if (s == NULL)
		return;
	whole_drop(((struct own *)(void *)s)->whole);
	view_free(s->view);
	files_free(s->files);
	free(s);
}

/* A file as JSON when it is, byte for byte, the one of this hash. */
static json_t *
json_of(struct site *s, const char *name, const uint8_t hash[KM_HASH_LEN])
{
	struct buf	 b;
	struct km_bytes	 all;
	struct stat	 st;
	json_t		*json = NULL;
	uint8_t		 is[KM_HASH_LEN];
	int		 fd;

	if ((fd = files_open(s->files, name, &st)) == -1)
		return NULL;
	buf_init(&b, JSON_FILE_MAX);
	if (file_read_fd(&b, fd) == 0) {
		all = (struct km_bytes){ b.p, b.len };
		km_sha256(is, &all, 1);
		if (memcmp(is, hash, sizeof(is)) == 0)
			json = json_loadb((const char *)b.p, b.len,
			    JSON_REJECT_DUPLICATES, NULL);
	}
	close(fd);
	buf_free(&b);
	return json;
}

static int
scheme_version(const char *name, void *arg)
{
	struct load	*l = arg;
	char		 path[LAYOUT_PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", l->dir, name) <
	    sizeof(path))
		l->found = json_of(l->site, path, l->hash);
	return l->found != NULL;
}

static int
scheme_id(const char *name, void *arg)
{
	struct load	*l = arg;
	char		 path[LAYOUT_PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "scheme/%s", name) >=
	    sizeof(path))
		return 0;
	l->dir = path;
	files_names(l->site->files, path, scheme_version, l);
	return l->found != NULL;
}

/* The epoch has the hash of its scheme, not the name. */
static json_t *
scheme_of(struct site *s, const struct km_epoch *e)
{
	struct load	l = { .site = s, .hash = e->scheme };

	if (s->scheme != NULL && memcmp(s->epoch->scheme, e->scheme,
	    KM_HASH_LEN) == 0)
		return json_incref(s->scheme);
	files_names(s->files, "scheme", scheme_id, &l);
	return l.found;
}

static json_t *
bodies_of(struct site *s, const struct km_epoch *e)
{
	if (s->bodies != NULL && memcmp(s->epoch->bodies, e->bodies,
	    KM_HASH_LEN) == 0)
		return json_incref(s->bodies);
	return json_of(s, LAYOUT_BODIES, e->bodies);
}

/*
 * All of this epoch; of the register's and the index's parts those of the
 * one before that are the same. NULL: no memory.
 */
static struct whole *
whole_load(struct site *s, const struct km_epoch *e)
{
	struct whole	*w;

	if ((w = calloc(1, sizeof(*w))) == NULL) {
		log_warn("public");
		return NULL;
	}
	w->refs = 1;
	w->epoch = *e;
	w->scheme = scheme_of(s, e);
	w->bodies = bodies_of(s, e);
	if ((w->reg = reg_load(s->files, e, s->reg)) != NULL)
		w->search = search_new(w->reg, s->search);
	return w;
}

/* Is nothing missing? */
static int
is_whole(const struct whole *w)
{
	return w->scheme != NULL && w->bodies != NULL && w->reg != NULL &&
	    w->search != NULL;
}

/* Be made from this, whose reference becomes ours. */
static void
site_take(struct own *o, struct whole *w)
{
	struct whole	*old = o->whole;

	o->whole = w;
	o->site.epoch = &w->epoch;
	o->site.scheme = w->scheme;
	o->site.bodies = w->bodies;
	o->site.reg = w->reg;
	o->site.search = w->search;
	whole_drop(old);
}

void
site_follow(struct site *s, const struct site *other)
{
	struct own	*o = (struct own *)(void *)s;
	struct whole	*w = ((const struct own *)(const void *)other)->whole;

	if (w == NULL || w == o->whole)
		return;
	w->refs++;
	site_take(o, w);
}

/*
 * Take the epoch's place when it is whole, or when there is nothing yet, or
 * when more of it has come in. Other than 0: whole.
 */
static int
site_load(struct own *o, const struct km_epoch *e)
{
	struct site	*s = &o->site;
	struct whole	*w = whole_load(s, e);

	if (w == NULL)
		return 0;
	if (!is_whole(w) && s->epoch != NULL && s->epoch->number != e->number) {
		whole_drop(w);
		return 0;
	}
	site_take(o, w);
	return is_whole(w);
}

int
site_refresh(struct site *s)
{
	struct own		*o = (struct own *)(void *)s;
	const struct km_epoch	*e;
	time_t			 now = time(NULL);
	int			 same;

	view_refresh(s->view);
	if ((e = view_now(s->view)) == NULL)
		return 0;
	same = s->epoch != NULL && s->epoch->number == e->number;
	if (same && o->tried == 0 && s->reg != NULL && reg_broken(s->reg))
		o->tried = -1;
	/* What it needs may still be on its way, but not a thousand times. */
	if ((same && o->tried == 0) || o->tried == now)
		return 0;
	o->tried = site_load(o, e) ? 0 : now;
	return s->epoch != NULL && s->epoch->number == e->number;
}
