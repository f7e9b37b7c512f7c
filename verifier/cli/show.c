/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk show: what a file says of itself. Nothing is verified, and the
 * first line, or the first member in JSON, says so.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/badge.h"
#include "verifier/cli/show.h"
#include "verifier/container.h"
#include "verifier/kind.h"
#include "verifier/report.h"

enum { OUT_MAX = 65536, OPT_JSON = 256, OPT_LANG };

static const struct option longopts[] = {
	{ "json",	no_argument,		NULL, OPT_JSON },
	{ "lang",	required_argument,	NULL, OPT_LANG },
	{ NULL,		0,			NULL, 0 }
};

int
show_refused(const char *path, enum km_err err)
{
	cli_error(cli_word("%s: beschadigd: %s (%s)",
	    "%s: malformed: %s (%s)"), path, cli_err_word(err),
	    km_err_name(err));
	return 0;
}

void
show_text(struct show *s, const char *key, const char *label,
    struct km_bytes value)
{
	if (s->json) {
		km_json_opt_text(&s->j, key, value);
		return;
	}
	cli_label(stdout, label);
	cli_put(stdout, value);
	putchar('\n');
}

void
show_int(struct show *s, const char *key, const char *label, int64_t v)
{
	if (s->json) {
		km_json_int(&s->j, key, v);
		return;
	}
	cli_label(stdout, label);
	printf("%lld\n", (long long)v);
}

void
show_time(struct show *s, const char *key, const char *label, int64_t t)
{
	char	text[CLI_DATE_MAX], key_text[64];

	if (s->json) {
		km_json_int(&s->j, key, t);
		snprintf(key_text, sizeof(key_text), "%s_text", key);
		km_json_time(&s->j, key_text, t);
		return;
	}
	cli_moment(text, t);
	cli_label(stdout, label);
	puts(text);
}

void
show_hex(struct show *s, const char *key, const char *label,
    const uint8_t *p, size_t len)
{
	size_t	i;

	if (s->json) {
		km_json_hex(&s->j, key, p, len);
		return;
	}
	cli_label(stdout, label);
	for (i = 0; i < len; i++)
		printf("%02x", p[i]);
	putchar('\n');
}

void
show_open(struct show *s, const char *key, char bracket)
{
	if (s->json)
		km_json_open(&s->j, key, bracket);
	else if (bracket == '{')
		putchar('\n');
}

void
show_close(struct show *s, char bracket)
{
	if (s->json)
		km_json_close(&s->j, bracket);
}

static const char *
kind_name(enum km_kind kind)
{
	switch (kind) {
	case KM_KIND_ATTESTATION:	return "attestation";
	case KM_KIND_BADGE:		return "badge";
	case KM_KIND_STATUS:		return "status-list";
	case KM_KIND_TRUST:		return "trust-list";
	case KM_KIND_OFFICERS:		return "officers-list";
	case KM_KIND_EPOCH:		return "epoch";
	case KM_KIND_APPROVAL:		return "approval";
	case KM_KIND_NONE:
	case KM_KIND_OTHER:		break;
	}
	return "other";
}

static const char *
kind_word(enum km_kind kind)
{
	switch (kind) {
	case KM_KIND_ATTESTATION:
		return cli_term("terms.attestation");
	case KM_KIND_BADGE:
		return cli_term("terms.badge");
	case KM_KIND_STATUS:
		return cli_term("terms.status_list");
	case KM_KIND_TRUST:
		return cli_term("terms.trust_list");
	case KM_KIND_EPOCH:
		return cli_term("terms.epoch");
	case KM_KIND_OFFICERS:
		return cli_word("functionarissenlijst", "officers list");
	case KM_KIND_APPROVAL:
		return cli_word("goedkeuring", "approval");
	case KM_KIND_NONE:
	case KM_KIND_OTHER:
		break;
	}
	return cli_word("iets anders", "something else");
}

/* What the badge carries besides; the register's word with it. */
static void
show_proof(struct show *s, const struct km_badge *b)
{
	static const char *const	keys[] = { "status_list", "epoch",
	    "status_path", "register" };
	const char	*label;
	size_t		 len[4], i;

	len[0] = b->status.len;
	len[1] = b->epoch.len;
	len[2] = b->n_status_path;
	len[3] = b->n_register_path;
	show_open(s, "carries", '{');
	for (i = 0; i < 4; i++) {
		label = i == 0 ? cli_word("statuslijst, bytes",
		    "status list, bytes") : i == 1 ?
		    cli_word("stand, bytes", "epoch, bytes") : i == 2 ?
		    cli_word("pad van de statuslijst",
		    "path of the status list") :
		    cli_word("pad in het register", "path in the register");
		if (len[i] > 0 || s->json)
			show_int(s, keys[i], label, (int64_t)len[i]);
	}
	show_close(s, '}');
	if (b->has_register)
		show_text(s, "register_status", cli_word(
		    "status in het register", "status in the register"),
		    cli_bytes(km_status_name(b->register_status)));
	else if (s->json)
		km_json_null(&s->j, "register_status");
}

static int
show_badge(struct show *s, const char *path, const struct cli_file *f,
    enum km_kind kind)
{
	struct km_unverified	u;
	struct km_badge		b;
	enum km_err		err;

