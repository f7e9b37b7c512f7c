/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerk show: status lists, trust lists and epochs. */
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/show.h"
#include "verifier/epoch.h"
#include "verifier/inflate.h"
#include "verifier/report.h"
#include "verifier/status.h"
#include "verifier/trust.h"

/* How many entries have each value; of ours four values have a name. */
static int
count_entries(struct show *s, const char *path,
    const struct km_status_list *l)
{
	uint64_t	 count[256] = { 0 }, i, n;
	uint8_t		*entries = malloc(KM_LIST_INFLATED_MAX);
	enum km_err	 err;
	size_t		 len;
	char		 name[16];

	if (entries == NULL)
		return show_refused(path, KM_ERR_FULL);
	err = km_inflate(entries, KM_LIST_INFLATED_MAX, &len, l->lst.p,
	    l->lst.len);
	n = err == KM_OK ? (uint64_t)len * 8 / l->bits : 0;
	for (i = 0; i < n; i++)
		count[km_status_get((struct km_bytes){ entries, len },
		    l->bits, i)]++;
	free(entries);
	if (err != KM_OK)
		return show_refused(path, err);
	show_int(s, "entries", cli_word("plaatsen", "entries"), (int64_t)n);
	for (i = 0; i < 256; i++) {
		if (i > KM_STATUS_SUPERSEDED && count[i] == 0)
			continue;
		snprintf(name, sizeof(name), "value %u", (unsigned int)i);
		show_int(s, i <= KM_STATUS_SUPERSEDED ?
		    km_status_name((enum km_status)i) : name,
		    i == KM_STATUS_VALID ? cli_word("geldig", "valid") :
		    i == KM_STATUS_WITHDRAWN ?
		    cli_word("ingetrokken", "withdrawn") :
		    i == KM_STATUS_SUSPENDED ?
		    cli_word("geschorst", "suspended") :
		    i == KM_STATUS_SUPERSEDED ?
		    cli_word("vervangen", "superseded") : name,
		    (int64_t)count[i]);
	}
	return 1;
}

int
show_status(struct show *s, const char *path, const struct cli_file *f)
{
	struct km_status_list	l;
	enum km_err		err;

	err = km_status_decode(&l, f->p, f->len);
	if (err != KM_OK)
		return show_refused(path, err);
	show_text(s, "uri", cli_word("adres", "address"), l.uri);
	show_text(s, "issuer", cli_word("uitgever", "issuer"), l.iss);
	show_int(s, "alg", cli_word("algoritme", "algorithm"), l.alg);
	show_hex(s, "kid", cli_word("sleutel", "key"), l.kid.p, l.kid.len);
	show_time(s, "issued", cli_word("gemaakt", "issued"), l.iat);
	if (l.exp != 0 || s->json)
		show_time(s, "expires", cli_word("telt tot", "counts until"),
		    l.exp);
	show_int(s, "ttl", cli_word("verversen na, seconden",
	    "refresh after, seconds"), l.ttl);
	show_int(s, "bits", cli_word("bits per plaats", "bits an entry"),
	    l.bits);
	return count_entries(s, path, &l);
}

static const char *
purpose_name(enum km_purpose p)
{
	switch (p) {
	case KM_PURPOSE_ATTEST:		return "attest";
	case KM_PURPOSE_PUBLISH:	return "publish";
	case KM_PURPOSE_OFFICERS:	return "officers";
	}
	return "unknown";
}

static void
show_key(struct show *s, const struct km_trust_key *k)
{
	show_open(s, NULL, '{');
	show_hex(s, "kid", cli_word("sleutel", "key"), k->key.kid,
	    KM_KID_LEN);
	show_text(s, "purpose", cli_word("doel", "purpose"),
	    cli_bytes(purpose_name(k->purpose)));
	show_int(s, "alg", cli_word("algoritme", "algorithm"), k->key.alg);
	show_hex(s, "public", cli_word("openbaar deel", "public part"),
	    k->key.bytes, k->key.len);
	show_time(s, "not_before", cli_word("vanaf", "from"),
	    k->not_before);
	show_time(s, "not_after", cli_word("tot", "until"), k->not_after);
	if (k->revoked_at >= 0)
		show_time(s, "revoked_at", cli_word("ingetrokken",
		    "revoked"), k->revoked_at);
	show_close(s, '}');
}

