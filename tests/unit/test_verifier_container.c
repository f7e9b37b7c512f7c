/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/container.h and armour.h: where the badge stands in each kind of
 * file, and one bad file a rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/scene.h"
#include "tests/lib/wrap.h"
#include "verifier/armour.h"
#include "verifier/cbor.h"
#include "verifier/container.h"

#define BADGE	"\xa1\x01\x41\xd2"		/* {1: h'd2'} */
enum { BADGE_LEN = 4 };
#define META	"<metadata id=\"keurmerk\""
#define PIC	" data-picture=\"1 light nl none -\">"

static struct km_found	 found;
static uint8_t		 room[KM_BADGE_MAX];

/* From a copy of exactly that size, so that ASan sees a read past it. */
static enum km_err
find(const void *p, size_t len)
{
	static uint8_t	*copy;

	free(copy);
	copy = malloc(len);
	assert_true(copy != NULL || len == 0);
	if (len > 0)
		memcpy(copy, p, len);
	memset(room, 0x5a, sizeof(room));
	return km_container_read(&found, room, copy, len);
}

static enum km_err
find_text(const char *s)
{
	return find(s, strlen(s));
}

static void
assert_badge(enum km_container kind)
{
	assert_int_equal(found.kind, kind);
	assert_int_equal(found.badge.len, BADGE_LEN);
	assert_memory_equal(found.badge.p, BADGE, BADGE_LEN);
}

static enum km_err
find_buf(struct sample_buf *b)
{
	enum km_err	err = find(b->p, b->len);

	sample_free(b);
	return err;
}

static void
test_cbor(void **state)
{
	static uint8_t	large[KM_BADGE_MAX + 1] = { 0xa5 };

	(void)state;
	assert_int_equal(find(BADGE, BADGE_LEN), KM_OK);
	assert_badge(KM_CONTAINER_CBOR);
	assert_int_equal(find("\xd2", 1), KM_OK);
	assert_int_equal(find(large, KM_BADGE_MAX), KM_OK);
	assert_int_equal(found.badge.len, KM_BADGE_MAX);
	assert_int_equal(find(large, sizeof(large)), KM_ERR_LIMIT);
}

static void
test_nothing(void **state)
{
	static const char *const	rows[] = {
		"", " ", "\xa0", "\xa6", "\xd8\x62", "\xff\xd8\xff\xe0",
		"%PDF-1.7", "<", "<svg", "<svg></svg>",
		"<html><body>keurmerk</body></html>", "\x89PNG\r\n\x1a",
		"<metadata id='keurmerk'" PIC "oQFB0g</metadata>",
		"<metadata  id=\"keurmerk\"" PIC "oQFB0g</metadata>",
		"<METADATA ID=\"keurmerk\"" PIC "oQFB0g</metadata>",
		"<metadata id=\"keurmer\"", "http://keurmerk.example/K#AE",
		"https:/", "https://", "https://keurmerk.example",
		"https://keurmerk.example/", "https://keurmerk.example/K",
		"https://keurmerk.example/k#AE", "HTTPS://A.EXAMPLE//K#AE",
		"HTTPS://KEURMERK.EXAMPLE/KM-2026-000123-P",
		"https://keurmerk.example/K?a#AE",
	};
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (find_text(rows[i]) != KM_ERR_NO_BADGE)
			fail_msg("found a badge in: %s", rows[i]);
}

static void
test_limit(void **state)
{
	uint8_t	*p = calloc(1, KM_FILE_MAX + 1);

	(void)state;
	assert_non_null(p);
	memset(p, '<', KM_FILE_MAX + 1);
	assert_int_equal(km_container_read(&found, room, p, KM_FILE_MAX),
	    KM_ERR_NO_BADGE);
	assert_int_equal(km_container_read(&found, room, p, KM_FILE_MAX + 1),
	    KM_ERR_LIMIT);
	free(p);
}

struct text_row {
	enum km_err	 err;
	const char	*text;
};

