/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * make_badges DIR: a small published tree and badges of every verdict, for
 * tests of keurmerk. All is good at 2026-11-24T00:00:00Z (SAMPLE_NOW).
 *
 *	trust-1			the pin; also tree/trust/1
 *	trust-2			the next list; also tree/trust/2
 *	trust-2-short		the same with one signature too few
 *	tree/epoch, tree/status/0
 *	epoch-fork		another epoch of the same number
 *	epoch-stale		the one before, over, and not what that follows
 *	epoch-bad, status-bad	whose signatures are wrong
 *	status-old		older by a week, all entries valid
 *	rotated/before/tree	by the publish key of trust-1
 *	rotated/trust-2		another second list, with a new publish key
 *	rotated/tree		the next, by that key; the mark is suspended
 *	demonstration/...	trust-1, badge, tree: of another environment
 *	NAME			badges, named after what they are about
 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/scene.h"

static const char	*dir;
static uint8_t		 first[32];	/* SHA-256 of trust-1 */

static void
put(const char *name, const struct sample_buf *b)
{
	char	 path[4096];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "wb")) == NULL ||
	    fwrite(b->p, 1, b->len, f) != b->len || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static void
make_dir(const char *name)
{
	char	path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (mkdir(path, 0777) != 0) {
		perror(path);
		exit(1);
	}
}

static void
badge(struct scene *w, const char *name)
{
	scene_write_attestation(w);
	put(name, &w->attestation_bytes);
}

/* Signed, with one bit of the signature turned. */
static void
put_bad(const char *name, const struct sample_buf *b)
{
	b->p[b->len - 1] ^= 1;
	put(name, b);
	b->p[b->len - 1] ^= 1;
}

static void
make_tree(struct scene *w)
{
	make_dir("tree");
	make_dir("tree/trust");
	make_dir("tree/status");
	scene_write_trust(w);
	put("trust-1", &w->trust_bytes);
	put("tree/trust/1", &w->trust_bytes);
	sample_hash(first, w->trust_bytes.p, w->trust_bytes.len);
	memcpy(w->trust.first, first, sizeof(first));
	w->trust.version = 2;
	w->trust.n_signers = 1;
	scene_write_trust(w);
	put("trust-2-short", &w->trust_bytes);
	w->trust.n_signers = 2;
	scene_write_trust(w);
	put("trust-2", &w->trust_bytes);
	put("tree/trust/2", &w->trust_bytes);

	w->status.iat -= 8 * SAMPLE_DAY;
	w->status.exp -= 8 * SAMPLE_DAY;
	scene_write_status(w);
	put("status-old", &w->status_bytes);
	w->status.iat += 8 * SAMPLE_DAY;
	w->status.exp += 8 * SAMPLE_DAY;
	sample_status_set(&w->status, 1, 1);
	sample_status_set(&w->status, 2, 2);
	sample_status_set(&w->status, 3, 3);
	scene_write_status(w);
	put("tree/status/0", &w->status_bytes);
	put_bad("status-bad", &w->status_bytes);

	scene_write_epoch(w);
	put("tree/epoch", &w->epoch_bytes);
	put_bad("epoch-bad", &w->epoch_bytes);
	w->epoch.this_update++;
	scene_write_epoch(w);
	put("epoch-fork", &w->epoch_bytes);
	w->epoch.this_update -= 8 * SAMPLE_DAY + 1;
	w->epoch.next_update -= 8 * SAMPLE_DAY;
	w->epoch.number--;
	scene_write_epoch(w);
	put("epoch-stale", &w->epoch_bytes);
	w->epoch.this_update += 8 * SAMPLE_DAY;
	w->epoch.next_update += 8 * SAMPLE_DAY;
	w->epoch.number++;
	scene_write_epoch(w);
}

