#include "lib/facts/drvfs_options.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Mount mount_with(std::string type, std::string source, std::string super_options) {
  Mount mount;
  mount.mount_point = "/mnt/c";
  mount.root = "/";
  mount.type = std::move(type);
  mount.source = std::move(source);
  mount.super_options = std::move(super_options);
  return mount;
}

}  // namespace

TEST_CASE("drvfs options: what is documented has no mistakes", "[drvfs-options]") {
  for (const char* value : {"", "metadata", "metadata,umask=22,fmask=11",
                            "metadata,uid=1003,gid=1003,umask=077,fmask=11,case=off",
                            "uid=1000,gid=1000,umask=0022,case=dir,", "ro,noatime,cache=mmap",
                            "defaults,noauto,x-y=z", "fallback=x", "umask=0000,dmask=000"}) {
    INFO(value);
    CHECK(review_drvfs_options(value, true).problems.empty());
    CHECK(review_drvfs_options(value, false).problems.empty());
  }
}

TEST_CASE("drvfs options: mistakes and their repair", "[drvfs-options]") {
  struct Case {
    const char* value;
    std::size_t problems;
    const char* repaired;
    bool guessed;
  };
  const Case cases[] = {
      {"metadata, umask=22", 1, "metadata,umask=22", false},
      {"case = off", 1, "case=off", false},
      {"metadata;umask=22", 1, "metadata,umask=22", false},
      {"umask=22;fmask=11", 0, "umask=22;fmask=11", false},  // reaches Windows as meant
      {"'metadata',umask=22", 1, "metadata,umask=22", false},
      {"metadata=true", 1, "metadata", false},
      {"metdata", 1, "metadata", true},
      {"Metadata,UMASK=022", 2, "metadata,umask=022", true},
      {"case=force", 1, "case=dir", false},
      {"case=on", 1, "case=on", false},
      {"uid=mia", 1, "uid=mia", false},
      {"umask=028", 1, "umask=028", false},
      {"umask=01777", 1, "umask=01777", false},
      {"uid=", 1, "uid=", false},
      {"bogusoption", 1, "", false},
      {"metadata,bogusoption", 1, "metadata", false},
  };
  for (const Case& c : cases) {
    INFO(c.value);
    const auto review = review_drvfs_options(c.value, true);
    CHECK(review.problems.size() == c.problems);
    CHECK(review.repaired == c.repaired);
    CHECK(review.guessed == c.guessed);
  }
  CHECK(review_drvfs_options("case=force", false).problems.empty());
  CHECK(review_drvfs_options("umask=22;fmask=11", false).problems.size() == 1);
  CHECK(review_drvfs_options("case=force", true).problems[0].effect == DrvfsOptionEffect::replaced);
  CHECK(review_drvfs_options("uid=mia", true).problems[0].effect ==
        DrvfsOptionEffect::not_documented);
  CHECK(review_drvfs_options("default", false).problems[0].message.find("is no option of drvfs") ==
        0);
}

TEST_CASE("drvfs options: what a repair writes has no mistakes left", "[drvfs-options]") {
  for (const char* value : {" metadata ; umask = 22 ;fmask=11, case = force ",
                            "'metdata', uid=1000", "a;b;c,metadata=1", ";;,,;"}) {
    INFO(value);
    const auto review = review_drvfs_options(value, true);
    CHECK(review_drvfs_options(review.repaired, true).problems.empty());
  }
}

TEST_CASE("drvfs options: what a mount has", "[drvfs-options]") {
  const auto nine_p = drvfs_options_of(
      mount_with("9p", "C:\\",
                 "rw,aname=drvfs;path=C:\\Program "
                 "Files;uid=1000;gid=1000;metadata;umask=22;uid=996;symlinkroot=/mnt/,cache=5"));
  REQUIRE(nine_p);
  CHECK(last_option(*nine_p, "metadata") == "");
  CHECK(last_option(*nine_p, "uid") == "996");
  CHECK(last_option(*nine_p, "umask") == "22");
  CHECK_FALSE(last_option(*nine_p, "case"));

  const auto drvfs =
      drvfs_options_of(mount_with("drvfs", "C:\\", "rw,noatime,uid=1000,gid=1000,case=off"));
  REQUIRE(drvfs);
  CHECK(last_option(*drvfs, "case") == "off");
  CHECK_FALSE(last_option(*drvfs, "metadata"));

  CHECK_FALSE(drvfs_options_of(mount_with("virtiofs", "drvfsC0", "rw")));
  CHECK_FALSE(drvfs_options_of(mount_with("9p", "drivers", "ro,aname=drivers;fmask=222")));
  CHECK_FALSE(drvfs_options_of(mount_with("ext4", "/dev/sdd", "rw")));
}

TEST_CASE("drvfs options: asked for and not in effect", "[drvfs-options]") {
  using Options = std::vector<std::string>;
  const Options none = {"uid=1000", "gid=1000"};
  CHECK(options_not_in_effect("metadata,umask=22", none, true) == Options{"metadata", "umask=22"});
  CHECK(options_not_in_effect("metadata,umask=22", {"metadata", "umask=022"}, true).empty());
  CHECK(options_not_in_effect("umask=000", none, true).empty());
  CHECK(options_not_in_effect("umask=22;fmask=11", {"umask=22", "fmask=11"}, true).empty());
  CHECK(options_not_in_effect("case=off", none, true).empty());
  CHECK(options_not_in_effect("case=force", {"case=dir"}, true).empty());
  CHECK(options_not_in_effect("case=dir", {"case=off"}, true) == Options{"case=dir"});
  CHECK(options_not_in_effect("uid=996", {"uid=1000", "uid=996"}, true).empty());
  CHECK(options_not_in_effect("uid=996", none, true) == Options{"uid=996"});
  CHECK(options_not_in_effect("fmask=0011", {"fmask=111"}, false).empty());
  CHECK(options_not_in_effect("", none, true).empty());
}

TEST_CASE("what a misspelt name was taken for is looked at like any other option") {
  CHECK(review_drvfs_options("csae=force", true).repaired == "case=dir");
  CHECK(review_drvfs_options("csae=force", false).repaired == "case=force");
  CHECK(review_drvfs_options("metdata=on", true).repaired == "metadata");
}
