/* SPDX-License-Identifier: EUPL-1.2 */
/* Configuration: each option, each way to be wrong with its line, and back. */
#include <sys/stat.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/conf.h"

#define LEAST	"issuer = a.example\ndata = /d\ntree = /t\n"
#define X10	"xxxxxxxxxx"
#define X60	X10 X10 X10 X10 X10 X10

static char	dir[64], path[96];

static int
set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test_base_conf.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/keurmerkd.conf", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void
put(const char *text, size_t len)
{
	int	fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
}

static void
test_least(void **state)
{
	struct conf_error	err;
	struct conf		c;

	(void)state;
	assert_int_equal(conf_parse(&c, "least", LEAST, &err), 0);
	assert_string_equal(c.issuer, "https://a.example");
	assert_string_equal(c.host, "a.example");
	assert_int_equal(c.environment, CONF_PRODUCTION);
	assert_string_equal(c.data, "/d");
	assert_string_equal(c.tree, "/t");
	assert_null(c.scheme);
	assert_null(c.public_url);
	assert_int_equal(c.outside_n, 0);
	assert_int_equal(c.log_debug, 0);
	assert_string_equal(c.office.listen, "127.0.0.1:8443");
	assert_int_equal(c.office.connections, 64);
	assert_string_equal(c.public.listen, "127.0.0.1:8080");
	assert_int_equal(c.public.connections, 1024);
	assert_null(c.user_signer);
	assert_string_equal(c.site.name, "Keurmerk ICT-dienstverleners");
	assert_string_equal(c.site.name_en,
	    "Quality mark for ICT service providers");
	assert_null(c.site.owner);
	assert_null(c.site.security);
	conf_free(&c);
	conf_free(&c);
}

static const char	all[] =
    "# a comment\n"
    "issuer = \"keurmerk.example\"\n"
    "environment = demonstration\n"
    "data = 'data/'\n"
    "tree = /srv/tree\n"
    "scheme = scheme.json\n"
    "public_url = \"http://127.0.0.1:8080/\"\n"
    "outside = { \"https://mirror.example/epoch\",\n"
    "	\"http://[::1]:8080/epoch\" }\n"
    "log = debug\n"
    "office { listen = \"127.0.0.1:18443\" connections = 8 }\n"
    "public { listen = \"[::1]:18080\"\n connections = 16384 }\n"
    "user { signer = km-signer office = km_office public = _p }\n"
    "site { name = \"Keurmerk caf\xc3\xa9\" name_en = \"The mark\"\n"
    "owner = \"Stichting X\" owner_url = \"https://x.example/\"\n"
    "mail = \"i.n+f-o@x.example\" misuse_mail = m@x.example\n"
    "misuse_phone = \"+31 88 123\" security = \"mailto:s@x.example\"\n"
    "security_policy = \"https://x.example/cvd\" }\n"
    "// the end, without a newline";

static void
check_all(const struct conf *c)
{
	char	data[96], scheme[96];

	snprintf(data, sizeof(data), "%s/data", dir);
	snprintf(scheme, sizeof(scheme), "%s/scheme.json", dir);
	assert_string_equal(c->issuer, "https://keurmerk.example");
	assert_string_equal(c->host, "keurmerk.example");
	assert_int_equal(c->environment, CONF_DEMONSTRATION);
	assert_string_equal(c->data, data);
	assert_string_equal(c->tree, "/srv/tree");
	assert_string_equal(c->scheme, scheme);
	assert_string_equal(c->public_url, "http://127.0.0.1:8080");
	assert_int_equal(c->outside_n, 2);
	assert_string_equal(c->outside[0], "https://mirror.example/epoch");
	assert_string_equal(c->outside[1], "http://[::1]:8080/epoch");
	assert_int_equal(c->log_debug, 1);
	assert_string_equal(c->office.listen, "127.0.0.1:18443");
	assert_int_equal(c->office.connections, 8);
	assert_string_equal(c->public.listen, "[::1]:18080");
	assert_int_equal(c->public.connections, 16384);
	assert_string_equal(c->user_signer, "km-signer");
	assert_string_equal(c->user_office, "km_office");
	assert_string_equal(c->user_public, "_p");
	assert_string_equal(c->site.name, "Keurmerk caf\xc3\xa9");
	assert_string_equal(c->site.name_en, "The mark");
	assert_string_equal(c->site.owner, "Stichting X");
	assert_string_equal(c->site.owner_url, "https://x.example/");
	assert_string_equal(c->site.mail, "i.n+f-o@x.example");
	assert_string_equal(c->site.misuse_mail, "m@x.example");
	assert_string_equal(c->site.misuse_phone, "+31 88 123");
	assert_string_equal(c->site.security, "mailto:s@x.example");
	assert_string_equal(c->site.security_policy,
	    "https://x.example/cvd");
}

