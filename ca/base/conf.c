/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Configuration of keurmerkd; see conf.h. libconfuse reads the syntax and
 * calls value_seen() at each value, in the order and with the line of the
 * file; what the values mean stands here, their form in conf_value.c.
 */
#include <sys/stat.h>

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "conf_value.h"
#include "file.h"

#define LISTEN_OFFICE	"127.0.0.1:8443"
#define LISTEN_PUBLIC	"127.0.0.1:8080"
#define NAME		"Keurmerk ICT-dienstverleners"
#define NAME_EN		"Quality mark for ICT service providers"
enum { CONNECTIONS_OFFICE = 64, CONNECTIONS_PUBLIC = 1024 };

/*
 * libconfuse takes the end of the file for the end of any section or comment.
 * So this follows the text, and must be found outside all.
 */
#define END		"end_of_configuration"

/* In the order of options[]. */
enum item {
	ITEM_ISSUER, ITEM_ENVIRONMENT, ITEM_DATA, ITEM_TREE, ITEM_SCHEME,
	ITEM_PUBLIC_URL, ITEM_OUTSIDE, ITEM_LOG, ITEM_OFFICE_LISTEN,
	ITEM_OFFICE_CONNECTIONS, ITEM_PUBLIC_LISTEN, ITEM_PUBLIC_CONNECTIONS,
	ITEM_USER_SIGNER, ITEM_USER_OFFICE, ITEM_USER_PUBLIC,
	ITEM_NAME, ITEM_NAME_EN, ITEM_OWNER, ITEM_OWNER_URL, ITEM_MAIL,
	ITEM_MISUSE_MAIL, ITEM_MISUSE_PHONE, ITEM_SECURITY,
	ITEM_SECURITY_POLICY,
	/* the sections as a whole */
	ITEM_OFFICE, ITEM_PUBLIC, ITEM_USER, ITEM_SITE,
	ITEM_END,
	ITEM_N
};

static const struct {
	const char	*section;	/* "root" outside all */
	const char	*name;
} options[ITEM_N] = {
	{ "root", "issuer" }, { "root", "environment" }, { "root", "data" },
	{ "root", "tree" }, { "root", "scheme" }, { "root", "public_url" },
	{ "root", "outside" }, { "root", "log" }, { "office", "listen" },
	{ "office", "connections" }, { "public", "listen" },
	{ "public", "connections" }, { "user", "signer" },
	{ "user", "office" }, { "user", "public" },
	{ "site", "name" }, { "site", "name_en" }, { "site", "owner" },
	{ "site", "owner_url" }, { "site", "mail" },
	{ "site", "misuse_mail" }, { "site", "misuse_phone" },
	{ "site", "security" }, { "site", "security_policy" },
	{ "root", "office" }, { "root", "public" }, { "root", "user" },
	{ "root", "site" },
	{ "root", END },
};

/* Where the texts of the section site are kept, from ITEM_NAME on. */
#define OF_SITE(field)	offsetof(struct conf_site, field)
static const size_t	site_texts[] = {
	OF_SITE(name), OF_SITE(name_en), OF_SITE(owner), OF_SITE(owner_url),
	OF_SITE(mail), OF_SITE(misuse_mail), OF_SITE(misuse_phone),
	OF_SITE(security), OF_SITE(security_policy)
};
enum { SITE_N = sizeof(site_texts) / sizeof(site_texts[0]) };

static const char	ending[] = "\n" END " = yes\n";

/* One reading of a configuration. */
struct parse {
	struct conf		 conf;
	const char		*name;		/* of the file, in messages */
	const char		*dir;		/* of relative paths, or NULL */
	struct conf_error	*err;
	int			 failed;
	int			 seen[ITEM_N];	/* line, 0 is not */
	int			 in_list;	/* outside was not ended yet */
	int			 fresh;		/* a value not yet taken over */
};

/*
 * libconfuse hands no argument to its callbacks. The parent reads once, a
 * role once, each in one thread.
 */
static struct parse	*reading;

static const char *const environments[] = {
	"production", "demonstration", "exercise"
};
enum { ENVIRONMENT_N = sizeof(environments) / sizeof(environments[0]) };

