/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The C runner of tests/conformance (see its README.md): for each vector the
 * verdict, exit status, binding, failed and warned checks that the design asks
 * for, and a report of the very bytes that are on record.
 *
 *	test_verifier_conformance		hold all vectors
 *	test_verifier_conformance --reports	the same but for the record, and
 *						print "ID REPORT" for each
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "keurmerk.h"
#include "verifier/crypto.h"
#include "verifier/report.h"

#define TOP	"tests/conformance/"

enum {
	RUNS_MAX = 4,
	/* So much that the largest list that may be can be inflated. */
	MEMORY = KM_KNOWN_MIN + 2 * KM_LIST_INFLATED_MAX,
	VECTORS_MIN = 250
};

struct bytes {
	uint8_t	*p;		/* on the heap */
	size_t	 len;
};

/* What is to live as long as what is known. */
struct asked {
	struct bytes	 run[RUNS_MAX];
	size_t		 n_runs;
	void		*mem;
};

struct runner {
	json_t	*objects;	/* objects.json */
	void	*mem;
	size_t	 held, wrong;
	FILE	*record;	/* reports.sha256, or NULL: print reports */
};

static void
die(const char *where, const char *what)
{
	fprintf(stderr, "conformance: %s: %s\n", where, what);
	exit(1);
}

static const char *
text_of(const json_t *json, const char *key)
{
	const char	*s = json_string_value(json_object_get(json, key));

	if (s == NULL)
		die(key, "expected a text");
	return s;
}

static json_int_t
number_of(const json_t *json, const char *key)
{
	const json_t	*n = json_object_get(json, key);

	if (!json_is_integer(n))
		die(key, "expected a number");
	return json_integer_value(n);
}

static unsigned int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c < 'a' || c > 'f')
		die("hex", "expected lower-case digits");
	return (unsigned int)(c - 'a') + 10;
}

/* Exactly as long as they are, so that a sanitizer sees a byte beyond. */
static struct bytes
from_hex(const char *s, size_t zeros)
{
	struct bytes	b;
	size_t		i, n = strlen(s) / 2;

	if (strlen(s) % 2 != 0)
		die("hex", "expected an even number of digits");
	b.len = n + zeros;
	if ((b.p = calloc(1, b.len > 0 ? b.len : 1)) == NULL)
		die("hex", "no memory");
	for (i = 0; i < n; i++)
		b.p[i] = (uint8_t)(digit(s[2 * i]) << 4 | digit(s[2 * i + 1]));
	return b;
}

/* Hex, or @NAME of objects.json. */
static struct bytes
bytes_of(const struct runner *run, const char *s)
{
	const json_t	*named;

	if (s == NULL)
		die("bytes", "expected a text");
	if (s[0] != '@')
		return from_hex(s, 0);
	named = json_object_get(run->objects, s + 1);
	return from_hex(text_of(named, "hex"), (size_t)json_integer_value(
	    json_object_get(named, "zeros")));
}

static json_t *
load(const char *name)
{
	char		 path[256];
	json_t		*json;
	json_error_t	 err;

	snprintf(path, sizeof(path), TOP "vectors/%s", name);
	if ((json = json_load_file(path, 0, &err)) == NULL)
		die(path, err.text);
	return json;
}

/* Say once what is not as the vector has it. */
static int
differs(const char *id, const char *what, const char *want,
    const char *found)
{
	if (strcmp(want, found) == 0)
		return 0;
	fprintf(stderr, "%s: %s: expected %s, found %s\n", id, what, want,
	    found);
	return 1;
}

/* "check why, check why" of all that have this outcome. */
static void
list_checks(char *out, size_t cap, const struct km_report *r,
    enum km_outcome outcome)
{
	size_t	n = 0;
	int	i;

	out[0] = '\0';
	for (i = 0; i < KM_CHECKS && n < cap; i++)
		if (r->check[i].outcome == outcome)
			n += (size_t)snprintf(out + n, cap - n, "%s%s %s",
			    n > 0 ? ", " : "",
			    km_check_name((enum km_check_id)i),
			    km_err_name(r->check[i].why));
}

static void
list_expected(char *out, size_t cap, const json_t *pairs)
{
	const json_t	*pair;
	size_t		 i, n = 0;

	out[0] = '\0';
	for (i = 0; i < json_array_size(pairs) && n < cap; i++) {
		pair = json_array_get(pairs, i);
		n += (size_t)snprintf(out + n, cap - n, "%s%s %s",
		    n > 0 ? ", " : "",
		    json_string_value(json_array_get(pair, 0)),
		    json_string_value(json_array_get(pair, 1)));
	}
}

static int
wrong_checks(const char *id, const json_t *expect, const char *key,
    const struct km_report *r, enum km_outcome outcome)
{
	char	want[1024], found[1024];

	list_expected(want, sizeof(want), json_object_get(expect, key));
	list_checks(found, sizeof(found), r, outcome);
	return differs(id, key, want, found);
}

