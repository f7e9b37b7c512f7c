/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A register that is to be known: whatever the runs are, nothing is valid or
 * not listed from them unless they are those of the epoch.
 *
 *	1 byte	bit 0: the rest is the run itself, else edits of a good one
 *		bit 1: the epoch's register is whatever the run is, so that
 *		what stands behind a good root is reached as well
 *		bits 2-3: how the answer is asked for
 *	rest	a run, or edits of three bytes: where (two), what to turn
 */
#include <stdlib.h>

#include "tests/fuzz/promise.h"
#include "tests/lib/roll.h"
#include "tests/lib/scene.h"
#include "verifier/known.h"
#include "verifier/tree.h"

enum { RUN_MAX = 1 << 16, MARKS = 6 };

static struct scene	*scene;
static struct roll	 roll;
static struct km_tree_head good;
static void		*mem;
static size_t		 room;
static uint8_t		 run[RUN_MAX];

static void
begin(void)
{
	scene = scene_new();
	roll_add_marks(&roll, &scene->attestation, MARKS);
	roll_head(&roll, &scene->epoch);
	scene_know_all(scene);
	good = scene->known->epoch.reg;
	room = km_register_room(RUN_MAX / 64);
	mem = malloc(room);
	promise(mem != NULL && roll.run[0].len <= RUN_MAX);
}

/* The head that the run has, with hashes of another make. */
static struct km_tree_head
head_of(const uint8_t *p, size_t len)
{
	struct roll		r = { 0 };
	struct km_tree_head	head;
	struct km_cbor		d;
	struct km_bytes		leaf;

	r.leaf = malloc((len + 1) * sizeof(*r.leaf));
	promise(r.leaf != NULL);
	km_cbor_begin(&d, p, len);
	while ((leaf = km_register_next(&d)).len > 0)
		sample_leaf(r.leaf[r.n++], leaf.p, leaf.len);
	head.size = r.n;
	roll_root(head.root, &r, 0, r.n);
	free(r.leaf);
	return head;
}

static void
ask(unsigned int how, int counts)
{
	static const char	*const key[] = {
		"10000002", "99999999", "mark-3.example", "KM-2026-001001-5"
	};
	static const enum km_by	by[] = {
		KM_BY_HOLDER, KM_BY_HOLDER, KM_BY_HOST, KM_BY_NUMBER
	};
	enum km_verdict		v;

	v = km_check(scene->known, &scene->r, &scene->q, by[how],
	    (const uint8_t *)key[how], strlen(key[how]));
	promise(v == scene->r.verdict);
	promise(counts || v == KM_UNDETERMINED);
	promise(v != KM_VALID || (scene->r.vouched &&
	    scene->r.check[KM_CHECK_LISTED].outcome == KM_PASSED &&
	    scene->r.check[KM_CHECK_REGISTER_PROOF].outcome == KM_PASSED));
	promise(v != KM_NOT_LISTED || !scene->r.vouched);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_tree_head	head;
	struct km_bytes		bytes;
	unsigned int		mode;
	size_t			n = 0, i, at;
	enum km_err		err;
	int			same;

	if (scene == NULL)
		begin();
	if (len == 0 || len > RUN_MAX)
		return 0;
	mode = data[0];
	if (mode & 1) {
		n = len - 1;
		memcpy(run, data + 1, n);
	} else {
		n = roll.run[0].len;
		memcpy(run, roll.run[0].p, n);
		for (i = 1; i + 2 < len; i += 3) {
			at = ((size_t)data[i] << 8 | data[i + 1]) % n;
			run[at] ^= data[i + 2];
		}
	}
	head = head_of(run, n);
	scene->known->epoch.reg = mode & 2 ? head : good;
	scene->known->lookup = NULL;
	bytes = (struct km_bytes){ run, n };
	err = km_known_register(scene->known, mem, room, &bytes,
	    n > 0 ? 1 : 0);
	same = head.size == scene->known->epoch.reg.size && memcmp(head.root,
	    scene->known->epoch.reg.root, KM_HASH_LEN) == 0;
	promise(err != KM_OK || same);
	promise((err == KM_OK) == (scene->known->lookup != NULL));
	ask(mode >> 2 & 3, err == KM_OK);
	return 0;
}
