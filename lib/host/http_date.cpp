#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <curl/curl.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/imf_date.h"
#include "lib/host/local_clock.h"
#include "lib/host/time_sources.h"

namespace doctor {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

constexpr std::size_t greatest_urls = 16;  // a settings file must not make us a flood

// X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED, as OpenSSL's libcurl reports them.
constexpr long certificate_not_yet_valid = 9;
constexpr long certificate_has_expired = 10;

// What the last head said. Those before it, of an informational answer (1xx) or of a proxy's answer
// to CONNECT, do not count: nobody vouches for the proxy's.
struct Head {
  std::string date;
  std::string age;
  LocalTime received;
};

struct Transfer {
  HttpDate result;
  CURL* easy = nullptr;
  LocalTime started;
  Head head;
  char error[CURL_ERROR_SIZE] = "";
  bool done = false;

  void fail(HostErrorKind kind, std::string reason) {
    result.error = HostError{kind, std::move(reason)};
    done = true;
  }
};

bool curl_is_ready() {
  static const bool ready = ::curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& head = *static_cast<Head*>(user);
  const std::string_view line(data, size * count);
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    head = Head{"", "", local_time()};
  } else if (colon != std::string_view::npos) {
    const std::string_view name = line.substr(0, colon);
    const std::string value(trim(line.substr(colon + 1)));
    if (equals_ignoring_case(name, "date")) head.date = value;
    if (equals_ignoring_case(name, "age")) head.age = value;
  }
  return line.size();
}

// The curl program reads these variables; its library leaves them to whoever uses it.
void use_ca_settings(CURL* easy) {
  const std::string bundle = variable("CURL_CA_BUNDLE");
  const std::string file = bundle.empty() ? variable("SSL_CERT_FILE") : bundle;
  const std::string folder = variable("SSL_CERT_DIR");
  if (!file.empty()) ::curl_easy_setopt(easy, CURLOPT_CAINFO, file.c_str());
  if (!folder.empty()) ::curl_easy_setopt(easy, CURLOPT_CAPATH, folder.c_str());
}

void only_https(CURL* easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
#else
  ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTPS));
#endif
}

void prepare(Transfer& transfer, const curl_slist* headers) {
  CURL* easy = transfer.easy;
  only_https(easy);
  use_ca_settings(easy);
  ::curl_easy_setopt(easy, CURLOPT_URL, transfer.result.url.c_str());
  ::curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  ::curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  ::curl_easy_setopt(easy, CURLOPT_USERAGENT, "wsl-go-doctor");
  ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer.head);
  ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
}

double seconds_of(CURL* easy, CURLINFO info) {
  curl_off_t microseconds = 0;
  ::curl_easy_getinfo(easy, info, &microseconds);
  return static_cast<double>(microseconds) / 1e6;
}

// From when the request left, at the earliest, to when the head of its answer came.
double round_trip(const Transfer& transfer) {
  const double ready_to_send = seconds_of(transfer.easy, CURLINFO_PRETRANSFER_TIME_T);
  return transfer.head.received.monotonic - transfer.started.monotonic - ready_to_send;
}

bool is_about_the_clock(const Transfer& transfer) {
  long verify = 0;
  ::curl_easy_getinfo(transfer.easy, CURLINFO_SSL_VERIFYRESULT, &verify);
  const std::string_view text = transfer.error;
  return verify == certificate_not_yet_valid || verify == certificate_has_expired ||
         text.find("expired") != std::string_view::npos ||
         text.find("not yet") != std::string_view::npos;
}

void fail_with(Transfer& transfer, CURLcode code) {
  const std::string words =
      printable(transfer.error[0] != '\0' ? transfer.error : ::curl_easy_strerror(code));
  if (code == CURLE_PEER_FAILED_VERIFICATION && is_about_the_clock(transfer)) {
    return transfer.fail(HostErrorKind::failed,
                         "the server's certificate is not valid at this machine's time (is the "
                         "clock wrong?), so its answer cannot be trusted: " +
                             words);
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    return transfer.fail(HostErrorKind::failed,
                         "the server's certificate cannot be trusted: " + words);
  }
  transfer.fail(code == CURLE_OPERATION_TIMEDOUT ? HostErrorKind::timed_out : HostErrorKind::failed,
                words);
}