/* The first error is the one that is told. */
static int __attribute__((__format__(printf, 3, 4)))
wrong(struct parse *p, int line, const char *fmt, ...)
{
	struct conf_error	*err = p->err;
	va_list			 ap;
	size_t			 len;
	int			 n;

	if (p->failed)
		return -1;
	p->failed = 1;
	err->line = line;
	if (line > 0)
		n = snprintf(err->text, sizeof(err->text), "%.512s:%d: ",
		    p->name, line);
	else
		n = snprintf(err->text, sizeof(err->text), "%.512s: ",
		    p->name);
	len = n < 0 ? 0 : (size_t)n;
	va_start(ap, fmt);
	vsnprintf(err->text + len, sizeof(err->text) - len, fmt, ap);
	va_end(ap);
	return -1;
}

/* What libconfuse itself finds wrong: unknown options, braces, types. */
static void
syntax_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char	text[256];

	vsnprintf(text, sizeof(text), fmt, ap);
	if (strstr(text, END) != NULL)
		wrong(reading, cfg->line - 1, "expected } to end the section "
		    "%s, found the end of the file", cfg->name);
	else
		wrong(reading, cfg->line, "expected an option and its value, "
		    "found: %s", text);
}

static int
set_text(struct parse *p, int line, char **out, const char *text)
{
	if ((*out = strdup(text)) == NULL)
		return wrong(p, line, "out of memory");
	return 0;
}

static char **
site_text(struct conf *c, size_t i)
{
	return (char **)(void *)((char *)&c->site + site_texts[i]);
}

static int
set_issuer(struct parse *p, int line, const char *text)
{
	if (asprintf(&p->conf.issuer, "https://%s", text) == -1) {
		p->conf.issuer = NULL;
		return wrong(p, line, "out of memory");
	}
	p->conf.host = p->conf.issuer + sizeof("https://") - 1;
	return 0;
}

/* Make a path absolute by the directory of the configuration. */
static int
set_path(struct parse *p, int line, const char *name, char **out,
    const char *text)
{
	size_t	len;

	if (*text == '/') {
		if (set_text(p, line, out, text) == -1)
			return -1;
	} else if (p->dir == NULL) {
		return wrong(p, line, "%s: expected an absolute path, "
		    "found \"%s\"", name, text);
	} else if (asprintf(out, "%s/%s", p->dir, text) == -1) {
		*out = NULL;
		return wrong(p, line, "out of memory");
	}
	for (len = strlen(*out); len > 1 && (*out)[len - 1] == '/'; len--)
		(*out)[len - 1] = '\0';
	if (len > CONF_PATH_MAX)
		return wrong(p, line, "%s: expected a path of at most %d "
		    "bytes, found %zu", name, CONF_PATH_MAX, len);
	return 0;
}

static int
set_url(struct parse *p, int line, char **out, const char *text)
{
	size_t	len;

	if (set_text(p, line, out, text) == -1)
		return -1;
	for (len = strlen(*out); (*out)[len - 1] == '/'; len--)
		(*out)[len - 1] = '\0';
	return 0;
}

static int
add_outside(struct parse *p, int line, const char *text)
{
	struct conf	*c = &p->conf;

	if (c->outside_n == CONF_OUTSIDE_MAX)
		return wrong(p, line, "outside: expected at most %d "
		    "addresses, found more", CONF_OUTSIDE_MAX);
	if (set_text(p, line, &c->outside[c->outside_n], text) == -1)
		return -1;
	c->outside_n++;
	return 0;
}

static int
set_environment(struct parse *p, const char *text)
{
	size_t	i;

	for (i = 0; i < ENVIRONMENT_N; i++)
		if (strcmp(text, environments[i]) == 0) {
			p->conf.environment = (enum conf_environment)i;
			return 0;
		}
	return -1;
}

