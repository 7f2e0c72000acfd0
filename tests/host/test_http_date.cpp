// The Date of HTTPS answers, from a real TLS server with its own certificate authority.

#include <cmath>
#include <string>
#include <vector>

#include "lib/host/time_sources.h"
#include "tests/host/lab.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace std::chrono_literals;

namespace {

constexpr const char* server_script = R"(
import email.utils, socket, ssl, sys, threading, time

style, certificate, key, skew = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])

def head_of(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            return b""
        head += piece
    return head

def date():
    return b"Date: " + email.utils.formatdate(time.time() + skew, usegmt=True).encode() + b"\r\n"

OLD = b"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"

def answer(connection):
    head = head_of(connection)
    if not head.startswith(b"HEAD ") or b"cookie" in head.lower():
        connection.sendall(b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n")
        return
    fields = {
        "plain": date(), "no-date": b"", "garbled": b"Date: tomorrow\x1b[2J\r\n",
        "cached": date() + b"Age: 60\r\n", "fresh": date() + b"Age: 0\r\n",
        "redirect": date() + b"Location: https://127.0.0.1:1/\r\n", "interim": date(), "interim-no-date": b"",
    }.get(style)
    if fields is None:  # silent
        time.sleep(60)
    if style.startswith("interim"):
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n" + OLD + b"\r\n")
    status = b"302 Found" if style == "redirect" else b"200 OK"
    connection.sendall(b"HTTP/1.1 " + status + b"\r\n" + fields + b"Content-Length: 0\r\n\r\n")

def pump(source, target):
    while piece := source.recv(65536):
        target.sendall(piece)

def proxy(connection):
    host, port = head_of(connection).split()[1].decode().rsplit(":", 1)
    target = socket.create_connection((host, int(port)))
    connection.sendall(b"HTTP/1.1 200 Connected\r\n" + OLD + b"\r\n")
    threading.Thread(target=pump, args=(target, connection), daemon=True).start()
    pump(connection, target)

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
if style != "proxy":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
while True:
    connection, _ = listener.accept()
    try:
        if style == "proxy":
            proxy(connection)
        else:
            with context.wrap_socket(connection, server_side=True) as tls:
                answer(tls)
    except OSError:
        pass
)";

// A certificate authority and what it signed for 127.0.0.1: made once, by openssl itself.
class Authority {
 public:
  Authority() {
    folder_.write("extensions", "subjectAltName=IP:127.0.0.1\n");
    for (const char* name : {"ca", "other-ca"}) {
      lab::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                std::string("/CN=") + name, "-keyout", file(std::string(name) + ".key"), "-out",
                file(std::string(name) + ".pem")});
    }
    lab::run({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
              "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", file("server.key"), "-out",
              file("server.csr")});
    sign("+0d", "server.pem");
    sign("-10d", "expired.pem");
    sign("+10d", "future.pem");
  }

  std::string file(const std::string& name) const { return folder_.path() + "/" + name; }

 private:
  void sign(const std::string& when, const std::string& name) const {
    lab::run({"faketime", "-f", when, "openssl", "x509", "-req", "-in", file("server.csr"), "-CA",
              file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile",
              file("extensions"), "-out", file(name)});
  }

  lab::TemporaryFolder folder_;
};

const Authority& authority() {
  static const Authority made;
  return made;
}

class HttpsServer {
 public:
  explicit HttpsServer(const std::string& style, const std::string& certificate = "server.pem",
                       double skew = 0)
      : program_({"/usr/bin/python3", "-c", server_script, style, authority().file(certificate),
                  authority().file("server.key"), std::to_string(skew)}),
        port_(program_.read_line()) {}

  std::string url() const { return "https://127.0.0.1:" + port_ + "/"; }
  const std::string& port() const { return port_; }

 private:
  lab::Program program_;
  std::string port_;
};

// What the environment of whoever runs the tests says of proxies and authorities does not count.
struct CleanEnvironment {
  lab::Variable bundle{"CURL_CA_BUNDLE", std::nullopt};
  lab::Variable file{"SSL_CERT_FILE", authority().file("ca.pem")};
  lab::Variable folder{"SSL_CERT_DIR", std::nullopt};
  lab::Variable proxy{"https_proxy", std::nullopt};
  lab::Variable upper_proxy{"HTTPS_PROXY", std::nullopt};
  lab::Variable all_proxy{"all_proxy", std::nullopt};
  lab::Variable upper_all_proxy{"ALL_PROXY", std::nullopt};
  lab::Variable no_proxy{"no_proxy", std::nullopt};
  lab::Variable upper_no_proxy{"NO_PROXY", std::nullopt};
};

HttpDate ask(const std::string& url, std::chrono::milliseconds deadline = 10s) {
  return ask_http_dates({url}, deadline).front();
}

std::string error_of(const HttpDate& date) {
  return date.error ? date.error->reason : "none";
}

}  // namespace

TEST_CASE("the Date of an HTTPS answer, right within its uncertainty") {
  const CleanEnvironment environment;
  for (const double skew : {0.0, 100.0, -7200.0}) {
    const HttpsServer server("plain", "server.pem", skew);
    const HttpDate date = ask(server.url());
    CAPTURE(skew, error_of(date), date.offset, date.uncertainty);
    REQUIRE(!date.error);
    CHECK(date.url == server.url());
    CHECK(std::abs(date.offset - skew) <= date.uncertainty);
    CHECK(date.uncertainty >= 0.5);
    CHECK(date.uncertainty < 5);
  }
}

