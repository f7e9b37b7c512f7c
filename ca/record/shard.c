/* SPDX-License-Identifier: EUPL-1.2 */
/* Shard: one of our status lists, opened; see shard.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verifier/core.h"
#include "verifier/inflate.h"

#include "layout.h"
#include "shard.h"

static int
signature_good(const struct km_known *known, const struct km_status_list *l,
    uint32_t keys)
{
	const struct km_key	*key;
	struct km_ask		 ask;
	uint8_t			 tbs[KM_TBS_MAX];
	size_t			 i, len;

	if ((len = km_tbs(tbs, l->protected_, NULL, l->payload.len)) == 0)
		return 0;
	for (i = 0; i < known->trust.n_keys; i++) {
		if ((keys >> i & 1) == 0)
			continue;
		key = &known->trust.key[i].key;
		ask = (struct km_ask){
			.alg = key->alg, .slot = (int)i,
			.key = { key->bytes, key->len },
			.msg = { { tbs, len }, l->payload }, .sig = l->sig
		};
		if (km_openssl_verify(known->host, &ask))
			return 1;
	}
	return 0;
}

enum km_err
shard_open(struct shard_list *out, const struct km_known *known,
    uint32_t shard, struct km_bytes list)
{
	struct km_status_list	l;
	struct km_signed	by;
	enum km_err		err;
	uint32_t		keys;
	char			uri[KM_URI_MAX + 32];
	size_t			len;

	if ((err = km_status_decode(&l, list.p, list.len)) != KM_OK)
		return err;
	snprintf(uri, sizeof(uri), "%.*s/status/%" PRIu32,
	    (int)known->trust.authority.len,
	    (const char *)known->trust.authority.p, shard);
	if (!km_bytes_equal(l.uri, km_bytes_of(uri)))
		return KM_ERR_MISMATCH;
	if (l.alg != KM_ALG_ESP256 && l.alg != KM_ALG_ED25519)
		return KM_ERR_ALG;
	if (l.bits != 2 || l.kid.len != KM_KID_LEN || l.exp == 0 ||
	    l.ttl == 0 || l.iat >= l.exp)
		return KM_ERR_VALUE;
	by = (struct km_signed){
		.alg = l.alg, .kid = l.kid, .iss = l.iss, .at = l.iat,
		.sig = l.sig
	};
	if ((keys = km_publish_keys(&known->trust, &by, &err)) == 0)
		return err;
	if (!signature_good(known, &l, keys))
		return KM_ERR_SIGNATURE;
	err = km_inflate(out->entries, sizeof(out->entries), &len, l.lst.p,
	    l.lst.len);
	if (err != KM_OK)
		return err;
	memset(out->entries + len, 0, sizeof(out->entries) - len);
	out->shard = shard;
	out->iat = l.iat;
	out->exp = l.exp;
	km_sha256(out->hash, &list, 1);
	return KM_OK;
}

int
shard_status(const uint8_t entries[KM_SHARD_BYTES], uint64_t idx)
{
	return km_status_get((struct km_bytes){ entries, KM_SHARD_BYTES }, 2,
	    idx & ((1u << LAYOUT_SHARD_BITS) - 1));
}