static const struct text_row element_rows[] = {
	{ KM_OK, META PIC "oQFB0g</metadata>" },
	{ KM_OK, "<svg>" META PIC "oQFB0g</metadata></svg>" },
	{ KM_OK, "<METADATA>" META PIC "oQFB0g</metadata><metadata/>" },
	{ KM_ERR_TWO_BADGES, META PIC "oQFB0g</metadata>"
	    META PIC "oQFB0g</metadata>" },
	/* A second one that cannot be read is one, too. */
	{ KM_ERR_TWO_BADGES, META PIC "oQFB0g</metadata>" META },
	{ KM_ERR_TWO_BADGES, META META PIC "oQFB0g</metadata>" },
	{ KM_ERR_TWO_BADGES, "<!--" META "-->" META PIC "oQFB0g</metadata>" },
	{ KM_ERR_TRUNCATED, META },
	{ KM_ERR_ENCODING, META ">oQFB0g</metadata>" },
	{ KM_ERR_ENCODING, META "  data-picture=\"1\">oQFB0g</metadata>" },
	{ KM_ERR_ENCODING, META " data-picture='1'>oQFB0g</metadata>" },
	{ KM_ERR_ENCODING, META " data-picture=\"1\" >oQFB0g</metadata>" },
	{ KM_ERR_ENCODING, META " data-picture=\"1\"/>oQFB0g</metadata>" },
	{ KM_ERR_TRUNCATED, META " data-picture=\"1" },
	{ KM_ERR_TRUNCATED, META " data-picture=\"1\"" },
	{ KM_ERR_LIMIT, META " data-picture=\"12345678901234567890123456789"
	    "012345678901234567890123456789012345\">oQFB0g</metadata>" },
	{ KM_OK, META " data-picture=\"12345678901234567890123456789"
	    "01234567890123456789012345678901234\">oQFB0g</metadata>" },
	{ KM_ERR_TRUNCATED, META PIC "oQFB0g" },
	{ KM_ERR_TRUNCATED, META PIC "oQFB0g</metadat" },
	{ KM_ERR_ENCODING, META PIC "oQFB0g</metadata >" },
	{ KM_ERR_ENCODING, META PIC "oQFB<b/>0g</metadata>" },
	{ KM_ERR_ENCODING, META PIC "oQFB0g==</metadata>" },
	{ KM_ERR_ENCODING, META PIC "oQFB 0g</metadata>" },
	{ KM_ERR_ENCODING, META PIC "oQFB\n0g</metadata>" },
	{ KM_ERR_ENCODING, META PIC "oQFB0h</metadata>" },	/* bits */
	{ KM_ERR_ENCODING, META PIC "oQFB0gA=</metadata>" },
	{ KM_ERR_ENCODING, META PIC "oQFB0</metadata>" },	/* 6 bits */
	{ KM_ERR_ENCODING, META PIC "oQFB+g</metadata>" },
	{ KM_ERR_ENCODING, META PIC "oQFB/g</metadata>" },
	{ KM_ERR_ENCODING, META PIC "&#111;QFB0g</metadata>" },
};

static void
test_element(void **state)
{
	size_t	i, n = sizeof(element_rows) / sizeof(element_rows[0]);

	(void)state;
	for (i = 0; i < n; i++) {
		if (find_text(element_rows[i].text) != element_rows[i].err)
			fail_msg("row %zu: %s", i, element_rows[i].text);
		if (element_rows[i].err == KM_OK)
			assert_badge(KM_CONTAINER_SVG);
	}
	/* An empty one is found, and is then not CBOR. */
	assert_int_equal(find_text(META PIC "</metadata>"), KM_OK);
	assert_int_equal(found.badge.len, 0);
}

