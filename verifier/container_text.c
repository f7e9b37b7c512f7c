/* SPDX-License-Identifier: EUPL-1.2 */
/* Containers that are text or a picture, and telling them apart. */
#include <string.h>

#include "armour.h"
#include "cbor.h"
#include "container.h"
#include "inflate.h"

enum {
	SIGN1_HEAD = 0xd2,		/* tag 18 */
	DRAWN_MAX = 64,			/* "1 light nl suspended 2026-..." */
	HTTPS_LEN = 8,			/* "https://" */
	QR_HOST_MAX = 253,
	QR_PAYLOAD_MAX = 4096,		/* bytes, deflated and inflated */
	ENTRY_LEN = 3			/* "/K#" */
};

static uint8_t
small(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static int
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Does s begin with this? */
static int
starts(struct km_bytes s, const char *with)
{
	struct km_bytes	w = km_bytes_of(with);

	return s.len >= w.len && memcmp(s.p, w.p, w.len) == 0;
}

/* The same, where the file may have it in capitals. */
static int
starts_small(struct km_bytes s, const char *with)
{
	struct km_bytes	w = km_bytes_of(with);
	size_t		i;

	for (i = 0; i < w.len; i++)
		if (i == s.len || small(s.p[i]) != w.p[i])
			return 0;
	return 1;
}

static struct km_bytes
from(struct km_bytes s, size_t skip)
{
	return (struct km_bytes){ s.p + skip, s.len - skip };
}

static struct km_bytes
skip_space(struct km_bytes s)
{
	while (s.len > 0 && is_space(s.p[0]))
		s = from(s, 1);
	return s;
}

/* What comes after it, or nothing. */
static struct km_bytes
skip_to(struct km_bytes s, const char *end)
{
	while (s.len > 0 && !starts(s, end))
		s = from(s, 1);
	return s.len > 0 ? from(s, strlen(end)) : s;
}

/*
 * To the end of a document type; none where HTML and XML may not agree on it:
 * one with declarations of its own, or with a ">" in a literal.
 */
static struct km_bytes
skip_doctype(struct km_bytes s)
{
	static const struct km_bytes	none = { NULL, 0 };
	uint8_t				quote = 0;

	for (; s.len > 0; s = from(s, 1))
		if (s.p[0] == '>')
			return quote != 0 ? none : from(s, 1);
		else if (s.p[0] == '[' || s.p[0] == '<' ||
		    (s.p[0] < ' ' && !is_space(s.p[0])))
			return none;
		else if (s.p[0] == quote)
			quote = 0;
		else if (quote == 0 && (s.p[0] == '"' || s.p[0] == '\''))
			quote = s.p[0];
	return none;
}

/* White space and comments; no control, which may change the character set. */
static struct km_bytes
skip_comments(struct km_bytes s)
{
	const uint8_t	*p;

	for (s = skip_space(s); starts(s, "<!--"); s = skip_space(s)) {
		p = s.p;
		s = skip_to(from(s, 4), "-->");
		for (; p < s.p; p++)
			if (*p < ' ' && !is_space(*p))
				return (struct km_bytes){ NULL, 0 };
	}
	return s;
}

/* Bytes of the element's name, 0 where none begins; "a:b" is no name here. */
static size_t
name_len(struct km_bytes s)
{
	size_t	n = 1;

	if (s.len == 0 || s.p[0] != '<')
		return 0;
	while (n < s.len && ((small(s.p[n]) >= 'a' && small(s.p[n]) <= 'z') ||
	    (n > 1 && s.p[n] >= '0' && s.p[n] <= '9')))
		n++;
	return n < s.len && (is_space(s.p[n]) || s.p[n] == '>' ||
	    s.p[n] == '/') ? n - 1 : 0;
}

/*
 * Is it a page, and not the picture by itself? What stands around a picture
 * in a page is no part of it; around one by itself nothing may stand. So
 * whatever could be shown as a picture is held to be one: it is the first
 * element that counts, as an SVG may say that it is a document of type html,
 * and call itself html:svg.
 */
static int
is_page(struct km_bytes s)
{
	static const char	plain[] = "<?xml version=\"1.0\"?>";
	static const char	utf8[] =
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
	int			typed;
	size_t			n;

	if (starts(s, "\xef\xbb\xbf"))
		s = from(s, 3);
	s = skip_space(s);
	if (starts_small(s, plain))
		s = from(s, sizeof(plain) - 1);
	else if (starts_small(s, utf8))
		s = from(s, sizeof(utf8) - 1);
	s = skip_comments(s);
	typed = starts_small(s, "<!doctype html");
	if (typed)
		s = skip_comments(skip_doctype(from(s, 1)));
	n = name_len(s);
	return (n == 4 && starts_small(s, "<html")) ||
	    (typed && n > 0 && !(n == 3 && starts_small(s, "<svg")));
}

/* Where the attribute or text ends at stop, of at most max bytes. */
static enum km_err
until(struct km_bytes *out, struct km_bytes *s, const char *stop, size_t max)
{
	size_t	n = 0, len = strlen(stop);

	while (n < s->len && n <= max && s->p[n] != (uint8_t)stop[0])
		n++;
	if (n > max)
		return KM_ERR_LIMIT;
	*out = (struct km_bytes){ s->p, n };
	*s = from(*s, n);
	if (!starts(*s, stop))
		return s->len < len ? KM_ERR_TRUNCATED : KM_ERR_ENCODING;
	*s = from(*s, len);
	return KM_OK;
}

/* The element's attributes and content, after what it begins with. */
static enum km_err
read_element(struct km_found *f, struct km_bytes *text, struct km_bytes s)
{
	enum km_err	err;

	if (!starts(s, " data-picture=\""))
		return s.len == 0 ? KM_ERR_TRUNCATED : KM_ERR_ENCODING;
	s = from(s, strlen(" data-picture=\""));
	if ((err = until(&f->drawn, &s, "\">", DRAWN_MAX)) != KM_OK)
		return err;
	return until(text, &s, "</metadata>", KM_BADGE_MAX / 3 * 4 + 4);
}

/* How many such elements begin in the text, and after the first of them. */
static size_t
count(struct km_bytes *after, struct km_bytes s, const char *element)
{
	size_t	n = 0;

	for (; s.len > 0; s = from(s, 1))
		if (s.p[0] == '<' && starts(s, element) && ++n == 1)
			*after = from(s, strlen(element));
	return n;
}

static enum km_err
read_text(struct km_found *f, uint8_t *out, struct km_bytes file)
{
	struct km_bytes	after, text;
	enum km_err	err;
	size_t		n;

	n = count(&after, file, "<metadata id=\"keurmerk\"");
	if (n != 1)
		return n == 0 ? KM_ERR_NO_BADGE : KM_ERR_TWO_BADGES;
	if ((err = read_element(f, &text, after)) != KM_OK)
		return err;
	f->kind = is_page(file) ? KM_CONTAINER_PAGE : KM_CONTAINER_SVG;
	f->badge.p = out;
	return km_base64url_decode(out, KM_BADGE_MAX, &f->badge.len, text);
}

/* An editor or a pipe ends a text with a new line. */
static struct km_bytes
trimmed(struct km_bytes s)
{
	if (s.len > 0 && s.p[s.len - 1] == '\n')
		s.len--;
	if (s.len > 0 && s.p[s.len - 1] == '\r')
		s.len--;
	return s;
}

/*
 * https://HOST/K#PAYLOAD. A phone may write scheme and host in small letters
 * (RFC 3986 section 6.2.2.1), the rest it leaves. Any other address, that of
 * the small QR too, has no badge in it.
 */
static enum km_err
read_qr(struct km_found *f, uint8_t *out, struct km_bytes file)
{
	struct km_bytes	s = from(trimmed(file), HTTPS_LEN);
	uint8_t		*deflated = out + QR_PAYLOAD_MAX;
	enum km_err	 err;
	size_t		 n = 0;

	while (n < s.len && n < QR_HOST_MAX && s.p[n] != '/')
		n++;
	f->host = (struct km_bytes){ s.p, n };
	s = from(s, n);
	if (!starts(s, "/K#"))
		return KM_ERR_NO_BADGE;
	s = from(s, ENTRY_LEN);
	if ((err = km_base32_decode(deflated, QR_PAYLOAD_MAX, &n, s)) !=
	    KM_OK)
		return err;
	f->kind = KM_CONTAINER_QR;
	f->badge.p = out;
	err = km_inflate(out, QR_PAYLOAD_MAX, &f->badge.len, deflated, n);
	if (err != KM_OK)
		return err;
	/* An attestation alone: there is no room for more. */
	return f->badge.len > 0 && out[0] == SIGN1_HEAD ? KM_OK :
	    KM_ERR_TAG;
}

enum km_err
km_container_decode(struct km_found *found, uint8_t *out,
    struct km_bytes file)
{
	if (km_is_png(file.p, file.len))
		return km_png_read(found, out, file.p, file.len);
	if (starts_small(file, "https://"))
		return read_qr(found, out, file);
	return read_text(found, out, file);
}

int
km_container_host_is(const struct km_found *f, struct km_bytes iss)
{
	size_t	i;

	if (iss.len != f->host.len + HTTPS_LEN)
		return 0;
	for (i = 0; i < f->host.len; i++)
		if (small(f->host.p[i]) != iss.p[HTTPS_LEN + i])
			return 0;
	return 1;
}
