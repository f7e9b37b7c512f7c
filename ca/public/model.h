/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Model: a mark as JSON, as the API gives it (schemas/openapi.yaml, Mark) and
 * as templates read it: camelCase, times in UTC as text, null where there is
 * none. Codes are those of the scheme and of our objects; words for people
 * are added by who shows it.
 *
 *	{ number, status, statusSince, statusReason, environment, document,
 *	  issuer, holder { identifier, legalName, tradeNames[], place, kvk,
 *	  euid, lei, hosts[], information }, lines[{ claim, object, service,
 *	  level }], notCovered[], scheme { id, version }, assessed, body { name,
 *	  accreditation }, report, evidence[{ code, reference }], validFrom,
 *	  validUntil, lastDay, epoch { number, thisUpdate, nextUpdate },
 *	  links { self, page, attestation, badge, feed },
 *	  attestations[{ index, id, issued, validFrom, validUntil, status,
 *	  speaks }], history[{ at, event, reason, attestation }] }
 *
 * Every function that makes JSON returns NULL when there is no memory, and
 * takes NULL where JSON goes in, so that only the end of it is looked at.
 */
#ifndef PUBLIC_MODEL_H
#define PUBLIC_MODEL_H

#include "site.h"

enum model_parts {
	MODEL_LIST,		/* without attestations and history */
	MODEL_WHOLE
};

/* site has an epoch. */
json_t		*model_mark(const struct site *, const struct mark *,
		    enum model_parts);
/* { number, thisUpdate, nextUpdate } */
json_t		*model_epoch(const struct km_epoch *);
json_t		*model_lines(const struct km_attestation *);

/* { nl, en } in place of production, so that none takes it for real; null. */
json_t		*model_notice(const struct site *);

/* Text of our objects; null when empty. */
json_t		*model_text(struct km_bytes);
json_t		*model_texts(const struct km_bytes *, size_t n);
json_t		*model_hex(const uint8_t *, size_t len);
json_t		*model_time(int64_t);		/* "2026-11-24T00:00:00Z" */
json_t		*model_day(int64_t day);	/* of days since 1970 */
/* An address of this site: the issuer's, and the path by printf. */
json_t		*model_link(const struct site *, const char *fmt, ...)
		    __attribute__((__format__(printf, 2, 3)));

/* The last whole day of validity, in days since 1970. */
int64_t		 model_last_day(const struct km_attestation *);
const char	*model_object_name(enum km_object);	/* "service" .. */
/* Code of the scheme's closed list; NULL: none given. */
const char	*model_reason_name(int reason);

/*
 * Append as one line, in the order it was made. -1 when there is nothing or
 * no room, which shows in buf->failed. The JSON is given away.
 */
int		 model_write(struct buf *, json_t *);

#endif
