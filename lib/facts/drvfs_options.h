#pragma once

// The mount options of Windows drives: what /etc/wsl.conf and /etc/fstab may ask for, and what a
// mount has. Pure functions.
// Source: microsoft/WSL src/linux/init/drvfs.cpp (ConvertDrvfsMountOptionsToPlan9: split at commas,
// compared byte by byte, whatever it does not know goes to mount(8)); the values: MicrosoftDocs/WSL
// wsl-config.md, case-sensitivity.md; what the kernel does with others: Linux fs/9p/v9fs.c
// (v9fs_parse_options), fs/fuse/virtio_fs.c (virtio_fs_parse_param).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/mounts.h"

namespace doctor {

// What WSL 2 makes of an option with a mistake in it.
enum class DrvfsOptionEffect {
  lost,            // it goes to mount(8) as it stands: 9p drops it, virtiofs refuses the mount
  replaced,        // drvfs takes another value instead, as `message` says
  not_documented,  // it goes to the Windows side, where nobody says what becomes of it
};

// One option that drvfs would not take as it was meant.
struct DrvfsOptionProblem {
  std::string option;   // as written, blanks at its ends included
  std::string message;  // "has blanks in it, so drvfs does not know it"
  DrvfsOptionEffect effect = DrvfsOptionEffect::lost;
};

struct DrvfsOptionReview {
  std::vector<DrvfsOptionProblem> problems;  // the first 20
  std::string repaired;  // the whole value with what could be repaired repaired; "" for none left
  bool guessed = false;  // a misspelt name was taken for the nearest one
};

// `value` is `[automount] options` of wsl.conf, or the fourth field of a drvfs line of fstab.
DrvfsOptionReview review_drvfs_options(std::string_view value, bool wsl2);

// What a mount of a Windows drive was mounted with, in order. No value where the mount table does
// not tell: virtiofs has its options on the Windows side.
std::optional<std::vector<std::string>> drvfs_options_of(const Mount& mount);

// The value of the last `key=`, which is the one that counts (microsoft/WSL#9005); "" for an option
// without a value; no value where the key is absent.
std::optional<std::string> last_option(const std::vector<std::string>& options,
                                       std::string_view key);

// What `value` (without mistakes) asks for and `options` do not have. Masks are compared as octal
// numbers, and only on WSL 2: WSL 1 writes others into the mount table (microsoft/WSL#3138).
std::vector<std::string> options_not_in_effect(std::string_view value,
                                               const std::vector<std::string>& options, bool wsl2);

}  // namespace doctor
