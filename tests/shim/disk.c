/*
 * A disk that fails as disks do, preloaded under the real server (LD_PRELOAD).
 *
 * It stands between the server and libc for files below one folder. It knows of each file how much a sync has made durable,
 * and of each folder which names are not durable yet. So it can do what a power cut does: take away what was not synced,
 * all of it or a part, tear the last page, undo names, and kill the process on the spot, so that nothing leaves after it.
 * It can also fail calls, delay them, or lie. It does not look at what is written, and does nothing outside the folder.
 *
 * The environment says what to do; none of the names begins like a setting of the server:
 *   DISK_FOLDER   absolute path; files below it are watched
 *   DISK_CONTROL  a folder outside of it, on the same file system: `table` is kept there (below), `log` is written there,
 *                 a file `cut` there cuts the power at the next call
 *   DISK_SEED     a number: what is left to chance in a power cut
 *   DISK_PLAN     faults, separated by blanks: WHAT@CALL:FROM[-TO][,MS], counted from 1 over calls of that kind
 *                   WHAT  cut | short | full | eio | slow | lie
 *                   CALL  write | sync (of files and folders) | rename
 *                   TO    the last call; without it one call; `-` alone: every call from then on; MS: delay of `slow`
 *
 * Invariants:
 *   - What a sync returned for is never taken away, unless the sync lied.
 *   - A thread whose sync has not returned when the power is cut never learns that it succeeded.
 *   - How much of each file is synced is kept in `table`, shared memory that survives a SIGKILL of the server: what one life
 *     wrote and did not sync can still be lost by a power cut in the next.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FILES_MAX = 8192, FAULTS_MAX = 16, PAGE = 4096 };
enum call { WRITE, SYNC, RENAME, CALLS };

/* How much of a file is durable. An inode of zero is a free place, GONE one that was taken. */
struct synced {
    uint64_t device, inode;
    int64_t bytes;
};

static const uint64_t GONE = UINT64_MAX;

/* Shared with the next life, and read by the tests: counters first. */
struct table {
    uint64_t calls[CALLS];
    uint64_t faults;
    struct synced files[FILES_MAX];
};

/* Bytes that a write replaced, to be put back if the write is lost. */
struct undo {
    struct undo *next;
    uint64_t device, inode;
    int64_t at;
    size_t bytes;
    char old[];
};

/* A change of names that its folder's sync has not made durable yet, newest first. */
struct naming {
    struct naming *next;
    enum { CREATED, RENAMED, REMOVED } kind;
    int lied; /* No sync makes it durable. */
    char folder[PATH_MAX], name[PATH_MAX], before[PATH_MAX];
    char kept[PATH_MAX]; /* A link to what the change took away; empty if it took nothing. */
};

struct fault {
    char what[8];
    enum call call;
    uint64_t from, to;
    long ms;
};

/* A file that this process has opened, with its present name. */
struct known {
    struct known *next;
    uint64_t device, inode;
    char path[PATH_MAX];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char folder[PATH_MAX], control[PATH_MAX];
static struct table *table;
static struct undo *undos;
static struct naming *namings;
static struct known *known_files;
static struct fault faults[FAULTS_MAX];
static int fault_count, log_fd = -1;
static uint64_t calls[CALLS], chance, kept_count;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_truncate)(const char *, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fallocate)(int, int, off_t, off_t);
static int (*real_posix_fallocate)(int, off_t, off_t);

/* ---- what it says of itself ---- */

