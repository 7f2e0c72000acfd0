#include "checks/clock_estimate.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

NtpReply reply(std::string server, std::vector<NtpSample> samples) {
  return {std::move(server), "192.0.2.1", std::move(samples), std::nullopt};
}

NtpSample sample(double offset, double delay, double root_dispersion = 0.01) {
  return {offset, delay, 0.002, root_dispersion, 2};
}

NtpReply silent(std::string server) {
  return {std::move(server), "", {}, HostError{HostErrorKind::timed_out, "no reply in 2 s"}};
}

}  // namespace

TEST_CASE("the offset is that of the sample with the least delay") {
  const auto estimate =
      estimate_clock({{reply("a", {sample(3.9, 1.4), sample(3.2, 0.010), sample(3.4, 0.5)})}, {}});
  REQUIRE(estimate);
  CHECK(estimate->offset == Catch::Approx(3.2));
  CHECK(estimate->uncertainty < 0.02);
  CHECK_FALSE(estimate->jump);
  CHECK_FALSE(estimate->contested);
}

TEST_CASE("a server that contradicts the majority is left out and named") {
  const auto estimate =
      estimate_clock({{reply("bad", {sample(900, 0.001)}), reply("good", {sample(0.01, 0.02)}),
                       reply("better", {sample(0.012, 0.01)})},
                      {}});
  REQUIRE(estimate);
  CHECK(estimate->offset == Catch::Approx(0.012));
  CHECK(estimate->outvoted == std::vector<std::string>{"bad"});
  CHECK(estimate->method == "NTP (3 servers)");
}

TEST_CASE("without a majority the answer spans what all of them said") {
  const auto estimate =
      estimate_clock({{reply("a", {sample(-30, 0.01)}), reply("b", {sample(30, 0.01)})}, {}});
  REQUIRE(estimate);
  CHECK(estimate->contested);
  CHECK(estimate->offset == Catch::Approx(0).margin(0.1));
  CHECK(estimate->uncertainty > 29);
}

TEST_CASE("a server that admits to be imprecise does not contradict a precise one") {
  const auto estimate = estimate_clock(
      {{reply("coarse", {sample(0.4, 0.01, 0.9)}), reply("fine", {sample(0.02, 0.02)})}, {}});
  REQUIRE(estimate);
  CHECK_FALSE(estimate->contested);
  CHECK(estimate->outvoted.empty());
}

TEST_CASE("samples of one server that exclude each other are a jumping clock") {
  const auto steady = estimate_clock({{reply("a", {sample(3.4, 0.02), sample(3.41, 0.02)})}, {}});
  const auto jumping = estimate_clock({{reply("a", {sample(3.4, 0.02), sample(4.1, 0.02)})}, {}});
  CHECK_FALSE(steady->jump);
  REQUIRE(jumping->jump);
  CHECK(*jumping->jump == Catch::Approx(0.68));
}

TEST_CASE("HTTPS dates count only where NTP stays silent") {
  const HttpDate date{"https://example.org/", 421.5, 0.55, std::nullopt};
  const auto by_date = estimate_clock({{silent("a")}, {date}});
  REQUIRE(by_date);
  CHECK(by_date->offset == Catch::Approx(421.5));
  CHECK(by_date->uncertainty == Catch::Approx(0.55));
  CHECK(by_date->method == "the Date of 1 HTTPS answer");
  const auto by_ntp = estimate_clock({{reply("a", {sample(0.1, 0.01)})}, {date}});
  CHECK(by_ntp->offset == Catch::Approx(0.1));
}

TEST_CASE("nobody answering is an error, and the evidence names each") {
  const WorldTime times{{silent("a"), silent("b")}, {}};
  const auto estimate = estimate_clock(times);
  REQUIRE_FALSE(estimate);
  CHECK(estimate.error().reason == "no time from 2 NTP servers");
  const auto evidence = evidence_of(times);
  REQUIRE(evidence.size() == 2);
  CHECK(evidence[1].source == "NTP b");
  CHECK(evidence[1].text == "no reply in 2 s");
}