void finish(Transfer& transfer, CURLcode code) {
  transfer.done = true;
  if (code != CURLE_OK) return fail_with(transfer, code);
  const Head& head = transfer.head;
  if (head.date.empty()) return transfer.fail(HostErrorKind::failed, "its answer has no Date");
  if (!head.age.empty() && head.age != "0") {
    return transfer.fail(HostErrorKind::failed,
                         "its answer came from a cache, so its Date may be old");
  }
  const auto date = parse_imf_date(head.date);
  if (!date) {
    return transfer.fail(HostErrorKind::failed,
                         "its Date cannot be read: '" + printable(head.date) + "'");
  }
  const double half = round_trip(transfer) / 2;
  transfer.result.offset = static_cast<double>(*date) + 0.5 - (head.received.real - half);
  transfer.result.uncertainty = 0.5 + half;
}

void take_finished(CURLM* multi) {
  int left = 0;
  while (const CURLMsg* message = ::curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* transfer = nullptr;
    ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    finish(*reinterpret_cast<Transfer*>(transfer), message->data.result);
  }
}

void drive(CURLM* multi, TimePoint until) {
  for (;;) {
    int running = 0;
    if (::curl_multi_perform(multi, &running) != CURLM_OK) return;
    take_finished(multi);
    const auto left = until - std::chrono::steady_clock::now();
    if (running == 0 || left <= left.zero()) return;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<TimePoint::duration>(left, std::chrono::minutes(1)));
    ::curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait.count()), nullptr);
  }
}

// libcurl looks names up in a thread and joins it when a handle is closed, however long that takes.
bool is_looking_up_its_name(const Transfer& transfer) {
  return !transfer.done && seconds_of(transfer.easy, CURLINFO_NAMELOOKUP_TIME_T) <= 0;
}

void start(Transfer& transfer, CURLM* multi, const curl_slist* headers) {
  if (!to_lower(transfer.result.url).starts_with("https://")) {
    return transfer.fail(HostErrorKind::failed, "only https:// addresses are asked");
  }
  transfer.easy = ::curl_easy_init();
  if (transfer.easy == nullptr) {
    return transfer.fail(HostErrorKind::failed, "libcurl cannot be used");
  }
  prepare(transfer, headers);
  transfer.started = local_time();
  ::curl_multi_add_handle(multi, transfer.easy);
}

// On purpose, so that a dead name server cannot hold us past the deadline. Kept where leak checkers
// see that it is meant.
void leave_behind(CURLM* multi) {
  static std::mutex mutex;
  static auto* const left = new std::vector<CURLM*>;
  const std::lock_guard lock(mutex);
  left->push_back(multi);
}

void close_all(CURLM* multi, const std::vector<std::unique_ptr<Transfer>>& transfers) {
  bool stuck = false;
  for (const auto& transfer : transfers) {
    if (transfer->easy == nullptr) continue;
    if (is_looking_up_its_name(*transfer)) {
      stuck = true;
      continue;
    }
    ::curl_multi_remove_handle(multi, transfer->easy);
    ::curl_easy_cleanup(transfer->easy);
  }
  if (stuck) {
    leave_behind(multi);
  } else {
    ::curl_multi_cleanup(multi);
  }
}

}  // namespace

std::vector<HttpDate> ask_http_dates(const std::vector<std::string>& urls,
                                     std::chrono::milliseconds deadline) {
  const TimePoint until = std::chrono::steady_clock::now() + deadline;
  CURLM* multi = curl_is_ready() ? ::curl_multi_init() : nullptr;
  curl_slist* headers = ::curl_slist_append(nullptr, "Cache-Control: no-cache");
  std::vector<std::unique_ptr<Transfer>> transfers;
  for (const std::string& url : urls) {
    transfers.push_back(std::make_unique<Transfer>());
    Transfer& transfer = *transfers.back();
    transfer.result.url = url;
    if (multi == nullptr) {
      transfer.fail(HostErrorKind::failed, "libcurl cannot be used");
    } else if (transfers.size() > greatest_urls) {
      transfer.fail(HostErrorKind::failed,
                    fmt::format("only the first {} are asked", greatest_urls));
    } else {
      start(transfer, multi, headers);
    }
  }
  if (multi != nullptr) {
    drive(multi, until);
    close_all(multi, transfers);
  }
  ::curl_slist_free_all(headers);
  std::vector<HttpDate> results;
  for (const auto& transfer : transfers) {
    if (!transfer->done) {
      const double seconds = std::chrono::duration<double>(deadline).count();
      transfer->fail(HostErrorKind::timed_out, fmt::format("no answer in {:.3g} s", seconds));
    }
    results.push_back(std::move(transfer->result));
  }
  return results;
}

}  // namespace doctor
