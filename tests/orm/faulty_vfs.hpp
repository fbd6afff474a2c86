// A file system whose calls fail when a test says so: a full disk, a write or a sync that the disk refuses.
#pragma once

#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace faulty {

/// Which calls are counted, and what the one that is due answers.
struct Fault {
    bool writes = false;
    bool syncs = false;
    int code = SQLITE_OK;
    bool lasting = false;  ///< all later calls fail as well, as on a disk that stays full
    bool deadly = false;   ///< the process is killed instead
};

/// Registers the VFS "faulty" once; without a fault all of it goes on to the default one.
class Disk {
  public:
    static Disk& get();

    /// The call after `calls` good ones fails.
    void arm(const Fault& fault, int calls) {
        fault_ = fault;
        left_ = calls;
        struck_ = false;
        armed_ = true;
    }
    /// Whether the fault has struck.
    bool disarm() {
        armed_ = false;
        return struck_;
    }
    int answer(bool write) {
        bool counted = armed_ && (write ? fault_.writes : fault_.syncs);
        if (!counted || left_-- > 0) return SQLITE_OK;
        if (fault_.deadly) ::kill(::getpid(), SIGKILL);
        if (struck_ && !fault_.lasting) return SQLITE_OK;
        struck_ = true;
        return fault_.code;
    }

  private:
    Fault fault_;
    std::atomic<int> left_ = 0;
    std::atomic<bool> armed_ = false;
    std::atomic<bool> struck_ = false;
};

namespace detail {

/// Stands before the real file, which follows it in memory.
struct File {
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
};

inline sqlite3_vfs* system_vfs = nullptr;
inline sqlite3_io_methods methods{};

inline int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    if (int code = Disk::get().answer(true); code != SQLITE_OK) return code;
    auto* real = File::of(file).real();
    return real->pMethods->xWrite(real, from, size, at);
}
inline int sync(sqlite3_file* file, int flags) {
    if (int code = Disk::get().answer(false); code != SQLITE_OK) return code;
    auto* real = File::of(file).real();
    return real->pMethods->xSync(real, flags);
}

template <auto method>
struct Forward;
template <class R, class... A, R (*sqlite3_io_methods::*method)(sqlite3_file*, A...)>
struct Forward<method> {
    static R call(sqlite3_file* file, A... arguments) {
        auto* real = File::of(file).real();
        return (real->pMethods->*method)(real, arguments...);
    }
};
template <auto... forwarded>
void forward_all(sqlite3_io_methods& all) {
    ((all.*forwarded = &Forward<forwarded>::call), ...);
}

inline int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    auto& self = File::of(file);
    self.base.pMethods = nullptr;
    int code = system_vfs->xOpen(system_vfs, name, self.real(), flags, out);
    if (code == SQLITE_OK) self.base.pMethods = &methods;
    return code;
}

inline bool install() {
    using M = sqlite3_io_methods;
    methods.iVersion = 2;
    forward_all<&M::xClose, &M::xRead, &M::xTruncate, &M::xFileSize, &M::xLock, &M::xUnlock, &M::xCheckReservedLock,
                &M::xFileControl, &M::xSectorSize, &M::xDeviceCharacteristics, &M::xShmMap, &M::xShmLock,
                &M::xShmBarrier, &M::xShmUnmap>(methods);
    methods.xWrite = write;
    methods.xSync = sync;
    system_vfs = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs vfs = *system_vfs;
    vfs.zName = "faulty";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + system_vfs->szOsFile;
    vfs.xOpen = open;
    vfs.pNext = nullptr;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

}  // namespace detail

inline Disk& Disk::get() {
    static Disk disk;
    static const bool installed = detail::install();
    (void)installed;
    return disk;
}

}  // namespace faulty
