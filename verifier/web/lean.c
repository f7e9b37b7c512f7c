/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The lean module: what a page loads to check a mark of its own site. It has
 * the sources of the whole one (Makefile, LEFT_OUT), and here is what stands
 * in for those that it leaves out. None of these answers: each says that the
 * module lacks what was asked of it, whatever comes out of the operation is
 * thrown away, and the whole module is asked instead (host.js).
 */
#include <string.h>

#include "verifier/attestation.h"
#include "verifier/judge.h"
#include "verifier/policy.h"
#include "verifier/web/wasm.h"

static int	lacks;

/* Did it lack anything since it was last asked? */
int EXPORT(km_web_lacks)(void);
int
km_web_lacks(void)
{
	int	had = lacks;

	lacks = 0;
	return had;
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
	lacks |= km_cbor_end(&d) != KM_OK;
	return KM_OK;
}

void
km_judge_demands(const struct km_case *c, struct km_report *r)
{
	(void)r;
	lacks |= c->policy->holder.len > 0 || c->policy->n_demands > 0 ||
	    c->policy->n_bodies > 0;
}

enum km_err
km_container_decode(struct km_found *found, uint8_t *out,
    struct km_bytes file)
{
	(void)found;
	(void)out;
	(void)file;
	lacks = 1;
	return KM_ERR_NO_BADGE;
}

int
km_container_host_is(const struct km_found *found, struct km_bytes iss)
{
	(void)found;
	(void)iss;
	lacks = 1;
	return 0;
}

/* A file of CBOR has no picture. */
void
km_judge_picture(const struct km_case *c, struct km_report *r)
{
	(void)r;
	lacks |= c->found != NULL && c->found->kind != KM_CONTAINER_CBOR;
}

/* No register was given, as there is no way to give one. */
static void
no_register(const struct km_case *c)
{
	lacks |= c->known->lookup != NULL || c->by != 0;
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

struct km_bytes
km_lookup_attestation(const struct km_lookup *l, uint32_t leaf)
{
	(void)l;
	(void)leaf;
	lacks = 1;
	return (struct km_bytes){ NULL, 0 };
}

const struct km_lookup_leaf *
km_lookup_leaf(const struct km_lookup *l, uint32_t leaf)
{
	static const struct km_lookup_leaf	none = { 0 };

	(void)l;
	(void)leaf;
	lacks = 1;
	return &none;
}
