#ifndef CSVSQL_SANDBOX_H
#define CSVSQL_SANDBOX_H

// What the constructor achieved, for Inside.
struct csvsql_sandbox_state {
	int landlock; // version of the rules in force
	int seccomp;
	int privileges;
	long long memory; // RLIMIT_DATA in bytes
};

extern struct csvsql_sandbox_state csvsql_sandbox_state;

// Refuses system calls from now on; 0, or -1 with errno. In filter_linux.c.
int csvsql_sandbox_filter(void);

#endif
