/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fields that attestations, decisions and lists share: identifiers, hosts,
 * times, claim lines (schemas/cose.cddl, schemas/attestation.cddl). Each
 * reader takes one item and sets the sticky error when it is not right.
 */
#include <string.h>

#include "attestation.h"

enum {
	HTTPS_LEN = 8,			/* "https://" */
	LABEL_MAX = 63,			/* RFC 1035 section 2.3.4 */
	PREFIX_LEN = 6,			/* "NTRNL-" */
	CODE_MAX = 32, KVK_LEN = 8, LEI_LEN = 20, EUID_MAX = 51,
	ACCREDITATION_MAX = 32, INFORMATION_MAX = 200,
	NOT_COVERED_MAX = 200, REFERENCE_MAX = 64
};

static const struct km_bytes nothing = { NULL, 0 };

static int
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static int
is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static int
is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static int
is_alnum(uint8_t c)
{
	return is_digit(c) || is_upper(c) || is_lower(c);
}

/* Is c one of these? */
static int
is_of(uint8_t c, const char *these)
{
	for (; *these != '\0'; these++)
		if (c == (uint8_t)*these)
			return 1;
	return 0;
}

static int
starts(struct km_bytes s, const char *with)
{
	struct km_bytes	w = km_bytes_of(with);

	return s.len >= w.len && memcmp(s.p, w.p, w.len) == 0;
}

static struct km_bytes
from(struct km_bytes s, size_t skip)
{
	return (struct km_bytes){ s.p + skip, s.len - skip };
}

static int
all_digits(struct km_bytes s)
{
	size_t	i;

	for (i = 0; i < s.len; i++)
		if (!is_digit(s.p[i]))
			return 0;
	return 1;
}

/* What was read, or nothing with the error set when it is not right. */
static struct km_bytes
checked(struct km_cbor *d, struct km_bytes s, int right)
{
	if (km_cbor_ok(d) && right)
		return s;
	km_cbor_fail(d, KM_ERR_VALUE);
	return nothing;
}

/* RFC 1035 section 2.3.1, and digits first as RFC 1123 section 2.1 allows. */
static int
is_label(struct km_bytes s)
{
	size_t	i;

	if (s.len < 1 || s.len > LABEL_MAX)
		return 0;
	for (i = 0; i < s.len; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-')
			return 0;
	return s.p[0] != '-' && s.p[s.len - 1] != '-';
}

/*
 * The last label is not all digits, or an IPv4 address would be a host (URL
 * standard, section 3.5, "ends in a number").
 */
int
km_is_host(struct km_bytes s)
{
	struct km_bytes	label;
	size_t		i, start = 0, labels = 0;

	if (s.len < 1 || s.len > KM_HOST_MAX)
		return 0;
	for (i = 0; i <= s.len; i++) {
		if (i < s.len && s.p[i] != '.')
			continue;
		label = (struct km_bytes){ s.p + start, i - start };
		if (!is_label(label))
			return 0;
		labels++;
		start = i + 1;
		if (i == s.len && all_digits(label))
			return 0;
	}
	return labels >= 2;
}

struct km_bytes
km_read_host_uri(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, HTTPS_LEN + 1, KM_URI_MAX);
	return checked(d, s, starts(s, "https://") &&
	    km_is_host(from(s, HTTPS_LEN)));
}

static int
is_kvk(struct km_bytes s)
{
	return s.len == KVK_LEN && all_digits(s);
}

/*
 * ISO 17442, check digits by ISO 7064 MOD 97-10: letters count as 10 to 35,
 * and the whole as a number leaves 1.
 */
static int
is_lei(struct km_bytes s)
{
	unsigned int	rest = 0;
	size_t		i;

	if (s.len != LEI_LEN)
		return 0;
	for (i = 0; i < s.len; i++) {
		if (is_digit(s.p[i]))
			rest = (rest * 10 + (s.p[i] - '0')) % 97;
		else if (is_upper(s.p[i]) && i < LEI_LEN - 2)
			rest = (rest * 100 + (s.p[i] - 'A' + 10u)) % 97;
		else
			return 0;
	}
	return rest == 1;
}

/* [A-Z]{5}-[A-Za-z0-9.+/-]{1,40}, EN 319 412-1 section 5.1.4. */
static int
is_holder(struct km_bytes s)
{
	size_t	i;

	if (s.len <= PREFIX_LEN || s.p[PREFIX_LEN - 1] != '-')
		return 0;
	for (i = 0; i < PREFIX_LEN - 1; i++)
		if (!is_upper(s.p[i]))
			return 0;
	for (i = PREFIX_LEN; i < s.len; i++)
		if (!is_alnum(s.p[i]) && !is_of(s.p[i], ".+/-"))
			return 0;
	if (starts(s, "NTRNL-"))
		return is_kvk(from(s, PREFIX_LEN));
	return !starts(s, "LEIXG-") || is_lei(from(s, PREFIX_LEN));
}

struct km_bytes
km_read_holder(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, PREFIX_LEN + 1, KM_SUB_MAX);
	return checked(d, s, is_holder(s));
}

