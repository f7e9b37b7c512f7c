/* SPDX-License-Identifier: EUPL-1.2 */
/* Export: every answer of every path as a file; see export.h. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/log.h"
#include "ca/base/role.h"

#include "export.h"
#include "export_dir.h"
#include "pack.h"
#include "page.h"
#include "raster.h"
#include "route.h"
#include "static_file.h"

enum { STEP = 100 };			/* marks between lines of progress */

struct export {
	struct site	*site;
	struct export_dir dir;
	struct ask	*ask;
	const char	*number;	/* of the mark, where a path names one */
	uint64_t	 files;
	int		 failed;
	int		 last_status;	/* of what was made last */
};

int
export_name(char *out, size_t size, const char *path, const char *type)
{
	const char	*file = strrchr(path, '/') + 1, *suffix = "";
	int		 n;

	if (*file == '\0')
		suffix = "index.html";
	else if (strchr(file, '.') == NULL && type != NULL &&
	    strncmp(type, "text/html", 9) == 0)
		suffix = ".html";
	else if (strchr(file, '.') == NULL && type != NULL &&
	    strcmp(type, "application/json") == 0)
		suffix = ".json";
	n = snprintf(out, size, "%s%s", path + 1, suffix);
	return n < 0 || (size_t)n >= size ? -1 : 0;
}

/* As it is for who does not take gzip. */
static int
answer_put(struct export *x, const char *name, const struct answer *a)
{
	struct unpack	*u;
	struct buf	 all;
	int		 rc = -1;

	if (a->unpacked == 0)
		return export_put(&x->dir, name, a->body.p, a->body.len);
	buf_init(&all, a->unpacked);
	u = unpack_new((struct km_bytes){ a->body.p, a->body.len });
	if (u == NULL || buf_reserve(&all, a->unpacked) == -1 ||
	    unpack_next(u, all.p, a->unpacked) != a->unpacked)
		log_warn("export: %s", name);
	else
		rc = export_put(&x->dir, name, all.p, a->unpacked);
	unpack_free(u);
	buf_free(&all);
	return rc;
}

/* To the file of this name, when it says something (200). */
static void
export_hit(struct export *x, const struct route_hit *hit, const char *path,
    const char *as)
{
	struct answer	a;
	char		name[ASK_PATH_MAX + 32];

	answer_init(&a);
	a.flags = hit->route->flags;
	if (hit->route->make == page_search)	/* nobody is there to ask */
		page_copy(&a, x->site, x->ask);
	else
		hit->route->make(&a, x->site, x->ask, hit->arg, hit->n);
	answer_end(&a, path);
	x->last_status = a.status;
	if (a.status >= 500) {
		log_warnx("export: %s: expected an answer, found status %d",
		    path, a.status);
		x->failed = 1;
	} else if (a.status == 200) {
		if (export_name(name, sizeof(name), as, a.type) == -1 ||
		    answer_put(x, name, &a) == -1)
			x->failed = 1;
		else
			x->files++;
	}
	answer_free(&a);
}

/* The list from its second page on: /register-page-2.html, ca/nginx.conf. */
static void
export_list(struct export *x, const struct route_hit *hit, const char *path)
{
	struct ask_param	*page = &x->ask->param[0];
	char			 as[ASK_PATH_MAX + 32];
	uint32_t		 i, n;

	n = (reg_marks(x->site->reg) + PAGE_MARKS - 1) / PAGE_MARKS;
	x->ask->n = 1;
	snprintf(page->name, sizeof(page->name), "page");
	for (i = 2; i <= n && !x->failed; i++) {
		snprintf(page->value, sizeof(page->value), "%" PRIu32, i);
		snprintf(as, sizeof(as), "%s-page-%" PRIu32, path, i);
		export_hit(x, hit, path, as);
	}
	x->ask->n = 0;
}

/* What a path says. */
static void
export_path(struct export *x, const char *path)
{
	struct route_hit	hit;

	if (x->failed || !route_find(&hit, path) || hit.moved != 0)
		return;
	x->ask->path = path;
	x->ask->lang = hit.lang;
	export_hit(x, &hit, path, path);
	if (hit.route->make == page_list)
		export_list(x, &hit, path);
}

static void	expand(struct export *, char *, size_t, const char *);

/* What may stand in place of the braces, one after another. */
static void
expand_words(struct export *x, char *path, size_t len, const char *p,
    const char *rest)
{
	size_t	n;

	for (; *p != '}'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|}");
		if (len + n > ASK_PATH_MAX)
			return;
		memcpy(path + len, p, n);
		expand(x, path, len + n, rest);
	}
}

static void
expand_text(struct export *x, char *path, size_t len, const char *text,
    const char *rest)
{
	size_t	n = strlen(text);

	if (len + n > ASK_PATH_MAX)
		return;
	memcpy(path + len, text, n);
	expand(x, path, len + n, rest);
}

/* From 1, as long as there is something. */
static void
expand_numbers(struct export *x, char *path, size_t len, const char *rest)
{
	char		text[16];
	uint32_t	i;

	for (i = 1; !x->failed; i++) {
		snprintf(text, sizeof(text), "%" PRIu32, i);
		x->last_status = 404;
		expand_text(x, path, len, text, rest);
		if (x->last_status != 200)
			break;
	}
}

