/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * POST /v1/acts: propose and approve. Refused whole when it is not what
 * schemas/office.cddl says; else each act stands or falls by itself, and the
 * answer comes when the last of them is durable or refused.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/http.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "api.h"

enum { ACTED_LEN = 512 };	/* an acted is about 60 bytes, plus its detail */

/* One request under way. */
struct acts {
	struct evhttp_request *req;
	size_t		 n;
	size_t		 left;		/* not yet answered */
	struct acted	*acted;		/* n; own */
};

enum km_err
api_acts_read(struct api_pair out[BATCH_ACTS_MAX], size_t *n,
    struct km_bytes body)
{
	struct api_pair	*p;
	struct km_cbor	 c;
	enum km_err	 err;
	size_t		 count, i, items;

	km_cbor_begin(&c, body.p, body.len);
	count = km_cbor_array(&c, 1, BATCH_ACTS_MAX);
	for (i = 0; i < count && c.err == KM_OK; i++) {
		p = &out[i];
		memset(p, 0, sizeof(*p));
		items = km_cbor_array(&c, 2, 3);
		p->decision = km_cbor_bytes(&c, 1, OFFICERS_MAX);
		if (!km_cbor_opt_null(&c))
			p->approval = km_cbor_bytes(&c, 1, APPROVAL_MAX);
		if (items == 3)
			p->json = km_cbor_bytes(&c, 1, SCHEME_JSON_MAX);
	}
	if ((err = km_cbor_end(&c)) != KM_OK)
		return err;
	*n = count;
	return KM_OK;
}

static void
acted_encode(struct buf *out, const struct acted *a)
{
	struct km_bytes	id;
	int		refused = a->state == ACTED_REFUSED;
	int		detail = refused && a->detail[0] != '\0';
	int		mark = a->mark[0] != '\0';

	id.p = a->id;
	id.len = KM_HASH_LEN;
	encode_map(out, 2 + (size_t)refused + (size_t)detail +
	    (size_t)(a->has_index != 0) + (size_t)mark +
	    (size_t)(a->epoch != 0) + (size_t)(a->missing != 0));
	encode_uint(out, ACTED_KEY_STATE);
	encode_uint(out, (uint64_t)a->state);
	encode_uint(out, ACTED_KEY_ID);
	encode_bytes(out, id);
	if (refused) {
		encode_uint(out, ACTED_KEY_REFUSAL);
		encode_text(out, km_bytes_of(refusal_name(a->refusal)));
	}
	if (detail) {
		encode_uint(out, ACTED_KEY_DETAIL);
		encode_text(out, km_bytes_of(a->detail));
	}
	if (a->has_index) {
		encode_uint(out, ACTED_KEY_LOG_INDEX);
		encode_uint(out, a->index);
	}
	if (mark) {
		encode_uint(out, ACTED_KEY_MARKS);
		encode_array(out, 1);
		encode_text(out, km_bytes_of(a->mark));
	}
	if (a->epoch != 0) {
		encode_uint(out, ACTED_KEY_EPOCH);
		encode_uint(out, a->epoch);
	}
	if (a->missing != 0) {
		encode_uint(out, ACTED_KEY_MISSING);
		encode_uint(out, a->missing);
	}
}

void
api_acted_encode(struct buf *out, const struct acted *acted, size_t n)
{
	size_t	i;

	encode_array(out, n);
	for (i = 0; i < n; i++)
		acted_encode(out, &acted[i]);
}

static void
reply(struct acts *r)
{
	struct buf	out;

	buf_init(&out, r->n * ACTED_LEN + 16);
	api_acted_encode(&out, r->acted, r->n);
	api_reply(r->req, &out);
	free(r->acted);
	free(r);
}

/* One act of it is answered. */
static void
told(void *arg, size_t slot, const struct acted *acted)
{
	struct acts	*r = arg;

	r->acted[slot] = *acted;
	if (--r->left == 0)
		reply(r);
}

void
api_acts(const struct api_call *call)
{
	struct api_pair	 pair[BATCH_ACTS_MAX];
	struct decide	*dc = call->office->dc;
	struct acts	*r;
	enum km_err	 err;
	size_t		 i, n;

	if ((err = api_acts_read(pair, &n, call->body)) != KM_OK) {
		api_refuse(call->req, 400, REFUSAL_MALFORMED,
		    km_err_name(err));
		return;
	}
	if ((r = calloc(1, sizeof(*r))) == NULL ||
	    (r->acted = calloc(n, sizeof(*r->acted))) == NULL) {
		free(r);
		api_refuse(call->req, 503, REFUSAL_LIMIT, "out of memory");
		return;
	}
	r->req = call->req;
	r->n = r->left = n;
	for (i = 0; i < n; i++)
		r->left -= (size_t)decide_arrive(dc, pair[i].decision,
		    pair[i].approval, pair[i].json, &r->acted[i], told, r,
		    i);
	/* Acts have copies; megabytes need not wait for the signer. */
	evbuffer_drain(evhttp_request_get_input_buffer(call->req),
	    call->body.len);
	n = r->left;
	decide_arrived(dc);
	if (n == 0)
		reply(r);
}