struct km_bytes
km_read_code(struct km_cbor *d)
{
	struct km_bytes	s;
	size_t		i;
	int		right = 1;

	s = km_cbor_ascii(d, 1, CODE_MAX);
	for (i = 0; i < s.len; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) &&
		    (i == 0 || s.p[i] != '-'))
			right = 0;
	return checked(d, s, right);
}

struct km_bytes
km_read_kvk(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, KVK_LEN, KVK_LEN);
	return checked(d, s, is_kvk(s));
}

/* [A-Z]{2}[A-Z0-9]{1,8}[.][A-Za-z0-9._/-]{1,40}, (EU) 2021/1042 annex, 9. */
static int
is_euid(struct km_bytes s)
{
	size_t	i, dot = 0;

	while (dot < s.len && s.p[dot] != '.')
		dot++;
	if (dot < 3 || dot > 10 || s.len - dot < 2 || s.len - dot > 41 ||
	    !is_upper(s.p[0]) || !is_upper(s.p[1]))
		return 0;
	for (i = 2; i < dot; i++)
		if (!is_upper(s.p[i]) && !is_digit(s.p[i]))
			return 0;
	for (i = dot + 1; i < s.len; i++)
		if (!is_alnum(s.p[i]) && !is_of(s.p[i], "._/-"))
			return 0;
	return 1;
}

struct km_bytes
km_read_euid(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, 5, EUID_MAX);
	return checked(d, s, is_euid(s));
}

struct km_bytes
km_read_lei(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, LEI_LEN, LEI_LEN);
	return checked(d, s, is_lei(s));
}

/* No text has the form of two of these. */
int
km_is_party(struct km_bytes s)
{
	return is_kvk(s) || is_lei(s) || is_holder(s) || is_euid(s);
}

struct km_bytes
km_read_party(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, 5, EUID_MAX);
	return checked(d, s, km_is_party(s));
}

/* [A-Z0-9][A-Z0-9 ./-]{0,31} */
struct km_bytes
km_read_accreditation(struct km_cbor *d)
{
	struct km_bytes	s;
	size_t		i;
	int		right = 1;

	s = km_cbor_text(d, 1, ACCREDITATION_MAX);
	for (i = 0; i < s.len; i++)
		if (!is_upper(s.p[i]) && !is_digit(s.p[i]) &&
		    (i == 0 || !is_of(s.p[i], " ./-")))
			right = 0;
	return checked(d, s, right);
}

struct km_bytes
km_read_information(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, HTTPS_LEN + 1, INFORMATION_MAX);
	return checked(d, s, starts(s, "https://"));
}

int64_t
km_read_time(struct km_cbor *d)
{
	return km_cbor_int(d, 0, KM_TIME_MAX);
}

uint32_t
km_read_day(struct km_cbor *d)
{
	return (uint32_t)km_cbor_uint(d, 0, KM_TIME_MAX_DAYS);
}

static void
read_line(struct km_cbor *d, struct km_line *line)
{
	size_t	left;

	left = km_cbor_map(d, 3, 4);
	km_cbor_key(d, &left, KM_LINE_CLAIM);
	line->claim = (enum km_claim)km_cbor_uint(d,
	    KM_CLAIM_BASIC_MEASURES, KM_CLAIM_POLICY_ADVICE);
	km_cbor_key(d, &left, KM_LINE_OBJECT);
	line->object = (enum km_object)km_cbor_uint(d,
	    KM_OBJECT_ORGANISATION, KM_OBJECT_SERVICE);
	line->service = nothing;
	if (km_cbor_opt_key(d, &left, KM_LINE_SERVICE))
		line->service = km_read_code(d);
	km_cbor_key(d, &left, KM_LINE_LEVEL);
	line->level = (enum km_level)km_cbor_uint(d,
	    KM_LEVEL_BASIC, KM_LEVEL_HIGH);
	km_cbor_close(d, left);
	if ((line->object == KM_OBJECT_SERVICE) != (line->service.len > 0))
		km_cbor_fail(d, KM_ERR_VALUE);
}

/*
 * In ascending order of their bytes, lines that differ in level alone stand
 * next to each other, as level comes last: one look back finds both errors.
 */
void
km_read_lines(struct km_cbor *d, struct km_line *line, size_t *n)
{
	struct km_bytes	last = nothing, this;
	size_t		i, count;

	*n = 0;
	count = km_cbor_array(d, 1, KM_LINES_MAX);
	for (i = 0; i < count && km_cbor_ok(d); i++) {
		this.p = d->p;
		read_line(d, &line[i]);
		this.len = (size_t)(d->p - this.p);
		if (i > 0 && (km_bytes_cmp(last, this) >= 0 ||
		    (line[i - 1].claim == line[i].claim &&
		    line[i - 1].object == line[i].object &&
		    km_bytes_equal(line[i - 1].service, line[i].service))))
			km_cbor_fail(d, KM_ERR_ORDER);
		last = this;
	}
	if (km_cbor_ok(d))
		*n = count;
}

