/* SPDX-License-Identifier: EUPL-1.2 */
/* A published register for tests. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/shelf.h"
#include "verifier/attestation.h"
#include "verifier/tree.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

void
shelf_begin(struct shelf *s)
{
	char	path[160];

	memset(s, 0, sizeof(*s));
	snprintf(s->dir, sizeof(s->dir), "/tmp/shelf.XXXXXX");
	must(mkdtemp(s->dir) != NULL);
	snprintf(path, sizeof(path), "%s/register", s->dir);
	must(mkdir(path, 0777) == 0);
	snprintf(path, sizeof(path), "%s/register/index", s->dir);
	must(mkdir(path, 0777) == 0);
	must((s->files = files_new(s->dir)) != NULL);
	sample_key(&s->key, -9, "shelf");
	sample_attestation(&s->a, &s->key);
}

void
shelf_unlink(const struct shelf *s)
{
	char	command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
	must(system(command) == 0);
}

void
shelf_end(struct shelf *s)
{
	uint32_t	i;

	files_free(s->files);
	for (i = 0; i < s->n; i++)
		sample_free(&s->leaf[i].attestation);
	free(s->leaf);
	sample_key_free(&s->key);
	shelf_unlink(s);
}

void
shelf_number(char out[17], unsigned int number)
{
	char	plain[32];

	snprintf(plain, sizeof(plain), "KM2026%06u", number % 1000000);
	snprintf(out, 17, "KM-2026-%.6s-%c", plain + 6,
	    km_number_check(plain, 12));
}

void
shelf_event(struct shelf *s, uint32_t index, int64_t at,
    enum km_event_kind kind, int reason)
{
	struct shelf_leaf	*l = &s->leaf[index];

	must(l->n < sizeof(l->event) / sizeof(l->event[0]));
	l->event[l->n++] = (struct km_event){ at, kind, reason };
}

uint32_t
shelf_add(struct shelf *s, int status)
{
	struct shelf_leaf	*l;

	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 64 : 2 * s->cap;
		s->leaf = realloc(s->leaf, s->cap * sizeof(*s->leaf));
		must(s->leaf != NULL);
	}
	l = &s->leaf[s->n];
	memset(l, 0, sizeof(*l));
	s->a.index = l->index = s->n;
	sample_attestation_write(&l->attestation, &s->a);
	l->status = status;
	shelf_event(s, s->n, SAMPLE_NOW - SAMPLE_DAY, KM_EVENT_GRANT, 0);
	return s->n++;
}

uint32_t
shelf_mark(struct shelf *s, unsigned int number, const char *name,
    const char *host)
{
	static char	kvk[16], sub[32], text[17];

	shelf_number(text, number);
	snprintf(kvk, sizeof(kvk), "%08u", number);
	snprintf(sub, sizeof(sub), "NTRNL-%s", kvk);
	s->a.number = text;
	s->a.kvk = kvk;
	s->a.sub = sub;
	s->a.legal_name = name;
	s->a.n_hosts = host != NULL;
	s->a.host[0] = host;
	return shelf_add(s, KM_STATUS_VALID);
}

static void
leaf_write(struct sample_buf *b, const struct shelf *s, uint32_t i)
{
	const struct shelf_leaf	*l = &s->leaf[i];
	size_t			 k;

	sample_array(b, 4);
	sample_uint(b, l->index);
	sample_bytes(b, l->attestation.p, l->attestation.len);
	sample_int(b, l->status);
	sample_array(b, l->n);
	for (k = 0; k < l->n; k++) {
		sample_array(b, 3);
		sample_int(b, l->event[k].at);
		sample_text(b, km_event_name(l->event[k].kind));
		if (l->event[k].reason > 0)
			sample_int(b, l->event[k].reason);
		else
			sample_null(b);
	}
}

/* Bytes and root of the run that begins there. */
static void
run_write(struct sample_buf *b, uint8_t root[32], const struct shelf *s,
    uint32_t from)
{
	struct km_frontier	tree;
	uint8_t			hash[32];
	uint32_t		i;
	size_t			at;

	km_frontier_begin(&tree);
	for (i = from; i < s->n && i < from + KM_RUN_LEAVES; i++) {
		at = b->len;
		leaf_write(b, s, i);
		sample_leaf(hash, b->p + at, b->len - at);
		km_frontier_add(&tree, hash);
	}
	km_frontier_root(root, &tree);
}

static void
run_path(char out[160], const struct shelf *s, const uint8_t root[32])
{
	size_t	i, at;

	at = (size_t)snprintf(out, 160, "%s/register/", s->dir);
	for (i = 0; i < 32; i++)
		at += (size_t)snprintf(out + at, 160 - at, "%02x", root[i]);
}

void
shelf_run(char out[160], const struct shelf *s, uint32_t index)
{
	struct sample_buf	run = { 0 };
	uint8_t			root[32];

	run_write(&run, root, s, index / KM_RUN_LEAVES * KM_RUN_LEAVES);
	run_path(out, s, root);
	sample_free(&run);
}

static void
put(const char *path, const struct sample_buf *b)
{
	FILE	*f;

	if (access(path, F_OK) == 0)
		return;
	must((f = fopen(path, "wb")) != NULL);
	must(fwrite(b->p, 1, b->len, f) == b->len);
	must(fclose(f) == 0);
}

void
shelf_print(struct shelf *s)
{
	struct sample_buf	run = { 0 }, index = { 0 };
	struct km_frontier	all;
	char			path[160];
	uint8_t			root[32];
	uint32_t		i;

	km_frontier_begin(&all);
	sample_array(&index, 2);
	sample_uint(&index, s->n);
	sample_array(&index, (s->n + KM_RUN_LEAVES - 1) / KM_RUN_LEAVES);
	for (i = 0; i < s->n; i += KM_RUN_LEAVES) {
		run.len = 0;
		run_write(&run, root, s, i);
		km_frontier_add(&all, root);
		sample_bytes(&index, root, 32);
		run_path(path, s, root);
		put(path, &run);
	}
	s->epoch.number++;
	s->epoch.reg.size = s->n;
	km_frontier_root(s->epoch.reg.root, &all);
	snprintf(path, sizeof(path), "%s/register/index/%u", s->dir,
	    s->epoch.number);
	put(path, &index);
	sample_free(&run);
	sample_free(&index);
}
