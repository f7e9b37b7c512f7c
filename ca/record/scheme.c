/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Scheme: the rules of the mark, read from JSON (schemas/scheme.schema.json).
 */
#include <stdio.h>
#include <string.h>

#include "verifier/cbor.h"
#include "scheme.h"
#include "scheme_row.h"
#include "walk.h"

enum { NAME_MAX_LEN = 160, TEXT_MAX_LEN = 1200, VERSION_MAX = 65535 };

/* What the schema lists elsewhere, each at the number that it has in C. */
static const char *const levels[] = { NULL, "basic", "substantial", "high" };
static const char *const claims[] = { NULL, "basic_measures", "policy_advice" };
static const char *const objects[] = { NULL, "organisation", "service" };
static const char *const reasons[] = {
	NULL, "holder-request", "ceased", "requirements", "no-cooperation",
	"misuse", "false-data", "eu-scheme"
};
#define N(a)		(sizeof(a) / sizeof((a)[0]))
#define KIND(k)		(UINT32_C(1) << (k))

/* Refused, suspended, withdrawn, voided and ended: with a reason. */
#define KINDS_REASONED	(KIND(DECISION_REFUSE) | KIND(DECISION_SUSPEND) | \
	KIND(DECISION_WITHDRAW) | KIND(DECISION_VOID) | KIND(DECISION_END))
/* As in schemas/scheme.schema.json; 7 days for lists: design section 3. */
static const struct {
	const char	*name;
	size_t		 at;
	uint32_t	 min, max;
} periods[] = {
#define PERIOD(n, min, max) { #n, offsetof(struct scheme_periods, n), min, max }
	PERIOD(attestation_days_max, 1, 1827),
	PERIOD(decision_days_max, 1, 30),
	PERIOD(assessment_age_days_max, 1, 731),
	PERIOD(renewal_window_days, 1, 731),
	PERIOD(surveillance_days, 1, 731),
	PERIOD(host_proof_days, 1, 731),
	PERIOD(suspension_days_max, 1, 365),
	PERIOD(supersede_days, 0, 90),
	PERIOD(holder_remedy_days, 1, 90),
	PERIOD(complaint_days, 1, 365),
	PERIOD(vulnerability_report_days, 1, 90),
	PERIOD(badge_removal_days, 0, 90),
	PERIOD(retention_days_min, 1, 7305),
	PERIOD(list_ttl_seconds, 60, 86400),
	PERIOD(list_days, 1, 7),
	PERIOD(epoch_days, 1, 7),
	PERIOD(trust_warn_days, 1, 365)
#undef PERIOD
};

/* The number of a text in one of the tables above; 0: none. */
static size_t
number_of(const char *const *table, size_t n, const char *text)
{
	size_t	i;

	for (i = 1; i < n && text != NULL; i++)
		if (strcmp(table[i], text) == 0)
			return i;
	return 0;
}

static void
code_copy(struct scheme_code *out, const char *text)
{
	if (text != NULL)
		memcpy(out->text, text, strlen(text) + 1);
}

static int
code_known(const struct scheme_code *list, size_t n, struct km_bytes code)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (km_bytes_equal(km_bytes_of(list[i].text), code))
			return 1;
	return 0;
}

/* All three, in the order of their numbers; at least one is offered. */
static void
levels_read(struct walk *w, json_t *root, struct scheme *s)
{
	static const char *const names[] = { "code", "offered",
		"self_declaration", "name", "says", "says_not", NULL };
	json_t		*list, *item;
	const char	*code;
	size_t		 i;
	int		 any = 0;

	list = walk_array(w, root, "levels", N(levels) - 1, N(levels) - 1);
	walk_enter(w, "levels");
	for (i = 1; i < N(levels); i++) {
		item = walk_item(w, list, i - 1);
		code = walk_code(w, item, "code");
		if (code != NULL && strcmp(code, levels[i]) != 0)
			walk_fail(w, "code", json_object_get(item, "code"),
			    "\"%s\" here", levels[i]);
		s->level[i].offered = walk_bool(w, item, "offered");
		any |= s->level[i].offered;
		s->level[i].self_declaration =
		    walk_bool(w, item, "self_declaration");
		/* Regulation (EU) 2019/881, Article 53(1). */
		if (s->level[i].self_declaration && i != KM_LEVEL_BASIC)
			walk_fail(w, "self_declaration", json_true(),
			    "false: a self-declaration is for level basic");
		walk_words(w, item, "name", NAME_MAX_LEN);
		walk_words(w, item, "says", TEXT_MAX_LEN);
		walk_words(w, item, "says_not", TEXT_MAX_LEN);
		walk_closed(w, item, names);
		walk_leave(w);
	}
	if (!any)
		walk_fail(w, NULL, NULL, "a level that is offered");
	walk_leave(w);
}