/* What -T prints reads back as the same, and prints the same. */
static void
test_all_and_back(void **state)
{
	struct conf_error	err = { 0, "" };
	struct conf		c, again;
	char			*text[2] = { NULL, NULL };
	size_t			 len;
	FILE			*f;

	(void)state;
	put(all, sizeof(all) - 1);
	assert_int_equal(conf_load(&c, path, &err), 0);
	check_all(&c);
	f = open_memstream(&text[0], &len);
	conf_print(f, &c);
	fclose(f);
	assert_int_equal(conf_parse(&again, "-T", text[0], &err), 0);
	check_all(&again);
	f = open_memstream(&text[1], &len);
	conf_print(f, &again);
	fclose(f);
	assert_string_equal(text[0], text[1]);
	free(text[0]);
	free(text[1]);
	conf_free(&c);
	conf_free(&again);
}

static void
test_environments(void **state)
{
	static const char *const	name[] = {
		"production", "demonstration", "exercise"
	};
	struct conf_error		err;
	struct conf			c;
	char				text[128];
	size_t				i;

	(void)state;
	for (i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), LEAST "environment = %s\n",
		    name[i]);
		assert_int_equal(conf_parse(&c, "x", text, &err), 0);
		assert_int_equal(c.environment, i);
		assert_string_equal(conf_environment_name(c.environment),
		    name[i]);
		conf_free(&c);
	}
}

