/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The text of a full QR: held against another writer and read again, at every
 * length that an attestation can have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/qr_text.h"
#include "tests/lib/wrap.h"
#include "verifier/cbor.h"
#include "verifier/container.h"

static uint8_t	bytes[KM_ATTESTATION_MAX + 1];

static void
test_every_length(void **state)
{
	static uint8_t		out[KM_BADGE_MAX];
	struct sample_buf	other = { NULL, 0, 0 };
	struct km_found		found;
	struct buf		b;
	size_t			len, i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i >> 3 ^ i);
	bytes[0] = 0xd2;
	buf_init(&b, QR_TEXT_MAX);
	for (len = 1; len <= KM_ATTESTATION_MAX; len++) {
		buf_reset(&b);
		other.len = 0;
		assert_int_equal(qr_text(&b,
		    km_bytes_of("https://keurmerk.example"),
		    (struct km_bytes){ bytes, len }), 0);
		wrap_qr(&other, "KEURMERK.EXAMPLE", bytes, len);
		assert_int_equal(b.len, other.len);
		assert_memory_equal(b.p, other.p, b.len);
		assert_int_equal(km_container_read(&found, out, b.p, b.len),
		    KM_OK);
		assert_int_equal(found.kind, KM_CONTAINER_QR);
		assert_true(km_container_host_is(&found,
		    km_bytes_of("https://keurmerk.example")));
		assert_int_equal(found.badge.len, len);
		assert_memory_equal(found.badge.p, bytes, len);
	}
	buf_free(&b);
	sample_free(&other);
}

static void
test_refused(void **state)
{
	struct km_bytes	good = { bytes, 9 };
	struct buf	b;

	(void)state;
	buf_init(&b, QR_TEXT_MAX);
	assert_int_equal(qr_text(&b, km_bytes_of("https://"), good), -1);
	assert_int_equal(qr_text(&b, km_bytes_of("http://a.example"), good),
	    -1);
	assert_int_equal(qr_text(&b, km_bytes_of(""), good), -1);
	assert_int_equal(qr_text(&b, km_bytes_of("https://a.example"),
	    (struct km_bytes){ bytes, sizeof(bytes) }), -1);
	assert_int_equal(b.len, 0);
	buf_init(&b, 20);
	assert_int_equal(qr_text(&b, km_bytes_of("https://a.example"), good),
	    -1);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