/* What the value of an item must be; NULL when this one will do. */
static const char *
check_value(struct parse *p, enum item item, const char *text)
{
	switch (item) {
	case ITEM_ISSUER:
		return conf_value_host(text);
	case ITEM_ENVIRONMENT:
		return set_environment(p, text) == 0 ? NULL :
		    "production, demonstration or exercise";
	case ITEM_DATA:
	case ITEM_TREE:
	case ITEM_SCHEME:
		return conf_value_path(text);
	case ITEM_PUBLIC_URL:
	case ITEM_OUTSIDE:
		return conf_value_url(text);
	case ITEM_LOG:
		p->conf.log_debug = strcmp(text, "debug") == 0;
		return p->conf.log_debug || strcmp(text, "info") == 0 ?
		    NULL : "info or debug";
	case ITEM_OFFICE_LISTEN:
	case ITEM_PUBLIC_LISTEN:
		return conf_value_listen(text);
	case ITEM_OFFICE_CONNECTIONS:
		return conf_value_connections(&p->conf.office.connections,
		    text);
	case ITEM_PUBLIC_CONNECTIONS:
		return conf_value_connections(&p->conf.public.connections,
		    text);
	case ITEM_USER_SIGNER:
	case ITEM_USER_OFFICE:
	case ITEM_USER_PUBLIC:
		return conf_value_user(text);
	case ITEM_NAME:
	case ITEM_NAME_EN:
	case ITEM_OWNER:
		return conf_value_words(text);
	case ITEM_MAIL:
	case ITEM_MISUSE_MAIL:
		return conf_value_mail(text);
	case ITEM_MISUSE_PHONE:
		return conf_value_phone(text);
	case ITEM_SECURITY:
		return conf_value_contact(text);
	case ITEM_OWNER_URL:
	case ITEM_SECURITY_POLICY:
		return conf_value_url(text);
	case ITEM_END:
		return NULL;
	case ITEM_OFFICE:
	case ITEM_PUBLIC:
	case ITEM_USER:
	case ITEM_SITE:
	case ITEM_N:
		break;
	}
	return "a section";
}

/* Take over a value that will do. */
static int
take_value(struct parse *p, enum item item, int line, const char *text)
{
	struct conf	*c = &p->conf;
	const char	*name = options[item].name;

	switch (item) {
	case ITEM_ISSUER:
		return set_issuer(p, line, text);
	case ITEM_DATA:
		return set_path(p, line, name, &c->data, text);
	case ITEM_TREE:
		return set_path(p, line, name, &c->tree, text);
	case ITEM_SCHEME:
		return set_path(p, line, name, &c->scheme, text);
	case ITEM_PUBLIC_URL:
		return set_url(p, line, &c->public_url, text);
	case ITEM_OUTSIDE:
		return add_outside(p, line, text);
	case ITEM_OFFICE_LISTEN:
		return set_text(p, line, &c->office.listen, text);
	case ITEM_PUBLIC_LISTEN:
		return set_text(p, line, &c->public.listen, text);
	case ITEM_USER_SIGNER:
		return set_text(p, line, &c->user_signer, text);
	case ITEM_USER_OFFICE:
		return set_text(p, line, &c->user_office, text);
	case ITEM_USER_PUBLIC:
		return set_text(p, line, &c->user_public, text);
	case ITEM_NAME:
	case ITEM_NAME_EN:
	case ITEM_OWNER:
	case ITEM_OWNER_URL:
	case ITEM_MAIL:
	case ITEM_MISUSE_MAIL:
	case ITEM_MISUSE_PHONE:
	case ITEM_SECURITY:
	case ITEM_SECURITY_POLICY:
		return set_text(p, line, site_text(c,
		    (size_t)(item - ITEM_NAME)), text);
	case ITEM_ENVIRONMENT:		/* check_value() took these over */
	case ITEM_LOG:
	case ITEM_OFFICE_CONNECTIONS:
	case ITEM_PUBLIC_CONNECTIONS:
	case ITEM_OFFICE:
	case ITEM_PUBLIC:
	case ITEM_USER:
	case ITEM_SITE:
	case ITEM_END:
	case ITEM_N:
		break;
	}
	return 0;
}

static enum item
item_of(const cfg_t *cfg, const cfg_opt_t *opt)
{
	enum item	item;

	for (item = 0; item < ITEM_N; item++)
		if (strcmp(options[item].section, cfg->name) == 0 &&
		    strcmp(options[item].name, opt->name) == 0)
			break;
	return item;
}

