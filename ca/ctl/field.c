/* SPDX-License-Identifier: EUPL-1.2 */
/* Field: what officers type into decisions; see field.h. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "ca/record/encode.h"
#include "ca/record/number.h"
#include "ca/record/scheme.h"

#include "field.h"
#include "say.h"

enum {
	DAY = 86400, PLACE_MAX = 64, REPORT_MAX = 64, NOT_COVERED_LEN = 200,
	KVK_LEN = 8, TRY_MAX = 4096, EVIDENCE_MAX = 16, SHOWN_BYTES = 160
};
#define HOLDER_NL	"NTRNL-"

static struct km_bytes
read_name(struct km_cbor *c)
{
	return km_cbor_text(c, 1, KM_TEXT_MAX);
}

static struct km_bytes
read_place(struct km_cbor *c)
{
	return km_cbor_text(c, 1, PLACE_MAX);
}

static struct km_bytes
read_not_covered(struct km_cbor *c)
{
	return km_cbor_text(c, 1, NOT_COVERED_LEN);
}

static struct km_bytes
read_host(struct km_cbor *c)
{
	struct km_bytes	b = km_cbor_ascii(c, 1, 253);

	if (c->err == KM_OK && !km_is_host(b))
		km_cbor_fail(c, KM_ERR_VALUE);
	return b;
}

static struct km_bytes
read_person(struct km_cbor *c)
{
	return km_cbor_ascii(c, 1, PERSON_MAX);
}

/* Each with the reader that will judge it in the decision. */
static const struct {
	const char	*want;
	struct km_bytes	(*read)(struct km_cbor *);
} table[FIELD_N] = {
	[FIELD_NAME] = { "a name of 1 to 160 bytes", read_name },
	[FIELD_PLACE] = { "a place of 1 to 64 bytes", read_place },
	[FIELD_KVK] = { "a KVK number of 8 digits", km_read_kvk },
	[FIELD_EUID] = { "an EUID, as NLNHR.12345678", km_read_euid },
	[FIELD_LEI] = { "an LEI of 20 characters (ISO 17442)", km_read_lei },
	[FIELD_HOST] = { "a host name in lower case, as www.example.nl",
	    read_host },
	[FIELD_INFORMATION] = { "an https address of at most 200 bytes",
	    km_read_information },
	[FIELD_HOLDER] = { "an identifier of EN 319 412-1, as NTRNL-12345678",
	    km_read_holder },
	[FIELD_ACCREDITATION] = { "an accreditation number, as RVA-C-999",
	    km_read_accreditation },
	[FIELD_REPORT] = { "a report number of 1 to 64 bytes", read_place },
	[FIELD_NOT_COVERED] = { "a text of 1 to 200 bytes",
	    read_not_covered },
	[FIELD_PERSON] = { "an officer's id", read_person },
};

/* What became of a KVK number on its way through a spreadsheet. */
static const char *
kvk_hint(struct km_bytes b)
{
	size_t	i;

	for (i = 0; i < b.len; i++)
		if (b.p[i] < '0' || b.p[i] > '9')
			return "";
	switch (b.len) {
	case 7:
		return ": a leading zero seems to be lost";
	case 9:
		return ": this looks like an RSIN, which is another number";
	case 12:
		return ": this looks like the number of a branch "
		    "(vestigingsnummer)";
	}
	return "";
}

const char *
field_encoding(struct km_bytes b)
{
	json_t	*as_text = json_stringn((const char *)b.p, b.len);

	json_decref(as_text);
	return as_text != NULL || b.len == 0 ? "" : ", which is not in "
	    "UTF-8: save the file as \"CSV UTF-8\"";
}

