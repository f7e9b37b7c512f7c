/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A policy as people write it, in JSON (schemas/policy.schema.json). Every
 * member is tried by itself through the reader of the library, so that what
 * is wrong is said of its place.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/cli.h"
#include "verifier/cli/policy.h"
#include "verifier/report.h"

enum {
	FILE_MAX = 65536,	/* far more than 16 demands and 16 bodies */
	PLACE_MAX = 64, SHOWN_MAX = 80
};

struct reader {
	const char		*path;
	struct km_policy	 p;	/* texts point into the JSON */
};

/* What a value was, cut to what fits on a line. */
static void
shown(char out[SHOWN_MAX], const json_t *v)
{
	char	*s = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);

	snprintf(out, SHOWN_MAX, "%s", s == NULL ? "?" : s);
	if (s != NULL && strlen(s) >= SHOWN_MAX)
		memcpy(out + SHOWN_MAX - 4, "...", 4);
	free(s);
}

static int
wrong(const struct reader *r, const char *place, const char *expected,
    const json_t *found)
{
	char	text[SHOWN_MAX];

	shown(text, found);
	cli_error(cli_word("%s: %s: verwacht %s, gevonden %s",
	    "%s: %s: expected %s, found %s"), r->path, place, expected, text);
	return 0;
}

/* An object of these members only, their names in one text. */
static int
only(const struct reader *r, const char *place, json_t *object,
    const char *const name[], const char *expected)
{
		const char	*key;
	json_t		*v;
	size_t		 i;
	int		 known, ok = json_is_object(object);

	if (!ok)
		wrong(r, place[0] == '\0' ? "policy" : place, expected,
		    object);
	json_object_foreach(object, key, v) {
		for (known = 0, i = 0; name[i] != NULL; i++)
			known |= strcmp(key, name[i]) == 0;
		if (known)
			continue;
		cli_error(cli_word("%s: %s%s\"%s\": onbekend, verwacht %s",
		    "%s: %s%s\"%s\": unknown, expected %s"), r->path, place,
		    place[0] == '\0' ? "" : ": ", key, expected);
		ok = 0;
		break;
	}
	return ok;
}

static struct km_bytes
text_of(const json_t *v)
{
	return (struct km_bytes){ (const uint8_t *)json_string_value(v),
	    json_string_length(v) };
}

/* Is there a policy that has this? */
static int
may_be(const struct km_policy *p)
{
	uint8_t	cbor[KM_POLICY_MAX];

	return cli_policy_cbor(cbor, p) > 0;
}

/* The place in a list of names that end with NULL, from 1 on; or 0. */
static int
among(const json_t *v, const char *(*name)(int), int first, int last)
{
	const char	*s = json_string_value(v);
	int		 i;

	for (i = first; s != NULL && i <= last; i++)
		if (strcmp(s, name(i)) == 0)
			return i - first + 1;
	return 0;
}

static const char *
environment_name(int e)
{
	return km_environment_name((enum km_environment)e);
}

static const char *
claim_name(int c)
{
	return km_claim_name((enum km_claim)c);
}

static const char *
level_name(int l)
{
	return km_level_name((enum km_level)l);
}

static int
take_environment(struct reader *r, json_t *v)
{
	int	e = among(v, environment_name, 0, KM_ENVIRONMENT_EXERCISE);

	if (e == 0)
		return wrong(r, "environment", cli_word(
		    "production, demonstration of exercise",
		    "production, demonstration or exercise"), v);
	r->p.environment = (enum km_environment)(e - 1);
	return 1;
}

static int
take_self(struct reader *r, json_t *v)
{
	if (!json_is_boolean(v))
		return wrong(r, "self_declaration", cli_word("true of false",
		    "true or false"), v);
	r->p.self_declaration = json_is_true(v);
	return 1;
}

static int
demand_right(const struct reader *r, const char *place, json_t *v,
    struct km_demand *d)
{
	static const char *const names[] = { "claim", "service", "level",
	    NULL };
	struct km_policy	 one = { .n_demands = 1 };
	const json_t		*claim, *service, *level;

