/* SPDX-License-Identifier: EUPL-1.2 */
/* Attestations: what keurmerk.h and schemas/attestation.cddl say of them. */
#include "tests/fuzz/promise.h"
#include "verifier/attestation.h"

static int
starts(struct km_bytes s, const char *with)
{
	struct km_bytes	w = km_bytes_of(with);

	return s.len >= w.len && memcmp(s.p, w.p, w.len) == 0;
}

static void
check_lines(const struct km_attestation *a)
{
	size_t	i, k;

	promise(a->n_lines >= 1 && a->n_lines <= KM_LINES_MAX);
	for (i = 0; i < a->n_lines; i++) {
		promise((a->line[i].object == KM_OBJECT_SERVICE) ==
		    (a->line[i].service.len > 0));
		promise(a->line[i].level >= KM_LEVEL_BASIC &&
		    a->line[i].level <= KM_LEVEL_HIGH);
		for (k = 0; k < i; k++)
			promise(a->line[i].claim != a->line[k].claim ||
			    a->line[i].object != a->line[k].object ||
			    !km_bytes_equal(a->line[i].service,
			    a->line[k].service));
	}
}

/* n different ones, all within the input. */
static void
check_list(const struct km_bytes *s, size_t n, size_t most,
    const uint8_t *data, size_t len)
{
	size_t	i, k;

	promise(n <= most);
	for (i = 0; i < n; i++) {
		promise(s[i].len > 0 && inside(s[i], data, len));
		for (k = 0; k < i; k++)
			promise(!km_bytes_equal(s[i], s[k]));
	}
}

static void
check_holder(const struct km_attestation *a)
{
	promise(starts(a->sub, "NTRNL-") == (a->kvk.len == 8));
	promise(a->kvk.len == 0 || memcmp(a->sub.p + 6, a->kvk.p, 8) == 0);
	promise(a->kvk.len == 0 || a->euid.len == 0 ||
	    (starts(a->euid, "NLNHR.") && a->euid.len == 14 &&
	    memcmp(a->euid.p + 6, a->kvk.p, 8) == 0));
	promise(a->lei.len == 0 || a->lei.len == 20);
	promise(a->lei.len == 0 || !starts(a->sub, "LEIXG-") ||
	    memcmp(a->sub.p + 6, a->lei.p, 20) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_attestation	a;
	struct km_sign1		s;
	size_t			i;

	if (km_attestation_decode(&a, &s, data, len) != KM_OK)
		return 0;
	promise(len <= KM_ATTESTATION_MAX && is_sign1(&s, data, len));
	promise(km_bytes_equal(a.iss, s.iss) && km_bytes_equal(a.sub, s.sub));
	promise(starts(a.iss, "https://") && a.exp % 86400 == 0 &&
	    a.nbf < a.exp && a.nbf >= 0 && a.iat >= 0 &&
	    a.exp <= KM_TIME_MAX && a.iat <= KM_TIME_MAX);
	promise(a.cti.len == KM_CTI_LEN && inside(a.cti, data, len));
	promise(a.idx <= 65535 && a.shard <= 65535);
	promise(inside(a.status_uri, data, len) &&
	    a.status_uri.len > a.iss.len &&
	    memcmp(a.status_uri.p, a.iss.p, a.iss.len) == 0);
	promise(km_number_valid(a.number) && a.scheme.len > 0 &&
	    a.scheme_version > 0 && a.drawing > 0);
	promise(a.legal_name.len > 0 && a.legal_name.len <= KM_TEXT_MAX &&
	    inside(a.legal_name, data, len));
	promise((a.document == KM_DOCUMENT_CERTIFICATE) == (a.body.len > 0) &&
	    (a.body.len > 0) == (a.report.len > 0));
	check_lines(&a);
	check_holder(&a);
	check_list(a.not_covered, a.n_not_covered, 8, data, len);
	check_list(a.trade_name, a.n_trade_names, 5, data, len);
	check_list(a.host, a.n_hosts, 8, data, len);
	for (i = 0; i < a.n_hosts; i++)
		promise(km_is_host(a.host[i]));
	promise(a.n_evidence <= 16);
	return 0;
}
