/* SPDX-License-Identifier: EUPL-1.2 */
/* An authority in miniature, for tests of the verifier. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/scene.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

struct scene *
scene_new(void)
{
	struct scene	*w;
	size_t		 i;

	must((w = calloc(1, sizeof(*w))) != NULL);
	sample_key(&w->root[0], -9, "root 0");
	sample_key(&w->root[1], -19, "root 1");
	sample_key(&w->root[2], -9, "root 2");
	sample_key(&w->attest, -9, "attest");
	sample_key(&w->publish, -19, "publish");
	sample_key(&w->other, -9, "other");

	sample_trust(&w->trust);
	for (i = 0; i < 3; i++)
		sample_trust_root(&w->trust, &w->root[i], i < 2);
	w->trust_attest = sample_trust_key(&w->trust, &w->attest, 1);
	w->trust_publish = sample_trust_key(&w->trust, &w->publish, 2);
	sample_attestation(&w->attestation, &w->attest);
	sample_status(&w->status, &w->publish);
	sample_epoch(&w->epoch, &w->publish, NULL, 0);
	w->q.policy = &w->policy;
	w->q.now = SAMPLE_NOW;
	return w;
}

void
scene_free(struct scene *w)
{
	size_t	i;

	km_known_end(w->known);
	for (i = 0; i < 3; i++)
		sample_key_free(&w->root[i]);
	sample_key_free(&w->attest);
	sample_key_free(&w->publish);
	sample_key_free(&w->other);
	sample_status_free(&w->status);
	sample_free(&w->trust_bytes);
	sample_free(&w->attestation_bytes);
	sample_free(&w->status_bytes);
	sample_free(&w->epoch_bytes);
	sample_free(&w->badge_bytes);
	free(w);
}

void
scene_write_trust(struct scene *w)
{
	w->trust_bytes.len = 0;
	sample_trust_write(&w->trust_bytes, &w->trust);
	w->epoch.trust_version = w->trust.version;
	sample_hash(w->epoch.trust, w->trust_bytes.p, w->trust_bytes.len);
}

void
scene_write_attestation(struct scene *w)
{
	w->attestation_bytes.len = 0;
	sample_attestation_write(&w->attestation_bytes, &w->attestation);
}

void
scene_write_status(struct scene *w)
{
	w->status_bytes.len = 0;
	sample_status_write(&w->status_bytes, &w->status);
}

void
scene_write_epoch(struct scene *w)
{
	w->epoch_bytes.len = 0;
	sample_epoch_write(&w->epoch_bytes, &w->epoch);
}

void
scene_know(struct scene *w)
{
	km_known_end(w->known);
	scene_write_trust(w);
	w->known = km_known_begin(w->mem, sizeof(w->mem), w->trust_bytes.p,
	    w->trust_bytes.len);
	must(w->known != NULL);
}

enum km_err
scene_add(struct scene *w, const struct sample_buf *b)
{
	return km_known_add(w->known, b->p, b->len);
}

void
scene_know_all(struct scene *w)
{
	scene_know(w);
	scene_write_status(w);
	must(scene_add(w, &w->status_bytes) == KM_OK);
	scene_write_epoch(w);
	must(scene_add(w, &w->epoch_bytes) == KM_OK);
}

enum km_verdict
scene_ask(struct scene *w)
{
	scene_write_attestation(w);
	w->q.badge = (struct km_bytes){ w->attestation_bytes.p,
	    w->attestation_bytes.len };
	return scene_ask_again(w);
}

enum km_verdict
scene_ask_badge(struct scene *w, const struct sample_badge *b)
{
	w->badge_bytes.len = 0;
	sample_badge_write(&w->badge_bytes, b);
	w->q.badge = (struct km_bytes){ w->badge_bytes.p,
	    w->badge_bytes.len };
	return scene_ask_again(w);
}

enum km_verdict
scene_ask_again(struct scene *w)
{
	enum km_verdict	v;

	v = km_verify(w->known, &w->r, &w->q);
	must(v == w->r.verdict);
	return v;
}