	if (!only(r, place, v, names, "claim, service, level"))
		return 0;
	claim = json_object_get(v, "claim");
	service = json_object_get(v, "service");
	level = json_object_get(v, "level");
	d->claim = (enum km_claim)among(claim, claim_name,
	    KM_CLAIM_BASIC_MEASURES, KM_CLAIM_POLICY_ADVICE);
	d->level = (enum km_level)among(level, level_name, KM_LEVEL_BASIC,
	    KM_LEVEL_HIGH);
	d->service = text_of(service);
	one.demand[0] = *d;
	if ((service != NULL && d->service.len == 0) || !may_be(&one))
		return wrong(r, place, cli_word(
		    "claim basic_measures of policy_advice, level basic, "
		    "substantial of high, en service een code van de regeling "
		    "of weggelaten voor de organisatie als geheel",
		    "claim basic_measures or policy_advice, level basic, "
		    "substantial or high, and service a code of the scheme, "
		    "or left out for the organisation as a whole"), v);
	return 1;
}

/* An array of at most so many; 0 after saying so. */
static int
is_list(const struct reader *r, const char *place, const json_t *v,
    size_t max)
{
	char	expected[64];

	if (json_is_array(v) && json_array_size(v) <= max)
		return 1;
	snprintf(expected, sizeof(expected), cli_word(
	    "een lijst van hoogstens %zu", "a list of at most %zu"), max);
	return wrong(r, place, expected, v);
}

/* What was just added stands there a second time. */
static int
twice(const struct reader *r, const char *place, const json_t *list, size_t i)
{
	const json_t	*v = json_array_get(list, i);
	size_t		 k;

	for (k = 0; k < i; k++)
		if (json_equal(json_array_get(list, k), v))
			return !wrong(r, place, cli_word("elk maar een keer",
			    "each once only"), v);
	return 0;
}

static int
take_demands(struct reader *r, json_t *v)
{
	char	place[PLACE_MAX];
	size_t	i;

	if (!is_list(r, "demands", v, KM_DEMANDS_MAX))
		return 0;
	for (i = 0; i < json_array_size(v); i++) {
		snprintf(place, sizeof(place), "demands[%zu]", i);
		if (!demand_right(r, place, json_array_get(v, i),
		    &r->p.demand[i]) || twice(r, place, v, i))
			return 0;
	}
	r->p.n_demands = i;
	return 1;
}

static int
take_bodies(struct reader *r, json_t *v)
{
	struct km_policy	one = { .n_bodies = 1 };
	char			place[PLACE_MAX];
	size_t			i;

	if (!is_list(r, "bodies", v, KM_BODIES_MAX))
		return 0;
	for (i = 0; i < json_array_size(v); i++) {
		snprintf(place, sizeof(place), "bodies[%zu]", i);
		one.body[0] = text_of(json_array_get(v, i));
		if (!may_be(&one))
			return wrong(r, place, cli_word(
			    "een accreditatienummer, zoals \"C 123\"",
			    "an accreditation number, such as \"C 123\""),
			    json_array_get(v, i));
		if (twice(r, place, v, i))
			return 0;
		r->p.body[i] = one.body[0];
	}
	r->p.n_bodies = i;
	return 1;
}

static int
take_holder(struct reader *r, json_t *v)
{
	struct km_policy	one = { .holder = text_of(v) };

	if (one.holder.len == 0 || !may_be(&one))
		return wrong(r, "holder", cli_word(
		    "een KVK-nummer van 8 cijfers, NTRNL-..., EUID of LEI",
		    "a KVK number of 8 digits, NTRNL-..., EUID or LEI"), v);
	r->p.holder = one.holder;
	return 1;
}

static int
take_origin(struct reader *r, json_t *v)
{
	struct km_policy	one = { .origin = text_of(v) };

	if (one.origin.len == 0 || !may_be(&one))
		return wrong(r, "origin", cli_word(
		    "de hostnaam van de website in kleine letters, zoals "
		    "www.voorbeeld.nl (internationale namen als xn--...)",
		    "the host name of the website in lower case, such as "
		    "www.example.nl (international names as xn--...)"), v);
	r->p.origin = one.origin;
	return 1;
}

/* 0 when it is there and no number of seconds. */
static int
seconds(int64_t *out, const json_t *v)
{
	*out = 0;
	if (v == NULL)
		return 1;
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return 0;
	*out = json_integer_value(v);
	return 1;
}

static int
take_age(struct reader *r, json_t *v, const char *place, int64_t *warn,
    int64_t *fail)
{
	static const char *const names[] = { "warn", "fail", NULL };
	struct km_policy	 one = { .n_demands = 0 };

	if (!only(r, place, v, names, "warn, fail"))
		return 0;
	if (!seconds(&one.status_warn, json_object_get(v, "warn")) ||
	    !seconds(&one.status_fail, json_object_get(v, "fail")) ||
	    !may_be(&one))
		return wrong(r, place, cli_word(
		    "warn en fail in seconden, van 0 tot 315360000",
		    "warn and fail in seconds, from 0 to 315360000"), v);
	*warn = one.status_warn;
	*fail = one.status_fail;
	return 1;
}

