/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The calls for C: each runs the core's machine and answers what it asks with
 * OpenSSL. The keys of the trust list in force are prepared once, when it
 * comes into force, so that threads only read them.
 */
#include "core.h"
#include "crypto.h"
#include "known.h"

enum { ALIGN = 16 };

static size_t
cache_room(void)
{
	return (km_keycache_size() + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void
prepare_keys(struct km_known *known)
{
	struct km_keycache	*cache = known->host;
	const struct km_key	*key;
	size_t			 i;

	for (i = 0; i < known->trust.n_keys; i++) {
		key = &known->trust.key[i].key;
		/* One that is no key stays out, and never verifies. */
		(void)km_keycache_put(cache, (int)i, key->alg,
		    (struct km_bytes){ key->bytes, key->len });
	}
}

struct km_known *
km_known_begin(void *mem, size_t len, const uint8_t *pin, size_t pin_len)
{
	struct km_keycache	*cache = mem;
	struct km_known		*known;
	size_t			 room = cache_room();

	if (mem == NULL || len < KM_KNOWN_MIN || room > len)
		return NULL;
	known = km_known_init((uint8_t *)mem + room, len - room, pin,
	    pin_len);
	if (known == NULL)
		return NULL;
	km_keycache_begin(cache);
	known->host = cache;
	if (pin_len != KM_HASH_LEN &&
	    km_known_add(known, pin, pin_len) != KM_OK) {
		km_known_end(known);
		return NULL;
	}
	return known;
}

enum km_err
km_known_add(struct km_known *known, const uint8_t *object, size_t len)
{
	struct km_op_add	 room;
	struct km_op		*op = (struct km_op *)(void *)&room;
	const struct km_ask	*ask;
	enum km_err		 err;
	uint32_t		 version = known->trust.version;

	km_add_begin(op, known, object, len);
	while ((ask = km_ask(op)) != NULL)
		km_answer(op, km_openssl_verify(known->host, ask));
	err = km_add_end(op);
	if (known->trust.version != version)
		prepare_keys(known);
	return err;
}

void
km_known_end(struct km_known *known)
{
	if (known == NULL || known->host == NULL)
		return;
	km_keycache_end(known->host);
	known->host = NULL;
}

enum km_verdict
km_verify(const struct km_known *known, struct km_report *out,
    const struct km_question *q)
{
	struct km_op		 op;
	const struct km_ask	*ask;

	km_verify_begin(&op, known, q, out);
	while ((ask = km_ask(&op)) != NULL)
		km_answer(&op, km_openssl_verify(known->host, ask));
	return km_verify_end(&op);
}

enum km_err
km_check_json(const struct km_known *known, char *out, size_t cap,
    size_t *len, enum km_by by, const uint8_t *key, size_t key_len,
    const uint8_t *policy, size_t policy_len, const uint8_t *origin,
    size_t origin_len, int64_t now)
{
	struct km_question	q = {
		{ key, key_len }, NULL, { origin, origin_len }, now
	};
	struct km_policy	p;
	struct km_report	r;
	enum km_err		err;

	*len = 0;
	if (cap > 0)
		out[0] = '\0';
	if (policy_len > 0) {
		err = km_policy_decode(&p, policy, policy_len);
		if (err != KM_OK)
			return err;
		q.policy = &p;
	}
	if (by != 0)
		r.verdict = km_check(known, &r, &q, by, key, key_len);
	else
		r.verdict = km_verify(known, &r, &q);
	*len = km_report_json(NULL, 0, &r);
	if (*len >= cap)
		return KM_ERR_FULL;
	km_report_json(out, cap, &r);
	return KM_OK;
}

enum km_err
km_verify_json(const struct km_known *known, char *out, size_t cap,
    size_t *len, const uint8_t *badge, size_t badge_len,
    const uint8_t *policy, size_t policy_len, const uint8_t *origin,
    size_t origin_len, int64_t now)
{
	return km_check_json(known, out, cap, len, (enum km_by)0, badge,
	    badge_len, policy, policy_len, origin, origin_len, now);
}

size_t
km_known_room(size_t lists)
{
	if (lists > (SIZE_MAX - KM_KNOWN_MIN) / KM_KNOWN_LIST)
		return SIZE_MAX;
	return KM_KNOWN_MIN + lists * KM_KNOWN_LIST;
}
