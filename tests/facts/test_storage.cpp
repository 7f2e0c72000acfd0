#include "lib/facts/mounts.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Mount mount(const std::string& line) {
  const auto mounts = parse_mountinfo(line);
  INFO(line);
  REQUIRE(mounts.has_value());
  REQUIRE(mounts->size() == 1);
  return mounts->front();
}

Mount of_type(const std::string& type, const std::string& source = "none") {
  return Mount{1, 0, "0:1", "/", "/x", "rw", type, source, "rw"};
}

Mount drive(const std::string& aname, const std::string& root = "/") {
  return Mount{1, 0, "0:1", root, "/mnt/c", "rw", "9p", "C:\\", "rw," + aname + ",cache=5"};
}

const std::string guid = "6b1e8f0c-52d4-4a0e-9c55-0f1b3f7d9a21";

}  // namespace

TEST_CASE("mounts: a Windows drive is told by how WSL mounts it") {
  const auto storage = [](const std::string& line) { return storage_of(mount(line)); };
  // WSL 1
  CHECK(storage("5 2 0:9 / /mnt/c rw,noatime - drvfs C:\\134 rw,uid=1000,gid=1000,case=off") ==
        Storage::windows_drive);
  CHECK(storage("5 2 0:9 / /mnt/d rw,relatime - drvfs D: rw,metadata") == Storage::windows_drive);
  // WSL 2, kernel 5.x and 6.x, with virtio, from fstab below automount root /
  CHECK(storage("60 30 0:50 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;"
                "uid=1000;gid=1000;symlinkroot=/mnt/,mmap,access=client,msize=65536,trans=fd") ==
        Storage::windows_drive);
  CHECK(storage("60 30 0:50 / /mnt/c rw,noatime - 9p C:\\134 rw,aname=drvfs;path=C:\\;uid=1000;"
                "symlinkroot=/mnt/,cache=0x5,access=client,trans=fd,rfd=6,wfd=6") ==
        Storage::windows_drive);
  CHECK(storage("60 30 0:50 / /mnt/c rw,noatime - 9p drvfsa rw,dirsync,aname=drvfs;path=C:\\;"
                "symlinkroot=/mnt/,mmap,msize=262144,trans=virtio") == Storage::windows_drive);
  CHECK(storage("60 30 0:50 / /c rw,relatime - 9p C: rw,dirsync,aname=drvfs;path=C:;symlinkroot=/,"
                "mmap,trans=fd,rfd=3,wfd=3") == Storage::windows_drive);
  // virtiofs
  CHECK(storage("60 30 0:50 / /mnt/c rw,noatime - virtiofs drvfsC0 rw") == Storage::windows_drive);
  CHECK(storage("60 30 0:50 / /mnt/c rw,noatime - virtiofs drvfsaC3 rw") == Storage::windows_drive);
  CHECK(storage("60 30 0:50 / /mnt/c rw,noatime - virtiofs " + guid + " rw") ==
        Storage::windows_drive);
  CHECK(storage("60 30 0:50 /" + guid + " /mnt/c rw,relatime - virtiofs drvfs rw") ==
        Storage::windows_drive);
  CHECK(storage("60 30 0:50 /" + guid + "/a /mnt/c rw,relatime - virtiofs drvfsa rw") ==
        Storage::windows_drive);
  // In containers of Docker Desktop
  CHECK(storage("1819 1810 0:99 /Users/me/designs /foss rw,noatime - 9p C:\\134 "
                "rw,aname=drvfs;path=C:\\;uid=0;gid=0;metadata;symlinkroot=/mnt/host/,cache=0x5") ==
        Storage::windows_drive);
  CHECK(storage("1146 77 0:149 / /Docker/host rw,noatime - 9p drvfs rw,dirsync,aname=drvfs;"
                "path=C:\\Program Files\\Docker\\Docker\\resources;symlinkroot=/mnt/,mmap") ==
        Storage::windows_drive);
}

