/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Runs a fuzz target over its corpus, without libFuzzer, so that every build
 * tries again what fuzzing once found.
 *
 *	fuzz_NAME			tests/fuzz/corpus/NAME
 *	fuzz_NAME FILE|DIRECTORY...	these
 *
 * An empty corpus is a failure: a check that tried nothing has not passed.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX	(16 * 1024 * 1024)	/* bytes; ours are far below */

/* A copy of exactly len bytes lets ASan see a read past the end. */
static void
replay_file(const char *path)
{
	static uint8_t	 buf[INPUT_MAX + 1];
	uint8_t		*data;
	FILE		*f;
	size_t		 len;

	if ((f = fopen(path, "rb")) == NULL)
		err(1, "%s", path);
	len = fread(buf, 1, sizeof(buf), f);
	if (ferror(f))
		err(1, "%s", path);
	fclose(f);
	if (len > INPUT_MAX)
		errx(1, "%s: longer than %d bytes", path, INPUT_MAX);
	if ((data = malloc(len)) == NULL && len > 0)
		err(1, NULL);
	if (len > 0)
		memcpy(data, buf, len);

	/* Named beforehand: after a crash it is too late. */
	printf("%s: %zu bytes\n", path, len);
	fflush(stdout);
	if (LLVMFuzzerTestOneInput(data, len) != 0)
		errx(1, "%s: the target did not return 0", path);
	free(data);
}

static size_t
replay_directory(const char *path)
{
	char		 file[4096];
	struct dirent	*entry;
	DIR		*dir;
	size_t		 n = 0;
	int		 len;

	if ((dir = opendir(path)) == NULL)
		err(1, "%s: expected a directory with the corpus", path);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		len = snprintf(file, sizeof(file), "%s/%s", path,
		    entry->d_name);
		if (len < 0 || (size_t)len >= sizeof(file))
			errx(1, "%s/%s: name too long", path, entry->d_name);
		replay_file(file);
		n++;
	}
	closedir(dir);
	return n;
}

static size_t
replay(const char *path)
{
	struct stat	st;

	if (stat(path, &st) == -1)
		err(1, "%s", path);
	if (S_ISDIR(st.st_mode))
		return replay_directory(path);
	replay_file(path);
	return 1;
}

int
main(int argc, char *argv[])
{
	char		 corpus[4096];
	const char	*name;
	size_t		 n = 0;
	int		 i;

	for (i = 1; i < argc; i++)
		n += replay(argv[i]);
	if (argc == 1) {
		name = strrchr(argv[0], '/');
		name = name == NULL ? argv[0] : name + 1;
		if (strncmp(name, "fuzz_", 5) != 0)
			errx(1, "%s: expected to be called fuzz_NAME", name);
		snprintf(corpus, sizeof(corpus), "tests/fuzz/corpus/%.255s",
		    name + 5);
		n = replay_directory(corpus);
		if (n == 0)
			errx(1, "%s: expected at least one input, found none",
			    corpus);
	}
	printf("%zu inputs\n", n);
	return n == 0;
}
