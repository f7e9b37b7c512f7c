/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * `keurmerk verify` as a process, with a badge, trust list, epoch and status
 * list in files, against a program that checks one signature with OpenSSL and
 * ends (once.c): both started by turns, and the CPU time of each, kernel and
 * loader included, so that what runs beside them does not count. B names the
 * build directory.
 */
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/measure.h"

enum { ROUNDS = 301, PATH_LEN = 512 };
#define OVER_MAX	1.5e-3		/* seconds */

static char	dir[] = "/tmp/bench_cli.XXXXXX";

static char *
path_of(const char *name)
{
	static char	path[8][PATH_LEN];
	static size_t	n;
	char		*p = path[n++ % 8];

	must(snprintf(p, PATH_LEN, "%s/%s", dir, name) < PATH_LEN);
	return p;
}

static char *
program(const char *name)
{
	static char	path[4][PATH_LEN];
	static size_t	n;
	char		*p = path[n++ % 4];
	const char	*b = getenv("B");

	must(snprintf(p, PATH_LEN, "%s/%s", b != NULL ? b : "build", name) <
	    PATH_LEN);
	return p;
}

static void
remove_all(void)
{
	static const char *const	name[] = {
		"trust", "epoch", "status", "badge", "raw"	/* ours.c */
	};
	size_t				i;

	for (i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		unlink(path_of(name[i]));
	rmdir(dir);
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Seconds of CPU from its start until it is gone; it must have said yes. */
static double
run(char **argv)
{
	extern char			**environ;
	posix_spawn_file_actions_t	files;
	struct rusage			used;
	pid_t				pid;
	int				status;

	must(posix_spawn_file_actions_init(&files) == 0);
	must(posix_spawn_file_actions_addopen(&files, STDOUT_FILENO,
	    "/dev/null", O_WRONLY, 0) == 0);
	must(posix_spawn(&pid, argv[0], &files, NULL, argv, environ) == 0);
	must(wait4(pid, &status, 0, &used) == pid);
	posix_spawn_file_actions_destroy(&files);
	must(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/* Both by turns; gives the medians, and that of the differences. */
static void
measure_both(char **once, char **ours, double *once_median,
    double *ours_median, double *over_median)
{
	static double	a[ROUNDS], b[ROUNDS], over[ROUNDS];
	int		i;

	run(once);			/* warm */
	run(ours);
	for (i = 0; i < ROUNDS; i++) {
		if (i % 2 == 0) {
			a[i] = run(once);
			b[i] = run(ours);
		} else {
			b[i] = run(ours);
			a[i] = run(once);
		}
		over[i] = b[i] - a[i];
	}
	*once_median = median(a, ROUNDS);
	*ours_median = median(b, ROUNDS);
	*over_median = median(over, ROUNDS);
}

int
main(void)
{
	static char	write[] = "write", verify[] = "verify", trust[] = "--trust",
			epoch[] = "--epoch", status[] = "--status",
			at[] = "--at", now[32];
	double		once, ours, over;

	snprintf(now, sizeof(now), "%lld", (long long)SAMPLE_NOW);
	must(mkdtemp(dir) != NULL);
	run((char *[]){ program("bench/ours"), write, dir, NULL });
	measure_both((char *[]){ program("bench/once"), path_of("raw"),
	    NULL }, (char *[]){ program("keurmerk"), verify, at, now, trust,
	    path_of("trust"), epoch, path_of("epoch"), status,
	    path_of("status"), path_of("badge"), NULL }, &once, &ours, &over);
	remove_all();
	printf("bench cli_cold %.2f ms ratio %.2f against a program with one "
	    "EVP_DigestVerify\n", ours * 1e3, once / ours);
	printf("bench cli_cold_over %.2f ms\n", over * 1e3);
	if (over <= OVER_MAX)
		return 0;
	fprintf(stderr, "cli_cold: expected at most %.1f ms over that "
	    "program, found %.2f\n", OVER_MAX * 1e3, over * 1e3);
	return 1;
}