/* What a browser could show as a picture is none. */
static void
test_page(void **state)
{
	static const char	svg[] = "<svg>" META PIC
	    "oQFB0g</metadata><g></g></svg>";
	static const char *const	pages[] = {
		"<!DOCTYPE html><p>", "<html>", "\n <HTML lang=\"nl\">",
		"\xef\xbb\xbf<!doctype HTML><BODY>", "<html><svg></svg>",
		"<?xml version=\"1.0\"?>\n<html>",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><html\n>",
		"<!doctype html>\n<!-- saved from url=(0023) -->\n<html>",
		"<!-- a --><!-- <svg> --> <html>",
		"<!DOCTYPE html PUBLIC \"-//A//B 1.0//EN\" 'http://a/'><html>",
		"<!doctype html><h1>", "<!doctype html><title/>",
	}, *const		others[] = {
		" ", "<?xml version=\"1.0\"?>", "<!-- <html> -->", "<p><html>",
		"<?xml version=\"1.0\"?><!DOCTYPE svg>", "<?xml ", "<htm",
		/* What a browser shows as a picture when it is named so. */
		"<!DOCTYPE html>", "<!DOCTYPE html>\n", "<!doctype html><SVG>",
		"<?xml version=\"1.0\"?><!DOCTYPE html>",
		"<!DOCTYPE html><!-- <html> -->",
		"<html:svg xmlns:html=\"http://www.w3.org/2000/svg\">",
		"<!DOCTYPE html><h:svg xmlns:h=\"http://www.w3.org/2000/svg\">",
		"<!DOCTYPE html [<!-- > <html> -->]>",
		"<!DOCTYPE html [<!ENTITY a '>'>]><html>",
		"<!DOCTYPE html SYSTEM \"><html>\">",
		"<!DOCTYPE html SYSTEM '><html>'>",
		"<!DOCTYPE html PUBLIC \"'\" '><html>'>",
		"<!-- \x1b$B --><html>", "<!-- <html>", "<!DOCTYPE html",
		"<?xml version=\"1.0\" encoding=\"UTF-7\"?><html>",
		"<?xml-stylesheet href='a'?><html>", "<html", "<html-svg>",
		"<htmlx>", "<!DOCTYPE html>text<html>",
		"<!DOCTYPE html SYSTEM '\x1b$B'><html>"
	};
	char			text[256];
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		snprintf(text, sizeof(text), "%s%s<svg></svg>", pages[i],
		    svg);
		assert_int_equal(find_text(text), KM_OK);
		assert_badge(KM_CONTAINER_PAGE);
		assert_int_equal(found.drawn.len, 17);
		assert_memory_equal(found.drawn.p, "1 light nl none -", 17);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", others[i], svg);
		assert_int_equal(find_text(text), KM_OK);
		assert_badge(KM_CONTAINER_SVG);
	}
}

/* The largest badge, and a byte more. */
static void
test_large_element(void **state)
{
	static uint8_t		large[KM_BADGE_MAX + 1];
	struct sample_buf	b = { NULL, 0, 0 };

	(void)state;
	wrap_element(&b, "1", large, KM_BADGE_MAX);
	assert_int_equal(find_buf(&b), KM_OK);
	assert_int_equal(found.badge.len, KM_BADGE_MAX);
	wrap_element(&b, "1", large, KM_BADGE_MAX + 1);
	assert_int_equal(find_buf(&b), KM_ERR_LIMIT);
	wrap_element(&b, "1", large, KM_BADGE_MAX);
	memset(b.p + b.len - 20, 'A', 20);
	wrap_text(&b, "AAAAAAAAAAAAAAAAAAAAA</metadata>");
	assert_int_equal(find_buf(&b), KM_ERR_LIMIT);
}

/* Sign1 of some length, in a QR. */
static void
make_qr(struct sample_buf *b, const char *host, size_t len)
{
	uint8_t	*p = malloc(len + 1);

	assert_non_null(p);
	memset(p, 'k', len);
	p[0] = 0xd2;
	wrap_qr(b, host, p, len);
	free(p);
}

static void
test_qr(void **state)
{
	static const char	*const ends[] = { "", "\n", "\r\n" };
	struct sample_buf	b = { NULL, 0, 0 };
	size_t			i;

	(void)state;
	for (i = 0; i < 3; i++) {
		make_qr(&b, "KEURMERK.EXAMPLE", 4096);
		wrap_text(&b, ends[i]);
		assert_int_equal(find_buf(&b), KM_OK);
		assert_int_equal(found.kind, KM_CONTAINER_QR);
		assert_int_equal(found.badge.len, 4096);
		assert_int_equal(found.badge.p[4095], 'k');
		assert_true(km_container_host_is(&found,
		    km_bytes_of("https://keurmerk.example")));
		assert_false(km_container_host_is(&found,
		    km_bytes_of("https://keurmerk.exampl")));
		assert_false(km_container_host_is(&found,
		    km_bytes_of("https://keurmerk.examplf")));
	}
	make_qr(&b, "Keurmerk.example", 1);
	memcpy(b.p, "https", 5);
	assert_int_equal(find_buf(&b), KM_OK);
	assert_int_equal(found.badge.len, 1);
}

