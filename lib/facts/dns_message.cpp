#include "lib/facts/dns_message.h"

#include <array>
#include <optional>

#include <arpa/inet.h>

#include "lib/base/text.h"

namespace doctor {
namespace {

constexpr std::size_t header_size = 12;
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_name = 253;
constexpr std::size_t most_records = 256;
constexpr std::uint16_t class_internet = 1;
constexpr std::uint16_t flag_response = 0x8000;
constexpr std::uint16_t flag_truncated = 0x0200;
constexpr std::uint16_t flag_recursion_desired = 0x0100;

std::string word(std::uint16_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

// Reads big-endian values one after the other; past the end it fails for good.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  bool failed() const { return failed_; }

  std::uint8_t byte() {
    const auto one = take(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
  }

  std::uint16_t word() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }

  std::string_view take(std::size_t count) {
    if (rest_.size() < count) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  // A name ends with an empty label, or with a pointer into what came before.
  void skip_name() {
    while (!failed_) {
      const unsigned length = byte();
      if (length == 0) return;
      if ((length & 0xc0) == 0xc0) {
        byte();
        return;
      }
      if ((length & 0xc0) != 0) failed_ = true;
      take(length);
    }
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::optional<std::string> address_text(std::uint16_t type, std::string_view data) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_a = type == static_cast<std::uint16_t>(DnsType::a);
  if (data.size() != (is_a ? 4U : 16U)) return std::nullopt;
  if (::inet_ntop(is_a ? AF_INET : AF_INET6, data.data(), text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  return text.data();
}

// The answer section; records cut short end it, for a truncated message is still an answer.
std::vector<std::string> read_addresses(Bytes& bytes, std::size_t count, std::uint16_t wanted) {
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < std::min(count, most_records); ++i) {
    bytes.skip_name();
    const std::uint16_t type = bytes.word();
    const std::uint16_t klass = bytes.word();
    bytes.take(4);  // time to live
    const std::string_view data = bytes.take(bytes.word());
    if (bytes.failed()) break;
    if (type != wanted || klass != class_internet) continue;
    if (auto text = address_text(type, data)) addresses.push_back(*std::move(text));
  }
  return addresses;
}

}  // namespace

expected<std::string, std::string> dns_request(std::uint16_t id, std::string_view name,
                                               DnsType type) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > longest_name) return unexpected(std::string("the name is too long for DNS"));
  std::string bytes =
      word(id) + word(flag_recursion_desired) + word(1) + word(0) + word(0) + word(0);
  for (const std::string& label : split(name, '.')) {
    if (label.empty() || label.size() > longest_label) {
      return unexpected(std::string("the name is none that DNS can carry"));
    }
    bytes += static_cast<char>(label.size());
    bytes += label;
  }
  bytes += '\0';
  return bytes + word(static_cast<std::uint16_t>(type)) + word(class_internet);
}

expected<DnsMessage, std::string> parse_dns_reply(std::string_view bytes,
                                                  std::string_view request) {
  if (bytes.size() < header_size) return unexpected(std::string("the answer is cut short"));
  if (bytes.substr(0, 2) != request.substr(0, 2)) {
    return unexpected(std::string("the answer is to another question"));
  }
  Bytes reader(bytes.substr(2));
  const std::uint16_t flags = reader.word();
  const std::uint16_t questions = reader.word();
  const std::uint16_t answers = reader.word();
  reader.take(4);  // counts of the sections behind the answers
  if ((flags & flag_response) == 0)
    return unexpected(std::string("it is no answer but a question"));
  DnsMessage message;
  message.code = flags & 0xfU;
  message.truncated = (flags & flag_truncated) != 0;
  // Servers leave the question out of some errors (RFC 1035 format error).
  if (questions == 0) return message;
  const std::string_view question = request.substr(header_size);
  if (questions != 1 ||
      !equals_ignoring_case(bytes.substr(header_size, question.size()), question)) {
    return unexpected(std::string("the answer is to another question"));
  }
  reader.take(question.size());
  Bytes type(question.substr(question.size() - 4));
  message.addresses = read_addresses(reader, answers, type.word());
  return message;
}

}  // namespace doctor