TEST_CASE("mounts: 9p and virtiofs of another origin are no Windows drives") {
  CHECK(storage_of(mount("83 86 0:37 / /usr/lib/wsl/drivers ro,nosuid,nodev,noatime - 9p drivers "
                         "ro,aname=drivers;fmask=222;dmask=222,cache=0x5,trans=fd")) ==
        Storage::wsl_internal);
  CHECK(
      storage_of(mount("83 86 0:37 / /init ro,relatime - 9p tools ro,dirsync,aname=tools;fmask=022"
                       ",loose,access=client,trans=fd")) == Storage::wsl_internal);
  CHECK(storage_of(mount("83 86 0:37 / /usr/lib/wsl/lib ro - 9p lib ro,aname=lib;fmask=222")) ==
        Storage::wsl_internal);
  // QEMU, and names that only look alike.
  CHECK(storage_of(of_type("9p", "C")) == Storage::network);
  CHECK(storage_of(drive("aname=drvfsx;path=C:\\")) == Storage::network);
  CHECK(storage_of(drive("xaname=drvfs;path=C:\\")) == Storage::network);
  CHECK(storage_of(drive("aname=host")) == Storage::network);
  for (const char* tag :
       {"mount0", "kataShared", "virtiofs0", "drvfs0", "drvfs_", "drvf",
        "6b1e8f0c-52d4-4a0e-9c55-0f1b3f7d9a2", "6b1e8f0c052d4-4a0e-9c55-0f1b3f7d9a21",
        "gb1e8f0c-52d4-4a0e-9c55-0f1b3f7d9a21"}) {
    INFO(tag);
    CHECK(storage_of(of_type("virtiofs", tag)) == Storage::network);
  }
}

