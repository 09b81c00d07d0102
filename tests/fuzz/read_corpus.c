// SPDX-License-Identifier: GPL-2.0-or-later
/* A fuzz target without its fuzzer: reads files, or the files of folders, and gives each to the
 * target once. Prints how many there were; there must be one. */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "fuzz.h"

static _Noreturn void die(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(2);
}

static void read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat found;
	uint8_t *data;
	size_t size;

	if (!file || fstat(fileno(file), &found) < 0)
		die(path);
	size = (size_t)found.st_size;
	data = malloc(size ? size : 1); /* exact, for the sanitizer's sake */
	if (!data || fread(data, 1, size, file) != size)
		die(path);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

/* Return: how many files there were. */
static int read_folder(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort), files = 0;
	char name[4096];

	if (count < 0)
		die(path);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
			read_file(name);
			files++;
		}
		free(entries[i]);
	}
	free(entries);
	return files;
}

int main(int argc, char **argv)
{
	int files = 0;

	for (int i = 1; i < argc; i++) {
		struct stat found;

		if (stat(argv[i], &found) < 0)
			die(argv[i]);
		if (S_ISDIR(found.st_mode)) {
			files += read_folder(argv[i]);
		} else {
			read_file(argv[i]);
			files++;
		}
	}
	printf("%d inputs\n", files);
	return files > 0 ? 0 : 1;
}
