//go:build cgo && (amd64 || arm64)

// The filter of system calls (seccomp(2), BPF of linux/filter.h). It refuses
// what no engine needs; a list of what is allowed would break with every
// version of the C library, of Go and of DuckDB.

#define _GNU_SOURCE
#include "constructor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// System calls from 424 on have the same number everywhere, and are younger than
// many systems' headers.
#define NR_PIDFD_SEND_SIGNAL 424
#define NR_IO_URING_SETUP 425
#define NR_MOUNT_FIRST 428 // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick
#define NR_MOUNT_LAST 433
#define NR_PIDFD_OPEN 434
#define NR_CLONE3 435
#define NR_PIDFD_GETFD 438
#define NR_PROCESS_MADVISE 440
#define NR_MOUNT_SETATTR 442
#define NR_PROCESS_MRELEASE 448
#define NR_FCHMODAT2 452
#define NR_SETXATTRAT 463
#define NR_REMOVEXATTRAT 466
#define NR_UNKNOWN 467 // from here on nobody has looked

#define CLONE_NEW (0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000)

#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define ABSENT BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

// The lower half of an argument, where the kernel looks for an int. Both
// architectures are little-endian.
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
// The next n instructions are for this system call only.
#define FOR(nr, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, n)
#define IF_EQUAL(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, n)
#define IF_ANY_BIT(bits, n) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, n)
#define IF_AT_LEAST(value, n) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, n)

#define DENY(name) FOR(SYS_##name, 1), REFUSE
#define DENY_NUMBER(nr) FOR(nr, 1), REFUSE
// Allowed if its first argument is this.
#define ONLY(name, value) FOR(SYS_##name, 4), LOAD(args[0]), IF_EQUAL(value, 1), ALLOW, REFUSE

int csvsql_sandbox_filter(void) {
	unsigned self = getpid();
	struct sock_filter filter[] = {
		// Another architecture's numbers mean other calls.
		LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0), KILL,
		LOAD(nr),
#ifdef __x86_64__
		IF_AT_LEAST(0x40000000, 1), KILL, // x32
#endif

		// Network, and everything else a socket leads to.
		DENY(socket), DENY(connect), DENY(bind), DENY(listen), DENY(accept), DENY(accept4),
		ONLY(socketpair, AF_UNIX),

		// Programs and processes. glibc and Go make threads with clone where
		// there is no clone3, whose flags a filter cannot see.
		DENY(execve), DENY(execveat),
		FOR(NR_CLONE3, 1), ABSENT,
		FOR(SYS_clone, 6), LOAD(args[0]), IF_ANY_BIT(CLONE_NEW, 1), REFUSE, IF_ANY_BIT(CLONE_THREAD, 1), ALLOW, REFUSE,
#ifdef SYS_fork
		DENY(fork), DENY(vfork),
#endif
		DENY(unshare), DENY(setns),

		// Signals go to this process only.
		ONLY(kill, self), ONLY(tgkill, self), ONLY(rt_sigqueueinfo, self), ONLY(rt_tgsigqueueinfo, self),
		DENY(tkill), DENY_NUMBER(NR_PIDFD_SEND_SIGNAL),
		FOR(SYS_fcntl, 6), LOAD(args[1]), IF_EQUAL(F_SETOWN, 1), REFUSE, IF_EQUAL(F_SETOWN_EX, 1), REFUSE, ALLOW,

		// Other processes: their memory, descriptors, limits, place in the queue.
		DENY(ptrace), DENY(process_vm_readv), DENY(process_vm_writev), DENY(kcmp),
		DENY_NUMBER(NR_PIDFD_OPEN), DENY_NUMBER(NR_PIDFD_GETFD), DENY_NUMBER(NR_PROCESS_MADVISE), DENY_NUMBER(NR_PROCESS_MRELEASE),
		FOR(SYS_prlimit64, 6), LOAD(args[0]), IF_EQUAL(0, 1), ALLOW, IF_EQUAL(self, 1), ALLOW, REFUSE,
		DENY(setpriority), DENY(ioprio_set), DENY(sched_setscheduler), DENY(sched_setparam), DENY(sched_setattr),
		DENY(migrate_pages), DENY(move_pages),
		DENY(shmget), DENY(shmat), DENY(shmctl), DENY(semget), DENY(semop), DENY(semtimedop), DENY(semctl),
		DENY(msgget), DENY(msgsnd), DENY(msgrcv), DENY(msgctl), DENY(mq_open), DENY(mq_unlink),

		// The operator's terminal, if standard error is one: to type into it, or
		// to paste.
		FOR(SYS_ioctl, 6), LOAD(args[1]), IF_EQUAL(TIOCSTI, 1), REFUSE, IF_EQUAL(0x541C /* TIOCLINUX */, 1), REFUSE, ALLOW,

		// What Landlock does not look at: modes, owners and attributes of files,
		// and before its version 3 the length.
		DENY(fchmod), DENY(fchmodat), DENY(fchown), DENY(fchownat), DENY(truncate), DENY(utimensat),
		DENY(setxattr), DENY(lsetxattr), DENY(fsetxattr), DENY(removexattr), DENY(lremovexattr), DENY(fremovexattr),
		DENY_NUMBER(NR_FCHMODAT2), DENY_NUMBER(NR_SETXATTRAT), DENY_NUMBER(NR_REMOVEXATTRAT),
#ifdef SYS_chmod
		DENY(chmod), DENY(chown), DENY(lchown), DENY(utime), DENY(utimes), DENY(futimesat),
#endif
		DENY(name_to_handle_at), DENY(open_by_handle_at), DENY(fanotify_init),

		// Parts of the kernel that are known for their holes, or are the
		// administrator's.
		DENY(bpf), DENY(perf_event_open), DENY(userfaultfd), DENY(keyctl), DENY(add_key), DENY(request_key),
		DENY_NUMBER(NR_IO_URING_SETUP), DENY_NUMBER(NR_IO_URING_SETUP + 1), DENY_NUMBER(NR_IO_URING_SETUP + 2),
		DENY(mount), DENY(umount2), DENY(pivot_root), DENY(chroot), DENY(swapon), DENY(swapoff), DENY(reboot),
		DENY_NUMBER(NR_MOUNT_SETATTR),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, NR_MOUNT_LAST, 2, 0), IF_AT_LEAST(NR_MOUNT_FIRST, 1), REFUSE,
		DENY(init_module), DENY(finit_module), DENY(delete_module), DENY(kexec_load), DENY(syslog), DENY(acct), DENY(quotactl),
		DENY(sethostname), DENY(setdomainname), DENY(settimeofday), DENY(clock_settime), DENY(adjtimex), DENY(clock_adjtime),
		DENY(personality), DENY(vhangup),
#ifdef SYS_iopl
		DENY(iopl), DENY(ioperm), DENY(modify_ldt),
#endif
		IF_AT_LEAST(NR_UNKNOWN, 1), ABSENT,
		ALLOW,
	};
	struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