const char *
field_wrong(char text[512], enum field f, struct km_bytes b)
{
	struct km_cbor	c;
	struct buf	try;
	const char	*why = "";
	enum km_err	err;
	int		shown;

	buf_init(&try, TRY_MAX);
	encode_text(&try, b);
	err = KM_ERR_LIMIT;
	if (!try.failed) {
		km_cbor_begin(&c, try.p, try.len);
		table[f].read(&c);
		err = km_cbor_end(&c);
	}
	buf_free(&try);
	if (err == KM_OK)
		return NULL;
	why = field_encoding(b);
	if (*why == '\0' && !km_is_text(b))
		why = ", which has a character outside the repertoire (Latin "
		    "letters, digits and usual punctuation)";
	else if (*why == '\0' && f == FIELD_KVK)
		why = kvk_hint(b);
	shown = b.len > SHOWN_BYTES ? SHOWN_BYTES : (int)b.len;
	if (b.len == 0)
		snprintf(text, 512, "expected %s, found nothing",
		    table[f].want);
	else
		snprintf(text, 512, "expected %s, found \"%.*s%s\"%s",
		    table[f].want, shown, (const char *)b.p,
		    b.len > SHOWN_BYTES ? "..." : "", why);
	return text;
}

int
field_holder(char out[SUBJECT_MAX + 1], struct km_bytes b)
{
	char	text[512];

	if (field_wrong(text, FIELD_KVK, b) == NULL) {
		snprintf(out, SUBJECT_MAX + 1, HOLDER_NL "%.*s",
		    SAY_BYTES(b));
		return 0;
	}
	if (field_wrong(text, FIELD_HOLDER, b) != NULL)
		return -1;
	snprintf(out, SUBJECT_MAX + 1, "%.*s", SAY_BYTES(b));
	return 0;
}

/* The part of text up to a colon; *text goes behind it, or becomes NULL. */
static struct km_bytes
part(const char **text)
{
	struct km_bytes	b = { (const uint8_t *)*text, 0 };

	if (*text == NULL)
		return b;
	b.len = strcspn(*text, ":");
	*text = (*text)[b.len] == ':' ? *text + b.len + 1 : NULL;
	return b;
}

static enum km_level
level_of(struct km_bytes code)
{
	unsigned int	level;

	for (level = KM_LEVEL_BASIC; level <= KM_LEVEL_HIGH; level++)
		if (km_bytes_equal(code, km_bytes_of(scheme_level_code(
		    (enum km_level)level))))
			return (enum km_level)level;
	return (enum km_level)0;
}

/* CLAIM:service:CODE:LEVEL or CLAIM:organisation:LEVEL. */
static int
line_parse(struct km_line *line, const char *text)
{
	struct km_bytes	claim = part(&text), object = part(&text);
	unsigned int	i;

	memset(line, 0, sizeof(*line));
	for (i = KM_CLAIM_BASIC_MEASURES; i <= KM_CLAIM_POLICY_ADVICE; i++)
		if (km_bytes_equal(claim, km_bytes_of(scheme_claim_code(
		    (enum km_claim)i))))
			line->claim = (enum km_claim)i;
	if (km_bytes_equal(object, km_bytes_of("service"))) {
		line->object = KM_OBJECT_SERVICE;
		line->service = part(&text);
		if (line->service.len == 0)
			return -1;
	} else if (km_bytes_equal(object, km_bytes_of("organisation")))
		line->object = KM_OBJECT_ORGANISATION;
	else
		return -1;
	line->level = level_of(part(&text));
	return (int)line->claim == 0 || (int)line->level == 0 ||
	    text != NULL ? -1 : 0;
}

/* In the order of their bytes (schemas/attestation.cddl). */
static int
line_cmp(const struct km_line *a, const struct km_line *b)
{
	if (a->object != b->object)	/* three pairs before four */
		return a->object == KM_OBJECT_ORGANISATION ? -1 : 1;
	if (a->claim != b->claim)
		return a->claim < b->claim ? -1 : 1;
	if (a->service.len != b->service.len)
		return a->service.len < b->service.len ? -1 : 1;
	return km_bytes_cmp(a->service, b->service);
}

int
field_lines(struct km_line line[KM_LINES_MAX], size_t *n,
    const struct opts *o)
{
	struct km_line	 new;
	const char	*text;
	size_t		 i, j;

	for (i = 0; (text = opts_nth(o, OPT_LINE, i)) != NULL; i++) {
		if (i == KM_LINES_MAX) {
			say_usage("--line: expected at most %d",
			    KM_LINES_MAX);
			return -1;
		}
		if (line_parse(&new, text) == -1) {
			say_usage("--line: expected CLAIM:service:CODE:LEVEL "
			    "or CLAIM:organisation:LEVEL, as "
			    "basic_measures:service:workplace:basic, found "
			    "\"%s\"", text);
			return -1;
		}
		for (j = i; j > 0 && line_cmp(&line[j - 1], &new) > 0; j--)
			line[j] = line[j - 1];
		if (j > 0 && line_cmp(&line[j - 1], &new) == 0) {
			say_usage("--line: \"%s\": expected each claim and "
			    "object once, found it again", text);
			return -1;
		}
		line[j] = new;
	}
	*n = i;
	return 0;
}