static unsigned int
claim_objects(struct walk *w, json_t *item)
{
	json_t		*list, *value;
	unsigned int	 bits = 0;
	size_t		 i, o;

	list = walk_array(w, item, "objects", 1, N(objects) - 1);
	json_array_foreach(list, i, value) {
		o = number_of(objects, N(objects), json_string_value(value));
		if (o == 0 || (bits & 1u << o))
			walk_fail(w, "objects", value,
			    "\"organisation\" or \"service\", each once");
		bits |= 1u << o;
	}
	return bits;
}

static void
claims_read(struct walk *w, json_t *root, struct scheme *s)
{
	static const char *const names[] = { "code", "objects", "name", "says",
		"says_not", NULL };
	json_t	*list, *item;
	size_t	 i, c;

	list = walk_array(w, root, "claims", 1, N(claims) - 1);
	walk_enter(w, "claims");
	for (i = 0; i < json_array_size(list); i++) {
		item = walk_item(w, list, i);
		c = number_of(claims, N(claims), walk_text(w, item, "code",
		    NAME_MAX_LEN));
		if (c == 0 || s->claim[c] != 0)
			walk_fail(w, "code", json_object_get(item, "code"),
			    "\"basic_measures\" or \"policy_advice\","
			    " each once");
		s->claim[c] = claim_objects(w, item);
		walk_words(w, item, "name", NAME_MAX_LEN);
		walk_words(w, item, "says", TEXT_MAX_LEN);
		walk_words(w, item, "says_not", TEXT_MAX_LEN);
		walk_closed(w, item, names);
		walk_leave(w);
	}
	walk_leave(w);
}

/*
 * A list of at most max things that have these members, code and name among
 * them; each code once.
 */
static size_t
codes_read(struct walk *w, json_t *root, const char *name, size_t min,
    size_t max, const char *const *names, struct scheme_code *out)
{
	json_t		*list, *item;
	const char	*code;
	size_t		 i, n;

	list = walk_array(w, root, name, min, max);
	n = json_array_size(list);
	walk_enter(w, name);
	for (i = 0; i < n; i++) {
		item = walk_item(w, list, i);
		code = walk_code(w, item, "code");
		if (code != NULL && code_known(out, i, km_bytes_of(code)))
			walk_fail(w, "code", json_object_get(item, "code"),
			    "each code once");
		code_copy(&out[i], code);
		walk_words(w, item, "name", NAME_MAX_LEN);
		walk_closed(w, item, names);
		walk_leave(w);
	}
	walk_leave(w);
	return n;
}

static uint32_t
reason_kinds(struct walk *w, json_t *item)
{
	enum decision_kind	 kind;
	json_t			*list, *value;
	const char		*text;
	uint32_t		 bits = 0;
	size_t			 i;

	list = walk_array(w, item, "for", 1, 5);
	json_array_foreach(list, i, value) {
		text = json_string_value(value);
		kind = text == NULL ? 0 :
		    decision_kind_by_name(km_bytes_of(text));
		if (kind == 0 || !(KINDS_REASONED & KIND(kind)) ||
		    (bits & KIND(kind))) {
			walk_fail(w, "for", value, "refuse, suspend, withdraw,"
			    " void and end, each once");
			break;
		}
		bits |= KIND(kind);
	}
	return bits;
}

/* The closed list: its numbers stand in signed decisions for ever. */
static void
reasons_read(struct walk *w, json_t *root, struct scheme *s)
{
	static const char *const names[] = { "number", "code", "name", "for",
		NULL };
	json_t		*list, *item;
	const char	*code;
	uint32_t	 any = 0, i;

	list = walk_array(w, root, "reasons", SCHEME_REASONS, SCHEME_REASONS);
	walk_enter(w, "reasons");
	for (i = 1; i <= SCHEME_REASONS; i++) {
		item = walk_item(w, list, i - 1);
		walk_uint(w, item, "number", i, i);
		code = walk_code(w, item, "code");
		if (code != NULL && strcmp(code, reasons[i]) != 0)
			walk_fail(w, "code", json_object_get(item, "code"),
			    "\"%s\" here", reasons[i]);
		s->reason[i] = reason_kinds(w, item);
		any |= s->reason[i];
		walk_words(w, item, "name", NAME_MAX_LEN);
		walk_closed(w, item, names);
		walk_leave(w);
	}
	if (any != KINDS_REASONED)
		walk_fail(w, NULL, NULL, "a reason for each of refuse,"
		    " suspend, withdraw, void and end");
	walk_leave(w);
}

static void
periods_read(struct walk *w, json_t *root, struct scheme_periods *out)
{
	const char	*names[N(periods) + 1];
	json_t		*object;
	uint32_t	 n;
	size_t		 i;

	object = walk_object(w, root, "periods");
	walk_enter(w, "periods");
	for (i = 0; i < N(periods); i++) {
		names[i] = periods[i].name;
		n = walk_uint(w, object, names[i], periods[i].min,
		    periods[i].max);
		memcpy((char *)out + periods[i].at, &n, sizeof(n));
	}
	names[i] = NULL;
	walk_closed(w, object, names);
	walk_leave(w);
}

