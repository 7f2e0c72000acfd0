#include "lib/facts/git_safe_directory.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("git: the repository it refuses", "[git-safe-directory]") {
  CHECK(refused_repository("fatal: detected dubious ownership in repository at '/workspaces/shop'\n"
                           "To add an exception for this directory, call:\n\n"
                           "\tgit config --global --add safe.directory /workspaces/shop\n") ==
        "/workspaces/shop");
  CHECK(refused_repository("fatal: unsafe repository ('/app' is owned by someone else)\n") ==
        "/app");
  CHECK(refused_repository("fatal: detected dubious ownership in repository at '/it's mine'\n") ==
        "/it's mine");
  CHECK(refused_repository("fatal: detected dubious ownership in repository at 'D:/x'\n") == "");
  CHECK(refused_repository("fatal: detected dubious ownership in repository at '/cut") == "");
  CHECK_FALSE(refused_repository("fatal: not a git repository (or any parent)\n"));
  CHECK_FALSE(refused_repository(""));
}

TEST_CASE("git: an exception is appended, every other byte kept", "[git-safe-directory]") {
  const auto added = [](std::string_view config, std::string_view directory) {
    const auto edit = add_safe_directory(config, directory);
    return edit ? apply_edit(config, *edit) : "none";
  };
  CHECK(added("", "/w/shop") == "[safe]\n\tdirectory = \"/w/shop\"\n");
  CHECK(added("[user]\n\tname = a\n", "/w") ==
        "[user]\n\tname = a\n[safe]\n\tdirectory = \"/w\"\n");
  CHECK(added("[user]\n\tname = a", "/w") == "[user]\n\tname = a\n[safe]\n\tdirectory = \"/w\"\n");
  CHECK(added("", "/a\"b\\c #d;e") == "[safe]\n\tdirectory = \"/a\\\"b\\\\c #d;e\"\n");
  CHECK(added("[alias]\n\tx = a \\\n", "/w") == "none");
  CHECK(added("", "/a\nb") == "none");
  CHECK(added("", "relative") == "none");
  CHECK(added("", "/\xff") == "none");
}