static void
make_stapled(struct scene *w)
{
	struct sample_badge	b;
	struct sample_buf	out = { 0 };

	scene_write_attestation(w);
	sample_badge(&b, &w->attestation_bytes);
	b.status = &w->status_bytes;
	b.epoch = &w->epoch_bytes;
	sample_badge_write(&out, &b);
	put("stapled", &out);
	sample_free(&out);
}

/* In DIR/name: the objects that change every hour. */
static void
put_tree(struct scene *w, const char *name)
{
	char	path[64];

	snprintf(path, sizeof(path), "%s/tree", name);
	make_dir(path);
	snprintf(path, sizeof(path), "%s/tree/status", name);
	make_dir(path);
	scene_write_status(w);
	snprintf(path, sizeof(path), "%s/tree/status/0", name);
	put(path, &w->status_bytes);
	scene_write_epoch(w);
	snprintf(path, sizeof(path), "%s/tree/epoch", name);
	put(path, &w->epoch_bytes);
}

/* A new publish key comes, and what is signed from then on is by that one. */
static void
make_rotated(void)
{
	struct scene	*w = scene_new();

	make_dir("rotated");
	make_dir("rotated/before");
	memcpy(w->trust.first, first, sizeof(first));
	memcpy(w->epoch.trust, first, sizeof(first));
	w->epoch.trust_version = 1;
	put_tree(w, "rotated/before");
	w->trust.version = 2;
	sample_trust_key(&w->trust, &w->other, 2);
	scene_write_trust(w);
	put("rotated/trust-2", &w->trust_bytes);
	w->status.key = w->epoch.key = &w->other;
	w->status.iat++;
	w->epoch.number++;
	w->epoch.this_update++;
	sample_hash(w->epoch.previous, w->epoch_bytes.p, w->epoch_bytes.len);
	sample_status_set(&w->status, 0, 2);
	put_tree(w, "rotated");
	scene_free(w);
}

static void
make_demonstration(void)
{
	struct scene	*w = scene_new();

	w->trust.environment = w->attestation.environment = 1;
	scene_write_trust(w);
	make_dir("demonstration");
	put("demonstration/trust-1", &w->trust_bytes);
	badge(w, "demonstration/badge");
	put_tree(w, "demonstration");
	scene_free(w);
}

int
main(int argc, char **argv)
{
	static const char	*names[] = { "valid", "withdrawn",
	    "suspended", "superseded" };
	struct scene		*w = scene_new();
	uint32_t		 i;

	if (argc != 2) {
		fputs("usage: make_badges DIR\n", stderr);
		return 2;
	}
	dir = argv[1];
	make_tree(w);
	for (i = 0; i < 4; i++) {
		w->attestation.index = i;
		badge(w, names[i]);
	}
	w->attestation.index = 0;
	make_stapled(w);
	put_bad("untrusted-signature", &w->attestation_bytes);
	w->attestation.key = &w->other;
	badge(w, "untrusted-issuer");
	w->attestation.key = &w->attest;
	w->attestation.environment = 1;
	badge(w, "untrusted-environment");
	w->attestation.environment = 0;
	w->attestation_bytes.len--;
	put("malformed", &w->attestation_bytes);
	w->attestation.nbf = SAMPLE_NOW + 1;
	badge(w, "not-yet-valid");
	w->attestation.nbf = SAMPLE_NOW - SAMPLE_DAY;
	w->attestation.exp = SAMPLE_NOW;
	badge(w, "expired");
	w->attestation.exp = SAMPLE_NOW + SAMPLE_DAY;
	w->attestation.index = 65536;
	badge(w, "undetermined");
	w->attestation.index = 0;
	w->attestation.trade_name = "Caf\xc3\xa9 <b>\"Zon\"</b>";
	w->attestation.euid = "NLNHR.90000011";
	w->attestation.lei = "529900T8BM49AURSDO55";
	w->attestation.information = "https://ict.example/?a=1&b=2";
	w->attestation.document = 2;
	w->attestation.body = w->attestation.report = NULL;
	badge(w, "self-declaration");
	scene_free(w);
	make_rotated();
	make_demonstration();
	return 0;
}
