/* SPDX-License-Identifier: EUPL-1.2 */
/* Attestation (schemas/attestation.cddl), and fields that others share. */
#ifndef KM_ATTESTATION_H
#define KM_ATTESTATION_H

#include "cose.h"

enum {					/* CWT claims, RFC 8392 section 4 */
	KM_CLAIM_ISS = 1, KM_CLAIM_SUB = 2, KM_CLAIM_EXP = 4,
	KM_CLAIM_NBF = 5, KM_CLAIM_IAT = 6, KM_CLAIM_CTI = 7,
	KM_CLAIM_STATUS_LIST = 65533, KM_CLAIM_TTL = 65534,
	KM_CLAIM_STATUS = 65535, KM_CLAIM_MARK = -65537
};
enum {
	KM_MARK_NUMBER = 1, KM_MARK_ENVIRONMENT = 2, KM_MARK_DOCUMENT = 3,
	KM_MARK_SCHEME = 4, KM_MARK_LINES = 5, KM_MARK_NOT_COVERED = 6,
	KM_MARK_LEGAL_NAME = 7, KM_MARK_TRADE_NAMES = 8, KM_MARK_PLACE = 9,
	KM_MARK_KVK = 10, KM_MARK_EUID = 11, KM_MARK_LEI = 12,
	KM_MARK_HOSTS = 13, KM_MARK_ASSESSED = 14, KM_MARK_BODY = 15,
	KM_MARK_REPORT = 16, KM_MARK_EVIDENCE = 17, KM_MARK_INFORMATION = 18,
	KM_MARK_DRAWING = 19
};
enum {
	KM_LINE_CLAIM = 1, KM_LINE_OBJECT = 2, KM_LINE_SERVICE = 3,
	KM_LINE_LEVEL = 4
};
enum {
	KM_TIME_MAX_DAYS = 2932896, KM_CTI_LEN = 16, KM_HOST_MAX = 253,
	KM_URI_MAX = 261,		/* https:// and a host */
	KM_SUB_MAX = 46, KM_NUMBER_LEN = 16, KM_TEXT_MAX = 160
};
#define KM_TIME_MAX	INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

/* sign1 filled as well, for the signature. Out written on success only. */
enum km_err	 km_attestation_decode(struct km_attestation *,
		    struct km_sign1 *, const uint8_t *, size_t);

/*
 * Fields that decisions have too (ca/record/decision.c reads with the same
 * rules); each sets the reader's sticky error.
 */
struct km_bytes	 km_read_host_uri(struct km_cbor *);	/* https://HOST */
struct km_bytes	 km_read_holder(struct km_cbor *);	/* NTRNL-... */
struct km_bytes	 km_read_code(struct km_cbor *);
struct km_bytes	 km_read_kvk(struct km_cbor *);
struct km_bytes	 km_read_euid(struct km_cbor *);
struct km_bytes	 km_read_lei(struct km_cbor *);
/* Whichever of KVK number, sub, EUID and LEI it is. */
struct km_bytes	 km_read_party(struct km_cbor *);
struct km_bytes	 km_read_accreditation(struct km_cbor *);
struct km_bytes	 km_read_information(struct km_cbor *);
int64_t		 km_read_time(struct km_cbor *);
uint32_t	 km_read_day(struct km_cbor *);
void		 km_read_lines(struct km_cbor *, struct km_line *, size_t *n);
void		 km_read_hosts(struct km_cbor *, struct km_bytes *, size_t *n);
void		 km_read_names(struct km_cbor *, struct km_bytes *, size_t *n);
void		 km_read_not_covered(struct km_cbor *, struct km_bytes *,
		    size_t *n);
void		 km_read_evidence(struct km_cbor *, struct km_evidence *,
		    size_t *n);
/* sub, kvk and euid of one holder agree; else KM_ERR_MISMATCH. */
enum km_err	 km_holder_agree(struct km_bytes sub, struct km_bytes kvk,
		    struct km_bytes euid);
/* Syntax and check character; a mark number as people may type it is not. */
int		 km_number_valid(struct km_bytes);
/* The check character (ISO 7064 MOD 37,36) over KMYYYYNNNNNN. */
char		 km_number_check(const char *plain, size_t len);

/* Closed lists a stranger can pass in: 0 when it is no such thing. */
int		 km_is_host(struct km_bytes);	/* exact A-label host */
int		 km_is_party(struct km_bytes);	/* KVK, sub, EUID or LEI */

#endif
