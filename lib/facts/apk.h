#pragma once

// Alpine's database of installed packages (/lib/apk/db/installed): one paragraph a package, one
// letter a field. Source: apk-tools, apk-spec(5) and "Apk spec" of the Alpine wiki.

#include <optional>
#include <string>
#include <string_view>

namespace doctor {

// The version of an installed package as apk writes it ("1.2.5-r9"), none when it is not installed.
std::optional<std::string> apk_version(std::string_view database, std::string_view package);

}  // namespace doctor