static void
test_qr_bad(void **state)
{
	struct sample_buf	b = { NULL, 0, 0 };
	char			host[255];

	(void)state;
	make_qr(&b, "KEURMERK.EXAMPLE", 4097);
	assert_int_equal(find_buf(&b), KM_ERR_LIMIT);
	wrap_qr(&b, "KEURMERK.EXAMPLE", BADGE, BADGE_LEN);
	assert_int_equal(find_buf(&b), KM_ERR_TAG);
	wrap_qr(&b, "KEURMERK.EXAMPLE", "", 0);
	assert_int_equal(find_buf(&b), KM_ERR_TAG);
	make_qr(&b, "KEURMERK.EXAMPLE", 9);
	wrap_text(&b, "\n\n");
	assert_int_equal(find_buf(&b), KM_ERR_ENCODING);
	make_qr(&b, "KEURMERK.EXAMPLE", 9);
	wrap_text(&b, "======");
	assert_int_equal(find_buf(&b), KM_ERR_ENCODING);
	make_qr(&b, "KEURMERK.EXAMPLE", 9);
	wrap_text(&b, "A");
	assert_int_not_equal(find_buf(&b), KM_OK);
	make_qr(&b, "KEURMERK.EXAMPLE", 9);
	b.p[30] = (uint8_t)(b.p[30] | 32);
	assert_int_equal(find_buf(&b), KM_ERR_ENCODING);
	make_qr(&b, "KEURMERK.EXAMPLE", 9);
	b.p[b.len - 5] ^= 2;
	assert_int_not_equal(find_buf(&b), KM_OK);
	assert_int_equal(find_text("HTTPS://KEURMERK.EXAMPLE/K#"),
	    KM_ERR_INFLATE);
	memset(host, 'A', 254);
	host[253] = host[254] = '\0';
	make_qr(&b, host, 9);
	assert_int_equal(find_buf(&b), KM_OK);
	host[253] = 'A';
	make_qr(&b, host, 9);
	assert_int_equal(find_buf(&b), KM_ERR_NO_BADGE);
}

/* More text than any attestation needs. */
static void
test_qr_long(void **state)
{
	struct sample_buf	b = { NULL, 0, 0 };
	static uint8_t		zeros[4097];

	(void)state;
	wrap_text(&b, "HTTPS://A.EXAMPLE/K#");
	wrap_base32(&b, zeros, 4096);
	assert_int_equal(find_buf(&b), KM_ERR_INFLATE);
	wrap_text(&b, "HTTPS://A.EXAMPLE/K#");
	wrap_base32(&b, zeros, 4097);
	assert_int_equal(find_buf(&b), KM_ERR_LIMIT);
}

static void
test_armour(void **state)
{
	struct sample_buf	b = { NULL, 0, 0 };
	uint8_t			in[40], out[40];
	size_t			i, len, n;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 151 + 0xfb);
	for (len = 0; len <= sizeof(in); len++) {
		wrap_base64url(&b, in, len);
		assert_int_equal(km_base64url_decode(out, len, &n,
		    (struct km_bytes){ b.p, b.len }), KM_OK);
		assert_int_equal(n, len);
		assert_memory_equal(in, out, len);
		if (len > 0)
			assert_int_equal(km_base64url_decode(out, len - 1,
			    &n, (struct km_bytes){ b.p, b.len }),
			    KM_ERR_LIMIT);
		sample_free(&b);
		wrap_base32(&b, in, len);
		assert_int_equal(km_base32_decode(out, len, &n,
		    (struct km_bytes){ b.p, b.len }), KM_OK);
		assert_int_equal(n, len);
		assert_memory_equal(in, out, len);
		sample_free(&b);
	}
	/* RFC 4648 section 10, without padding. */
	assert_int_equal(km_base32_decode(out, 6, &n,
	    km_bytes_of("MZXW6YTBOI")), KM_OK);
	assert_memory_equal(out, "foobar", 6);
	for (i = 0; i < 4; i++)
		assert_int_equal(km_base32_decode(out, 40, &n, km_bytes_of(
		    (const char *[]){ "A", "AAA", "AAAAAA", "AB" }[i])),
		    KM_ERR_ENCODING);
	for (i = 0; i < 4; i++)
		assert_int_equal(km_base32_decode(out, 40, &n, km_bytes_of(
		    (const char *[]){ "0A", "1A", "8A", "aa" }[i])),
		    KM_ERR_ENCODING);
	assert_int_equal(km_base64url_char(62), '-');
	assert_int_equal(km_base64url_char(63 + 64), '_');
}

