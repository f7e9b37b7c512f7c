/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verifier as a WebAssembly module: the core, and here the calls that
 * keurmerk.js makes of it. One instance is one verifier: what it knows lies
 * at the start of the heap, whatever else is asked for after that. There is
 * one operation at a time; keurmerk.js sees to that.
 *
 *	km_web_known(pin, len, lists)
 *	km_web_add(object, len)	then asks and answers, then km_web_add_end()
 *	km_web_verify(...)	then asks and answers, then km_web_report()
 *	km_web_register(run, n)
 *	km_web_check(...)	then km_web_report()
 *
 * Memory comes from km_web_room() and goes, with all that came later, by
 * km_web_release(). Nothing is imported: a module that cannot call out
 * cannot do anything but answer.
 */
#include <string.h>

#include "verifier/core.h"
#include "verifier/known.h"
#include "verifier/report.h"

#define EXPORT(name)	__attribute__((export_name(#name), used)) name

enum { PAGE = 65536, ALIGN = 16, LISTS_MAX = 2048, RUNS_MAX = 1024,
	RUN_LEAVES = 1024 };

extern uint8_t		 __heap_base;

static uint8_t		*heap;
static struct km_known	*known;
static struct km_known	 nothing;	/* no trust, so no answer but "cannot tell" */
static struct km_op	 op;
static struct km_report	 report;
static struct km_question question;
static struct km_policy	 policy;
static struct km_unverified looked;
static char		 json[KM_JSON_MAX];

/* The next len bytes, or NULL when the host gives no more memory. */
uint8_t *EXPORT(km_web_room)(size_t len);
uint8_t *
km_web_room(size_t len)
{
	size_t	 have = __builtin_wasm_memory_size(0) * PAGE;
	size_t	 at, more;
	uint8_t	*p;

	if (heap == NULL)
		heap = &__heap_base;
	at = ((size_t)heap + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (at > have || len > have - at) {
		if (len > SIZE_MAX - PAGE - at)
			return NULL;
		more = (at + len - have + PAGE - 1) / PAGE;
		if (__builtin_wasm_memory_grow(0, more) == SIZE_MAX)
			return NULL;
	}
	p = (uint8_t *)at;
	heap = p + len;
	return p;
}

void EXPORT(km_web_release)(uint8_t *p);
void
km_web_release(uint8_t *p)
{
	heap = p;
}

/* 1, or 0 when there is no memory or the pin is none. */
int EXPORT(km_web_known)(const uint8_t *pin, size_t len, size_t lists);
int
km_web_known(const uint8_t *pin, size_t len, size_t lists)
{
	size_t	 room;
	uint8_t	*mem;

	if (lists > LISTS_MAX)
		return 0;
	room = KM_KNOWN_MIN + lists * KM_KNOWN_LIST;
	if ((mem = km_web_room(room)) == NULL)
		return 0;
	known = km_known_init(mem, room, pin, len);
	return known != NULL;
}

void EXPORT(km_web_add)(const uint8_t *object, size_t len);
void
km_web_add(const uint8_t *object, size_t len)
{
	km_add_begin(&op, known, object, len);
}

enum km_err EXPORT(km_web_add_end)(void);
enum km_err
km_web_add_end(void)
{
	return km_add_end(&op);
}

/*
 * Begin to verify; trusting is 0 where the host cannot check signatures: then
 * nothing is known, which is another answer than "wrong". KM_OK, or what is
 * wrong with the policy.
 */
enum km_err EXPORT(km_web_verify)(const uint8_t *badge, size_t badge_len,
    const uint8_t *cbor, size_t cbor_len, const uint8_t *origin,
    size_t origin_len, int64_t now, int trusting);
enum km_err
km_web_verify(const uint8_t *badge, size_t badge_len, const uint8_t *cbor,
    size_t cbor_len, const uint8_t *origin, size_t origin_len, int64_t now,
    int trusting)
{
	enum km_err	err;

	err = km_policy_decode(&policy, cbor, cbor_len);
	if (err != KM_OK)
		return err;
	question.badge = (struct km_bytes){ badge, badge_len };
	question.policy = &policy;
	question.origin = (struct km_bytes){ origin, origin_len };
	question.now = now;
	km_verify_begin(&op, trusting == 1 ? known : &nothing, &question,
	    &report);
	return KM_OK;
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
	return km_known_register(known, mem, room, run, n);
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

	err = km_policy_decode(&policy, cbor, cbor_len);
	if (err != KM_OK)
		return err;
	memset(&question, 0, sizeof(question));
	question.policy = &policy;
	question.origin = (struct km_bytes){ origin, origin_len };
	question.now = now;
	(void)km_check(known, &report, &question, by, key, key_len);
	return KM_OK;
}

/* The question that is open, as nine words; NULL: none. */
const struct km_ask *EXPORT(km_web_ask)(void);
const struct km_ask *
km_web_ask(void)
{
	_Static_assert(sizeof(struct km_ask) == 9 * 4,
	    "keurmerk.js reads alg, slot, key, two parts, signature");
	return km_ask(&op);
}

void EXPORT(km_web_answer)(int good);
void
km_web_answer(int good)
{
	km_answer(&op, good == 1);
}

/* Ends verifying, if that is what goes on; the length of the report at km_web_json(). */
size_t EXPORT(km_web_report)(void);
size_t
km_web_report(void)
{
	(void)km_verify_end(&op);
	return km_report_json(json, sizeof(json), &report);
}

const char *EXPORT(km_web_json)(void);
const char *
km_web_json(void)
{
	return json;
}

int EXPORT(km_web_acceptable)(int unbound_ok);
int
km_web_acceptable(int unbound_ok)
{
	return km_acceptable(&report, unbound_ok);
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

const char *EXPORT(km_web_err_name)(enum km_err err);
const char *
km_web_err_name(enum km_err err)
{
	return km_err_name(err);
}
