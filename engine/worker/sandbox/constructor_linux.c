//go:build cgo && (amd64 || arm64)

// Closes the sandbox when the program starts in one, before the Go runtime and
// its threads exist. Everything here is a system call; nothing allocates.

#define _GNU_SOURCE
#include "constructor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// linux/landlock.h is younger than many systems' headers.
#define LANDLOCK_ADD_RULE 445
#define LANDLOCK_RESTRICT_SELF 446
#define LANDLOCK_RULE_PATH_BENEATH 1
#define LANDLOCK_READ_FILE_AND_DIR (1ULL << 2 | 1ULL << 3)

struct path_beneath {
	unsigned long long allowed_access;
	int parent_fd;
} __attribute__((packed));

struct csvsql_sandbox_state csvsql_sandbox_state;

// failed ends a process that may not run without the part that failed.
static void failed(int require, const char *part) {
	if (require) {
		dprintf(STDERR_FILENO, "csvsql: the sandbox that is required cannot be had: %s: %s\n", part, strerror(errno));
		_exit(126);
	}
}

// drop_capabilities leaves of root's power that over file permissions, which
// Landlock holds to the files of the Spec.
static int drop_capabilities(void) {
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	if (syscall(SYS_capget, &header, data))
		return -1;
	unsigned keep = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;
	data[0].permitted &= keep;
	data[0].effective &= keep;
	data[0].inheritable = 0;
	memset(&data[1], 0, sizeof data[1]);
	return syscall(SYS_capset, &header, data);
}

static int limit(int resource, rlim_t value) {
	struct rlimit r = {value, value};
	return setrlimit(resource, &r);
}

// restrict_files puts the parent's ruleset in force. To it comes this process's
// own directory of /proc: a rule on the whole of /proc would show the
// environment of the parent.
static int restrict_files(int ruleset) {
	struct path_beneath own = {LANDLOCK_READ_FILE_AND_DIR, open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC)};
	if (own.parent_fd >= 0) {
		syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, &own, 0);
		close(own.parent_fd);
	}
	int result = syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0);
	close(ruleset);
	return result;
}

// The number lets it run before the constructors of C++ libraries.
__attribute__((constructor(101))) static void close_sandbox(void) {
	int ruleset, version, require;
	long long memory;
	char *spec = getenv("CSVSQL_SANDBOX");
	if (!spec || sscanf(spec, "%d %d %lld %d", &ruleset, &version, &memory, &require) != 4)
		return;
	unsetenv("CSVSQL_SANDBOX");

	limit(RLIMIT_CORE, 0);
	if (memory > 0) {
		if (limit(RLIMIT_DATA, memory))
			failed(require, "RLIMIT_DATA");
		else
			csvsql_sandbox_state.memory = memory;
	}
	// Without no_new_privs the kernel takes neither of the following.
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || drop_capabilities())
		failed(require, "privileges");
	else
		csvsql_sandbox_state.privileges = 1;
	if (ruleset >= 0) {
		if (restrict_files(ruleset))
			failed(require, "landlock_restrict_self");
		else
			csvsql_sandbox_state.landlock = version;
	}
	if (csvsql_sandbox_filter())
		failed(require, "seccomp");
	else
		csvsql_sandbox_state.seccomp = 1;
}
