/* SPDX-License-Identifier: EUPL-1.2 */
/* Paper: files of the ceremony; see paper.h. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/record/encode.h"
#include "verifier/core.h"

#include "paper.h"
#include "say.h"

enum {
	TAG_SIGN = 98, HEADER_MAX = 512, PUBLIC_MAX = 128,
	PAPER_MAX = OFFICERS_MAX + 4096
};

static int
malformed(const char *path, const char *what, enum km_err err)
{
	say_error("%s: expected %s, found something else (%s)", path, what,
	    km_err_name(err));
	return -1;
}

/*
 * The strict reader takes no list without signatures, and a draft has none:
 * one that signs nothing is put in its place, to read all the rest.
 */
static enum km_err
fill(struct buf *out, size_t *n_signers, const struct buf *bytes)
{
	uint8_t			protected_[32], sig[KM_SIG_LEN] = { 0 };
	static const uint8_t	nobody[KM_KID_LEN];
	struct km_bytes		header, payload;
	struct km_signer	signer;
	struct km_cbor		c;
	struct buf		b;

	km_cbor_begin(&c, bytes->p, bytes->len);
	km_cbor_tag(&c, TAG_SIGN);
	km_cbor_array(&c, 4, 4);
	header = km_cbor_bytes(&c, 1, HEADER_MAX);
	km_cbor_map(&c, 0, 0);
	payload = km_cbor_bytes(&c, 1, SIZE_MAX);
	*n_signers = km_cbor_array(&c, 0, KM_SIGNERS_MAX);
	if (c.err != KM_OK)
		return c.err;
	if (*n_signers > 0)
		return buf_add(out, bytes->p, bytes->len) == 0 ? KM_OK :
		    KM_ERR_FULL;
	if (km_cbor_end(&c) != KM_OK)
		return km_cbor_end(&c);
	buf_init(&b, sizeof(protected_));
	encode_signer_protected(&b, KM_ALG_ESP256, nobody);
	memcpy(protected_, b.p, b.len);
	signer.alg = KM_ALG_ESP256;
	signer.kid = (struct km_bytes){ nobody, sizeof(nobody) };
	signer.protected_ = (struct km_bytes){ protected_, b.len };
	signer.sig = sig;
	sig[KM_SIG_LEN / 2 - 1] = sig[KM_SIG_LEN - 1] = 1;	/* r, s */
	buf_free(&b);
	encode_sign(out, header, payload, &signer, 1);
	return out->failed ? KM_ERR_FULL : KM_OK;
}

static enum km_err
list_decode(struct paper *p)
{
	enum km_err	err;
	size_t		n;

	if ((err = fill(&p->filled, &n, &p->bytes)) != KM_OK)
		return err;
	p->kind = PAPER_TRUST;
	err = km_trust_decode(&p->trust, &p->sign, p->filled.p,
	    p->filled.len);
	if (err == KM_ERR_TYP) {
		p->kind = PAPER_OFFICERS;
		err = officers_decode(&p->officers, &p->sign, p->filled.p,
		    p->filled.len);
	}
	p->sign.n = n;
	return err;
}

static int
read_list(struct paper *p, const char *path)
{
	enum km_err	err;

	if ((err = list_decode(p)) == KM_OK)
		return 0;
	return malformed(path, "a trust list, an officers list or an act",
	    err);
}

static int
read_act(struct paper *p, const char *path)
{
	struct km_bytes	decision;
	struct km_cbor	c;
	enum km_err	err;
	size_t		i;

	p->kind = PAPER_ACT;
	km_cbor_begin(&c, p->bytes.p, p->bytes.len);
	km_cbor_array(&c, 2, 2);
	decision = km_cbor_bytes(&c, 1, DECISION_MAX);
	p->n_approvals = km_cbor_array(&c, 0, APPROVALS_MAX);
	for (i = 0; i < p->n_approvals && c.err == KM_OK; i++)
		p->approval[i] = km_cbor_bytes(&c, 1, APPROVAL_MAX);
	if ((err = km_cbor_end(&c)) != KM_OK)
		return malformed(path, "an act: a decision and its approvals",
		    err);
	err = decision_decode(&p->decision, decision.p, decision.len);
	if (err != KM_OK)
		return malformed(path, "a decision in the act", err);
	for (i = 0; i < p->n_approvals; i++) {
		err = km_sign1_decode(&p->approval_sign[i], p->approval[i].p,
		    p->approval[i].len, KM_TYP_APPROVAL, 1);
		if (err != KM_OK)
			return malformed(path, "approvals in the act", err);
	}
	return 0;
}

static void
begin(struct paper *p)
{
	memset(p, 0, sizeof(*p));
	buf_init(&p->bytes, PAPER_MAX);
	buf_init(&p->filled, PAPER_MAX);
}