static int
take_status_age(struct reader *r, json_t *v)
{
	return take_age(r, v, "status_age", &r->p.status_warn,
	    &r->p.status_fail);
}

static int
take_epoch_age(struct reader *r, json_t *v)
{
	return take_age(r, v, "epoch_age", &r->p.epoch_warn,
	    &r->p.epoch_fail);
}

static int
take_trust_age(struct reader *r, json_t *v)
{
	return take_age(r, v, "trust_age", &r->p.trust_warn,
	    &r->p.trust_fail);
}

static int
take_skew(struct reader *r, json_t *v)
{
	struct km_policy	one = { .n_demands = 0 };

	if (!seconds(&one.skew, v) || !may_be(&one))
		return wrong(r, "skew", cli_word("seconden, van 0 tot 300",
		    "seconds, from 0 to 300"), v);
	r->p.skew = one.skew;
	return 1;
}

static int
take_remember(struct reader *r, json_t *v)
{
	static const char *const names[] = { "number", "hash", NULL };
	const json_t	*number = json_object_get(v, "number");
	const json_t	*hash = json_object_get(v, "hash");
	char		 text[12 + 2 * KM_HASH_LEN + 2];

	if (!only(r, "remember", v, names, "number, hash"))
		return 0;
	if (json_is_integer(number) && json_integer_value(number) > 0 &&
	    json_integer_value(number) <= UINT32_MAX &&
	    json_string_length(hash) == 2 * KM_HASH_LEN &&
	    strspn(json_string_value(hash), "0123456789abcdef") ==
	    2 * KM_HASH_LEN) {
		snprintf(text, sizeof(text), "%lld:%s",
		    (long long)json_integer_value(number),
		    json_string_value(hash));
		return cli_remember(&r->p, "remember", text);
	}
	return wrong(r, "remember", cli_word(
	    "number van 1 tot 4294967295 en hash van 64 hexadecimale cijfers",
	    "number from 1 to 4294967295 and hash of 64 hexadecimal digits"),
	    v);
}

static const struct {
	const char	*name;
	int		(*take)(struct reader *, json_t *);
} members[] = {
	{ "environment",	take_environment },
	{ "self_declaration",	take_self },
	{ "demands",		take_demands },
	{ "holder",		take_holder },
	{ "bodies",		take_bodies },
	{ "origin",		take_origin },
	{ "status_age",		take_status_age },
	{ "epoch_age",		take_epoch_age },
	{ "trust_age",		take_trust_age },
	{ "skew",		take_skew },
	{ "remember",		take_remember }
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static int
take_all(struct reader *r, json_t *json)
{
	const char	*names[MEMBERS + 1] = { NULL };
	json_t		*v;
	char		 expected[160] = "";
	size_t		 i, n = 0;

	for (i = 0; i < MEMBERS; i++) {
		names[i] = members[i].name;
		n += (size_t)snprintf(expected + n, sizeof(expected) - n,
		    "%s%s", i == 0 ? "" : ", ", members[i].name);
	}
	if (!only(r, "", json, names, expected))
		return 0;
	for (i = 0; i < MEMBERS; i++) {
		v = json_object_get(json, members[i].name);
		if (v != NULL && !members[i].take(r, v))
			return 0;
	}
	return 1;
}

int
cli_policy_file(struct km_policy *out, const char *path,
    struct cli_policy_text *text)
{
	struct reader	 r = { .path = path };
	struct cli_file	 f;
	json_error_t	 err;
	json_t		*json;
	int		 ok;

	if (cli_read(&f, path, FILE_MAX, 0) != 1)
		return 0;
	json = json_loadb((const char *)f.p, f.len, JSON_REJECT_DUPLICATES,
	    &err);
	if (json == NULL)
		cli_error(cli_word("%s:%d:%d: verwacht een beleid in JSON: %s",
		    "%s:%d:%d: expected a policy in JSON: %s"), path,
		    err.line, err.column, err.text);
	ok = json != NULL && take_all(&r, json);
	/* Once more as a whole; from here on it points into text. */
	if (ok) {
		text->len = cli_policy_cbor(text->cbor, &r.p);
		ok = text->len > 0 && km_policy_decode(out, text->cbor,
		    text->len) == KM_OK;
	}
	json_decref(json);
	cli_file_free(&f);
	return ok;
}