/* Called by libconfuse before value_seen(), for each value of a list. */
static int
list_value(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
	(void)cfg;
	(void)opt;
	reading->fresh = 1;
	*(const char **)result = text;	/* copied by the caller */
	return 0;
}

/*
 * Called by libconfuse after each value, after the end of each section, and
 * after the brace that ends a list.
 */
static int
value_seen(cfg_t *cfg, cfg_opt_t *opt)
{
	struct parse	*p = reading;
	enum item	 item = item_of(cfg, opt);
	const char	*text, *want;

	if (item == ITEM_N)
		return wrong(p, cfg->line, "%s: not an option", opt->name);
	if (item == ITEM_OUTSIDE && !p->fresh) {
		p->in_list = 0;		/* called once more at the brace */
		return 0;
	}
	if (p->seen[item] != 0 && !p->in_list)
		return wrong(p, cfg->line, "%s: expected once, found again "
		    "(the first is in line %d)", opt->name, p->seen[item]);
	p->seen[item] = cfg->line;
	p->in_list = item == ITEM_OUTSIDE;
	p->fresh = 0;
	if (opt->type == CFGT_SEC)
		return 0;
	text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	if (text == NULL)
		return wrong(p, cfg->line, "%s: expected a value", opt->name);
	if ((want = check_value(p, item, text)) != NULL)
		return wrong(p, cfg->line, "%s: expected %s, found \"%s\"",
		    opt->name, want, text);
	return take_value(p, item, cfg->line, text);
}

/*
 * libconfuse replaces ${NAME} by what the environment says, which we do not
 * ask; and it would stop at a zero byte.
 */
static int
check_bytes(struct parse *p, const uint8_t *text, size_t len)
{
	size_t	i;
	int	line = 1;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n')
			line++;
		else if (text[i] == '\0')
			return wrong(p, line, "expected text, found a zero "
			    "byte");
		else if (text[i] == '$' && i + 1 < len && text[i + 1] == '{')
			return wrong(p, line, "expected the value itself, "
			    "found ${: the environment is not asked");
	}
	return 0;
}

/* Is b the directory a, or below it? */
static int
below(const char *a, const char *b)
{
	size_t	len = strlen(a);

	return strncmp(a, b, len) == 0 && (b[len] == '\0' || b[len] == '/');
}

static int
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static int
defaults(struct parse *p)
{
	struct conf	*c = &p->conf;
	const struct { char **text; const char *is; } texts[] = {
		{ &c->office.listen,	LISTEN_OFFICE },
		{ &c->public.listen,	LISTEN_PUBLIC },
		{ &c->site.name,	NAME },
		{ &c->site.name_en,	NAME_EN }
	};
	size_t		 i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (*texts[i].text == NULL &&
		    set_text(p, 0, texts[i].text, texts[i].is) == -1)
			return -1;
	return 0;
}

/* What can only be told when all is read; and the defaults. */
static int
check_whole(struct parse *p, const cfg_t *root)
{
	static const enum item	must[] = { ITEM_ISSUER, ITEM_DATA, ITEM_TREE };
	struct conf		*c = &p->conf;
	size_t			 i;

	if (p->seen[ITEM_END] == 0)
		return wrong(p, 0, "expected the end of a comment, found the "
		    "end of the file");
	for (i = 0; i < sizeof(must) / sizeof(must[0]); i++)
		if (p->seen[must[i]] == 0)
			return wrong(p, 0, "expected the option %s, found "
			    "none", options[must[i]].name);
	/*
	 * An empty list after a full one calls nobody, and one value without
	 * braces looks like the next of a list.
	 */
	for (i = 0; root->opts[i].name != NULL; i++)
		if (strcmp(root->opts[i].name, "outside") == 0 &&
		    root->opts[i].nvalues != c->outside_n)
			return wrong(p, p->seen[ITEM_OUTSIDE], "outside: "
			    "expected once, found again");
	if (below(c->data, c->tree) || below(c->tree, c->data))
		return wrong(p, p->seen[ITEM_TREE], "tree: expected a "
		    "directory apart from data (%s): the tree is public, "
		    "found \"%s\"", c->data, c->tree);
	if (same(c->user_signer, c->user_office) ||
	    same(c->user_signer, c->user_public) ||
	    same(c->user_office, c->user_public))
		return wrong(p, p->seen[ITEM_USER], "user: expected a user "
		    "for each role, found one twice");
	if (defaults(p) == -1)
		return -1;
	if (strcmp(c->office.listen, c->public.listen) == 0)
		return wrong(p, p->seen[ITEM_PUBLIC_LISTEN], "listen: "
		    "expected an address for office and one for public, "
		    "found \"%s\" twice", c->office.listen);
	return 0;
}

