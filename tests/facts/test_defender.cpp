#include "lib/facts/defender.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

bool covered(const std::string& entry, const std::string& folder) {
  return covering_exclusion({entry}, folder).has_value();
}

}  // namespace

TEST_CASE("productState tells in one digit whether a product is on") {
  CHECK(is_enabled({"Windows Defender", 397568}));        // 0x61100
  CHECK(is_enabled({"Norton 360", 266240}));              // 0x41000
  CHECK_FALSE(is_enabled({"Windows Defender", 393472}));  // 0x60100
  CHECK_FALSE(is_enabled({"Norton 360", 0x42000}));       // snoozed
  CHECK_FALSE(is_enabled({"Norton 360", 0x43010}));       // expired
}

TEST_CASE("Defender is known under its old and its present name") {
  CHECK(is_defender({"Windows Defender", 0}));
  CHECK(is_defender({"Microsoft Defender Antivirus", 0}));
  CHECK_FALSE(is_defender({"Bitdefender Antivirus", 0}));
}

TEST_CASE("only the normal mode scans opened files") {
  DefenderFacts facts;
  CHECK_FALSE(scans_on_access(facts).has_value());
  facts.real_time_protection = true;
  CHECK(scans_on_access(facts) == true);
  facts.running_mode = "Normal";
  CHECK(scans_on_access(facts) == true);
  facts.running_mode =
      GENERATE("Passive Mode", "SxS Passive Mode", "EDR Block Mode", "Not running");
  CHECK(scans_on_access(facts) == false);
  CHECK(is_passive(facts));
}

TEST_CASE("hidden exclusions are told from empty ones") {
  DefenderFacts facts;
  CHECK(exclusion_list(facts, false) == ExclusionList::shown);
  facts.exclusion_paths = {R"(C:\dev)"};
  CHECK(exclusion_list(facts, false) == ExclusionList::shown);
  facts.exclusion_paths = {"N/A: Must be an administrator to view exclusions"};
  CHECK(exclusion_list(facts, false) == ExclusionList::for_administrators);
  CHECK(exclusion_list(facts, true) == ExclusionList::hidden_by_policy);
  facts.exclusion_paths = {"N/A: Administrators are not allowed to view exclusions"};
  CHECK(exclusion_list(facts, false) == ExclusionList::hidden_by_policy);
}

TEST_CASE("a placeholder in any list hides, whatever language it is in") {
  DefenderFacts facts;
  facts.exclusion_extensions = {"N/A: Zum Anzeigen von Ausschl\xc3\xbcssen Administrator sein"};
  CHECK(exclusion_list(facts, false) == ExclusionList::for_administrators);
}

TEST_CASE("an exclusion covers its folder and all below it, whatever the case") {
  CHECK(covered(R"(C:\dev)", R"(C:\dev\shop)"));
  CHECK(covered(R"(c:\DEV\Shop)", R"(C:\dev\shop)"));
  CHECK(covered(R"(C:\dev\shop\)", R"(C:\dev\shop)"));
  CHECK(covered(R"(C:\)", R"(C:\dev\shop)"));
  CHECK(covered(R"(\\?\C:\dev)", R"(C:\dev\shop)"));
  CHECK(covered(R"(C:\dev)", R"(\\?\C:\dev\shop)"));
}

TEST_CASE("an exclusion covers whole components only") {
  CHECK_FALSE(covered(R"(C:\dev)", R"(C:\development\shop)"));
  CHECK_FALSE(covered(R"(C:\dev\shop\vendor)", R"(C:\dev\shop)"));
  CHECK_FALSE(covered(R"(D:\dev)", R"(C:\dev)"));
  CHECK_FALSE(covered("", R"(C:\dev)"));
  CHECK_FALSE(covered("N/A: Must be an administrator to view exclusions", R"(C:\dev)"));
}

TEST_CASE("an asterisk stands for one folder, a question mark for one character") {
  CHECK(covered(R"(C:\Users\*\go)", R"(C:\Users\me\go\pkg\mod)"));
  CHECK(covered(R"(C:\dev\*)", R"(C:\dev\shop\cmd)"));
  CHECK(covered(R"(C:\dev\sh?p)"
                "\\",
                R"(C:\dev\shop)"));
  CHECK(covered(R"(C:\dev\s*\cmd)", R"(C:\dev\shop\cmd)"));
  CHECK_FALSE(covered(R"(C:\Users\*\go)", R"(C:\Users\me\src\go)"));
  CHECK_FALSE(covered(R"(C:\dev\*)", R"(C:\dev)"));
  CHECK_FALSE(covered(R"(C:\dev\sho?p)"
                      "\\",
                      R"(C:\dev\shop)"));
}

TEST_CASE("a pattern for files covers no folder") {
  CHECK_FALSE(covered(R"(C:\dev\sh*)", R"(C:\dev\shop)"));
  CHECK_FALSE(covered(R"(C:\dev\shop\*.go)", R"(C:\dev\shop)"));
}