static void
show_root(struct show *s, const struct km_key *k, const struct km_sign *sign)
{
	struct km_bytes	kid = { k->kid, KM_KID_LEN };
	int		has_signed = 0;
	size_t		i;

	for (i = 0; i < sign->n; i++)
		has_signed |= km_bytes_equal(sign->signer[i].kid, kid);
	show_open(s, NULL, '{');
	show_hex(s, "kid", cli_term("terms.root_key_holder"), k->kid,
	    KM_KID_LEN);
	show_int(s, "alg", cli_word("algoritme", "algorithm"), k->alg);
	show_hex(s, "public", cli_word("openbaar deel", "public part"),
	    k->bytes, k->len);
	show_int(s, "signed", cli_word("handtekening erbij",
	    "signature with it"), has_signed);
	show_close(s, '}');
}

int
show_trust(struct show *s, const char *path, const struct cli_file *f)
{
	struct km_bytes	whole = { f->p, f->len };
	struct km_trust	t;
	struct km_sign	sign;
	uint8_t		hash[KM_HASH_LEN];
	enum km_err	err;
	size_t		i;

	err = km_trust_decode(&t, &sign, f->p, f->len);
	if (err != KM_OK)
		return show_refused(path, err);
	km_sha256(hash, &whole, 1);
	show_text(s, "authority", cli_word("uitgever", "authority"),
	    t.authority);
	show_text(s, "environment", cli_check_word(KM_CHECK_ENVIRONMENT),
	    cli_bytes(km_environment_name(t.environment)));
	show_int(s, "version", cli_word("versie", "version"), t.version);
	show_hex(s, "sha256", "SHA-256", hash, sizeof(hash));
	show_time(s, "issued", cli_word("gemaakt", "issued"), t.issued);
	show_time(s, "expires", cli_word("telt tot", "counts until"),
	    t.expires);
	show_int(s, "signatures", cli_word("handtekeningen", "signatures"),
	    (int64_t)sign.n);
	show_int(s, "threshold", cli_word("nodig", "needed"),
	    (int64_t)t.threshold);
	show_open(s, "roots", '[');
	for (i = 0; i < t.n_roots; i++)
		show_root(s, &t.root[i], &sign);
	show_close(s, ']');
	show_open(s, "keys", '[');
	for (i = 0; i < t.n_keys; i++)
		show_key(s, &t.key[i]);
	show_close(s, ']');
	return 1;
}

static void
show_head(struct show *s, const char *key, const char *label,
    const struct km_tree_head *h)
{
	show_open(s, key, '{');
	show_int(s, "size", label, (int64_t)h->size);
	show_hex(s, "root", cli_word("wortel", "root"), h->root,
	    KM_HASH_LEN);
	show_close(s, '}');
}

int
show_epoch(struct show *s, const char *path, const struct cli_file *f)
{
	struct km_bytes	whole = { f->p, f->len };
	struct km_epoch	e;
	struct km_sign1	sign1;
	uint8_t		hash[KM_HASH_LEN];
	enum km_err	err;

	err = km_epoch_decode(&e, &sign1, f->p, f->len);
	if (err != KM_OK)
		return show_refused(path, err);
	km_sha256(hash, &whole, 1);
	show_text(s, "issuer", cli_word("uitgever", "issuer"), sign1.iss);
	show_hex(s, "kid", cli_word("sleutel", "key"), sign1.kid.p,
	    sign1.kid.len);
	show_int(s, "number", cli_word("nummer", "number"), e.number);
	show_hex(s, "sha256", "SHA-256", hash, sizeof(hash));
	show_hex(s, "previous", cli_word("vorige", "previous"), e.previous,
	    KM_HASH_LEN);
	show_time(s, "this_update", cli_word("gemaakt", "this update"),
	    e.this_update);
	show_time(s, "next_update", cli_word("volgende uiterlijk",
	    "next update"), e.next_update);
	show_int(s, "trust_version", cli_term("terms.trust_list"),
	    e.trust_version);
	show_hex(s, "trust", "SHA-256", e.trust, KM_HASH_LEN);
	show_hex(s, "scheme", cli_term("terms.scheme"), e.scheme,
	    KM_HASH_LEN);
	show_hex(s, "bodies", cli_word("certificatie-instellingen",
	    "bodies"), e.bodies, KM_HASH_LEN);
	show_head(s, "log", cli_term("terms.log"), &e.log);
	show_head(s, "register", cli_term("terms.register"), &e.reg);
	show_head(s, "status", cli_word("statuslijsten", "status lists"),
	    &e.status);
	return 1;
}