static void say(const char *format, ...) {
    char line[PATH_MAX * 2];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (log_fd >= 0 && length > 0)
        (void)!real_write(log_fd, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

/* SplitMix64: one seed, one sequence. */
static uint64_t draw(uint64_t below) {
    uint64_t z = (chance += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    return below ? z % below : 0;
}

/* ---- setting up ---- */

static void read_plan(const char *plan) {
    static const char *names[CALLS] = {"write", "sync", "rename"};
    char text[1024];
    snprintf(text, sizeof text, "%s", plan);
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word && fault_count < FAULTS_MAX; word = strtok_r(NULL, " ", &rest)) {
        struct fault *fault = &faults[fault_count];
        char call[8] = "", *numbers = strchr(word, ':');
        if (!numbers || sscanf(word, "%7[a-z]@%7[a-z]", fault->what, call) != 2) {
            fprintf(stderr, "disk: cannot read the fault %s\n", word);
            abort();
        }
        for (fault->call = WRITE; fault->call < CALLS && strcmp(names[fault->call], call); fault->call++) {}
        char *end = NULL;
        fault->from = fault->to = strtoull(numbers + 1, &end, 10);
        if (*end == '-') {
            fault->to = strtoull(end + 1, &end, 10);
            if (!fault->to) fault->to = UINT64_MAX;
        }
        fault->ms = *end == ',' ? strtol(end + 1, NULL, 10) : 0;
        fault_count++;
    }
}

static void open_table(void) {
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/table", control);
    int fd = real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || real_ftruncate(fd, sizeof *table) != 0) abort();
    table = mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (table == MAP_FAILED) abort();
    close(fd);
}

static void set_up(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_openat = dlsym(RTLD_NEXT, "openat64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_writev = dlsym(RTLD_NEXT, "writev");
    real_pwritev = dlsym(RTLD_NEXT, "pwritev64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_unlinkat = dlsym(RTLD_NEXT, "unlinkat");
    real_truncate = dlsym(RTLD_NEXT, "truncate64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fallocate = dlsym(RTLD_NEXT, "fallocate64");
    real_posix_fallocate = dlsym(RTLD_NEXT, "posix_fallocate64");
    const char *where = getenv("DISK_FOLDER"), *at = getenv("DISK_CONTROL"), *seed = getenv("DISK_SEED");
    if (!where || !at) return;
    snprintf(control, sizeof control, "%s", at);
    chance = seed ? strtoull(seed, NULL, 10) : 0;
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/log", control);
    log_fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    open_table();
    read_plan(getenv("DISK_PLAN") ? getenv("DISK_PLAN") : "");
    snprintf(folder, sizeof folder, "%s", where);
    say("process %d starts; seed %s; plan: %s\n", getpid(), seed ? seed : "none", getenv("DISK_PLAN"));
}

__attribute__((constructor)) static void begin(void) { pthread_once(&once, set_up); }

/* ---- which files ---- */

static int is_cut_ordered(void) {
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/cut", control);
    return access(path, F_OK) == 0;
}

/* The absolute path, without looking at links; empty when it lies outside of the folder. */
static void locate(int at, const char *path, char *out) {
    char base[PATH_MAX] = "";
    out[0] = 0;
    if (!folder[0] || !path) return;
    if (path[0] != '/') {
        char link[64];
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return;
        base[length] = 0;
    }
    char whole[PATH_MAX * 2];
    snprintf(whole, sizeof whole, "%s%s%s", base, base[0] ? "/" : "", path);
    size_t length = strlen(folder);
    if (!strncmp(whole, folder, length) && (whole[length] == '/' || !whole[length]) && strlen(whole) < PATH_MAX)
        memcpy(out, whole, strlen(whole) + 1);
}

static void folder_of(const char *path, char *out) {
    snprintf(out, PATH_MAX, "%s", path);
    char *slash = strrchr(out, '/');
    if (slash) *slash = 0;
}

static struct synced *synced_of(const struct stat *stat) {
    struct synced *gone = NULL;
    uint64_t hash = ((uint64_t)stat->st_ino * 0x9e3779b97f4a7c15ULL) >> 40;
    for (int step = 0; step < FILES_MAX; step++) {
        struct synced *file = &table->files[(hash + (uint64_t)step) % FILES_MAX];
        if (file->inode == stat->st_ino && file->device == stat->st_dev) return file;
        if (file->inode == GONE && !gone) gone = file;
        if (file->inode) continue;
        if (gone) file = gone;
        *file = (struct synced){stat->st_dev, stat->st_ino, stat->st_size};
        return file;
    }
    fprintf(stderr, "disk: more than %d files\n", FILES_MAX);
    abort();
}

static struct known *known_at(const char *path) {
    struct known *file = known_files;
    while (file && strcmp(file->path, path)) file = file->next;
    return file;
}

static struct known *known_as(const struct stat *stat) {
    struct known *file = known_files;
    while (file && (file->inode != stat->st_ino || file->device != stat->st_dev)) file = file->next;
    return file;
}

static void forget(const char *path) {
    for (struct known **file = &known_files; *file; file = &(*file)->next) {
        if (strcmp((*file)->path, path)) continue;
        struct known *gone = *file;
        *file = gone->next;
        free(gone);
        return;
    }
}

static void get_to_know(const struct stat *stat, const char *path) {
    forget(path);
    struct known *file = known_as(stat);
    if (!file) {
        file = calloc(1, sizeof *file);
        file->next = known_files;
        known_files = file;
    }
    file->device = stat->st_dev;
    file->inode = stat->st_ino;
    snprintf(file->path, sizeof file->path, "%s", path);
}

/* Whether the descriptor is of a watched file or folder. Sockets and pipes are most of what is asked for. */
static int is_watched(int fd, struct stat *stat) {
    pthread_once(&once, set_up);
    if (!folder[0] || fstat(fd, stat) != 0) return 0;
    if (S_ISDIR(stat->st_mode)) {
        char link[64], path[PATH_MAX] = "", inside[PATH_MAX];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (readlink(link, path, sizeof path - 1) < 0) return 0;
        locate(AT_FDCWD, path, inside);
        return inside[0] != 0;
    }
    if (!S_ISREG(stat->st_mode)) return 0;
    pthread_mutex_lock(&lock);
    int found = known_as(stat) != NULL;
    pthread_mutex_unlock(&lock);
    return found;
}

/* ---- names ---- */

/* Keeps what a change of names takes away, so that the change can be undone. */
static void keep(struct naming *naming, const char *path) {
    snprintf(naming->kept, sizeof naming->kept, "%.3900s/kept-%d-%llu", control, getpid(), (unsigned long long)kept_count++);
    if (link(path, naming->kept) != 0) naming->kept[0] = 0;
}

static struct naming *note_naming(int kind, const char *path) {
    struct naming *naming = calloc(1, sizeof *naming);
    naming->kind = kind;
    folder_of(path, naming->folder);
    snprintf(naming->name, sizeof naming->name, "%s", path);
    naming->next = namings;
    namings = naming;
    return naming;
}

static void let_go(struct naming *naming) {
    struct stat found;
    if (naming->kept[0] && stat(naming->kept, &found) == 0) {
        /* With its last name the file goes, and its number is given to another one. */
        if (found.st_nlink == 1) synced_of(&found)->inode = GONE;
        real_unlink(naming->kept);
    }
    free(naming);
}

/* A folder was synced: its names are durable. */
static void settle_names(const char *path) {
    for (struct naming **at = &namings; *at;) {
        struct naming *naming = *at;
        if (naming->lied || strcmp(naming->folder, path)) {
            at = &naming->next;
            continue;
        }
        *at = naming->next;
        let_go(naming);
    }
}

static void undo_name(struct naming *naming) {
    say("  undone: %s %s\n", naming->kind == CREATED ? "creation of" : naming->kind == RENAMED ? "renaming to" : "removal of",
        naming->name);
    switch (naming->kind) {
    case CREATED:
        real_unlink(naming->name);
        break;
    case RENAMED:
        real_rename(naming->name, naming->before);
        if (naming->kept[0]) real_rename(naming->kept, naming->name);
        break;
    case REMOVED:
        if (naming->kept[0]) real_rename(naming->kept, naming->name);
        break;
    }
}

/* ---- the power cut ---- */

/* Whether the file is a log, of which a torn record is read over. */
static int is_log(const char *path) {
    size_t length = strlen(path);
    return length > 4 && (!strcmp(path + length - 4, ".log") || !strcmp(path + length - 4, ".wal"));
}

/*
 * What a disk has of the bytes that were not synced: none, the first of them, or a length without the bytes. The last page of
 * logs may be torn besides. Of other files it is not: RocksDB refuses to start on a manifest whose length is there and whose
 * last record is there in part. That is loud and loses nothing in silence, but it is an end, and would hide all others.
 */
static void lose_tail(const struct known *file) {
    struct stat stat;
    int fd = real_open(file->path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    if (fstat(fd, &stat) != 0 || stat.st_ino != file->inode) return;
    int64_t synced = synced_of(&stat)->bytes, tail = stat.st_size - synced;
    if (tail > 0) {
        int64_t kept = synced + (int64_t)draw((uint64_t)tail + 1);
        static const char *fates[] = {"nothing", "a part", "a part with a torn page", "a length full of zeros"};
        uint64_t fate = draw(4);
        char page[PAGE] = {0};
        if (!is_log(file->path) && fate == 2) fate = 1;
        if (fate == 0 || (!is_log(file->path) && fate == 3)) kept = synced;
        if (fate <= 2) (void)!real_ftruncate(fd, kept);
        if (fate == 2) {
            int64_t from = kept - kept % PAGE > synced ? kept - kept % PAGE : synced;
            from += (int64_t)draw((uint64_t)(kept - from) + 1);
            if (draw(2))
                for (int at = 0; at < PAGE; at++) page[at] = (char)draw(256);
            (void)!real_pwrite(fd, page, (size_t)(kept - from), from);
        }
        if (fate == 3)
            for (int64_t at = kept; at < stat.st_size; at += PAGE)
                (void)!real_pwrite(fd, page, stat.st_size - at < PAGE ? (size_t)(stat.st_size - at) : PAGE, at);
        say("  %s: %lld of %lld bytes were synced; kept %s, %lld\n", file->path, (long long)synced, (long long)stat.st_size,
            fates[fate], (long long)kept);
    }
    fstat(fd, &stat);
    synced_of(&stat)->bytes = stat.st_size;
    close(fd);
}

static void lose_overwritten(void) {
    for (struct undo *undo = undos; undo; undo = undo->next) {
        struct stat stat = {.st_dev = undo->device, .st_ino = undo->inode};
        struct known *file = known_as(&stat);
        int fd = file && draw(2) ? real_open(file->path, O_WRONLY | O_CLOEXEC) : -1;
        if (fd < 0) continue;
        (void)!real_pwrite(fd, undo->old, undo->bytes, undo->at);
        say("  %s: %zu bytes at %lld are as before\n", file->path, undo->bytes, (long long)undo->at);
        close(fd);
    }
}

/* A folder keeps its changes up to some moment, since file systems write them in order; the newest are undone first. */
static void lose_names(void) {
    while (namings) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s", namings->folder);
        uint64_t pending = 0;
        for (struct naming *naming = namings; naming; naming = naming->next) pending += !strcmp(naming->folder, path);
        uint64_t lost = draw(pending + 1), seen = 0;
        for (struct naming **at = &namings; *at;) {
            struct naming *naming = *at;
            if (strcmp(naming->folder, path)) {
                at = &naming->next;
                continue;
            }
            if (seen++ < lost || naming->lied) undo_name(naming);
            *at = naming->next;
            let_go(naming);
        }
    }
}

/* Called with the lock held, and never gives it back: no other thread's call returns after this. */
static void cut_power(const char *why) {
    say("power cut at %s: write %llu, sync %llu, rename %llu\n", why, (unsigned long long)calls[WRITE],
        (unsigned long long)calls[SYNC], (unsigned long long)calls[RENAME]);
    table->faults++;
    for (struct known *file = known_files; file; file = file->next) lose_tail(file);
    lose_overwritten();
    lose_names();
    say("process %d ends\n", getpid());
    for (;;) kill(getpid(), SIGKILL);
}

/* ---- faults ---- */

/* Counts a call and gives the fault that it meets, or none. Called with the lock held. */
static const struct fault *meet(enum call call, const char *where) {
    uint64_t count = ++calls[call];
    __atomic_add_fetch(&table->calls[call], 1, __ATOMIC_RELAXED);
    if (is_cut_ordered()) cut_power(where);
    for (int index = 0; index < fault_count; index++) {
        const struct fault *fault = &faults[index];
        if (fault->call != call || count < fault->from || count > fault->to) continue;
        if (!strcmp(fault->what, "cut")) cut_power(where);
        if (table->faults++ < 64) say("%s at %s %llu: %s\n", fault->what, call == WRITE ? "write" : call == SYNC ? "sync" : "rename",
            (unsigned long long)count, where);
        return fault;
    }
    return NULL;
}

static int is(const struct fault *fault, const char *what) { return fault && !strcmp(fault->what, what); }

static const char *name_of(const struct stat *stat) {
    struct known *file = known_as(stat);
    return file ? file->path : "a folder";
}

/* Keeps what a write is about to replace, as far as it was synced. Called with the lock held. */
static void keep_overwritten(int fd, const struct stat *stat, int64_t at, size_t bytes) {
    struct synced *file = synced_of(stat);
    if (at >= file->bytes) return;
    if (at + (int64_t)bytes > file->bytes) bytes = (size_t)(file->bytes - at);
    struct undo *undo = malloc(sizeof *undo + bytes);
    /* The file may be open for writing only. */
    int reader = real_open(name_of(stat), O_RDONLY | O_CLOEXEC);
    ssize_t got = pread(reader >= 0 ? reader : fd, undo->old, bytes, at);
    if (reader >= 0) close(reader);
    if (got <= 0) {
        free(undo);
        return;
    }
    undo->device = stat->st_dev;
    undo->inode = stat->st_ino;
    undo->at = at;
    undo->bytes = (size_t)got;
    undo->next = undos;
    undos = undo;
}

static void forget_overwritten(const struct stat *stat) {
    for (struct undo **at = &undos; *at;) {
        struct undo *undo = *at;
        if (undo->inode != stat->st_ino || undo->device != stat->st_dev) {
            at = &undo->next;
            continue;
        }
        *at = undo->next;
        free(undo);
    }
}

/* What becomes of a write: -1 with errno, or how many bytes may be written. `at` below zero: where the file stands. */
static ssize_t allow_write(int fd, const struct stat *stat, int64_t at, size_t bytes) {
    pthread_mutex_lock(&lock);
    const struct fault *fault = meet(WRITE, name_of(stat));
    int failure = is(fault, "full") ? ENOSPC : is(fault, "eio") ? EIO : 0;
    if (is(fault, "short") && bytes > 1) bytes /= 2;
    if (!failure) {
        if (at < 0) at = fcntl(fd, F_GETFL) & O_APPEND ? stat->st_size : lseek(fd, 0, SEEK_CUR);
        keep_overwritten(fd, stat, at, bytes);
    }
    pthread_mutex_unlock(&lock);
    errno = failure;
    return failure ? -1 : (ssize_t)bytes;
}

/* ---- what libc offers ---- */

static int opened(int fd, int at, const char *path, int existed) {
    char inside[PATH_MAX];
    struct stat stat;
    int failure = errno;
    locate(at, path, inside);
    if (fd >= 0 && inside[0] && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode)) {
        pthread_mutex_lock(&lock);
        get_to_know(&stat, inside);
        struct synced *file = synced_of(&stat);
        if (!existed) {
            file->bytes = 0;
            forget_overwritten(&stat);
            note_naming(CREATED, inside);
            say("created %s\n", inside);
        }
        if (file->bytes > stat.st_size) file->bytes = stat.st_size;
        pthread_mutex_unlock(&lock);
    }
    errno = failure;
    return fd;
}

static int open_at(int at, const char *path, int flags, mode_t mode) {
    pthread_once(&once, set_up);
    int existed = 1;
    if (flags & O_CREAT) existed = faccessat(at, path, F_OK, 0) == 0;
    return opened(real_openat(at, path, flags, mode), at, path, existed);
}

static mode_t mode_in(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                   \
    int name(const char *path, int flags, ...) {     \
        va_list arguments;                           \
        va_start(arguments, flags);                  \
        mode_t mode = mode_in(flags, arguments);     \
        va_end(arguments);                           \
        return open_at(AT_FDCWD, path, flags, mode); \
    }
#define OPENAT(name)                                     \
    int name(int at, const char *path, int flags, ...) { \
        va_list arguments;                               \
        va_start(arguments, flags);                      \
        mode_t mode = mode_in(flags, arguments);         \
        va_end(arguments);                               \
        return open_at(at, path, flags, mode);           \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

ssize_t write(int fd, const void *bytes, size_t count) {
    struct stat stat;
    if (!is_watched(fd, &stat)) return real_write(fd, bytes, count);
    ssize_t allowed = allow_write(fd, &stat, -1, count);
    return allowed < 0 ? -1 : real_write(fd, bytes, (size_t)allowed);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) {
    struct stat stat;
    if (!is_watched(fd, &stat)) return real_pwrite(fd, bytes, count, at);
    ssize_t allowed = allow_write(fd, &stat, at, count);
    return allowed < 0 ? -1 : real_pwrite(fd, bytes, (size_t)allowed, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

static size_t total(const struct iovec *parts, int count) {
    size_t bytes = 0;
    for (int part = 0; part < count; part++) bytes += parts[part].iov_len;
    return bytes;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    struct stat stat;
    if (!is_watched(fd, &stat)) return real_writev(fd, parts, count);
    /* A short write of many parts is the first of them. */
    size_t bytes = total(parts, count);
    ssize_t allowed = allow_write(fd, &stat, -1, bytes);
    return allowed < 0 ? -1 : real_writev(fd, parts, (size_t)allowed < bytes ? 1 : count);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) {
    struct stat stat;
    if (!is_watched(fd, &stat)) return real_pwritev(fd, parts, count, at);
    size_t bytes = total(parts, count);
    ssize_t allowed = allow_write(fd, &stat, at, bytes);
    return allowed < 0 ? -1 : real_pwritev(fd, parts, (size_t)allowed < bytes ? 1 : count, at);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return pwritev64(fd, parts, count, at); }

/* What was there when the sync began is durable once it returns; the lock is not held meanwhile. */
static int sync_with(int (*sync)(int), int fd) {
    struct stat stat;
    if (!is_watched(fd, &stat)) return sync(fd);
    pthread_mutex_lock(&lock);
    const struct fault *fault = meet(SYNC, name_of(&stat));
    pthread_mutex_unlock(&lock);
    if (is(fault, "eio")) {
        errno = EIO;
        return -1;
    }
    if (is(fault, "slow")) {
        struct timespec delay = {fault->ms / 1000, fault->ms % 1000 * 1000000};
        nanosleep(&delay, NULL);
    }
    if (is(fault, "lie")) return 0;
    fstat(fd, &stat);
    int result = sync(fd), failure = errno;
    pthread_mutex_lock(&lock);
    if (result == 0 && S_ISDIR(stat.st_mode)) {
        char link[64], path[PATH_MAX] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (readlink(link, path, sizeof path - 1) > 0) settle_names(path);
    } else if (result == 0) {
        struct synced *file = synced_of(&stat);
        if (file->bytes < stat.st_size) file->bytes = stat.st_size;
        forget_overwritten(&stat);
    }
    pthread_mutex_unlock(&lock);
    errno = failure;
    return result;
}

int fsync(int fd) { return pthread_once(&once, set_up), sync_with(real_fsync, fd); }
int fdatasync(int fd) { return pthread_once(&once, set_up), sync_with(real_fdatasync, fd); }

static int rename_at(const char *from, const char *to) {
    pthread_mutex_lock(&lock);
    const struct fault *fault = meet(RENAME, to);
    if (is(fault, "eio")) {
        pthread_mutex_unlock(&lock);
        errno = EIO;
        return -1;
    }
    struct naming *naming = note_naming(RENAMED, to);
    snprintf(naming->before, sizeof naming->before, "%s", from);
    naming->lied = is(fault, "lie");
    keep(naming, to);
    int result = real_rename(from, to), failure = errno;
    if (result == 0) {
        forget(to);
        struct known *file = known_at(from);
        if (file) snprintf(file->path, sizeof file->path, "%s", to);
    } else {
        namings = naming->next;
        let_go(naming);
    }
    pthread_mutex_unlock(&lock);
    errno = failure;
    return result;
}

static int is_file(const char *path) {
    struct stat stat;
    return lstat(path, &stat) == 0 && S_ISREG(stat.st_mode);
}

int rename(const char *from, const char *to) {
    char one[PATH_MAX], other[PATH_MAX];
    pthread_once(&once, set_up);
    locate(AT_FDCWD, from, one);
    locate(AT_FDCWD, to, other);
    return one[0] && other[0] && is_file(one) ? rename_at(one, other) : real_rename(from, to);
}

int renameat(int from_at, const char *from, int to_at, const char *to) {
    char one[PATH_MAX], other[PATH_MAX];
    static int (*real)(int, const char *, int, const char *);
    if (!real) real = dlsym(RTLD_NEXT, "renameat");
    pthread_once(&once, set_up);
    locate(from_at, from, one);
    locate(to_at, to, other);
    return one[0] && other[0] && is_file(one) ? rename_at(one, other) : real(from_at, from, to_at, to);
}

static void removing(const char *path) {
    pthread_mutex_lock(&lock);
    keep(note_naming(REMOVED, path), path);
    forget(path);
    pthread_mutex_unlock(&lock);
}

int unlink(const char *path) {
    char inside[PATH_MAX];
    pthread_once(&once, set_up);
    locate(AT_FDCWD, path, inside);
    if (inside[0] && is_file(inside)) removing(inside);
    return real_unlink(path);
}

int unlinkat(int at, const char *path, int flags) {
    char inside[PATH_MAX];
    pthread_once(&once, set_up);
    locate(at, path, inside);
    if (inside[0] && !(flags & AT_REMOVEDIR) && is_file(inside)) removing(inside);
    return real_unlinkat(at, path, flags);
}

/* Cutting a file short counts as durable at once; what is made longer is not. */
static void truncated(const struct stat *stat, off_t length) {
    pthread_mutex_lock(&lock);
    if (known_as(stat)) {
        struct synced *file = synced_of(stat);
        if (file->bytes > length) file->bytes = length;
    }
    pthread_mutex_unlock(&lock);
}

int ftruncate64(int fd, off_t length) {
    struct stat stat;
    if (is_watched(fd, &stat)) truncated(&stat, length);
    return real_ftruncate(fd, length);
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int truncate64(const char *path, off_t length) {
    struct stat found;
    pthread_once(&once, set_up);
    if (folder[0] && stat(path, &found) == 0) truncated(&found, length);
    return real_truncate(path, length);
}
int truncate(const char *path, off_t length) { return truncate64(path, length); }

/* Space that is asked for is a write to a full disk, and to no other. */
static int is_full(int fd) {
    struct stat stat;
    if (!is_watched(fd, &stat)) return 0;
    int full = 0;
    for (int index = 0; index < fault_count; index++) {
        const struct fault *fault = &faults[index];
        full |= is(fault, "full") && calls[WRITE] >= fault->from && calls[WRITE] <= fault->to;
    }
    return full;
}

int fallocate64(int fd, int mode, off_t at, off_t length) {
    if (!is_full(fd)) return real_fallocate(fd, mode, at, length);
    errno = ENOSPC;
    return -1;
}
int fallocate(int fd, int mode, off_t at, off_t length) { return fallocate64(fd, mode, at, length); }

int posix_fallocate64(int fd, off_t at, off_t length) {
    return is_full(fd) ? ENOSPC : real_posix_fallocate(fd, at, length);
}
int posix_fallocate(int fd, off_t at, off_t length) { return posix_fallocate64(fd, at, length); }