/* What libconfuse is told; all are texts, so that all errors are ours. */
#define TEXT(n)	{ .name = (n), .type = CFGT_STR, .flags = CFGF_NODEFAULT, \
	.validcb = value_seen }
#define SECTION(n, s)	{ .name = (n), .type = CFGT_SEC, \
	.flags = CFGF_NODEFAULT, .subopts = (s), .validcb = value_seen }

static cfg_opt_t	listen_opts[] = {
	TEXT("listen"), TEXT("connections"), CFG_END()
};
static cfg_opt_t	user_opts[] = {
	TEXT("signer"), TEXT("office"), TEXT("public"), CFG_END()
};
static cfg_opt_t	site_opts[] = {
	TEXT("name"), TEXT("name_en"), TEXT("owner"), TEXT("owner_url"),
	TEXT("mail"), TEXT("misuse_mail"), TEXT("misuse_phone"),
	TEXT("security"), TEXT("security_policy"), CFG_END()
};
static cfg_opt_t	root_opts[] = {
	TEXT("issuer"), TEXT("environment"), TEXT("data"), TEXT("tree"),
	TEXT("scheme"), TEXT("public_url"),
	{ .name = "outside", .type = CFGT_STR,
	    .flags = CFGF_NODEFAULT | CFGF_LIST, .parsecb = list_value,
	    .validcb = value_seen },
	TEXT("log"), SECTION("office", listen_opts),
	SECTION("public", listen_opts), SECTION("user", user_opts),
	SECTION("site", site_opts), TEXT(END), CFG_END()
};

/*
 * Read text, which has room for the ending; name, dir and err of p are set.
 */
static int
parse_text(struct parse *p, struct conf *out, struct buf *text)
{
	cfg_t	*cfg;
	int	 rc = -1;

	p->conf.office.connections = CONNECTIONS_OFFICE;
	p->conf.public.connections = CONNECTIONS_PUBLIC;
	if (check_bytes(p, text->p, text->len) == -1)
		return -1;
	if (buf_add(text, ending, sizeof(ending)) == -1)
		return wrong(p, 0, "out of memory");
	reading = p;
	if ((cfg = cfg_init(root_opts, CFGF_NONE)) == NULL) {
		wrong(p, 0, "out of memory");
		goto out;
	}
	cfg_set_error_function(cfg, syntax_error);
	if (cfg_parse_buf(cfg, (const char *)text->p) != CFG_SUCCESS ||
	    p->failed)
		wrong(p, cfg->line, "expected an option and its value");
	else if (check_whole(p, cfg) == 0)
		rc = 0;
	cfg_free(cfg);
out:
	reading = NULL;
	if (rc == -1) {
		conf_free(&p->conf);
		return -1;
	}
	*out = p->conf;
	return 0;
}

int
conf_parse(struct conf *out, const char *name, const char *text,
    struct conf_error *err)
{
	struct parse	p = { .name = name, .err = err };
	struct buf	whole;
	int		rc = -1;

	buf_init(&whole, CONF_FILE_MAX + sizeof(ending));
	if (strlen(text) > CONF_FILE_MAX)
		wrong(&p, 0, "expected at most %d bytes", CONF_FILE_MAX);
	else if (buf_add(&whole, text, strlen(text)) == -1)
		wrong(&p, 0, "out of memory");
	else
		rc = parse_text(&p, out, &whole);
	buf_free(&whole);
	return rc;
}

