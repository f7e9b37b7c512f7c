/* SPDX-License-Identifier: EUPL-1.2 */
/* Badge form; see badge_form.h. */
#include <errno.h>
#include <string.h>

#include "ca/record/encode.h"
#include "ca/record/qr_text.h"
#include "verifier/attestation.h"
#include "verifier/known.h"
#include "verifier/status.h"

#include "badge_form.h"
#include "say.h"

enum { DAY = 86400 };

static const char *const	variants[] = { "light", "dark", "mono" };
static const char *const	langs[] = { "nl", "en" };

/* Which of n words it is, or -1 after a message. */
static int
word(const struct opts *o, enum opt opt, const char *const *words, int n,
    const char *expected)
{
	const char	*text = opts_get(o, opt);
	int		 i;

	for (i = 0; i < n; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	say_usage("%s: expected %s, found \"%s\"", opts_name(opt), expected,
	    text);
	return -1;
}

int
badge_form(struct badge_form *f, const struct opts *o)
{
	int	variant = 0, lang = 0;

	memset(f, 0, sizeof(*f));
	if (opts_get(o, OPT_SVG) != NULL) {
		f->kind = BADGE_SVG;
		variant = word(o, OPT_SVG, variants, 3,
		    "light, dark or mono");
	}
	if (opts_get(o, OPT_QR) != NULL) {
		if (f->kind == BADGE_SVG) {
			say_usage("expected --svg or --qr, found both");
			return -1;
		}
		f->kind = BADGE_QR;
	}
	if (opts_get(o, OPT_LANG) != NULL) {
		if (f->kind != BADGE_SVG) {
			say_usage("--lang: expected with --svg, which alone "
			    "has words");
			return -1;
		}
		lang = word(o, OPT_LANG, langs, 2, "nl or en");
	}
	if (variant == -1 || lang == -1)
		return -1;
	f->variant = (enum km_variant)variant;
	f->lang = (enum km_picture_lang)lang;
	return 0;
}

/* What the list that is carried says, and on which day it was made. */
static int
shown(struct km_picture *p, const struct km_attestation *a,
    const struct km_known *known)
{
	const struct km_list	*l = km_known_list(known, a->status_uri);

	if (l == NULL || (p->status = km_status_get((struct km_bytes){
	    l->entries, l->len }, l->bits, a->idx)) == -1)
		return say_error("the status list has no entry for it");
	p->day = l->iat / DAY;
	return CTL_DONE;
}

static int
draw(struct buf *out, const struct badge_form *f, const struct km_badge *b,
    const struct km_attestation *a, const struct km_known *known)
{
	struct km_picture	p = { KM_DRAWING, f->variant, f->lang, 0, 0 };
	struct km_bytes		badge;
	struct buf		cbor;
	size_t			n;

	if (a->drawing != KM_DRAWING)
		return say_error("expected drawing version %d, which this "
		    "program draws, found %u", KM_DRAWING, a->drawing);
	if (shown(&p, a, known) != CTL_DONE)
		return CTL_FAILED;
	buf_init(&cbor, KM_BADGE_MAX);
	encode_badge(&cbor, b);
	badge = (struct km_bytes){ cbor.p, cbor.len };
	if (!cbor.failed) {
		n = km_picture(NULL, 0, &p, a, badge);
		if (buf_reserve(out, n) == 0)
			out->len += km_picture((char *)out->p + out->len, n,
			    &p, a, badge);
	}
	if (cbor.failed && !out->failed)
		out->failed = cbor.failed;
	buf_free(&cbor);
	return CTL_DONE;
}

int
badge_form_write(struct buf *out, const struct badge_form *f,
    const struct km_badge *b, const struct km_known *known)
{
	struct km_attestation	a;
	struct km_sign1		s;
	int			rc = CTL_DONE;

	if (km_attestation_decode(&a, &s, b->attestation.p,
	    b->attestation.len) != KM_OK)
		return say_error("the register holds no attestation there");
	switch (f->kind) {
	case BADGE_CBOR:
		encode_badge(out, b);
		break;
	case BADGE_SVG:
		rc = draw(out, f, b, &a, known);
		break;
	case BADGE_QR:
		if (qr_text(out, a.iss, b->attestation) == -1)
			return say_error("cannot write the text of the QR: "
			    "%s", strerror(errno));
		break;
	}
	if (rc == CTL_DONE && out->failed)
		return say_error("out of memory, or a badge of more than "
		    "%d bytes", KM_BADGE_MAX);
	return rc;
}