/* s is not among the n before it. */
static void
only_once(struct km_cbor *d, const struct km_bytes *before, size_t n,
    struct km_bytes s)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (km_cbor_ok(d) && km_bytes_equal(before[i], s))
			km_cbor_fail(d, KM_ERR_ORDER);
}

void
km_read_hosts(struct km_cbor *d, struct km_bytes *host, size_t *n)
{
	size_t	i, count;

	*n = 0;
	count = km_cbor_array(d, 1, 8);
	for (i = 0; i < count && km_cbor_ok(d); i++) {
		host[i] = km_cbor_ascii(d, 1, KM_HOST_MAX);
		host[i] = checked(d, host[i], km_is_host(host[i]));
		only_once(d, host, i, host[i]);
	}
	if (km_cbor_ok(d))
		*n = count;
}

static void
read_texts(struct km_cbor *d, struct km_bytes *text, size_t *n, size_t most,
    size_t len_max)
{
	size_t	i, count;

	*n = 0;
	count = km_cbor_array(d, 1, most);
	for (i = 0; i < count && km_cbor_ok(d); i++) {
		text[i] = km_cbor_text(d, 1, len_max);
		only_once(d, text, i, text[i]);
	}
	if (km_cbor_ok(d))
		*n = count;
}

void
km_read_names(struct km_cbor *d, struct km_bytes *name, size_t *n)
{
	read_texts(d, name, n, 5, KM_TEXT_MAX);
}

void
km_read_not_covered(struct km_cbor *d, struct km_bytes *text, size_t *n)
{
	read_texts(d, text, n, 8, NOT_COVERED_MAX);
}

void
km_read_evidence(struct km_cbor *d, struct km_evidence *e, size_t *n)
{
	size_t	i, k, count;

	*n = 0;
	count = km_cbor_array(d, 1, 16);
	for (i = 0; i < count && km_cbor_ok(d); i++) {
		km_cbor_array(d, 2, 2);
		e[i].code = km_read_code(d);
		e[i].reference = km_cbor_text(d, 1, REFERENCE_MAX);
		for (k = 0; k < i && km_cbor_ok(d); k++)
			if (km_bytes_equal(e[k].code, e[i].code) &&
			    km_bytes_equal(e[k].reference, e[i].reference))
				km_cbor_fail(d, KM_ERR_ORDER);
	}
	if (km_cbor_ok(d))
		*n = count;
}

/*
 * A KVK number exactly for an NTRNL- holder, and the same one; an EUID of
 * the Netherlands for no other number and no other country. (XG of LEIXG- is
 * no country and binds nothing.)
 */
enum km_err
km_holder_agree(struct km_bytes sub, struct km_bytes kvk,
    struct km_bytes euid)
{
	if (starts(sub, "NTRNL-") ?
	    !km_bytes_equal(kvk, from(sub, PREFIX_LEN)) : kvk.len != 0)
		return km_refuse(KM_ERR_MISMATCH);
	if (euid.len == 0 || sub.len < PREFIX_LEN)
		return KM_OK;
	if (memcmp(sub.p + 3, "NL", 2) == 0)
		return kvk.len != 0 && starts(euid, "NLNHR.") &&
		    km_bytes_equal(kvk, from(euid, 6)) ?
		    KM_OK : km_refuse(KM_ERR_MISMATCH);
	return starts(euid, "NL") && !starts(sub, "LEIXG-") ?
	    km_refuse(KM_ERR_MISMATCH) : KM_OK;
}

/*
 * ISO 7064 section 9, hybrid system MOD 37,36. 0 when plain has another
 * character than digits and capitals.
 */
char
km_number_check(const char *plain, size_t len)
{
	static const char	set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned int		v, p = 36;
	size_t			i;

	for (i = 0; i < len; i++) {
		if (is_digit((uint8_t)plain[i]))
			v = (unsigned int)(plain[i] - '0');
		else if (is_upper((uint8_t)plain[i]))
			v = (unsigned int)(plain[i] - 'A') + 10;
		else
			return 0;
		/* Modulo 36, with 36 for 0; then twice that modulo 37. */
		p += v;
		p -= p > 36 ? 36 : 0;
		p = 2 * p - (2 * p >= 37 ? 37 : 0);
	}
	return set[(37 - p) % 36];
}

int
km_number_valid(struct km_bytes s)
{
	char	plain[12];	/* KMYYYYNNNNNN */

	if (s.len != KM_NUMBER_LEN || memcmp(s.p, "KM-", 3) != 0 ||
	    !all_digits((struct km_bytes){ s.p + 3, 4 }) || s.p[7] != '-' ||
	    !all_digits((struct km_bytes){ s.p + 8, 6 }) || s.p[14] != '-')
		return 0;
	memcpy(plain, s.p, 2);
	memcpy(plain + 2, s.p + 3, 4);
	memcpy(plain + 6, s.p + 8, 6);
	return s.p[15] == (uint8_t)km_number_check(plain, sizeof(plain));
}