/* What is wrong, in which line, and a word that the message must have. */
static const struct {
	const char	*text;
	int		 line;
	const char	*word;
} bad[] = {
	/* unknown, twice, of the wrong type */
	{ LEAST "isuer = x\n", 4, "no such option 'isuer'" },
	{ LEAST "office { lisen = x }\n", 4, "no such option 'lisen'" },
	{ LEAST "include(\"x\")\n", 4, "no such option" },
	{ LEAST "\nissuer = b.example\n", 5, "first is in line 1" },
	{ LEAST "log = info log = info\n", 4, "found again" },
	{ LEAST "office { connections = 1\nconnections = 1 }\n", 5,
	    "connections: expected once" },
	{ LEAST "user { }\nuser { signer = a }\n", 5, "user: expected once" },
	{ LEAST "outside = { \"https://a.example\" }\n"
	    "outside = { \"https://b.example\", \"https://c.example\" }\n", 5,
	    "outside: expected once" },
	{ LEAST "outside = { \"https://a.example\" }\noutside = { }\n", 4,
	    "outside: expected once" },
	{ LEAST "outside = { \"https://a.example\" }\n"
	    "outside += { \"https://b.example\" }\n", 5, "found again" },
	{ LEAST "outside = \"https://a.example\"\n"
	    "outside = \"https://b.example\"\n", 5, "found again" },
	{ LEAST "log = { info }\n", 4, "unexpected token '{'" },
	{ LEAST "office = 1\n", 4, "missing opening brace" },
	{ LEAST "log info\n", 4, "missing equal sign" },
	/* not ended */
	{ LEAST "user { signer = a\n", 5, "expected } to end the section" },
	{ LEAST "log = \"info\n", 7, "premature end" },
	{ LEAST "/* log = info\n", 0, "end of a comment" },
	{ LEAST "}\n", 4, "expected an option" },
	/* what must be there */
	{ "", 0, "the option issuer" },
	{ "data = /d\ntree = /t\n", 0, "the option issuer" },
	{ "issuer = a.example\ntree = /t\n", 0, "the option data" },
	{ "issuer = a.example\ndata = /d\n", 0, "the option tree" },
	/* the environment is not asked */
	{ "issuer = a.example\ndata = \"${HOME}\"\n", 2, "environment" },
	/* issuer */
	{ "issuer = \"\"\n", 1, "host name" },
	{ "issuer = localhost\n", 1, "host name" },
	{ "issuer = A.example\n", 1, "found \"A.example\"" },
	{ "issuer = a.example.\n", 1, "host name" },
	{ "issuer = .example\n", 1, "host name" },
	{ "issuer = a..example\n", 1, "host name" },
	{ "issuer = -a.example\n", 1, "host name" },
	{ "issuer = a-.example\n", 1, "host name" },
	{ "issuer = a.example-\n", 1, "host name" },
	{ "issuer = 127.0.0.1\n", 1, "host name" },
	{ "issuer = \"a.example:443\"\n", 1, "host name" },
	{ "issuer = \"https://a.example\"\n", 1, "host name" },
	{ "issuer = \"caf\xc3\xa9.example\"\n", 1, "host name" },
	{ "issuer = " X60 "xxxx.example\n", 1, "host name" },
	{ "issuer = " X60 "." X60 "." X60 "." X60 "." X10 ".nl\n", 1,
	    "host name" },
	/* paths */
	{ "data = \"\"\n", 1, "a path of 1 to" },
	{ "data = d\n", 1, "absolute path" },
	{ "tree = \"/a\\nb\"\n", 1, "control characters" },
	{ "tree = \"/a\\\"b\"\n", 1, "control characters" },
	{ "issuer = a.example\ndata = /d\ntree = /d\n", 3, "apart from" },
	{ "issuer = a.example\ndata = /d\ntree = /d/tree\n", 3, "apart" },
	{ "issuer = a.example\ndata = /t/data\ntree = /t/\n", 3, "apart" },
	/* addresses */
	{ LEAST "office { listen = \"127.0.0.1:0\" }\n", 4, "found" },
	{ LEAST "office { listen = \"127.0.0.1:65536\" }\n", 4, "found" },
	{ LEAST "office { listen = \"127.0.0.1:4294967297\" }\n", 4, "1 to" },
	{ LEAST "office { listen = \"127.0.0.1:080\" }\n", 4, "found" },
	{ LEAST "office { listen = \"127.0.0.1\" }\n", 4, "found" },
	{ LEAST "office { listen = \"127.0.0.1:\" }\n", 4, "found" },
	{ LEAST "office { listen = \"127.0.0.1:1x\" }\n", 4, "found" },
	{ LEAST "office { listen = \"localhost:1\" }\n", 4, "found" },
	{ LEAST "office { listen = \"::1:1\" }\n", 4, "found" },
	{ LEAST "office { listen = \"[::1]\" }\n", 4, "found" },
	{ LEAST "office { listen = \"[127.0.0.1]:1\" }\n", 4, "found" },
	{ LEAST "public { listen = \"127.0.0.1:8443\" }\n", 4, "twice" },
	{ LEAST "office { connections = 0 }\n", 4, "1 to 16384" },
	{ LEAST "office { connections = 16385 }\n", 4, "1 to 16384" },
	{ LEAST "office { connections = -1 }\n", 4, "1 to 16384" },
	{ LEAST "office { connections = 0x10 }\n", 4, "1 to 16384" },
	{ LEAST "office { connections = many }\n", 4, "found \"many\"" },
	{ LEAST "public_url = ftp://a.example\n", 4, "https" },
	{ LEAST "public_url = \"http://a.example\"\n", 4, "https" },
	{ LEAST "public_url = \"http://127.0.0.1.example\"\n", 4, "https" },
	{ LEAST "public_url = \"http://localhosts\"\n", 4, "https" },
	{ LEAST "public_url = \"http://localhost@a.example\"\n", 4, "https" },
	{ LEAST "public_url = \"https://a@b.example\"\n", 4, "https" },
	{ LEAST "public_url = \"https://a.example:0\"\n", 4, "https" },
	{ LEAST "public_url = \"https://a.example:99999\"\n", 4, "https" },
	{ LEAST "public_url = \"https://a.example/ b\"\n", 4, "https" },
	{ LEAST "public_url = \"https://a.example?b\"\n", 4, "https" },
	{ LEAST "outside = { \"https://a.example\",\n\"b\" }\n", 5, "https" },
	/* the rest */
	{ LEAST "environment = test\n", 4, "production, demonstration" },
	{ LEAST "log = loud\n", 4, "info or debug" },
	{ LEAST "user { signer = root }\n", 4, "fewer rights" },
	{ LEAST "user { signer = 1a }\n", 4, "name of a user" },
	{ LEAST "user { signer = \"a b\" }\n", 4, "name of a user" },
	{ LEAST "user { signer = \"\" }\n", 4, "name of a user" },
	{ LEAST "user { signer = a public = a }\n", 4, "one twice" },
	/* what pages say */
	{ LEAST "site { }\nsite { }\n", 5, "site: expected once" },
	{ LEAST "site { owner = \"\" }\n", 4, "1 to 120 bytes" },
	{ LEAST "site { owner = \"a\\\"b\" }\n", 4, "without" },
	{ LEAST "site { owner = \"a\\nb\" }\n", 4, "Latin letters" },
	{ LEAST "site { owner = \"\xff\" }\n", 4, "Latin letters" },
	{ LEAST "site { name = " X60 X60 "x }\n", 4, "1 to 120 bytes" },
	{ LEAST "site { owner_url = \"http://a.example\" }\n", 4, "https" },
	{ LEAST "site { mail = a.example }\n", 4, "a mail address" },
	{ LEAST "site { mail = \"a b@a.example\" }\n", 4, "a mail" },
	{ LEAST "site { mail = \".a@a.example\" }\n", 4, "a mail" },
	{ LEAST "site { mail = a@example }\n", 4, "a mail" },
	{ LEAST "site { misuse_mail = @a.example }\n", 4, "a mail" },
	{ LEAST "site { misuse_phone = \"088 123\" }\n", 4, "country" },
	{ LEAST "site { misuse_phone = \"+31 ext 1\" }\n", 4, "country" },
	{ LEAST "site { security = s@a.example }\n", 4, "mailto:" },
	{ LEAST "site { security = \"mailto:s\" }\n", 4, "mailto:" },
	{ LEAST "site { security = \"http://localhost/\" }\n", 4, "mailto" },
};