/* Say what is wrong with owner or mode. */
static int
wrong_mode(struct parse *p, int fd)
{
	struct stat	st;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return wrong(p, 0, "expected a regular file");
	return wrong(p, 0, "expected a file of root or yourself that nobody "
	    "else may write (chown, chmod go-w), found owner %lu, mode %03o",
	    (unsigned long)st.st_uid, (unsigned int)(st.st_mode & 07777));
}

/* Read the file, if its owner and mode will do. */
static int
read_file(struct parse *p, struct buf *text)
{
	int	fd, rc = -1;

	if ((fd = open(p->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY)) == -1)
		return wrong(p, 0, "cannot open: %s", strerror(errno));
	if (file_mode_firm(fd) == -1)
		wrong_mode(p, fd);
	else if (file_read_fd(text, fd) == -1)
		wrong(p, 0, "cannot read (at most %d bytes): %s",
		    CONF_FILE_MAX, strerror(errno));
	else
		rc = 0;
	close(fd);
	return rc;
}

int
conf_load(struct conf *out, const char *path, struct conf_error *err)
{
	struct parse	 p = { .name = path, .err = err };
	struct buf	 text;
	char		*copy = NULL, *dir = NULL;
	int		 rc = -1;

	buf_init(&text, CONF_FILE_MAX);
	if (read_file(&p, &text) == -1)
		goto out;
	if ((copy = strdup(path)) == NULL ||
	    (dir = realpath(dirname(copy), NULL)) == NULL) {
		wrong(&p, 0, "cannot tell its directory: %s",
		    strerror(errno));
		goto out;
	}
	p.dir = dir;
	text.max += sizeof(ending);
	rc = parse_text(&p, out, &text);
out:
	free(dir);
	free(copy);
	buf_free(&text);
	return rc;
}

static void
print_text(FILE *f, const char *indent, const char *name, const char *text)
{
	/* No value has a quote, a backslash or a control character. */
	if (text != NULL)
		fprintf(f, "%s%s = \"%s\"\n", indent, name, text);
}

void
conf_print(FILE *f, const struct conf *c)
{
	size_t	i;

	print_text(f, "", "issuer", c->host);
	print_text(f, "", "environment",
	    conf_environment_name(c->environment));
	print_text(f, "", "data", c->data);
	print_text(f, "", "tree", c->tree);
	print_text(f, "", "scheme", c->scheme);
	print_text(f, "", "public_url", c->public_url);
	fputs("outside = {", f);
	for (i = 0; i < c->outside_n; i++)
		fprintf(f, "%s\"%s\"", i == 0 ? " " : ",\n    ",
		    c->outside[i]);
	fputs(c->outside_n == 0 ? "}\n" : " }\n", f);
	print_text(f, "", "log", c->log_debug ? "debug" : "info");
	fputs("office {\n", f);
	print_text(f, "\t", "listen", c->office.listen);
	fprintf(f, "\tconnections = %u\n}\npublic {\n",
	    c->office.connections);
	print_text(f, "\t", "listen", c->public.listen);
	fprintf(f, "\tconnections = %u\n}\nuser {\n", c->public.connections);
	print_text(f, "\t", "signer", c->user_signer);
	print_text(f, "\t", "office", c->user_office);
	print_text(f, "\t", "public", c->user_public);
	fputs("}\nsite {\n", f);
	for (i = 0; i < SITE_N; i++)
		print_text(f, "\t", options[ITEM_NAME + i].name,
		    *(char *const *)(const void *)((const char *)&c->site +
		    site_texts[i]));
	fputs("}\n", f);
}

const char *
conf_environment_name(enum conf_environment environment)
{
	return environments[environment];
}

void
conf_free(struct conf *c)
{
	size_t	i;

	for (i = 0; i < c->outside_n; i++)
		free(c->outside[i]);
	for (i = 0; i < SITE_N; i++)
		free(*site_text(c, i));
	free(c->issuer);
	free(c->data);
	free(c->tree);
	free(c->scheme);
	free(c->public_url);
	free(c->office.listen);
	free(c->public.listen);
	free(c->user_signer);
	free(c->user_office);
	free(c->user_public);
	memset(c, 0, sizeof(*c));
}
