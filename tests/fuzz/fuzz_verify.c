/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The whole verifier, with a host that says of each signature what the input
 * wants: so that what stands behind good signatures is reached as well.
 *
 *	1 byte	bits 0-6: answers, in the order of the asks
 *		bit 7: the rest is an object to be added to what is known
 *	rest	a badge, or that object
 */
#include "tests/fuzz/promise.h"
#include "tests/lib/scene.h"
#include "verifier/core.h"
#include "verifier/known.h"

static struct scene	*scene;
static uint64_t		 before[SCENE_MEM / 8];
static char		 json[2][KM_JSON_MAX];

static void
answer_all(struct km_op *op, unsigned int answers)
{
	const struct km_ask	*ask;
	unsigned int		 n;

	for (n = 0; (ask = km_ask(op)) != NULL; n++) {
		promise(n < 64 && ask->sig != NULL);
		promise(ask->key.len == 64 || ask->key.len == 32);
		km_answer(op, answers >> n % 7 & 1);
	}
}

static void
add(unsigned int answers, const uint8_t *data, size_t len)
{
	struct km_op	op;
	enum km_err	err;

	km_add_begin(&op, scene->known, data, len);
	answer_all(&op, answers);
	err = km_add_end(&op);
	if (err != KM_OK)
		promise(memcmp(before, scene->mem, sizeof(before)) == 0 ||
		    err == KM_ERR_INFLATE || err == KM_ERR_FULL ||
		    err == KM_ERR_LIMIT || (err == KM_ERR_FORK &&
		    km_fork_seen(scene->known) == KM_ERR_FORK));
	/* Back to what was known; the arena's rest is scratch. */
	memcpy(scene->mem, before, sizeof(before));
}

static void
check_report(const struct km_report *r, unsigned int answers)
{
	int	i;

	promise(r->vouched == 0 || (answers & 1) == 1);
	promise(r->verdict != KM_VALID || r->vouched);
	promise(r->binding == KM_BINDING_NONE || r->vouched);
	promise(r->vouched || r->attestation.sub.len == 0);
	promise((r->indication == KM_TOTAL_PASSED) ==
	    (r->verdict == KM_VALID));
	for (i = 0; i < KM_CHECKS; i++)
		promise(r->check[i].outcome != KM_FAILED ||
		    r->check[i].why != KM_OK);
}

static void
judge(unsigned int answers, const uint8_t *data, size_t len)
{
	struct km_op	op;
	size_t		i, n;
	int		k;

	scene->q.badge = (struct km_bytes){ data, len };
	for (k = 0; k < 2; k++) {
		km_verify_begin(&op, scene->known, &scene->q, &scene->r);
		answer_all(&op, answers);
		promise(km_verify_end(&op) == scene->r.verdict);
		check_report(&scene->r, answers);
		n = km_report_json(json[k], sizeof(json[k]), &scene->r);
		promise(n < KM_JSON_MAX && json[k][n] == '\0');
		for (i = 0; i < n; i++)
			promise((uint8_t)json[k][i] >= 0x20);
	}
	promise(strcmp(json[0], json[1]) == 0);
	promise(memcmp(before, scene->mem, sizeof(before)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (scene == NULL) {
		scene = scene_new();
		/* A revoked key as well, so that registers matter. */
		scene->trust_attest->revoked_at = 0;
		sample_trust_key(&scene->trust, &scene->other, 1);
		scene_know_all(scene);
		memcpy(before, scene->mem, sizeof(before));
	}
	if (len == 0)
		return 0;
	if (data[0] >> 7 == 1)
		add(data[0] & 0x7f, data + 1, len - 1);
	else
		judge(data[0], data + 1, len - 1);
	return 0;
}