static void
test_bad(void **state)
{
	struct conf_error	err;
	struct conf		c, untouched;
	char			start[32];
	size_t			i;

	(void)state;
	memset(&untouched, 0x5a, sizeof(untouched));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&err, 0, sizeof(err));
		c = untouched;
		if (conf_parse(&c, "f.conf", bad[i].text, &err) != -1)
			fail_msg("accepted: %s", bad[i].text);
		if (err.line != bad[i].line ||
		    strstr(err.text, bad[i].word) == NULL)
			fail_msg("%s: want line %d, %s; have line %d, %s",
			    bad[i].text, bad[i].line, bad[i].word, err.line,
			    err.text);
		if (err.line == 0)
			strcpy(start, "f.conf: ");
		else
			snprintf(start, sizeof(start), "f.conf:%d: ",
			    err.line);
		assert_memory_equal(err.text, start, strlen(start));
		assert_memory_equal(&c, &untouched, sizeof(c));
	}
}

/* The other side of the limits. */
static void
test_just_good(void **state)
{
	static const char *const	rows[] = {
		"issuer = " X60 "xxx.example\ndata = /d\ntree = /t\n",
		"issuer = " X60 "." X60 "." X60 "." X60 ".xxxxxx.nl\n"
		    "data = /d\ntree = /t\n",
		"issuer = xn--1a.1a\ndata = /d\ntree = /dd\n",
		LEAST "office { listen = \"127.0.0.1:1\" connections = 1 }\n",
		LEAST "office { listen = \"127.0.0.1:65535\" }\n",
		LEAST "public_url = \"https://a.example:65535/b/c%20d\"\n",
		LEAST "public_url = \"http://localhost/\"\n",
		LEAST "outside = { }\n",
		LEAST "outside = \"https://a.example\"\n",
		LEAST "outside = {\n\"https://a.example\",\n"
		    "\"https://b.example\"\n}\nlog = info\n",
		LEAST "office { }\npublic { }\nuser { }\n",
	};
	struct conf_error		err;
	struct conf			c;
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (conf_parse(&c, "x", rows[i], &err) != 0)
			fail_msg("refused: %s", err.text);
		conf_free(&c);
	}
}