static void
scheme_read(struct walk *w, json_t *root, struct scheme *s)
{
	static const char *const names[] = { "notice", "id", "version", "name",
		"purpose", "levels", "claims", "services", "methods",
		"principles", "requirements", "evidence", "reasons", "roles",
		"decisions", "periods", "badge_rules", "article_54", NULL };
	static const char *const service[] = { "code", "name", "description",
		NULL };
	static const char *const method[] = { "code", "guide_minutes", "name",
		"description", NULL };
	static const char *const evidence[] = { "code", "assessment", "name",
		"look_at", "requirements", NULL };

	walk_words(w, root, "notice", TEXT_MAX_LEN);
	code_copy(&s->id, walk_code(w, root, "id"));
	s->version = walk_uint(w, root, "version", 1, VERSION_MAX);
	walk_words(w, root, "name", NAME_MAX_LEN);
	walk_words(w, root, "purpose", TEXT_MAX_LEN);
	levels_read(w, root, s);
	claims_read(w, root, s);
	s->n_services = codes_read(w, root, "services", 1,
	    SCHEME_SERVICES_MAX, service, s->service);
	s->n_methods = codes_read(w, root, "methods", 1, SCHEME_METHODS_MAX,
	    method, s->method);
	walk_array(w, root, "principles", 1, 9);
	walk_array(w, root, "requirements", 1, 200);
	s->n_evidence = codes_read(w, root, "evidence", 0,
	    SCHEME_EVIDENCE_MAX, evidence, s->evidence);
	reasons_read(w, root, s);
	walk_array(w, root, "roles", SCHEME_ROLES, SCHEME_ROLES);
	scheme_rows_read(w, root, s->row);
	periods_read(w, root, &s->periods);
	walk_array(w, root, "badge_rules", 1, 32);
	walk_array(w, root, "article_54", 22, 22);
	walk_closed(w, root, names);
}

int
scheme_parse(struct scheme *out, const uint8_t *json, size_t len,
    struct scheme_error *err)
{
	struct walk	 w;
	struct scheme	 s;
	json_t		*root;

	memset(&s, 0, sizeof(s));
	root = walk_begin(&w, json, len, SCHEME_JSON_MAX);
	if (root != NULL)
		scheme_read(&w, root, &s);
	json_decref(root);
	if (w.failed) {
		err->line = w.line;
		snprintf(err->message, sizeof(err->message), "%s", w.message);
		return 0;
	}
	*out = s;
	return 1;
}

int
scheme_service_known(const struct scheme *s, struct km_bytes code)
{
	return code_known(s->service, s->n_services, code);
}

int
scheme_evidence_known(const struct scheme *s, struct km_bytes code)
{
	return code_known(s->evidence, s->n_evidence, code);
}

int
scheme_method_known(const struct scheme *s, struct km_bytes code)
{
	return code_known(s->method, s->n_methods, code);
}

int
scheme_reason_allowed(const struct scheme *s, enum decision_kind kind,
    int reason)
{
	return reason >= 1 && reason <= SCHEME_REASONS &&
	    (s->reason[reason] & KIND(kind)) != 0;
}

int
scheme_level_offered(const struct scheme *s, enum km_level level,
    enum km_document document)
{
	if (level < KM_LEVEL_BASIC || level > KM_LEVEL_HIGH ||
	    !s->level[level].offered)
		return 0;
	switch (document) {
	case KM_DOCUMENT_CERTIFICATE:
		return 1;
	case KM_DOCUMENT_SELF_DECLARATION:
		return s->level[level].self_declaration;
	}
	return 0;
}

int
scheme_claim_allowed(const struct scheme *s, enum km_claim claim,
    enum km_object object)
{
	return claim >= KM_CLAIM_BASIC_MEASURES &&
	    claim <= KM_CLAIM_POLICY_ADVICE &&
	    object >= KM_OBJECT_ORGANISATION && object <= KM_OBJECT_SERVICE &&
	    (s->claim[claim] & 1u << object) != 0;
}

const char *
scheme_reason_code(int reason)
{
	return reason >= 1 && reason <= SCHEME_REASONS ? reasons[reason] :
	    NULL;
}

int
scheme_reason_by_code(struct km_bytes code)
{
	int	i;

	for (i = 1; i <= SCHEME_REASONS; i++)
		if (km_bytes_equal(km_bytes_of(reasons[i]), code))
			return i;
	return 0;
}

const char *
scheme_level_code(enum km_level level)
{
	return level >= KM_LEVEL_BASIC && level <= KM_LEVEL_HIGH ?
	    levels[level] : NULL;
}

const char *
scheme_claim_code(enum km_claim claim)
{
	return claim >= KM_CLAIM_BASIC_MEASURES &&
	    claim <= KM_CLAIM_POLICY_ADVICE ? claims[claim] : NULL;
}