/* All paths of a pattern; the first len bytes of path stand. */
static void
expand(struct export *x, char *path, size_t len, const char *pattern)
{
	const char	*end;
	size_t		 i;

	while (*pattern != '\0' && *pattern != '{') {
		if (len == ASK_PATH_MAX)
			return;
		path[len++] = *pattern++;
	}
	if (*pattern == '\0') {
		path[len] = '\0';
		export_path(x, path);
		return;
	}
	if ((end = strchr(pattern, '}')) == NULL)
		return;
	if (strncmp(pattern, "{mark}", 6) == 0)
		expand_text(x, path, len, x->number, end + 1);
	else if (strncmp(pattern, "{number}", 8) == 0)
		expand_numbers(x, path, len, end + 1);
	else if (strncmp(pattern, "{name}", 6) == 0)
		for (i = 0; i < static_files_n; i++)
			expand_text(x, path, len, static_files[i].name,
			    end + 1);
	else
		expand_words(x, path, len, pattern + 1, end + 1);
}

/* All patterns that name a mark, or all that do not. */
static void
export_table(struct export *x, const char *number)
{
	const struct route	*r;
	const char		*pattern[2];
	char			 path[ASK_PATH_MAX + 1];
	size_t			 i, j;

	x->number = number;
	for (i = 0; (r = route_table(i)) != NULL; i++)
		for (; r->nl != NULL; r++) {
			pattern[0] = r->nl;
			pattern[1] = r->en;
			for (j = 0; j < 2 && pattern[j] != NULL; j++)
				if ((strstr(pattern[j], "{mark}") != NULL) ==
				    (number != NULL))
					expand(x, path, 0, pattern[j]);
		}
}

static void
progress_line(const struct export *x, uint32_t done, const char *end)
{
	fprintf(stderr, "\rexport: %" PRIu32 " of %" PRIu32 " marks, %" PRIu64
	    " files%s", done, reg_marks(x->site->reg), x->files, end);
}

static void
export_marks(struct export *x, int progress)
{
	struct mark	*m;
	char		 number[KM_NUMBER_LEN + 1];
	uint32_t	 i, n = reg_marks(x->site->reg);

	if ((m = malloc(sizeof(*m))) == NULL) {
		log_warn("export");
		x->failed = 1;
		return;
	}
	for (i = 0; i < n && !x->failed; i++) {
		if (progress && i % STEP == 0)
			progress_line(x, i, "");
		if (reg_mark(m, x->site->reg, i, x->ask->now) == -1) {
			log_warnx("export: a run of the register changed: "
			    "try again");
			x->failed = 1;
			break;
		}
		snprintf(number, sizeof(number), "%.*s",
		    (int)m->a.number.len, (const char *)m->a.number.p);
		export_table(x, number);
	}
	if (progress)
		progress_line(x, i, "\n");
	free(m);
}

/* What a web server shows for a path that is not there. */
static void
export_absent(struct export *x)
{
	struct answer	a;

	x->ask->path = "/404.html";
	x->ask->lang = LANG_NL;
	answer_init(&a);
	page_absent(&a, x->site, x->ask, 404);
	if (a.body.failed ||
	    export_put(&x->dir, "404.html", a.body.p, a.body.len) == -1)
		x->failed = 1;
	answer_free(&a);
}

static int
export_all(struct export *x, int progress)
{
	char	sign[512];
	int	n;

	site_refresh(x->site);
	if (x->site->epoch == NULL || x->site->reg == NULL ||
	    x->site->search == NULL || x->site->scheme == NULL ||
	    x->site->bodies == NULL) {
		log_warnx("export: expected a whole epoch in %s, found none "
		    "(does keurmerkd run or sync write to it?)",
		    x->site->conf->tree);
		return -1;
	}
	n = snprintf(sign, sizeof(sign), "%s\nepoch %" PRIu32 "\n",
	    x->site->conf->issuer, x->site->epoch->number);
	if (export_put(&x->dir, EXPORT_SIGN, sign, (size_t)n) == -1)
		return -1;
	export_absent(x);
	export_table(x, NULL);
	export_marks(x, progress);
	return x->failed ? -1 : 0;
}

int
export_run(const struct conf *conf, const char *dir, int progress)
{
	struct export	x = { .site = NULL };
	int		rc = -1;

	if (export_begin(&x.dir, dir, EXPORT_SIGN) == -1)
		return -1;
	x.ask = calloc(1, sizeof(*x.ask));
	x.site = site_new(conf);
	if (x.ask == NULL)
		log_warn("export");
	else if (x.site != NULL) {
		x.ask->now = (int64_t)time(NULL);
		if (export_all(&x, progress) == 0)
			rc = export_commit(&x.dir);
	}
	if (rc == 0)
		printf("%s: %" PRIu64 " files of epoch %" PRIu32 "\n", dir,
		    x.files, x.site->epoch->number);
	export_end(&x.dir);
	site_free(x.site);
	free(x.ask);
	return rc;
}

int
public_export(const struct conf *conf, int argc, char **argv)
{
	if (argc != 1) {
		log_warnx("expected one directory to export to (see keurmerkd "
		    "--help)");
		return 2;
	}
	if (role_drop(conf, PROC_PUBLIC) == -1)
		return 1;
	raster_memory();
	if (export_run(conf, argv[0], isatty(STDERR_FILENO)) == -1)
		return 1;
	return fflush(stdout) == EOF ? 1 : 0;
}
