// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes that hold sockets in every way there is. */
#include "holders.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 30000
#define FAR 20000

/* Other programs than cmocka's have this in them, too. */
static void need(bool is_so)
{
	if (!is_so)
		abort();
}

static struct holders scene;
static int ready[2];
static int courier[2]; /* sockets go through it */

static int open_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		_exit(1);
	return fd;
}

static void say_ready(void)
{
	if (write(ready[1], "r", 1) != 1)
		_exit(1);
}

static _Noreturn void stay(void)
{
	say_ready();
	while (true)
		pause();
}

static void hold_shared(void)
{
	if (dup(scene.shared) < 0)
		_exit(1);
	stay();
}

static void send_socket(int fd)
{
	char space[CMSG_SPACE(sizeof(fd))] = { 0 }, byte = 's';
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space),
	};
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);

	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(control), &fd, sizeof(fd));
	need(sendmsg(courier[0], &message, 0) == 1);
}

/* What was sent is in flight until somebody takes it: here, the first of the two. */
static void take_one(void)
{
	char space[CMSG_SPACE(sizeof(int))], byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space),
	};

	if (recvmsg(courier[1], &message, 0) != 1)
		_exit(1);
	stay();
}

static void *own_table(void *arg)
{
	(void)arg;
	if (unshare(CLONE_FILES) < 0)
		_exit(1);
	close(scene.shared); /* which the other threads keep */
	open_socket();
	open_socket();
	stay();
}

static void *sit(void *arg)
{
	(void)arg;
	while (true)
		pause();
	return NULL;
}

/* Three threads, one of which has descriptors of its own. */
static void hold_in_threads(void)
{
	pthread_t thread;

	open_socket();
	if (pthread_create(&thread, NULL, sit, NULL) ||
	    pthread_create(&thread, NULL, own_table, NULL))
		_exit(1);
	sit(NULL);
}

static void *outlive(void *arg)
{
	char state[64] = "", path[64];
	FILE *file;

	(void)arg;
	snprintf(path, sizeof(path), "/proc/%d/stat", getpid());
	while (!strstr(state, ") Z ")) { /* until the first thread is gone */
		file = fopen(path, "re");
		if (!file || !fgets(state, sizeof(state), file))
			_exit(1);
		fclose(file);
		usleep(1000);
	}
	open_socket();
	stay();
}

/* The first thread ends before the others do. */
static void lose_leader(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, outlive, NULL) ||
	    pthread_create(&thread, NULL, sit, NULL))
		_exit(1);
	pthread_exit(NULL);
}

static void hold_many(void)
{
	struct rlimit limit;
	int fd = -1;

	getrlimit(RLIMIT_NOFILE, &limit);
	for (unsigned int i = 0; i < HOLDERS_MANY && i + 64 < limit.rlim_cur; i++) {
		fd = open_socket();
		if (i % 7 == 0)
			close(fd - 3);
		if (i % 100 == 0 && dup(fd) < 0)
			_exit(1);
	}
	/* far away from the others */
	if (dup2(fd, limit.rlim_cur <= FAR ? (int)limit.rlim_cur - 1 : FAR) < 0)
		_exit(1);
	stay();
}

static void end_at_once(void)
{
	open_socket();
	say_ready();
	_exit(0); /* and stays a zombie */
}

static void spawn(void (*run)(void))
{
	pid_t pid = fork();

	need(pid >= 0 && scene.count < HOLDERS_MAX);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run();
		_exit(0);
	}
	scene.children[scene.count++] = pid;
}

static void wait_until_ready(size_t count)
{
	struct pollfd waited = { .fd = ready[0], .events = POLLIN };
	char byte;

	for (size_t i = 0; i < count; i++) {
		need(poll(&waited, 1, PATIENCE_MS) == 1);
		need(read(ready[0], &byte, 1) == 1);
	}
}

/* Processes whose numbers are others where they are. */
static void spawn_in_namespace(void)
{
	pid_t pid = fork();

	need(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWPID) < 0) {
			say_ready();
			_exit(1);
		}
		pid = fork();
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			open_socket();
			stay();
		}
		waitpid(pid, NULL, 0);
		_exit(0);
	}
	scene.children[scene.count++] = pid;
}

static void breed(void)
{
	say_ready();
	for (int i = 0; i < 500; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			open_socket();
			_exit(0);
		}
		if (i % 5 < 4) /* the fifth waits as a zombie for a while */
			while (waitpid(-1, NULL, 0) < 0 && errno == EINTR)
				;
	}
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

/* Have processes come and go, 500 of them. */
void holders_breed(void)
{
	spawn(breed);
	wait_until_ready(1);
}

/* For cmocka: start them all, wait until they hold what they shall, and hand out the scene. */
int holders_begin(void **state)
{
	int extra;

	*state = &scene;
	need(pipe(ready) == 0);
	need(socketpair(AF_UNIX, SOCK_DGRAM, 0, courier) == 0);
	scene.shared = open_socket();
	extra = open_socket();
	send_socket(extra);
	send_socket(scene.shared);
	close(extra);
	spawn(hold_shared);
	spawn(take_one);
	spawn(hold_in_threads);
	spawn(lose_leader);
	spawn(hold_many);
	spawn(end_at_once);
	spawn_in_namespace();
	wait_until_ready(scene.count);
	return 0;
}

/* End them. */
int holders_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < scene.count; i++)
		kill(scene.children[i], SIGKILL);
	for (size_t i = 0; i < scene.count; i++)
		waitpid(scene.children[i], NULL, 0);
	return 0;
}
