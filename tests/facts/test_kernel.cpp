#include "lib/facts/kernel.h"
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
