/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Calls that the lean module does not have: of reports in words, of the
 * register, and of what a badge says of itself.
 */
#include <string.h>

#include "verifier/known.h"
#include "verifier/report.h"
#include "verifier/web/wasm.h"

enum { RUNS_MAX = 1024, RUN_LEAVES = 1024 };

static struct km_unverified looked;
static char	json[KM_JSON_MAX];

/* The report, which is there, as JSON; its length at km_web_json(). */
size_t EXPORT(km_web_report)(void);
size_t
km_web_report(void)
{
	return km_report_json(json, sizeof(json), &km_web.report);
}

const char *EXPORT(km_web_json)(void);
const char *
km_web_json(void)
{
	return json;
}

const char *EXPORT(km_web_err_name)(enum km_err err);
const char *
km_web_err_name(enum km_err err)
{
	return km_err_name(err);
}

/*
 * Know the register: the n runs lie where they stay, as does what is built
 * of them here. KM_OK, or why it does not count.
 */
enum km_err EXPORT(km_web_register)(const struct km_bytes *run, size_t n);
enum km_err
km_web_register(const struct km_bytes *run, size_t n)
{
	size_t	 room;
	uint8_t	*mem;

	if (n > RUNS_MAX)
		return KM_ERR_LIMIT;
	room = km_register_room((uint32_t)n * RUN_LEAVES);
	if ((mem = km_web_room(room)) == NULL)
		return KM_ERR_FULL;
	return km_known_register(km_web.known, mem, room, run, n);
}

/*
 * Ask by a key in place of a badge; the report is there at once. KM_OK, or
 * what is wrong with the policy.
 */
enum km_err EXPORT(km_web_check)(enum km_by by, const uint8_t *key,
    size_t key_len, const uint8_t *cbor, size_t cbor_len,
    const uint8_t *origin, size_t origin_len, int64_t now);
enum km_err
km_web_check(enum km_by by, const uint8_t *key, size_t key_len,
    const uint8_t *cbor, size_t cbor_len, const uint8_t *origin,
    size_t origin_len, int64_t now)
{
	enum km_err	err;

	err = km_policy_decode(&km_web.policy, cbor, cbor_len);
	if (err != KM_OK)
		return err;
	memset(&km_web.question, 0, sizeof(km_web.question));
	km_web.question.policy = &km_web.policy;
	km_web.question.origin = (struct km_bytes){ origin, origin_len };
	km_web.question.now = now;
	(void)km_check(km_web.known, &km_web.report, &km_web.question, by,
	    key, key_len);
	return KM_OK;
}

/*
 * What a badge says of itself, unverified: KM_OK, and the attestation's JSON
 * at km_web_json().
 */
enum km_err EXPORT(km_web_look)(const uint8_t *badge, size_t len);
enum km_err
km_web_look(const uint8_t *badge, size_t len)
{
	struct km_json	j;
	enum km_err	err;

	err = km_look(&looked, badge, len);
	if (err != KM_OK)
		return err;
	km_json_begin(&j, json, sizeof(json));
	km_json_attestation(&j, NULL, &looked.attestation);
	return km_json_end(&j) < sizeof(json) ? KM_OK : KM_ERR_LIMIT;
}