/* Index of what came in its place, which is never 0; null: none known. */
static int
wrong_successor(const char *id, const json_t *expect,
    const struct km_report *r)
{
	const struct km_check	*k = &r->check[KM_CHECK_STATUS];
	const json_t		*successor = json_object_get(expect, "successor");
	char			 want[24], found[24];

	if (successor == NULL)
		return 0;
	snprintf(want, sizeof(want), "%lld",
	    (long long)json_integer_value(successor));
	snprintf(found, sizeof(found), "%lld", (long long)k->want);
	return differs(id, "successor", want, found);
}

static int
wrong_report(const char *id, const json_t *expect, const struct km_report *r)
{
	char	want[16], found[16];
	int	wrong = 0;

	snprintf(want, sizeof(want), "%d", (int)number_of(expect, "exit"));
	snprintf(found, sizeof(found), "%d", km_exit(r));
	wrong |= differs(id, "verdict", text_of(expect, "verdict"),
	    km_verdict_name(r->verdict));
	wrong |= differs(id, "exit", want, found);
	wrong |= differs(id, "binding", text_of(expect, "binding"),
	    km_binding_name(r->binding));
	wrong |= differs(id, "claims repeated",
	    json_is_true(json_object_get(expect, "claims")) ? "yes" : "no",
	    r->vouched ? "yes" : "no");
	wrong |= wrong_successor(id, expect, r);
	wrong |= wrong_checks(id, expect, "failed", r, KM_FAILED);
	wrong |= wrong_checks(id, expect, "warned", r, KM_WARNED);
	return wrong;
}

/* The next line of reports.sha256, "HASH  ID", is of this report. */
static int
wrong_record(struct runner *run, const char *id, const char *json,
    size_t len)
{
	struct km_bytes	bytes = { (const uint8_t *)json, len };
	uint8_t		hash[KM_HASH_LEN];
	char		found[256], want[256] = "";
	size_t		i;

	km_sha256(hash, &bytes, 1);
	for (i = 0; i < sizeof(hash); i++)
		snprintf(found + 2 * i, 3, "%02x", hash[i]);
	snprintf(found + 64, sizeof(found) - 64, "  %s", id);
	if (fgets(want, sizeof(want), run->record) != NULL)
		want[strcspn(want, "\n")] = '\0';
	return differs(id, "report on record", want, found);
}

/* The policy of the CBOR, which hashes to what the vector says. */
static int
read_policy(struct km_policy *policy, const json_t *v,
    const struct bytes *cbor)
{
	struct km_bytes	bytes = { cbor->p, cbor->len };
	struct bytes	want = from_hex(text_of(v, "policy_sha256"), 0);
	uint8_t		hash[KM_HASH_LEN];
	int		wrong;

	km_sha256(hash, &bytes, 1);
	wrong = want.len != sizeof(hash) ||
	    memcmp(want.p, hash, sizeof(hash)) != 0;
	free(want.p);
	if (wrong)
		fprintf(stderr, "%s: policy_sha256 is of something else\n",
		    text_of(v, "id"));
	return wrong | differs(text_of(v, "id"), "policy", "ok",
	    km_err_name(km_policy_decode(policy, cbor->p, cbor->len)));
}

/* Add each object; what became of it is what the vector says. */
static int
wrong_adds(const struct runner *run, const json_t *v, struct km_known *known)
{
	const json_t	*objects = json_object_get(v, "objects");
	const json_t	*adds = json_object_get(json_object_get(v, "expect"),
			    "adds");
	struct bytes	 b;
	enum km_err	 err;
	size_t		 i;
	int		 wrong = 0;

	if (json_array_size(objects) != json_array_size(adds))
		die(text_of(v, "id"), "a result for each object");
	for (i = 0; i < json_array_size(objects); i++) {
		b = bytes_of(run, json_string_value(json_array_get(objects,
		    i)));
		err = km_known_add(known, b.p, b.len);
		free(b.p);
		wrong |= differs(text_of(v, "id"), "add",
		    json_string_value(json_array_get(adds, i)),
		    km_err_name(err));
	}
	return wrong;
}

/* Give the runs of a register; mem holds what is known of it. */
static int
wrong_register(const struct runner *run, const json_t *v,
    struct km_known *known, struct asked *a)
{
	const json_t	*reg = json_object_get(v, "register");
	const json_t	*runs = json_object_get(reg, "runs");
	struct km_bytes	 bytes[RUNS_MAX];
	size_t		 i, room;

	a->n_runs = json_array_size(runs);
	if (reg == NULL)
		return 0;
	if (a->n_runs > RUNS_MAX)
		die(text_of(v, "id"), "more runs than this runner takes");
	for (i = 0; i < a->n_runs; i++) {
		a->run[i] = bytes_of(run, json_string_value(json_array_get(
		    runs, i)));
		bytes[i] = (struct km_bytes){ a->run[i].p, a->run[i].len };
	}
	room = km_register_room(RUNS_MAX * 1024);
	if ((a->mem = malloc(room)) == NULL)
		die(text_of(v, "id"), "no memory");
	return differs(text_of(v, "id"), "register",
	    text_of(json_object_get(v, "expect"), "register"),
	    km_err_name(km_known_register(known, a->mem, room, bytes,
	    a->n_runs)));
}