TEST_CASE("several addresses at once, answers in the order asked") {
  const CleanEnvironment environment;
  const HttpsServer first("plain", "server.pem", 50);
  const HttpsServer second("plain", "server.pem", -50);
  const auto dates = ask_http_dates({second.url(), "nonsense", first.url()}, 10s);
  REQUIRE(dates.size() == 3);
  CHECK(std::abs(dates[0].offset + 50) <= dates[0].uncertainty);
  CHECK(error_of(dates[1]) == "only https:// addresses are asked");
  CHECK(std::abs(dates[2].offset - 50) <= dates[2].uncertainty);
}

TEST_CASE("a certificate of an unknown authority is not trusted") {
  const CleanEnvironment environment;
  const lab::Variable other("SSL_CERT_FILE", authority().file("other-ca.pem"));
  const HttpsServer server("plain");
  const HttpDate date = ask(server.url());
  CAPTURE(error_of(date));
  CHECK(error_of(date).starts_with("the server's certificate cannot be trusted: "));
  CHECK(date.error->kind == HostErrorKind::failed);
}

TEST_CASE("CURL_CA_BUNDLE goes before SSL_CERT_FILE") {
  const CleanEnvironment environment;
  const lab::Variable other("SSL_CERT_FILE", authority().file("other-ca.pem"));
  const lab::Variable bundle("CURL_CA_BUNDLE", authority().file("ca.pem"));
  const HttpsServer server("plain");
  CHECK(error_of(ask(server.url())) == "none");
}

TEST_CASE("a certificate for another host is not trusted") {
  const CleanEnvironment environment;
  const HttpsServer server("plain");
  const HttpDate date = ask("https://localhost:" + server.port() + "/");
  CAPTURE(error_of(date));
  CHECK(date.error);
  CHECK(error_of(date).find("clock") == std::string::npos);
}

TEST_CASE("a certificate that is not valid now may be the clock's fault, and is not trusted") {
  const CleanEnvironment environment;
  for (const char* certificate : {"expired.pem", "future.pem"}) {
    const HttpsServer server("plain", certificate);
    const HttpDate date = ask(server.url());
    CAPTURE(certificate, error_of(date));
    CHECK(error_of(date).starts_with(
        "the server's certificate is not valid at this machine's time (is the clock wrong?), so "
        "its answer cannot be trusted: "));
  }
}

TEST_CASE("answers whose Date is of no use") {
  const CleanEnvironment environment;
  CHECK(error_of(ask(HttpsServer("no-date").url())) == "its answer has no Date");
  CHECK(error_of(ask(HttpsServer("garbled").url())) ==
        "its Date cannot be read: 'tomorrow\\x1b[2J'");
  CHECK(error_of(ask(HttpsServer("cached").url())) ==
        "its answer came from a cache, so its Date may be old");
  CHECK(error_of(ask(HttpsServer("fresh").url())) == "none");
}

TEST_CASE("a redirect is not followed: its own Date is as good") {
  const CleanEnvironment environment;
  const HttpDate date = ask(HttpsServer("redirect", "server.pem", 30).url());
  CHECK(error_of(date) == "none");
  CHECK(std::abs(date.offset - 30) <= date.uncertainty);
}

TEST_CASE("the Date of an informational answer does not count") {
  const CleanEnvironment environment;
  const HttpDate date = ask(HttpsServer("interim", "server.pem", 30).url());
  CHECK(error_of(date) == "none");
  CHECK(std::abs(date.offset - 30) <= date.uncertainty);
  CHECK(error_of(ask(HttpsServer("interim-no-date").url())) == "its answer has no Date");
}

TEST_CASE("proxies are used, and their own Date does not count") {
  const CleanEnvironment environment;
  const HttpsServer proxy("proxy");
  const lab::Variable use("https_proxy", "http://127.0.0.1:" + proxy.port());
  const HttpDate date = ask(HttpsServer("plain", "server.pem", 30).url());
  CHECK(error_of(date) == "none");
  CHECK(std::abs(date.offset - 30) <= date.uncertainty);
  CHECK(error_of(ask(HttpsServer("no-date").url())) == "its answer has no Date");
  const lab::Variable gone("https_proxy", "http://127.0.0.1:1");
  CHECK(error_of(ask(HttpsServer("plain").url())).find("127.0.0.1") != std::string::npos);
}

TEST_CASE("anything but https is refused unasked") {
  const CleanEnvironment environment;
  for (const char* url : {"http://127.0.0.1/", "file:///etc/passwd", "", "127.0.0.1"}) {
    CHECK(error_of(ask(url)) == "only https:// addresses are asked");
  }
}

TEST_CASE("a server that never answers costs the deadline") {
  const CleanEnvironment environment;
  const HttpDate date = ask(HttpsServer("silent").url(), 500ms);
  CHECK(date.error == HostError{HostErrorKind::timed_out, "no answer in 0.5 s"});
}

TEST_CASE("a name that does not resolve is an error by the deadline") {
  const CleanEnvironment environment;
  CHECK(ask("https://no-such-server.invalid/", 2s).error);
}

TEST_CASE("a name server that never answers costs the deadline, and no other answer") {
  const CleanEnvironment environment;
  const HttpsServer server("plain");
  const auto dates =
      ask_http_dates({std::string("https://") + lab::hanging_name + "/", server.url()}, 4s);
  CHECK(dates[0].error == HostError{HostErrorKind::timed_out, "no answer in 4 s"});
  CHECK(error_of(dates[1]) == "none");
}

TEST_CASE("too many addresses are not all asked") {
  const auto dates = ask_http_dates(std::vector<std::string>(17, "http://127.0.0.1/"), 2s);
  REQUIRE(dates.size() == 17);
  CHECK(error_of(dates[16]) == "only the first 16 are asked");
}