static void
test_outside_limit(void **state)
{
	struct conf_error	err;
	struct conf		c;
	char			text[2048];
	size_t			i, n;

	(void)state;
	for (n = CONF_OUTSIDE_MAX; n <= CONF_OUTSIDE_MAX + 1; n++) {
		strcpy(text, LEAST "outside = {");
		for (i = 0; i < n; i++)
			strcat(text, i == 0 ? "\"https://a.example\"" :
			    ", \"https://a.example\"");
		strcat(text, "}\n");
		if (n <= CONF_OUTSIDE_MAX) {
			assert_int_equal(conf_parse(&c, "x", text, &err), 0);
			assert_int_equal(c.outside_n, n);
			conf_free(&c);
		} else {
			assert_int_equal(conf_parse(&c, "x", text, &err), -1);
			assert_non_null(strstr(err.text, "at most 16"));
		}
	}
}

static void
test_file(void **state)
{
	struct conf_error	err;
	struct conf		c;
	char			*text;

	(void)state;
	assert_int_equal(conf_load(&c, path, &err), -1);
	assert_non_null(strstr(err.text, "No such file"));
	assert_int_equal(conf_load(&c, dir, &err), -1);
	assert_non_null(strstr(err.text, "regular file"));

	/* Loose mode: group or others may write. */
	put(LEAST, sizeof(LEAST) - 1);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(conf_load(&c, path, &err), 0);
	conf_free(&c);
	assert_int_equal(chmod(path, 0664), 0);
	assert_int_equal(conf_load(&c, path, &err), -1);
	assert_non_null(strstr(err.text, "nobody else may write"));
	assert_non_null(strstr(err.text, "mode 664"));
	assert_int_equal(chmod(path, 0602), 0);
	assert_int_equal(conf_load(&c, path, &err), -1);
	assert_int_equal(chmod(path, 0600), 0);

	put(LEAST "log = info\0", sizeof(LEAST) - 1 + 11);
	assert_int_equal(conf_load(&c, path, &err), -1);
	assert_int_equal(err.line, 4);
	assert_non_null(strstr(err.text, "zero byte"));

	/* The largest file, and one byte more. */
	text = malloc(CONF_FILE_MAX + 1);
	assert_non_null(text);
	memset(text, '\n', CONF_FILE_MAX + 1);
	memcpy(text, LEAST, sizeof(LEAST) - 1);
	put(text, CONF_FILE_MAX);
	assert_int_equal(conf_load(&c, path, &err), 0);
	conf_free(&c);
	put(text, CONF_FILE_MAX + 1);
	assert_int_equal(conf_load(&c, path, &err), -1);
	assert_non_null(strstr(err.text, "65536"));
	text[CONF_FILE_MAX] = '\0';
	assert_int_equal(conf_parse(&c, "x", text, &err), 0);
	conf_free(&c);
	text = realloc(text, CONF_FILE_MAX + 2);
	assert_non_null(text);
	strcpy(text + CONF_FILE_MAX, "\n");
	assert_int_equal(conf_parse(&c, "x", text, &err), -1);
	assert_non_null(strstr(err.text, "65536"));
	free(text);
}

static void
test_address(void **state)
{
	struct sockaddr_storage	ss;
	struct sockaddr_in	in;
	struct sockaddr_in6	in6;
	socklen_t		len = 0;

	(void)state;
	assert_int_equal(conf_address(&ss, &len, "192.0.2.1:258"), 0);
	assert_int_equal(len, sizeof(in));
	memcpy(&in, &ss, sizeof(in));
	assert_int_equal(in.sin_family, AF_INET);
	assert_int_equal(ntohl(in.sin_addr.s_addr), 0xc0000201);
	assert_int_equal(ntohs(in.sin_port), 258);

	assert_int_equal(conf_address(&ss, &len, "[2001:db8::1]:80"), 0);
	assert_int_equal(len, sizeof(in6));
	memcpy(&in6, &ss, sizeof(in6));
	assert_int_equal(in6.sin6_family, AF_INET6);
	assert_int_equal(in6.sin6_addr.s6_addr[15], 1);
	assert_int_equal(ntohs(in6.sin6_port), 80);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_least),
		T(test_all_and_back),
		cmocka_unit_test(test_environments),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_just_good),
		cmocka_unit_test(test_outside_limit),
		T(test_file),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