/* Ask with the badge, or by what the register is asked by. */
static enum km_verdict
ask(const struct km_known *known, struct km_report *r, const json_t *v,
    const struct km_question *q)
{
	static const char	*names[] = { "number", "holder", "host" };
	const json_t		*reg = json_object_get(v, "register");
	const char		*by, *key;
	int			 i;

	by = json_string_value(json_object_get(reg, "by"));
	if (by == NULL)
		return km_verify(known, r, q);
	key = text_of(reg, "key");
	for (i = 0; i < 3; i++)
		if (strcmp(by, names[i]) == 0)
			return km_check(known, r, q, (enum km_by)(
			    KM_BY_NUMBER + i), (const uint8_t *)key,
			    strlen(key));
	die(by, "expected number, holder or host");
	return KM_UNDETERMINED;
}

static int
wrong_answer(struct runner *run, const json_t *v, const struct km_report *r)
{
	const char	*id = text_of(v, "id");
	char		*json = malloc(KM_JSON_MAX);
	size_t		 len;
	int		 wrong;

	if (json == NULL)
		die(id, "no memory");
	len = km_report_json(json, KM_JSON_MAX, r);
	if (len >= KM_JSON_MAX)
		die(id, "a report longer than a report may be");
	wrong = wrong_report(id, json_object_get(v, "expect"), r);
	if (run->record == NULL)
		printf("%s %s\n", id, json);
	else
		wrong |= wrong_record(run, id, json, len);
	free(json);
	return wrong;
}

static int
run_vector(struct runner *run, const json_t *v)
{
	struct bytes		 pin = bytes_of(run, text_of(v, "trust_pin"));
	struct bytes		 badge = bytes_of(run, text_of(v, "badge"));
	struct bytes		 cbor = from_hex(text_of(v, "policy_cbor"),
				    0);
	const char		*origin = text_of(v, "origin");
	struct km_known		*known;
	struct km_policy	 policy;
	struct km_question	 q;
	struct km_report	*r = malloc(sizeof(*r));
	struct asked		 a = { .n_runs = 0 };
	int			 wrong;

	known = km_known_begin(run->mem, MEMORY, pin.p, pin.len);
	if (known == NULL || r == NULL)
		die(text_of(v, "id"), "cannot begin");
	wrong = read_policy(&policy, v, &cbor);
	wrong |= wrong_adds(run, v, known);
	memset(&q, 0, sizeof(q));
	q.badge = (struct km_bytes){ badge.p, badge.len };
	q.policy = &policy;
	q.origin = (struct km_bytes){ (const uint8_t *)origin,
	    strlen(origin) };
	q.now = number_of(v, "now");
	wrong |= wrong_register(run, v, known, &a);
	if (ask(known, r, v, &q) != r->verdict)
		die(text_of(v, "id"), "a verdict that the report has not");
	wrong |= wrong_answer(run, v, r);
	km_known_end(known);
	while (a.n_runs > 0)
		free(a.run[--a.n_runs].p);
	free(a.mem);
	free(r);
	free(cbor.p);
	free(badge.p);
	free(pin.p);
	return wrong;
}

/* All groups in the order of groups.json, all vectors of each. */
static void
run_all(struct runner *run)
{
	json_t	*objects = load("objects.json"), *groups = load("groups.json");
	json_t	*group, *vectors;
	size_t	 i, k, n;

	run->objects = json_object_get(objects, "objects");
	run->mem = malloc(MEMORY);
	if (run->mem == NULL)
		die("known", "no memory");
	for (i = 0; i < json_array_size(groups); i++) {
		group = load(json_string_value(json_array_get(groups, i)));
		vectors = json_object_get(group, "vectors");
		n = json_array_size(vectors);
		if (n == 0 || n != (size_t)number_of(group, "count"))
			die(text_of(group, "group"), "not as many as counted");
		for (k = 0; k < n; k++) {
			run->held++;
			run->wrong += run_vector(run, json_array_get(vectors,
			    k)) != 0;
		}
		json_decref(group);
	}
	free(run->mem);
	json_decref(groups);
	json_decref(objects);
}

static void
test_all_vectors(void **state)
{
	struct runner	run = { NULL, NULL, 0, 0, NULL };
	char		rest[8];

	(void)state;
	run.record = fopen(TOP "reports.sha256", "r");
	assert_non_null(run.record);
	run_all(&run);
	assert_null(fgets(rest, sizeof(rest), run.record));
	fclose(run.record);
	printf("%zu conformance vectors, %zu not held\n", run.held,
	    run.wrong);
	assert_true(run.held >= VECTORS_MIN);
	assert_int_equal(run.wrong, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_all_vectors)
	};
	struct runner		run = { NULL, NULL, 0, 0, NULL };

	if (argc == 2 && strcmp(argv[1], "--reports") == 0) {
		run_all(&run);
		return run.wrong != 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
