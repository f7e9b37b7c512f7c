/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * All forms of a mark in one file, with a page of instructions in each
 * language. Each is what its own maker answers.
 */
#include <stdio.h>
#include <string.h>

#include "verifier/cbor.h"
#include "verifier/json.h"
#include "verifier/picture_words.h"

#include "form.h"
#include "zip.h"

enum { ARGS_MAX = 4, README_MAX = 16384 };

static const struct part {
	const char	*name;
	maker		*make;
	const char	*arg[ARGS_MAX - 1];	/* after the mark's number */
} parts[] = {
	{ "website/light-nl.svg", form_svg, { "light", "nl" } },
	{ "website/light-en.svg", form_svg, { "light", "en" } },
	{ "website/dark-nl.svg", form_svg, { "dark", "nl" } },
	{ "website/dark-en.svg", form_svg, { "dark", "en" } },
	{ "website/mono-nl.svg", form_svg, { "mono", "nl" } },
	{ "website/mono-en.svg", form_svg, { "mono", "en" } },
	{ "website/light-nl.png", form_png, { "light", "nl" } },
	{ "website/light-en.png", form_png, { "light", "en" } },
	{ "website/small-light-nl.svg", form_small, { "light", "nl", "svg" } },
	{ "website/small-light-en.svg", form_small, { "light", "en", "svg" } },
	{ "website/small-dark-nl.svg", form_small, { "dark", "nl", "svg" } },
	{ "website/small-dark-en.svg", form_small, { "dark", "en", "svg" } },
	{ "website/small-light-nl.png", form_small, { "light", "nl", "png" } },
	{ "website/small-light-en.png", form_small, { "light", "en", "png" } },
	{ "website/snippet-nl.html", form_html, { "snippet", "nl" } },
	{ "website/snippet-en.html", form_html, { "snippet", "en" } },
	{ "website/element-nl.html", form_html, { "element", "nl" } },
	{ "website/element-en.html", form_html, { "element", "en" } },
	{ "website/keurmerk.cbor", form_cbor, { "", "" } },
	{ "mail/mail-nl.png", form_png, { "mail", "nl" } },
	{ "mail/mail-en.png", form_png, { "mail", "en" } },
	{ "mail/line-nl.txt", form_text, { "nl", "" } },
	{ "mail/line-en.txt", form_text, { "en", "" } },
	{ "print/print-light-nl.pdf", form_pdf, { "light", "nl" } },
	{ "print/print-light-en.pdf", form_pdf, { "light", "en" } },
	{ "print/print-mono-nl.pdf", form_pdf, { "mono", "nl" } },
	{ "print/print-mono-en.pdf", form_pdf, { "mono", "en" } },
	{ "print/qr.svg", form_qr, { "qr", "svg" } },
	{ "print/qr.png", form_qr, { "qr", "png" } },
	{ "print/qr-full.svg", form_qr, { "qr-full", "svg" } },
	{ "print/qr-full.png", form_qr, { "qr-full", "png" } }
};

/* NAME, NUMBER, ADDRESS, DAY are of the mark, TERM of the scheme. */
static const char	readme_nl[] =
"UW KEURMERK TONEN\n"
"\n"
"Dit hoort bij keurmerk NUMBER van NAME,\n"
"geldig t/m DAY.\n"
"\n"
"OP UW WEBSITE (map website)\n"
"  1. Kies light-nl.svg. Is uw site donker: dark-nl.svg. Eén kleur: mono-nl.svg.\n"
"  2. Laat de afbeelding verwijzen naar ADDRESS\n"
"  - Is er minder dan 120 pixels breedte: small-light-nl.svg, 80 pixels breed.\n"
"  - Neemt uw site geen SVG (zoals WordPress): plak de regels uit\n"
"    snippet-nl.html. Dan staat er steeds de status van dat moment.\n"
"  - Laten controleren waar het gezien wordt: element-nl.html.\n"
"  - Zet keurmerk.cbor op uw site als /.well-known/keurmerk, dan kunnen\n"
"    programma's het vinden.\n"
"\n"
"IN UW E-MAIL (map mail)\n"
"  Voeg mail-nl.png in uw handtekening in als afbeelding, niet als verwijzing\n"
"  naar internet. Zet er de regel uit line-nl.txt onder: die kan iedereen lezen.\n"
"  Haal elk jaar een nieuwe op: de datum staat erin.\n"
"\n"
"OP PAPIER (map print)\n"
"  print-light-nl.pdf in kleur, print-mono-nl.pdf in zwart; voor de drukker, op\n"
"  elke grootte scherp. Ten minste 85 mm breed, dan is de QR te lezen.\n"
"  De QR alleen: qr.svg, ten minste 20 mm breed. Met het hele bewijs erin,\n"
"  zonder internet te controleren: qr-full.svg, ten minste 50 mm breed.\n"
"\n"
"WAT U AFSPREEKT\n"
"  - Toon het alleen bij de diensten waarvoor het keurmerk geldt. Welke dat\n"
"    zijn, staat op ADDRESS\n"
"  - Verander niets aan de afbeelding en laat nummer en adres leesbaar.\n"
"  - Is het keurmerk geschorst, ingetrokken of verlopen, stop dan meteen met\n"
"    tonen: op uw website, in e-mails en op nieuw drukwerk. Drukwerk dat er al\n"
"    is, is binnen TERM dagen weg.\n";

