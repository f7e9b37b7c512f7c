/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verifier as a WebAssembly module: the core, and here the calls that
 * host.js makes of it. One instance is one verifier: what it knows lies
 * at the start of the heap, whatever else is asked for after that. There is
 * one operation at a time; host.js sees to that.
 *
 *	km_web_known(pin, len, lists)
 *	km_web_add(object, len)	then asks and answers, then km_web_add_end()
 *	km_web_verify(...)	then asks and answers, then km_web_end()
 *
 * and those of wasm_more.c, which the lean module (lean.c) does not have.
 *
 * Memory comes from km_web_room() and goes, with all that came later, by
 * km_web_release(). Nothing is imported: a module that cannot call out
 * cannot do anything but answer.
 */
#include "verifier/known.h"
#include "verifier/web/wasm.h"

enum { PAGE = 65536, ALIGN = 16, LISTS_MAX = 2048 };

extern uint8_t		 __heap_base;

struct km_web		 km_web;
static uint8_t		*heap;
static struct km_known	 nothing;	/* no trust, so no answer but "cannot tell" */
static struct km_op	 op;

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
	km_web.known = km_known_init(mem, room, pin, len);
	return km_web.known != NULL;
}

void EXPORT(km_web_add)(const uint8_t *object, size_t len);
void
km_web_add(const uint8_t *object, size_t len)
{
	km_add_begin(&op, km_web.known, object, len);
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

	err = km_policy_decode(&km_web.policy, cbor, cbor_len);
	if (err != KM_OK)
		return err;
	km_web.question.badge = (struct km_bytes){ badge, badge_len };
	km_web.question.policy = &km_web.policy;
	km_web.question.origin = (struct km_bytes){ origin, origin_len };
	km_web.question.now = now;
	km_verify_begin(&op, trusting == 1 ? km_web.known : &nothing,
	    &km_web.question, &km_web.report);
	return KM_OK;
}

/* The question that is open, as nine words; NULL: none. */
const struct km_ask *EXPORT(km_web_ask)(void);
const struct km_ask *
km_web_ask(void)
{
	_Static_assert(sizeof(struct km_ask) == 9 * 4,
	    "host.js reads alg, slot, key, two parts, signature");
	return km_ask(&op);
}

void EXPORT(km_web_answer)(int good);
void
km_web_answer(int good)
{
	km_answer(&op, good == 1);
}

/* Ends verifying, if that is what goes on; the report. */
const struct km_report *EXPORT(km_web_end)(void);
const struct km_report *
km_web_end(void)
{
	(void)km_verify_end(&op);
	return &km_web.report;
}

int EXPORT(km_web_acceptable)(int unbound_ok);
int
km_web_acceptable(int unbound_ok)
{
	return km_acceptable(&km_web.report, unbound_ok);
}
