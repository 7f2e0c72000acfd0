#include "lib/facts/kernel.h"
#include "tests/facts/bzimage.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("the release tells WSL 1 from WSL 2 by one letter's case") {
  for (const std::string_view release : {"4.4.0-43-Microsoft", "4.4.0-19041-Microsoft",
                                         "4.4.0-20270.1-Microsoft", "3.4.0-Microsoft"}) {
    INFO(release);
    CHECK(kernel_origin(release) == KernelOrigin::wsl1);
  }
  for (const std::string_view release :
       {"4.19.104-microsoft-standard", "5.10.16.3-microsoft-standard-WSL2",
        "5.10.74.3-microsoft-standard-WSL2+", "5.19.0-microsoft-standard",
        "6.6.87.2-microsoft-standard-WSL2", "7.0.13-arch1-1-wsl-microsoft-standard-WSL2"}) {
    INFO(release);
    CHECK(kernel_origin(release) == KernelOrigin::wsl2);
  }
  for (const std::string_view release : {"", "6.1.0-18-amd64", "3.4.0+", "6.8.0-1021-azure",
                                         "6.1.21.2-WSL2-custom", "5.15.0-MICROSOFT"}) {
    INFO(release);
    CHECK(kernel_origin(release) == KernelOrigin::unnamed);
  }
}

TEST_CASE("Microsoft's own WSL 2 kernels are told by their name and numbers") {
  for (const std::string_view release :
       {"4.19.104-microsoft-standard", "5.4.72-microsoft-standard-WSL2",
        "5.10.16.3-microsoft-standard-WSL2", "5.15.167.4-microsoft-standard-WSL2",
        "6.6.87.2-microsoft-standard-WSL2", "6.18.40.1-microsoft-standard-WSL2"}) {
    INFO(release);
    CHECK(is_stock_wsl2_kernel(release));
  }
  for (const std::string_view release :
       {"5.19.0-microsoft-standard", "5.19.0-microsoft-standard-WSL2",
        "5.10.74.3-microsoft-standard-WSL2+", "7.0.13-arch1-1-wsl-microsoft-standard-WSL2",
        "6.6.87.2-microsoft-standard-WSL2-custom", "6.6.87.2-microsoft-standard-wsl2",
        "6.6..2-microsoft-standard-WSL2", "6.6.87.2.1-microsoft-standard-WSL2",
        "4.19.104.1-microsoft-standard", "-microsoft-standard-WSL2", "4.4.0-19041-Microsoft",
        "6.1.0-18-amd64", ""}) {
    INFO(release);
    CHECK_FALSE(is_stock_wsl2_kernel(release));
  }
}

TEST_CASE("a kernel file tells its release") {
  const std::string release = "6.6.87.2-microsoft-standard-WSL2";
  CHECK(bzimage_release(bzimage(release + " (root@439a258ad544) #1 SMP PREEMPT_DYNAMIC")) ==
        release);
  CHECK(bzimage_release(bzimage("7.0.13-arch1_x+ (me)")) == "7.0.13-arch1_x+");
  CHECK(!bzimage_release(bzimage(release)));                     // ends without a blank
  CHECK(!bzimage_release(bzimage(" (root@host)")));              // no release
  CHECK(!bzimage_release(bzimage("6.6\x1b[31m (x)")));           // not what a release is made of
  CHECK(!bzimage_release(bzimage(std::string(80, '6') + " ")));  // too long for one
  CHECK(!bzimage_release(bzimage(release + " ").substr(0, 0x3b00)));
  CHECK(!bzimage_release(bzimage(release + " ").substr(0, 0x20f)));
  CHECK(!bzimage_release(std::string(0x4000, '\0')));
  CHECK(!bzimage_release(std::string("MZ\0\0", 4)));
  CHECK(!bzimage_release(""));
}