int
field_evidence(struct km_evidence evidence[16], size_t *n,
    const struct opts *o)
{
	const char	*text, *rest;
	size_t		 i;

	for (i = 0; (text = opts_nth(o, OPT_EVIDENCE, i)) != NULL; i++) {
		rest = text;
		if (i == EVIDENCE_MAX) {
			say_usage("--evidence: expected at most %d",
			    EVIDENCE_MAX);
			return -1;
		}
		evidence[i].code = part(&rest);
		if (rest == NULL || *rest == '\0') {
			say_usage("--evidence: expected CODE:REFERENCE, as "
			    "iso27001:NL-12345, found \"%s\"", text);
			return -1;
		}
		evidence[i].reference = km_bytes_of(rest);
	}
	*n = i;
	return 0;
}

int
field_texts(struct km_bytes *text, size_t *n, size_t max,
    const struct opts *o, enum opt opt, enum field f)
{
	char		 why[512];
	const char	*one;
	size_t		 i;

	for (i = 0; (one = opts_nth(o, opt, i)) != NULL; i++) {
		if (i == max) {
			say_usage("%s: expected at most %zu", opts_name(opt),
			    max);
			return -1;
		}
		text[i] = km_bytes_of(one);
		if (field_wrong(why, f, text[i]) != NULL) {
			say_usage("%s: %s", opts_name(opt), why);
			return -1;
		}
	}
	*n = i;
	return 0;
}

int
field_methods(struct km_bytes method[METHODS_MAX], size_t *n,
    const struct opts *o)
{
	struct km_bytes	 new;
	const char	*text;
	size_t		 i, j;

	for (i = 0; (text = opts_nth(o, OPT_METHOD, i)) != NULL; i++) {
		if (i == METHODS_MAX) {
			say_usage("--method: expected at most %d",
			    METHODS_MAX);
			return -1;
		}
		new = km_bytes_of(text);
		for (j = i; j > 0 && km_bytes_cmp(method[j - 1], new) > 0;
		    j--)
			method[j] = method[j - 1];
		method[j] = new;
	}
	*n = i;
	if (i > 0)
		return 0;
	say_usage("expected the option --method, found none");
	return -1;
}

int
field_day(uint32_t *out, const struct opts *o, enum opt opt)
{
	int64_t	at = -1;

	if (opts_need(o, opt) == NULL || opts_date(o, opt, &at) == -1)
		return -1;
	if (at < 0 || at % DAY != 0) {
		say_usage("%s: expected a date from 1970-01-01 on, found "
		    "\"%s\"", opts_name(opt), opts_get(o, opt));
		return -1;
	}
	*out = (uint32_t)(at / DAY);
	return 0;
}

int
field_level(enum km_level *out, const struct opts *o)
{
	const char	*text = opts_need(o, OPT_LEVEL);

	if (text == NULL)
		return -1;
	if ((int)(*out = level_of(km_bytes_of(text))) != 0)
		return 0;
	say_usage("--level: expected basic, substantial or high, found "
	    "\"%s\"", text);
	return -1;
}

int
field_reason(int *out, const struct opts *o)
{
	const char	*text = opts_need(o, OPT_REASON);
	char		 all[256] = "";
	size_t		 len = 0;
	int		 i;

	if (text == NULL)
		return -1;
	if ((*out = scheme_reason_by_code(km_bytes_of(text))) != 0)
		return 0;
	for (i = 1; i <= SCHEME_REASONS; i++)
		len += (size_t)snprintf(all + len, sizeof(all) - len,
		    "%s%s", i == 1 ? "" : ", ", scheme_reason_code(i));
	say_usage("--reason: expected one of %s, found \"%s\"", all, text);
	return -1;
}
