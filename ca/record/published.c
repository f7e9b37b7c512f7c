/* SPDX-License-Identifier: EUPL-1.2 */
/* Published: epochs and lists of our own, opened; see published.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verifier/core.h"
#include "verifier/inflate.h"

#include "encode.h"
#include "layout.h"
#include "published.h"

enum { TTL_MAX = 604800 };		/* seconds; schemas/status.cddl */

/* What is signed: Sig_structure of protected_ and payload. */
struct text {
	struct km_bytes	protected_, payload;
};

static enum km_err
signature_check(const struct km_known *known, const struct km_signed *by,
    const struct text *text)
{
	const struct km_key	*key;
	struct km_ask		 ask;
	enum km_err		 err;
	uint8_t			 tbs[KM_TBS_MAX];
	uint32_t		 keys;
	size_t			 i, len;

	if (by->alg != KM_ALG_ESP256 && by->alg != KM_ALG_ED25519)
		return KM_ERR_ALG;
	if (by->kid.len != KM_KID_LEN || by->iss.len == 0)
		return KM_ERR_HEADER;
	if ((keys = km_publish_keys(&known->trust, by, &err)) == 0)
		return err;
	len = km_tbs(tbs, text->protected_, NULL, text->payload.len);
	if (len == 0)
		return KM_ERR_LIMIT;
	for (i = 0; i < known->trust.n_keys; i++) {
		if ((keys >> i & 1) == 0)
			continue;
		key = &known->trust.key[i].key;
		ask = (struct km_ask){
			.alg = key->alg, .slot = (int)i,
			.key = { key->bytes, key->len },
			.msg = { { tbs, len }, text->payload },
			.sig = by->sig
		};
		if (km_openssl_verify(known->host, &ask))
			return KM_OK;
	}
	return KM_ERR_SIGNATURE;
}

enum km_err
published_epoch(struct km_epoch *out, uint8_t hash[KM_HASH_LEN],
    const struct km_known *known, struct km_bytes epoch)
{
	struct km_epoch		e;
	struct km_sign1		s;
	struct km_signed	by;
	struct text		text;
	enum km_err		err;

	err = km_epoch_decode(&e, &s, epoch.p, epoch.len);
	if (err != KM_OK)
		return err;
	by = (struct km_signed){
		.alg = s.alg, .kid = s.kid, .iss = s.iss,
		.at = e.this_update, .sig = s.sig, .ours = 1
	};
	text = (struct text){ s.protected_, s.payload };
	if ((err = signature_check(known, &by, &text)) != KM_OK)
		return err;
	*out = e;
	km_sha256(hash, &epoch, 1);
	return KM_OK;
}

/*
 * The very bytes that we write for these values (schemas/status.cddl). The
 * verifier's reader, which takes lists of any make, does not ask for that.
 */
static enum km_err
form_check(const struct km_status_list *l, struct km_bytes list)
{
	struct buf	header, payload, whole;
	enum km_err	err = KM_ERR_FULL;

	buf_init(&header, KM_TBS_MAX);
	buf_init(&payload, list.len);
	buf_init(&whole, list.len);
	encode_protected(&header, l->alg, l->kid.p, l->iss, l->uri,
	    KM_TYP_STATUS);
	encode_status(&payload, l->iss, l->uri, l->exp, l->iat, l->ttl,
	    l->lst);
	encode_sign1(&whole, (struct km_bytes){ header.p, header.len },
	    (struct km_bytes){ payload.p, payload.len }, l->sig);
	if (header.failed != ENOMEM && payload.failed != ENOMEM &&
	    whole.failed != ENOMEM)
		err = !header.failed && !payload.failed && !whole.failed &&
		    km_bytes_equal((struct km_bytes){ whole.p, whole.len },
		    list) ? KM_OK : KM_ERR_ENCODING;
	buf_free(&header);
	buf_free(&payload);
	buf_free(&whole);
	return err;
}

enum km_err
published_list(struct published_list *out, const struct km_known *known,
    uint32_t shard, struct km_bytes list)
{
	struct km_status_list	l;
	struct km_signed	by;
	struct text		text;
	enum km_err		err;
	char			uri[KM_URI_MAX + 32];
	size_t			len;

	if ((err = km_status_decode(&l, list.p, list.len)) != KM_OK)
		return err;
	snprintf(uri, sizeof(uri), "%.*s/status/%" PRIu32,
	    (int)known->trust.authority.len,
	    (const char *)known->trust.authority.p, shard);
	if (!km_bytes_equal(l.uri, km_bytes_of(uri)))
		return KM_ERR_MISMATCH;
	if (l.bits != 2 || l.exp == 0 || l.ttl == 0 || l.ttl > TTL_MAX ||
	    l.iat >= l.exp)
		return KM_ERR_VALUE;
	by = (struct km_signed){
		.alg = l.alg, .kid = l.kid, .iss = l.iss, .at = l.iat,
		.sig = l.sig, .ours = 1
	};
	text = (struct text){ l.protected_, l.payload };
	if ((err = signature_check(known, &by, &text)) != KM_OK ||
	    (err = form_check(&l, list)) != KM_OK)
		return err;
	err = km_inflate(out->entries, sizeof(out->entries), &len, l.lst.p,
	    l.lst.len);
	if (err != KM_OK)
		return err;
	memset(out->entries + len, 0, sizeof(out->entries) - len);
	out->iat = l.iat;
	out->exp = l.exp;
	km_sha256(out->hash, &list, 1);
	return KM_OK;
}

int
published_status(const uint8_t entries[KM_SHARD_BYTES], uint64_t idx)
{
	return km_status_get((struct km_bytes){ entries, KM_SHARD_BYTES }, 2,
	    idx & ((1u << LAYOUT_SHARD_BITS) - 1));
}
