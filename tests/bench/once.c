/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The least that a program can be which checks one signature with OpenSSL:
 *
 *	once FILE	65 bytes of a P-256 point, a signature in DER, what
 *			was signed
 *
 * bench_cli.c measures the command line against it.
 */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

enum { POINT = 65, DER_HEAD = 2, FILE_MAX = 65536 };

static EVP_PKEY *
read_key(uint8_t *point)
{
	static char	 group[] = "P-256";
	EVP_PKEY_CTX	*ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY	*key = NULL;
	OSSL_PARAM	 param[3];

	param[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	param[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
	    point, POINT);
	param[2] = OSSL_PARAM_construct_end();
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, param) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

int
main(int argc, char **argv)
{
	static uint8_t	 buf[FILE_MAX];
	uint8_t		*sig = buf + POINT;
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*key;
	FILE		*f;
	size_t		 len, sig_len;
	int		 good;

	if (argc != 2 || (f = fopen(argv[1], "rb")) == NULL)
		return 2;
	len = fread(buf, 1, sizeof(buf), f);
	fclose(f);
	if (len < POINT + DER_HEAD)
		return 2;
	sig_len = (size_t)sig[1] + DER_HEAD;
	if (POINT + sig_len > len)
		return 2;
	ctx = EVP_MD_CTX_new();
	key = read_key(buf);
	good = ctx != NULL && key != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, sig, sig_len, sig + sig_len,
	    len - POINT - sig_len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	puts(good ? "good" : "bad");
	return good ? 0 : 1;
}
