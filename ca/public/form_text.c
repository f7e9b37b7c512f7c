/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mark as a line of text, for mails and invoices, and as HTML: for a
 * site that takes no SVG the PNG with its text and link, and for one that
 * checks the badge where it is seen the element of verifier/web.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ca/record/layout.h"
#include "verifier/crypto.h"
#include "verifier/report.h"

#include "form.h"
#include "strip.h"

enum { SHOWN_WIDTH = 160, CARD_WIDTH = 320 };

/* /badge/{mark}/line-{nl|en}.txt */
void
form_text(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct form	f;

	(void)n;
	if (form_find_shown(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, FORM_TEXT);
	strip_words(&an->body, f.a, form_lang(args[1]));
	buf_add(&an->body, "\n", 1);
}

/* SHA-256 of trust list 1, which whoever checks begins with. */
static void
pin(struct buf *b, const struct site *site)
{
	struct file	*f = files_get(site->files, "trust/1", 1);
	struct km_bytes	 bytes;
	uint8_t		 hash[KM_HASH_LEN];
	char		 hex[2 * KM_HASH_LEN + 1];

	if (f == NULL || f->fd != -1) {
		if (f != NULL)
			close(f->fd);
		return;
	}
	bytes = (struct km_bytes){ f->data.p, f->data.len };
	km_sha256(hash, &bytes, 1);
	layout_hex(hex, hash);
	buf_printf(b, "\n  trust-hash=\"%s\"", hex);
}

/* The picture with its link, indented. */
static void
linked(struct buf *b, const struct form *f, const char *lang,
    unsigned int high, const char *in, const char *suffix)
{
	struct buf	words;
	int		no = (int)f->a->number.len, is = (int)f->a->iss.len;

	buf_init(&words, 4096);
	strip_words(&words, f->a, form_lang(lang));
	buf_printf(b, "%s<a href=\"%.*s%s/%.*s\">\n%s  <img src=\"%.*s/badge/"
	    "%.*s/light-%s.%s\"\n%s    width=\"%d\" height=\"%u\"\n"
	    "%s    alt=\"", in, is, (const char *)f->a->iss.p,
	    strcmp(lang, "en") == 0 ? "/en" : "", no,
	    (const char *)f->a->number.p, in, is, (const char *)f->a->iss.p,
	    no, (const char *)f->a->number.p, lang, suffix, in, SHOWN_WIDTH,
	    high * SHOWN_WIDTH / CARD_WIDTH, in);
	form_escape(b, (struct km_bytes){ words.p, words.len });
	buf_printf(b, "\">\n%s</a>\n", in);
	buf_free(&words);
}

/* /badge/{mark}/{snippet|element}-{nl|en}.html, as text: to be copied. */
void
form_html(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct form	f;
	struct buf	svg;
	unsigned int	high;
	int		is;

	(void)n;
	if (form_find_shown(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, FORM_TEXT);
	buf_init(&svg, STRIP_MAX);
	if (form_card(&svg, an, &f, site, KM_VARIANT_LIGHT,
	    form_lang(args[2])) == -1)
		goto out;
	high = form_card_height((struct km_bytes){ svg.p, svg.len });
	is = (int)f.a->iss.len;
	if (strcmp(args[1], "element") != 0) {
		linked(&an->body, &f, args[2], high, "", "png");
		goto out;
	}
	buf_printf(&an->body, "<script type=\"module\" src=\"%.*s/static/"
	    "badge.js\"></script>\n<keurmerk-badge\n  src=\"%.*s/badge/%.*s/"
	    "keurmerk.cbor\"\n  trust-src=\"%.*s/trust/1\"",
	    is, (const char *)f.a->iss.p, is, (const char *)f.a->iss.p,
	    (int)f.a->number.len, (const char *)f.a->number.p,
	    is, (const char *)f.a->iss.p);
	pin(&an->body, site);
	if (f.a->environment != KM_ENVIRONMENT_PRODUCTION)
		buf_printf(&an->body, "\n  environment=\"%s\"",
		    km_environment_name(f.a->environment));
	buf_printf(&an->body, ">\n");
	linked(&an->body, &f, args[2], high, "  ", "svg");
	buf_printf(&an->body, "</keurmerk-badge>\n");
out:
	buf_free(&svg);
}