#define CHUNK(b, type, s)	wrap_chunk(b, type, s, sizeof(s) - 1)
#define TEXT	"keurmerk\0\0\0\0\0oQFB0g"
#define BEGIN	do { wrap_png_head(&b); wrap_ihdr(&b); } while (0)
#define END	do { wrap_idat(&b); wrap_iend(&b); } while (0)

static void
test_png(void **state)
{
	struct sample_buf	b = { NULL, 0, 0 };

	(void)state;
	wrap_png(&b, BADGE, BADGE_LEN);
	assert_int_equal(find_buf(&b), KM_OK);
	assert_badge(KM_CONTAINER_PNG);
	/* In any place, beside other chunks. */
	BEGIN;
	CHUNK(&b, "PLTE", "\1\2\3");
	CHUNK(&b, "tEXt", "Title\0keurmerk");
	CHUNK(&b, "iTXt", "keurmerken\0\0\0\0\0text");
	CHUNK(&b, "iTXt", "keur");
	CHUNK(&b, "prVt", TEXT);
	wrap_idat(&b);
	wrap_idat(&b);
	wrap_itxt(&b, BADGE, BADGE_LEN);
	wrap_iend(&b);
	assert_int_equal(find_buf(&b), KM_OK);
	assert_badge(KM_CONTAINER_PNG);
	BEGIN;
	END;
	assert_int_equal(find_buf(&b), KM_ERR_NO_BADGE);
}

/* Each byte of it and each length, and the largest text. */
static void
test_png_bytes(void **state)
{
	struct sample_buf	b = { NULL, 0, 0 };
	static uint8_t		large[KM_BADGE_MAX + 1];
	size_t			i;

	(void)state;
	wrap_png(&b, BADGE, BADGE_LEN);
	for (i = 8; i < b.len; i++) {
		assert_int_not_equal(find(b.p, i), KM_OK);
		b.p[i] ^= 0x20;
		assert_int_not_equal(find(b.p, b.len), KM_OK);
		b.p[i] ^= 0x20;
	}
	assert_int_equal(find(b.p, b.len), KM_OK);
	assert_int_equal(find(b.p, b.len - 1), KM_ERR_TRUNCATED);
	wrap_text(&b, "!");
	assert_int_equal(find_buf(&b), KM_ERR_TRAILING);
	wrap_png(&b, large, KM_BADGE_MAX);
	assert_int_equal(find_buf(&b), KM_OK);
	assert_int_equal(found.badge.len, KM_BADGE_MAX);
	wrap_png(&b, large, KM_BADGE_MAX + 1);
	assert_int_equal(find_buf(&b), KM_ERR_LIMIT);
}