TEST_CASE("no wildcard stands for a drive, and there are six at most") {
  CHECK_FALSE(covered(R"(*\dev)", R"(C:\dev)"));
  CHECK_FALSE(covered(R"(?:\dev)", R"(C:\dev)"));
  CHECK(covered(R"(C:\*\*\*\*\*\*)", R"(C:\1\2\3\4\5\6)"));
  CHECK_FALSE(covered(R"(C:\*\*\*\*\*\*\*)", R"(C:\1\2\3\4\5\6\7)"));
}

TEST_CASE("variables are those of LocalSystem") {
  CHECK(covered(R"(%SystemDrive%\dev)", R"(C:\dev\shop)"));
  CHECK(covered(R"(%ProgramData%\go)", R"(C:\ProgramData\go\cache)"));
  CHECK(covered(R"(%PUBLIC%\go)", R"(C:\Users\Public\go)"));
  CHECK_FALSE(covered(R"(%USERPROFILE%\go)", R"(C:\Users\me\go)"));
  CHECK_FALSE(covered(R"(%LOCALAPPDATA%\go-build)", R"(C:\Users\me\AppData\Local\go-build)"));
  CHECK_FALSE(covered(R"(%GOPATH%\pkg)", R"(C:\Users\me\go\pkg)"));
  CHECK(covering_exclusion({R"(%SystemDrive%\dev)"}, R"(E:\dev)", "E:"));
}

TEST_CASE("a percent sign may be part of a name") {
  CHECK(covered(R"(C:\100%\shop)", R"(C:\100%\shop\cmd)"));
}

TEST_CASE("restrictions behind an exclusion narrow it") {
  CHECK(covered(R"(C:\dev\:{PathType:folder})", R"(C:\dev\shop)"));
  CHECK(covered(R"(C:\dev\:{ScanTrigger:OnAccess})", R"(C:\dev\shop)"));
  CHECK_FALSE(covered(R"(C:\dev\:{PathType:file})", R"(C:\dev)"));
  CHECK_FALSE(covered(R"(C:\dev\:{ScanTrigger:OnDemand})", R"(C:\dev)"));
  CHECK_FALSE(covered(R"(C:\dev\:{Process:"code.exe"})", R"(C:\dev)"));
}

TEST_CASE("the entry that covers is given as it is written") {
  CHECK(covering_exclusion({R"(D:\)", R"(c:\Dev\)", R"(C:\dev\shop)"}, R"(C:\dev\shop)") ==
        R"(c:\Dev\)");
}

TEST_CASE("plain Windows paths") {
  CHECK(plain_windows_path(R"(\\?\C:\wsl\Ubuntu\)") == R"(C:\wsl\Ubuntu)");
  CHECK(plain_windows_path(R"(\\?\UNC\nas\share\x)") == R"(\\nas\share\x)");
  CHECK(plain_windows_path("C:") == R"(C:\)");
  CHECK(plain_windows_path(R"(C:\\)") == R"(C:\)");
  CHECK(plain_windows_path("").empty());
}

TEST_CASE("what is below a folder on Windows") {
  CHECK(is_windows_path_below(R"(C:\Go\pkg)", R"(c:\go)"));
  CHECK(is_windows_path_below(R"(C:\go)", R"(C:\go)"));
  CHECK_FALSE(is_windows_path_below(R"(C:\golang)", R"(C:\go)"));
  CHECK_FALSE(is_windows_path_below(R"(C:\go)", ""));
}

TEST_CASE("drives, profiles and Windows itself are never excluded") {
  const std::string profile = R"(C:\Users\me)";
  const std::string folder = GENERATE(
      R"(C:\)", "D:", R"(C:\Users)", R"(C:\users\ME)", R"(C:\Users\somebody)", R"(C:\Windows\Temp)",
      R"(C:\Program Files)", R"(C:\ProgramData)", R"(\\nas\share)", "");
  INFO(folder);
  CHECK(too_broad_to_exclude(folder, profile));
}

TEST_CASE("a profile elsewhere is one too") {
  CHECK(too_broad_to_exclude(R"(D:\homes\me)", R"(D:\homes\me)"));
  CHECK(too_broad_to_exclude(R"(D:\homes)", R"(D:\homes\me)"));
  CHECK_FALSE(too_broad_to_exclude(R"(D:\homes\me\shop)", R"(D:\homes\me)"));
}

TEST_CASE("a folder of one's own may be excluded") {
  const std::string folder =
      GENERATE(R"(C:\dev)", R"(C:\Users\me\src\shop)", R"(C:\Users\me\go)", R"(D:\work\go)",
               R"(C:\ProgramData\go)", R"(\\nas\share\shop)");
  INFO(folder);
  CHECK_FALSE(too_broad_to_exclude(folder, R"(C:\Users\me)"));
}
