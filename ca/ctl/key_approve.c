/* SPDX-License-Identifier: EUPL-1.2 */
/* An approval: a person's signature over a decision's exact bytes. */
#include <string.h>

#include "ca/record/encode.h"

#include "key.h"

enum { HEADER_MAX = 512 };

int
key_approve(struct key *key, struct buf *out, struct km_bytes iss,
    const uint8_t id[KM_HASH_LEN], struct km_bytes decision)
{
	static const struct km_bytes	detached;
	const struct km_key		*pub = key_public(key);
	struct km_bytes			 part[2], header;
	struct buf			 h;
	uint8_t				 tbs[KM_TBS_MAX], sig[KM_SIG_LEN];
	char				 sub[65];
	int				 rc = -1;

	decision_id_hex(sub, id);
	buf_init(&h, HEADER_MAX);
	encode_protected(&h, pub->alg, pub->kid, iss, km_bytes_of(sub),
	    KM_TYP_APPROVAL);
	header = (struct km_bytes){ h.p, h.len };
	part[0].p = tbs;
	part[0].len = km_tbs(tbs, header, NULL, decision.len);
	part[1] = decision;
	if (!h.failed && part[0].len != 0 && key_sign(key, sig, part) == 0) {
		encode_sign1(out, header, detached, sig);
		rc = out->failed ? -1 : 0;
	}
	buf_free(&h);
	return rc;
}