static void
test_png_chunks(void **state)
{
	struct sample_buf	b = { NULL, 0, 0 };

	(void)state;
	wrap_png_head(&b);
	END;
	assert_int_equal(find_buf(&b), KM_ERR_ORDER);	/* no IHDR */
	BEGIN;
	wrap_ihdr(&b);
	END;
	assert_int_equal(find_buf(&b), KM_ERR_ORDER);	/* twice */
	BEGIN;
	wrap_iend(&b);
	assert_int_equal(find_buf(&b), KM_ERR_ORDER);	/* no image */
	BEGIN;
	wrap_idat(&b);
	CHUNK(&b, "tIME", "1234567");
	END;
	assert_int_equal(find_buf(&b), KM_ERR_ORDER);	/* image in two */
	BEGIN;
	wrap_idat(&b);
	CHUNK(&b, "PLTE", "\1\2\3");
	wrap_iend(&b);
	assert_int_equal(find_buf(&b), KM_ERR_ORDER);	/* palette late */
	BEGIN;
	CHUNK(&b, "PLTE", "\1\2\3");
	CHUNK(&b, "PLTE", "\1\2\3");
	END;
	assert_int_equal(find_buf(&b), KM_ERR_ORDER);	/* palette twice */
	BEGIN;
	CHUNK(&b, "NEWc", "");
	END;
	assert_int_equal(find_buf(&b), KM_ERR_TYPE);	/* critical */
	BEGIN;
	CHUNK(&b, "ab1d", "");
	END;
	assert_int_equal(find_buf(&b), KM_ERR_TYPE);	/* not letters */
	BEGIN;
	wrap_idat(&b);
	CHUNK(&b, "IEND", "x");
	assert_int_equal(find_buf(&b), KM_ERR_VALUE);
	BEGIN;
	wrap_idat(&b);
	sample_raw(&b, "\xff\xff\xff\xf8IDAT\0\0\0\0", 12);
	assert_int_equal(find_buf(&b), KM_ERR_TRUNCATED);
}

static void
test_png_text(void **state)
{
	static const struct {
		enum km_err	 err;
		const char	*type;
		size_t		 len;
		const char	*data;
	}			rows[] = {
#define ROW(err, type, s)	{ err, type, sizeof(s) - 1, s }
		ROW(KM_OK, "iTXt", TEXT),
		ROW(KM_ERR_ENCODING, "iTXt", "keurmerk\0\1\0\0\0oQFB0g"),
		ROW(KM_ERR_ENCODING, "iTXt", "keurmerk\0\0\1\0\0oQFB0g"),
		ROW(KM_ERR_ENCODING, "iTXt", "keurmerk\0\0\0nl\0\0oQFB0g"),
		ROW(KM_ERR_ENCODING, "iTXt", "keurmerk\0\0\0\0k\0oQFB0g"),
		ROW(KM_ERR_ENCODING, "iTXt", "keurmerk\0\0\0\0"),
		ROW(KM_ERR_ENCODING, "iTXt", "keurmerk\0"),
		ROW(KM_ERR_ENCODING, "iTXt", TEXT "="),
		ROW(KM_ERR_ENCODING, "iTXt", TEXT "\0"),
		ROW(KM_ERR_ENCODING, "tEXt", TEXT),
		ROW(KM_ERR_ENCODING, "zTXt", "keurmerk\0\0x"),
		ROW(KM_ERR_NO_BADGE, "iTXt", "Keurmerk\0\0\0\0\0oQFB0g"),
	};
	struct sample_buf	b = { NULL, 0, 0 };
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		BEGIN;
		wrap_chunk(&b, rows[i].type, rows[i].data, rows[i].len);
		END;
		if (find_buf(&b) != rows[i].err)
			fail_msg("row %zu", i);
	}
	BEGIN;
	wrap_itxt(&b, BADGE, BADGE_LEN);
	wrap_itxt(&b, BADGE, BADGE_LEN);
	END;
	assert_int_equal(find_buf(&b), KM_ERR_TWO_BADGES);
	BEGIN;
	wrap_itxt(&b, BADGE, BADGE_LEN);
	CHUNK(&b, "zTXt", "keurmerk\0\0x");
	END;
	assert_int_equal(find_buf(&b), KM_ERR_TWO_BADGES);
}

static void
test_png_header(void **state)
{
	static const struct {
		enum km_err	 err;
		const char	*data;
	}			rows[] = {
		{ KM_OK, "\0\0\x40\0\0\0\x40\0\x10\6\0\0\1" },
		{ KM_OK, "\0\0\0\1\0\0\0\1\1\3\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\0\0\0\0\1\x08\0\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\0\x08\0\0\0\0" },
		{ KM_ERR_LIMIT, "\0\0\x40\1\0\0\0\1\x08\0\0\0\0" },
		{ KM_ERR_LIMIT, "\0\0\0\1\1\0\0\0\x08\0\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\0\0\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\3\0\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\x20\0\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\x08\1\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\x08\5\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\x08\7\0\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\x08\0\1\0\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\x08\0\0\1\0" },
		{ KM_ERR_VALUE, "\0\0\0\1\0\0\0\1\x08\0\0\0\2" },
	};
	struct sample_buf	b = { NULL, 0, 0 };
	size_t			i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wrap_png_head(&b);
		wrap_chunk(&b, "IHDR", rows[i].data, 13);
		wrap_itxt(&b, BADGE, BADGE_LEN);
		END;
		if (find_buf(&b) != rows[i].err)
			fail_msg("row %zu", i);
	}
	for (len = 12; len <= 14; len += 2) {
		wrap_png_head(&b);
		wrap_chunk(&b, "IHDR", rows[0].data, len);
		END;
		assert_int_equal(find_buf(&b), KM_ERR_VALUE);
	}
}