TEST_CASE("mounts: every other file system has its place") {
  for (const char* type : {"ext4", "xfs", "btrfs", "zfs", "lxfs", "wslfs", "overlay", "iso9660",
                           "squashfs", "fuseblk", "fuse.fuse-overlayfs", "ntfs3", "vfat"}) {
    INFO(type);
    CHECK(storage_of(of_type(type)) == Storage::linux_disk);
    CHECK(is_foreign(of_type(type)) == std::string_view(type).starts_with("fuse"));
  }
  for (const char* type : {"tmpfs", "ramfs", "rootfs"}) {
    CHECK(storage_of(of_type(type)) == Storage::memory);
    CHECK_FALSE(is_foreign(of_type(type)));
  }
  for (const char* type : {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.rclone", "fuse"}) {
    CHECK(storage_of(of_type(type)) == Storage::network);
    CHECK(is_foreign(of_type(type)));
  }
  for (const char* type : {"fuse.grpcfuse", "grpcfuse", "fakeowner"}) {
    CHECK(storage_of(of_type(type)) == Storage::docker_share);
    CHECK(is_foreign(of_type(type)));
  }
  for (const char* type :
       {"proc", "sysfs", "cgroup", "cgroup2", "devtmpfs", "fusectl", "binfmt_misc"}) {
    CHECK(storage_of(of_type(type)) == Storage::kernel);
    CHECK_FALSE(is_foreign(of_type(type)));
  }
  for (const char* type : {"9p", "drvfs", "virtiofs", "autofs", "fuse.lxcfs"}) {
    CHECK(is_foreign(of_type(type)));
  }
  CHECK(is_foreign(mount("83 86 0:37 / /usr/lib/wsl/drivers ro - 9p drivers ro,aname=drivers")));
}

TEST_CASE("mounts: the Windows path of a file on a drive") {
  const Mount c = drive("aname=drvfs;path=C:\\;uid=1000;symlinkroot=/mnt/");
  CHECK(windows_path(c, "/mnt/c") == "C:\\");
  CHECK(windows_path(c, "/mnt/c/") == "C:\\");
  CHECK(windows_path(c, "/mnt/c/Users/me/my shop") == "C:\\Users\\me\\my shop");
  CHECK(windows_path(drive("aname=drvfs;path=C:;symlinkroot=/"), "/mnt/c/x") == "C:\\x");
  CHECK(windows_path(drive("aname=drvfs;path=C:"), "/mnt/c/x") == "C:\\x");
  CHECK(windows_path(drive("aname=drvfs;path=D:/work/;uid=0"), "/mnt/c/x") == "D:\\work\\x");
  CHECK(windows_path(drive("aname=drvfs;path=UNC\\nas\\go;uid=0"), "/mnt/c/x") == "\\\\nas\\go\\x");
  CHECK(windows_path(mount("1146 77 0:149 / /Docker/host rw,noatime - 9p drvfs rw,aname=drvfs;path="
                           "C:\\Program Files\\Docker\\Docker\\resources;symlinkroot=/mnt/,mmap"),
                     "/Docker/host/wsl") == "C:\\Program Files\\Docker\\Docker\\resources\\wsl");
  CHECK(windows_path(of_type("drvfs", "C:"), "/x/a") == "C:\\a");
  CHECK(windows_path(of_type("drvfs", "D:\\"), "/x/a") == "D:\\a");
  CHECK(windows_path(of_type("drvfs", "\\\\nas\\go"), "/x/a") == "\\\\nas\\go\\a");
}

TEST_CASE("mounts: a bind mount's own folder is part of the Windows path") {
  const Mount bind =
      drive("aname=drvfs;path=C:\\;metadata;symlinkroot=/mnt/host/", "/Users/me/src");
  CHECK(windows_path(bind, "/mnt/c") == "C:\\Users\\me\\src");
  CHECK(windows_path(bind, "/mnt/c/shop/go.mod") == "C:\\Users\\me\\src\\shop\\go.mod");
  Mount root = bind;
  root.mount_point = "/";
  CHECK(windows_path(root, "/shop") == "C:\\Users\\me\\src\\shop");
  CHECK(windows_path(drive("aname=drvfs;path=C:\\", "/gone//deleted"), "/mnt/c/x") == std::nullopt);
}

TEST_CASE("mounts: virtiofs tells the drive by its tag, or by a link") {
  CHECK(windows_path(of_type("virtiofs", "drvfsC0"), "/x/a") == "C:\\a");
  CHECK(windows_path(of_type("virtiofs", "drvfsaD12"), "/x/a") == "D:\\a");
  CHECK(virtiofs_share_link(of_type("virtiofs", "drvfsC0")) == std::nullopt);

  const Mount tagged = of_type("virtiofs", guid);
  CHECK(windows_path(tagged, "/x/a") == std::nullopt);
  CHECK(virtiofs_share_link(tagged) == "/run/wsl/virtiofs/" + guid);
  CHECK(windows_path(tagged, "/x/a", "C:\\") == "C:\\a");

  Mount aggregate = of_type("virtiofs", "drvfsa");
  aggregate.root = "/" + guid + "/Users/me";
  CHECK(windows_path(aggregate, "/x/a") == std::nullopt);
  CHECK(virtiofs_share_link(aggregate) == "/run/wsl/virtiofs/" + guid);
  CHECK(windows_path(aggregate, "/x/a", "C:\\") == "C:\\Users\\me\\a");
  aggregate.root = "/" + guid;
  CHECK(windows_path(aggregate, "/x/a", "E:\\work") == "E:\\work\\a");

  aggregate.root = "/";
  CHECK(virtiofs_share_link(aggregate) == std::nullopt);
  CHECK(windows_path(aggregate, "/x/a") == std::nullopt);
  aggregate.root = "/../../etc";
  CHECK(virtiofs_share_link(aggregate) == std::nullopt);
  CHECK(virtiofs_share_link(of_type("ext4", guid)) == std::nullopt);
}

TEST_CASE("mounts: what Windows forbids in a name is written as drvfs stores it") {
  const Mount c = drive("aname=drvfs;path=C:\\");
  CHECK(windows_path(c, "/mnt/c/a:b") ==
        "C:\\a\xef\x80\xba"
        "b");  // U+F03A
  CHECK(windows_path(c, "/mnt/c/a\\b") ==
        "C:\\a\xef\x81\x9c"
        "b");  // U+F05C
  CHECK(windows_path(c, "/mnt/c/\x01") == "C:\\\xef\x80\x81");
  CHECK(windows_path(c, "/mnt/c/\xc3\xa9t\xc3\xa9") == "C:\\\xc3\xa9t\xc3\xa9");
}

TEST_CASE("mounts: no Windows path is guessed") {
  CHECK(windows_path(of_type("ext4"), "/x/a") == std::nullopt);
  CHECK(windows_path(of_type("9p", "C:\\"), "/x/a") == std::nullopt);
  CHECK(windows_path(drive("aname=drvfs"), "/mnt/c/a") == std::nullopt);
  CHECK(windows_path(drive("aname=drvfs;path="), "/mnt/c/a") == std::nullopt);
  CHECK(windows_path(drive("aname=drvfs;path=C:work"), "/mnt/c/a") == std::nullopt);
  CHECK(windows_path(of_type("drvfs", "none"), "/x/a") == std::nullopt);
  CHECK(windows_path(of_type("drvfs", "\\\\"), "/x/a") == std::nullopt);
  // Another mount's path.
  CHECK(windows_path(drive("aname=drvfs;path=C:\\"), "/home/me") == std::nullopt);
  CHECK(windows_path(drive("aname=drvfs;path=C:\\"), "/mnt/cache") == std::nullopt);
}

TEST_CASE("mounts: every storage has words") {
  CHECK(to_string(Storage::linux_disk) == "Linux disk");
  CHECK(to_string(Storage::memory) == "memory");
  CHECK(to_string(Storage::windows_drive) == "Windows drive");
  CHECK(to_string(Storage::wsl_internal) == "WSL share");
  CHECK(to_string(Storage::docker_share) == "Docker share");
  CHECK(to_string(Storage::network) == "network share");
  CHECK(to_string(Storage::kernel) == "kernel");
}
