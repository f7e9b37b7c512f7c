/* SPDX-License-Identifier: EUPL-1.2 */
/* Reader of tests/vectors; see vectors.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/vectors.h"

static void
die(const char *where, const char *what)
{
	fprintf(stderr, "vectors: %s: %s\n", where, what);
	exit(1);
}

const char *
vector_text(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

json_int_t
vector_number(const json_t *json, const char *key)
{
	const json_t	*n = json_object_get(json, key);

	return json_is_integer(n) ? json_integer_value(n) : -1;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	die("hex", "expected lower-case digits");
	return 0;
}

/* malloc(0) may be NULL: nothing is then one byte that is not counted. */
static uint8_t *
from_hex(const json_t *json, size_t *len)
{
	const char	*s = json_string_value(json);
	uint8_t		*p;
	size_t		 i;

	if (s == NULL)
		return NULL;
	if (strlen(s) % 2 != 0)
		die("hex", "expected an even number of digits");
	*len = strlen(s) / 2;
	if ((p = malloc(*len > 0 ? *len : 1)) == NULL)
		die("hex", "no memory");
	for (i = 0; i < *len; i++)
		p[i] = (uint8_t)(digit(s[2 * i]) << 4 | digit(s[2 * i + 1]));
	return p;
}

uint8_t *
vector_hex(const json_t *json, const char *key, size_t *len)
{
	*len = 0;
	return from_hex(json_object_get(json, key), len);
}

uint8_t *
vector_hex_item(const json_t *array, size_t i, size_t *len)
{
	*len = 0;
	return from_hex(json_array_get(array, i), len);
}

int
vector_is(const json_t *json, const char *key, const void *want, size_t len)
{
	uint8_t	*p;
	size_t	 n;
	int	 is;

	p = vector_hex(json, key, &n);
	is = p != NULL && n == len && memcmp(p, want, len) == 0;
	free(p);
	return is;
}

int
vector_wrong(const struct vector *v, const char *what, const char *found)
{
	printf("%s: %s: %s\n", v->name, what, found);
	return 0;
}

int
vector_refused(const struct vector *v, const char *step, enum km_err err)
{
	const char	*want = vector_text(v->json, "error");

	if (want == NULL)
		want = "ok";
	if (strcmp(km_err_name(err), want) == 0)
		return 1;
	printf("%s: %s: expected %s, found %s (%s)\n", v->name, step, want,
	    km_err_name(err), vector_text(v->json, "rule"));
	return 0;
}

int
vector_at(const struct vector *v, const char *stage)
{
	const char	*is = vector_text(v->json, "stage");

	if (is == NULL)
		die(v->name, "no stage");
	return strcmp(is, stage) == 0;
}

/* The bytes of a vector, and zeros after them where it says so. */
static uint8_t *
bytes_of(const json_t *json, size_t *len)
{
	json_int_t	 zeros = vector_number(json, "zeros");
	uint8_t		*p, *more;

	p = vector_hex(json, "bytes", len);
	if (p == NULL || zeros <= 0)
		return p;
	if ((more = calloc(1, *len + (size_t)zeros)) == NULL)
		die("zeros", "no memory");
	memcpy(more, p, *len);
	*len += (size_t)zeros;
	free(p);
	return more;
}

static json_t *
load(const char *name)
{
	json_error_t	 err;
	json_t		*file;
	char		 path[256];

	snprintf(path, sizeof(path), "tests/vectors/%s", name);
	file = json_load_file(path, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
	    &err);
	if (file == NULL)
		die(path, err.text);
	return file;
}

size_t
vectors_run(const char *name, vector_check *check, void *arg)
{
	struct vector	 v;
	json_t		*file = load(name), *all;
	size_t		 i, n, wrong = 0;

	all = json_object_get(file, "vectors");
	n = json_array_size(all);
	for (i = 0; i < n; i++) {
		v.json = json_array_get(all, i);
		v.head = file;
		v.name = vector_text(v.json, "name");
		v.p = bytes_of(v.json, &v.len);
		if (v.name == NULL || v.p == NULL)
			die(name, "a vector without name or bytes");
		wrong += !check(&v, arg);
		free(v.p);
	}
	printf("%s: %zu vectors, %zu not as they say\n", name, n, wrong);
	if (n == 0 || (json_int_t)n != vector_number(file, "count")) {
		printf("%s: expected %lld vectors, at least one\n", name,
		    (long long)vector_number(file, "count"));
		wrong++;
	}
	json_decref(file);
	return wrong;
}