static const char	readme_en[] =
"SHOWING YOUR MARK\n"
"\n"
"This belongs to mark NUMBER of NAME,\n"
"valid through DAY.\n"
"\n"
"ON YOUR WEBSITE (folder website)\n"
"  1. Take light-en.svg. If your site is dark: dark-en.svg. One colour:\n"
"     mono-en.svg.\n"
"  2. Let the picture link to ADDRESS\n"
"  - With less than 120 pixels of width: small-light-en.svg, 80 pixels wide.\n"
"  - If your site takes no SVG (such as WordPress): paste the lines of\n"
"    snippet-en.html. That always shows the status of the moment.\n"
"  - To have it checked where it is seen: element-en.html.\n"
"  - Put keurmerk.cbor on your site as /.well-known/keurmerk, so that programs\n"
"    can find it.\n"
"\n"
"IN YOUR MAIL (folder mail)\n"
"  Insert mail-en.png into your signature as a picture, not as a link to the\n"
"  internet. Put the line of line-en.txt below it: anyone can read that.\n"
"  Fetch a new one every year: the date is in it.\n"
"\n"
"ON PAPER (folder print)\n"
"  print-light-en.pdf in colour, print-mono-en.pdf in black; for the printer,\n"
"  sharp at any size. At least 85 mm wide, so that the QR can be read.\n"
"  The QR alone: qr.svg, at least 20 mm wide. With the whole proof in it, to be\n"
"  checked without internet: qr-full.svg, at least 50 mm wide.\n"
"\n"
"WHAT YOU AGREE TO\n"
"  - Show it only with the services that the mark is for. Which those are is on\n"
"    ADDRESS\n"
"  - Change nothing in the picture, and keep number and address readable.\n"
"  - If the mark is suspended, withdrawn or expired, stop showing it at once: on\n"
"    your website, in mails and in new printed matter. What was printed before\n"
"    is gone within TERM days.\n";

enum word { WORD_NAME, WORD_NUMBER, WORD_ADDRESS, WORD_DAY, WORD_TERM,
    WORD_N };

static void
add_word(struct buf *b, const struct site *site,
    const struct km_attestation *a, enum word word, int en)
{
	const json_t	*periods;
	char		 iso[KM_ISO_MAX];

	switch (word) {
	case WORD_NAME:
		buf_add(b, a->legal_name.p, a->legal_name.len);
		break;
	case WORD_NUMBER:
		buf_add(b, a->number.p, a->number.len);
		break;
	case WORD_ADDRESS:
		buf_printf(b, "%.*s%s/%.*s", (int)a->iss.len,
		    (const char *)a->iss.p, en ? "/en" : "",
		    (int)a->number.len, (const char *)a->number.p);
		break;
	case WORD_DAY:
		km_iso_day(iso, (a->exp - 1) / 86400);
		buf_printf(b, "%s", iso);
		break;
	case WORD_TERM:
		periods = json_object_get(site->scheme, "periods");
		buf_printf(b, "%lld", (long long)json_integer_value(
		    json_object_get(periods, "badge_removal_days")));
		break;
	case WORD_N:
		break;
	}
}

static void
readme(struct buf *b, const struct site *site, const struct km_attestation *a,
    const char *text, int en)
{
	static const char *const	words[WORD_N] = {
		"NAME", "NUMBER", "ADDRESS", "DAY", "TERM"
	};
	int				i;

	if (a->environment != KM_ENVIRONMENT_PRODUCTION)
		buf_printf(b, "%s\n\n", km_picture_words(en ? KM_PICTURE_EN :
		    KM_PICTURE_NL)->environment[a->environment]);
	while (*text != '\0') {
		for (i = 0; i < WORD_N; i++)
			if (strncmp(text, words[i], strlen(words[i])) == 0)
				break;
		if (i < WORD_N) {
			add_word(b, site, a, (enum word)i, en);
			text += strlen(words[i]);
		} else
			buf_add(b, text++, 1);
	}
}

static void
add_readme(struct zip *z, const struct site *site,
    const struct km_attestation *a, const char *name, const char *text,
    int en)
{
	struct buf	b;

	buf_init(&b, README_MAX);
	readme(&b, site, a, text, en);
	if (b.failed)
		z->out->failed = b.failed;
	zip_add(z, name, (struct km_bytes){ b.p, b.len });
	buf_free(&b);
}

/* One form as its maker answers it: 0, or -1 when that is not the form. */
static int
add_part(struct zip *z, const struct part *p, const struct site *site,
    const struct ask *ask, const char *number)
{
	const char	*args[ARGS_MAX] = { number, p->arg[0], p->arg[1],
	    p->arg[2] == NULL ? "" : p->arg[2] };
	struct answer	 an;
	int		 ok;

	answer_init(&an);
	p->make(&an, site, ask, args, ARGS_MAX);
	ok = an.status == 200 && !an.body.failed;
	if (ok)
		zip_add(z, p->name, (struct km_bytes){ an.body.p,
		    an.body.len });
	answer_free(&an);
	return ok ? 0 : -1;
}

/* /badge/{mark}/keurmerk.zip */
void
form_zip(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct form	f;
	struct zip	z;
	size_t		i;
	int		rc = 0;

	(void)n;
	if (form_find_shown(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, "application/zip");
	snprintf(an->file, sizeof(an->file), "%s.zip", args[0]);
	zip_begin(&z, &an->body, site->epoch->this_update);
	add_readme(&z, site, f.a, "lees-mij.txt", readme_nl, 0);
	add_readme(&z, site, f.a, "read-me.txt", readme_en, 1);
	for (i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
		rc = add_part(&z, &parts[i], site, ask, args[0]);
	if (zip_end(&z) == -1 || rc == -1)
		form_failed(an);
}