	err = km_look(&u, f->p, f->len);
	if (err == KM_OK)
		err = km_badge_decode(&b, f->p, f->len);
	if (err != KM_OK)
		return show_refused(path, err);
	if (s->json)
		km_json_attestation(&s->j, "attestation", &u.attestation);
	else
		cli_print_attestation(stdout, &u.attestation);
	if (kind == KM_KIND_BADGE)
		show_proof(s, &b);
	return 1;
}

static int
show_kind(struct show *s, const char *path, const struct cli_file *f,
    enum km_kind kind)
{
	switch (kind) {
	case KM_KIND_ATTESTATION:
	case KM_KIND_BADGE:
		return show_badge(s, path, f, kind);
	case KM_KIND_STATUS:
		return show_status(s, path, f);
	case KM_KIND_TRUST:
		return show_trust(s, path, f);
	case KM_KIND_EPOCH:
		return show_epoch(s, path, f);
	case KM_KIND_OFFICERS:
	case KM_KIND_APPROVAL:
	case KM_KIND_OTHER:
	case KM_KIND_NONE:
		break;
	}
	cli_error(cli_word("%s: verwacht een keurmerkbewijs, badge, "
	    "statuslijst, sleutellijst of stand van het register, "
	    "gevonden %s", "%s: expected an attestation, badge, status list, "
	    "trust list or epoch, found %s"), path, kind_word(kind));
	return 0;
}

/* What an object came in, for programs and for people. */
static const char *const	containers[] = {
	[KM_CONTAINER_CBOR] = "cbor", [KM_CONTAINER_SVG] = "svg",
	[KM_CONTAINER_PAGE] = "html", [KM_CONTAINER_PNG] = "png",
	[KM_CONTAINER_QR] = "qr"
};
static const char *const	container_words[] = {
	[KM_CONTAINER_SVG] = "SVG", [KM_CONTAINER_PAGE] = "HTML",
	[KM_CONTAINER_PNG] = "PNG", [KM_CONTAINER_QR] = "QR"
};

/*
 * What is no object may be a container with a badge in it, which then stands
 * for it in *f, and what it was in *kind. The address in a QR must be right here as well: km_look()
 * holds it against the issuer.
 */
static int
unwrap(struct cli_file *f, const char *path, enum km_container *kind)
{
	static uint8_t		room[KM_BADGE_MAX];
	struct km_unverified	u;
	struct km_found		found;
	enum km_err		err;

	*kind = KM_CONTAINER_CBOR;
	if (km_kind_of(f->p, f->len) != KM_KIND_NONE)
		return 1;
	err = km_container_read(&found, room, f->p, f->len);
	if (err == KM_ERR_NO_BADGE)
		return 1;
	if (err == KM_OK)
		err = km_look(&u, f->p, f->len);
	if (err != KM_OK)
		return show_refused(path, err);
	*kind = found.kind;
	*f = (struct cli_file){ room, found.badge.len };
	return 1;
}

/* The words go out as they come; JSON only when it is whole. */
static int
show_file(struct show *s, const char *path, const struct cli_file *file)
{
	struct cli_file	f = *file;
	enum km_kind	kind;
	enum km_container in;
	int		good;

	if (!unwrap(&f, path, &in))
		return 0;
	kind = km_kind_of(f.p, f.len);
	if (s->json) {
		km_json_begin(&s->j, s->out, s->cap);
		km_json_open(&s->j, NULL, '{');
		km_json_bool(&s->j, "verified", 0);
		km_json_string(&s->j, "container", containers[in]);
		km_json_string(&s->j, "kind", kind_name(kind));
	} else {
		puts(cli_word("Niets hiervan is gecontroleerd: dit is wat het "
		    "bestand van zichzelf zegt.", "Nothing of this was "
		    "verified: it is what the file says of itself."));
		printf("%s: ", kind_word(kind));
		cli_put(stdout, cli_bytes(path));
		if (in != KM_CONTAINER_CBOR)
			printf(" (%s)", container_words[in]);
		puts("\n");
	}
	good = show_kind(s, path, &f, kind);
	if (!s->json || !good)
		return good;
	km_json_close(&s->j, '}');
	if (km_json_end(&s->j) >= s->cap)
		return show_refused(path, KM_ERR_LIMIT);
	puts(s->out);
	return 1;
}

static int
usage(void)
{
	fputs(cli_word("gebruik: keurmerk show [--json] [--lang nl|en] "
	    "BESTAND\n", "usage: keurmerk show [--json] [--lang nl|en] "
	    "FILE\n"), stderr);
	return CLI_ERROR;
}

int
cli_show(int argc, char **argv)
{
	static char	out[OUT_MAX];
	struct show	s = { 0, { NULL, 0, 0, 0 }, out, sizeof(out) };
	struct cli_file	f;
	const char	*path = NULL;
	int		opt, status;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "-:", longopts, NULL)) != -1) {
		if (opt == OPT_JSON)
			s.json = 1;
		else if (opt == 1 && path == NULL)
			path = optarg;
		else if (opt != OPT_LANG || !cli_set_lang(optarg))
			return usage();
	}
	if (path == NULL && optind < argc)
		path = argv[optind++];
	if (path == NULL || optind < argc)
		return usage();
	if (cli_read(&f, path, KM_FILE_MAX, 0) != 1)
		return CLI_ERROR;
	status = show_file(&s, path, &f) ? 0 : CLI_ERROR;
	cli_file_free(&f);
	return status;
}