/* What each container leads to as a verdict, and when looked at. */
static void
ask(struct scene *w, struct sample_buf *b, enum km_verdict verdict,
    enum km_err why)
{
	struct km_unverified	u;

	w->q.badge = (struct km_bytes){ b->p, b->len };
	assert_int_equal(km_verify(w->known, &w->r, &w->q), verdict);
	assert_int_equal(WHY(w, KM_CHECK_BADGE), why);
	assert_int_equal(OUTCOME(w, KM_CHECK_BADGE), why == KM_OK ?
	    KM_PASSED : KM_FAILED);
	assert_int_equal(km_look(&u, b->p, b->len), why);
	if (why == KM_OK)
		assert_true(km_bytes_equal(u.attestation.number,
		    km_bytes_of("KM-2026-000123-P")));
	assert_int_equal(km_exit(&w->r), why == KM_ERR_NO_BADGE ? 2 :
	    (int)verdict);
	sample_free(b);
}

static void
test_verdicts(void **state)
{
	struct scene		*w = scene_new();
	struct sample_buf	 b = { NULL, 0, 0 };
	const struct sample_buf	*a = &w->attestation_bytes;

	(void)state;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	wrap_png(&b, a->p, a->len);
	ask(w, &b, KM_VALID, KM_OK);
	assert_int_equal(OUTCOME(w, KM_CHECK_PICTURE), KM_NOT_PERFORMED);
	wrap_qr(&b, "KEURMERK.EXAMPLE", a->p, a->len);
	ask(w, &b, KM_VALID, KM_OK);
	assert_int_equal(OUTCOME(w, KM_CHECK_PICTURE), KM_NOT_PERFORMED);
	/* A look-alike, a sub-domain, another port and a user's name. */
	wrap_qr(&b, "KEURMERK.EXAMP1E", a->p, a->len);
	ask(w, &b, KM_MALFORMED, KM_ERR_MISMATCH);
	wrap_qr(&b, "WWW.KEURMERK.EXAMPLE", a->p, a->len);
	ask(w, &b, KM_MALFORMED, KM_ERR_MISMATCH);
	wrap_qr(&b, "KEURMERK.EXAMPLE:443", a->p, a->len);
	ask(w, &b, KM_MALFORMED, KM_ERR_MISMATCH);
	wrap_qr(&b, "", a->p, a->len);
	ask(w, &b, KM_MALFORMED, KM_ERR_MISMATCH);
	assert_int_equal(w->r.vouched, 0);
	wrap_text(&b, "HTTPS://KEURMERK.EXAMPLE/KM-2026-000123-P");
	ask(w, &b, KM_MALFORMED, KM_ERR_NO_BADGE);
	wrap_text(&b, "hello");
	ask(w, &b, KM_MALFORMED, KM_ERR_NO_BADGE);
	wrap_element(&b, "1 light nl none -", a->p, a->len);
	wrap_element(&b, "1 light nl none -", a->p, a->len);
	ask(w, &b, KM_MALFORMED, KM_ERR_TWO_BADGES);
	scene_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cbor),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_element),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_large_element),
		cmocka_unit_test(test_qr),
		cmocka_unit_test(test_qr_bad),
		cmocka_unit_test(test_qr_long),
		cmocka_unit_test(test_armour),
		cmocka_unit_test(test_png),
		cmocka_unit_test(test_png_bytes),
		cmocka_unit_test(test_png_chunks),
		cmocka_unit_test(test_png_text),
		cmocka_unit_test(test_png_header),
		cmocka_unit_test(test_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