int
paper_load(struct paper *p, const char *path)
{
	struct km_bytes	whole;

	begin(p);
	if (file_read(&p->bytes, path) == -1) {
		say_error("%s: cannot read: %s", path, strerror(errno));
		return -1;
	}
	whole = (struct km_bytes){ p->bytes.p, p->bytes.len };
	km_sha256(p->hash, &whole, 1);
	if (p->bytes.len > 0 && p->bytes.p[0] >> 5 == KM_ARRAY)
		return read_act(p, path);
	return read_list(p, path);
}

void
paper_free(struct paper *p)
{
	officers_free(&p->officers);
	buf_free(&p->bytes);
	buf_free(&p->filled);
	memset(p, 0, sizeof(*p));
}

int
paper_load_trust(struct paper *p, uint8_t first[KM_HASH_LEN],
    const char *path, struct verify *verify)
{
	enum km_err	err;

	if (paper_load(p, path) == -1)
		return -1;
	if (p->kind != PAPER_TRUST) {
		say_error("%s: expected a trust list, found another paper",
		    path);
		return -1;
	}
	err = km_trust_accept(NULL, &p->trust, &p->sign, NULL, verify_ask,
	    verify);
	if (err != KM_OK) {
		say_error("%s: expected a trust list signed by %zu of its "
		    "roots, found %zu signatures (%s)", path,
		    p->trust.threshold, p->sign.n, km_err_name(err));
		return -1;
	}
	memcpy(first, p->trust.version == 1 ? p->hash : p->trust.first,
	    KM_HASH_LEN);
	return 0;
}

/* dirname() and basename() may change what they are given. */
static int
write_in_place(const char *path, const struct buf *b)
{
	char	*a = NULL, *c = NULL;
	int	 dir = -1, rc = -1;

	if ((a = strdup(path)) != NULL && (c = strdup(path)) != NULL &&
	    (dir = open(dirname(a), O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC)) != -1)
		rc = file_write(dir, basename(c), b->p, b->len, 0644);
	if (dir != -1)
		close(dir);
	free(a);
	free(c);
	return rc;
}

int
paper_write(const char *path, const struct buf *b, int replace)
{
	struct stat	st;

	if (b->failed) {
		say_error("%s: too large to be written", path);
		return -1;
	}
	if (!replace && lstat(path, &st) == 0) {
		say_error("%s: expected a new file, found one that is there "
		    "already; it is left as it was", path);
		return -1;
	}
	if (write_in_place(path, b) == -1) {
		say_error("%s: cannot write: %s", path, strerror(errno));
		return -1;
	}
	return 0;
}

enum km_err
paper_list(struct paper *p, struct km_bytes authority, const char *sub,
    const char *typ, const struct buf *payload)
{
	struct buf	header;

	begin(p);
	buf_init(&header, HEADER_MAX);
	encode_body_protected(&header, authority, km_bytes_of(sub), typ);
	if (header.failed || payload->failed)
		p->bytes.failed = EMSGSIZE;
	else
		encode_sign(&p->bytes,
		    (struct km_bytes){ header.p, header.len },
		    (struct km_bytes){ payload->p, payload->len }, NULL, 0);
	buf_free(&header);
	return p->bytes.failed ? KM_ERR_LIMIT : list_decode(p);
}

int
paper_signature_good(const struct km_sign *sign,
    const struct km_signer *signer, const struct km_key *key,
    struct verify *verify)
{
	struct km_ask	ask;
	uint8_t		tbs[KM_TBS_MAX];

	if (signer->alg != key->alg)
		return 0;
	memset(&ask, 0, sizeof(ask));
	ask.alg = key->alg;
	ask.slot = -1;
	ask.key = (struct km_bytes){ key->bytes, key->len };
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, sign->protected_, &signer->protected_,
	    sign->payload.len);
	ask.msg[1] = sign->payload;
	ask.sig = signer->sig;
	return ask.msg[0].len != 0 && verify_ask(verify, &ask);
}

int
public_load(struct km_key *key, const char *path)
{
	struct km_cbor	c;
	struct buf	b;
	int		rc = -1;

	buf_init(&b, PUBLIC_MAX);
	if (file_read(&b, path) == -1) {
		say_error("%s: cannot read a public key: %s", path,
		    strerror(errno));
		goto out;
	}
	km_cbor_begin(&c, b.p, b.len);
	km_key_read(&c, key, 0);
	if (km_cbor_end(&c) == KM_OK)
		rc = 0;
	else
		malformed(path, "a public key as `keurmerkctl key public` "
		    "writes it", km_cbor_end(&c));
out:
	buf_free(&b);
	return rc;
}
