/* SPDX-License-Identifier: EUPL-1.2 */
/* Form; see form.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "verifier/cbor.h"

#include "form.h"

enum { STATUS_CONFLICT = 409 };

/* A day is long enough for what is fetched live; a minute for the status. */
static const char	cache_live[] = "public, max-age=60";

int
form_find(struct form *f, struct answer *an, const struct site *site,
    const struct ask *ask, const char *number)
{
	int64_t	i;

	if (site->epoch == NULL || site->reg == NULL) {
		answer_problem(an, 503, "Service Unavailable",
		    "The register is not there yet. "
		    "Het register is er nog niet.");
		return -1;
	}
	i = reg_find(site->reg, km_bytes_of(number));
	if (i < 0) {
		answer_problem(an, 404, "Not Found",
		    "There is no mark of this number. "
		    "Er is geen keurmerk met dit nummer.");
		return -1;
	}
	if (reg_mark(&f->mark, site->reg, (uint32_t)i, ask->now) == -1)
		return form_failed(an);
	f->of = &f->mark.attestation[f->mark.speaks];
	f->a = &f->mark.a;
	return 0;
}

int
form_find_shown(struct form *f, struct answer *an, const struct site *site,
    const struct ask *ask, const char *number)
{
	char	detail[256];

	if (form_find(f, an, site, ask, number) == -1)
		return -1;
	if (f->mark.state == MARK_VALID)
		return 0;
	snprintf(detail, sizeof(detail), "This mark may not be shown now: it "
	    "is %s. Dit keurmerk mag nu niet worden gevoerd.",
	    mark_state_name(f->mark.state));
	answer_problem(an, STATUS_CONFLICT, "Conflict", detail);
	an->until = f->mark.until;
	return -1;
}

enum km_variant
form_variant(const char *word)
{
	return strcmp(word, "dark") == 0 ? KM_VARIANT_DARK :
	    strcmp(word, "mono") == 0 ? KM_VARIANT_MONO : KM_VARIANT_LIGHT;
}

enum km_picture_lang
form_lang(const char *word)
{
	return strcmp(word, "en") == 0 ? KM_PICTURE_EN : KM_PICTURE_NL;
}

void
form_begin(struct answer *an, const struct form *f, const char *type)
{
	an->type = type;
	an->cache = cache_live;
	an->flags |= ANSWER_EMBED | ANSWER_OPEN;
	an->until = f->mark.until;
}

int
form_failed(struct answer *an)
{
	/* A file of the tree lacks, or is not yet of this epoch. */
	answer_problem(an, 503, "Service Unavailable",
	    "This form of the mark cannot be made now; the log of the server "
	    "says why. Deze vorm kan nu niet worden gemaakt.");
	return -1;
}

int
form_card(struct buf *out, struct answer *an, const struct form *f,
    const struct site *site, enum km_variant variant,
    enum km_picture_lang lang)
{
	struct badge	b;
	int		rc;

	rc = badge_make(&b, site, f->of);
	if (rc == 0)
		rc = badge_draw(out, &b, f->a, variant, lang);
	badge_free(&b);
	return rc == 0 ? 0 : form_failed(an);
}

unsigned int
form_card_height(struct km_bytes svg)
{
	static const char	before[] = "height=\"";
	const char		*at;

	at = memmem(svg.p, svg.len < 200 ? svg.len : 200, before,
	    sizeof(before) - 1);
	return at == NULL ? 0 :
	    (unsigned int)strtoul(at + sizeof(before) - 1, NULL, 10);
}

void
form_escape(struct buf *b, struct km_bytes s)
{
	static const struct {
		char		 is;
		const char	*as;
	} five[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" }, { '\'', "&#39;" }
	};
	size_t	i, k;

	for (i = 0; i < s.len; i++) {
		for (k = 0; k < 5 && s.p[i] != (uint8_t)five[k].is; k++)
			;
		if (k < 5)
			buf_add(b, five[k].as, strlen(five[k].as));
		else
			buf_add(b, s.p + i, 1);
	}
}
