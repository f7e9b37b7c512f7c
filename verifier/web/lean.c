/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The lean module: what a page loads to check a mark of its own site. It has
 * the sources of the whole one (Makefile, LEFT_OUT), but stops at whatever is
 * not in order (refuse.h). Here is what stands in for the sources that it
 * leaves out: the least that an ordinary page needs of them, and where more is
 * needed it stops as well. Nothing comes of an operation in which it stopped,
 * and the whole module is asked instead (host.js). What it answers, report.js
 * puts in words.
 */
#include <stddef.h>
#include <string.h>

#include "verifier/attestation.h"
#include "verifier/judge.h"
#include "verifier/kind.h"
#include "verifier/policy.h"
#include "verifier/web/wasm.h"

/* What report.js reads, and where. */
#define AT(member, at)	_Static_assert( \
	offsetof(struct km_report, member) == (at), "report.js reads " #member)
AT(verdict, 0);
AT(indication, 4);
AT(binding, 8);
AT(now, 16);
AT(check, 24);
AT(vouched, 24 + 40 * KM_CHECKS);
AT(trust_version, 2088);
AT(epoch_number, 2092);
AT(epoch_hash, 2096);
AT(status_iat, 2128);
AT(status_exp, 2136);
AT(attestation_len, 2144);
AT(attestation_bytes, 2148);
_Static_assert(offsetof(struct km_check, want) == 8 &&
    offsetof(struct km_check, want_text) == 24 &&
    sizeof(struct km_check) == 40, "report.js reads checks");

/* Stop where it is so. */
static void
lacks(int so)
{
	if (so)
		__builtin_trap();
}

/* A policy that says no more than which environment and which document. */
enum km_err
km_policy_decode(struct km_policy *out, const uint8_t *cbor, size_t len)
{
	struct km_cbor	d;
	size_t		left;

	memset(out, 0, sizeof(*out));
	km_cbor_begin(&d, cbor, len);
	left = km_cbor_map(&d, 0, KM_POLICY_SELF_DECLARATION);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_ENVIRONMENT))
		out->environment = (enum km_environment)km_cbor_uint(&d,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_SELF_DECLARATION)) {
		km_cbor_true(&d);
		out->self_declaration = 1;
	}
	km_cbor_close(&d, left);
	lacks(km_cbor_end(&d) != KM_OK);
	return KM_OK;
}

/*
 * A guess, which its reader holds to the typ: our own headers end with it, and
 * a trust list has another tag.
 */
enum km_kind
km_kind_of(const uint8_t *p, size_t len)
{
	const struct km_bytes	typ = km_bytes_of(KM_TYP_EPOCH);
	struct km_bytes		header;
	struct km_cbor		d;

	lacks(len == 0);
	if (p[0] != 0xd2)
		return KM_KIND_TRUST;
	km_cbor_begin(&d, p, len);
	km_cbor_tag(&d, 18);
	km_cbor_array(&d, 4, 4);
	header = km_cbor_bytes(&d, typ.len, KM_TBS_MAX);
	return memcmp(header.p + header.len - typ.len, typ.p, typ.len) == 0 ?
	    KM_KIND_EPOCH : KM_KIND_STATUS;
}

/* Lists of our own make only (schemas/status.cddl). */
static void
read_list(struct km_cbor *d, struct km_status_list *l)
{
	km_cbor_map(d, 2, 2);
	km_cbor_literal(d, "lst");
	l->lst = km_cbor_bytes(d, 1, KM_LIST_MAX);
	km_cbor_literal(d, "bits");
	l->bits = (unsigned int)km_cbor_uint(d, 2, 2);
}

enum km_err
km_status_decode(struct km_status_list *l, const uint8_t *buf, size_t len)
{
	struct km_sign1	s;
	struct km_bytes	iss;
	struct km_cbor	d;
	size_t		left;

	lacks(km_sign1_decode(&s, buf, len, KM_TYP_STATUS, 0) != KM_OK);
	km_cbor_begin(&d, s.payload.p, s.payload.len);
	left = km_cbor_map(&d, 6, 6);
	km_cbor_key(&d, &left, KM_CLAIM_ISS);
	iss = km_read_host_uri(&d);
	km_cbor_key(&d, &left, KM_CLAIM_SUB);
	l->uri = km_cbor_ascii(&d, 1, KM_URI_MAX + 16);
	km_cbor_key(&d, &left, KM_CLAIM_EXP);
	l->exp = km_cbor_int(&d, 1, KM_TIME_MAX);
	km_cbor_key(&d, &left, KM_CLAIM_IAT);
	l->iat = km_read_time(&d);
	km_cbor_key(&d, &left, KM_CLAIM_STATUS_LIST);
	read_list(&d, l);
	km_cbor_key(&d, &left, KM_CLAIM_TTL);
	l->ttl = km_cbor_int(&d, 1, KM_TIME_MAX);
	lacks(km_cbor_end(&d) != KM_OK || !km_bytes_equal(iss, s.iss) ||
	    !km_bytes_equal(l->uri, s.sub));
	l->alg = s.alg;
	l->kid = s.kid;
	l->iss = s.iss;
	l->protected_ = s.protected_;
	l->payload = s.payload;
	l->sig = s.sig;
	return KM_OK;
}

void
km_judge_demands(const struct km_case *c, struct km_report *r)
{
	(void)r;
	lacks(c->policy->holder.len > 0 || c->policy->n_demands > 0 ||
	    c->policy->n_bodies > 0);
}

void
km_judge_no_memory(const struct km_case *c, struct km_report *r,
    enum km_err why)
{
	(void)r;
	(void)why;
	lacks(c->policy->epoch_number != 0);
}

void
km_say_remembered(const struct km_case *c, struct km_report *r,
    struct km_check *k, const struct km_epoch_proof *newest)
{
	(void)k;
	(void)newest;
	km_judge_no_memory(c, r, KM_OK);
}

enum km_err
km_container_decode(struct km_found *found, uint8_t *out,
    struct km_bytes file)
{
	(void)found;
	(void)out;
	(void)file;
	__builtin_trap();
}

int
km_container_host_is(const struct km_found *found, struct km_bytes iss)
{
	(void)found;
	(void)iss;
	__builtin_trap();
}

/* A file of CBOR has no picture. */
void
km_judge_picture(const struct km_case *c, struct km_report *r)
{
	(void)r;
	lacks(c->found != NULL && c->found->kind != KM_CONTAINER_CBOR);
}

/* No register was given, as there is no way to give one. */
static void
no_register(const struct km_case *c)
{
	lacks(c->known->lookup != NULL || c->by != 0);
}

void
km_case_listing(struct km_case *c, const struct km_report *r)
{
	(void)r;
	no_register(c);
}

void
km_judge_listed(const struct km_case *c, struct km_report *r)
{
	(void)r;
	no_register(c);
}

void
km_judge_successor(const struct km_case *c, struct km_report *r)
{
	(void)r;
	no_register(c);
}

void
km_judge_asked(const struct km_case *c, struct km_report *r)
{
	(void)r;
	no_register(c);
}
