/* SPDX-License-Identifier: EUPL-1.2 */
/* Register leaf and its public history (schemas/register.cddl). */
#include <string.h>

#include "attestation.h"
#include "register.h"

enum {
	REASON_MAX = 7, KIND_MAX = 16,	/* bytes of a kind's name */
	LEAF_DEPTH = 3			/* leaf, events, event */
};

static const char *const kinds[] = {
	[KM_EVENT_GRANT] = "grant",
	[KM_EVENT_RENEW] = "renew",
	[KM_EVENT_AMEND] = "amend",
	[KM_EVENT_SUSPEND] = "suspend",
	[KM_EVENT_LIFT] = "lift",
	[KM_EVENT_WITHDRAW] = "withdraw",
	[KM_EVENT_END] = "end",
	[KM_EVENT_VOID] = "void",
	[KM_EVENT_SUPERSEDE] = "supersede"
};

const char *
km_event_name(enum km_event_kind kind)
{
	if (kind < KM_EVENT_GRANT || kind > KM_EVENT_SUPERSEDE)
		return "unknown";
	return kinds[kind];
}

static enum km_event_kind
read_kind(struct km_cbor *d)
{
	struct km_bytes	name;
	unsigned int	k;

	name = km_cbor_ascii(d, 1, KIND_MAX);
	for (k = KM_EVENT_GRANT; k <= KM_EVENT_SUPERSEDE; k++)
		if (km_bytes_equal(name, km_bytes_of(kinds[k])))
			return (enum km_event_kind)k;
	km_cbor_fail(d, KM_ERR_VALUE);
	return KM_EVENT_GRANT;
}

/* Oldest first: history is only ever added to. */
void
km_read_events(struct km_cbor *d, struct km_event *event, size_t *n)
{
	size_t	i, count;

	*n = 0;
	count = km_cbor_array(d, 1, KM_EVENTS_MAX);
	for (i = 0; i < count && km_cbor_ok(d); i++) {
		km_cbor_array(d, 3, 3);
		event[i].at = km_read_time(d);
		event[i].kind = read_kind(d);
		event[i].reason = 0;
		if (!km_cbor_opt_null(d))
			event[i].reason = (int)km_cbor_uint(d, 1, REASON_MAX);
		if (km_cbor_ok(d) && i > 0 && event[i].at < event[i - 1].at)
			km_cbor_fail(d, KM_ERR_ORDER);
	}
	if (km_cbor_ok(d))
		*n = count;
}

enum km_err
km_register_leaf_decode(struct km_register_leaf *out, const uint8_t *buf,
    size_t len)
{
	struct km_register_leaf	leaf;
	struct km_cbor		d;
	enum km_err		err;

	km_cbor_begin(&d, buf, len);
	km_cbor_array(&d, 4, 4);
	leaf.index = (uint32_t)km_cbor_uint(&d, 0, UINT32_MAX);
	leaf.attestation = km_cbor_bytes(&d, 1, KM_ATTESTATION_MAX);
	leaf.status = (enum km_status)km_cbor_uint(&d, KM_STATUS_VALID,
	    KM_STATUS_SUPERSEDED);
	km_read_events(&d, leaf.event, &leaf.n);
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	*out = leaf;
	return KM_OK;
}

struct km_bytes
km_register_next(struct km_cbor *run)
{
	if (run->err != KM_OK || run->p == run->end)
		return (struct km_bytes){ NULL, 0 };
	if (km_cbor_peek(run) != KM_ARRAY)
		km_cbor_fail(run, KM_ERR_TYPE);
	return km_cbor_skip(run, LEAF_DEPTH);
}
