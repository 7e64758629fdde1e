// Laptops enroll themselves with a token, over TLS, as a real agent does: the first one by the authority's
// fingerprint in the token, the others by the authority that it then knows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "tests/district/fleet/connection.h"
#include "tests/district/fleet/keyring.h"
#include "tests/district/model/student.h"

namespace rollcall::district {

struct Server {
  std::string host;
  std::uint16_t port{};
  std::string url() const { return "https://" + host + ":" + std::to_string(port); }
  std::string authority() const { return host + ":" + std::to_string(port); }
};

// The first address that takes a connection. Error: unavailable.
Result<asio::ip::tcp::endpoint> find_endpoint(asio::io_context& io, const Server& server);

// By school; "" is for those that have none of their own. Texts as the server shows them.
using Tokens = std::map<std::string, std::string>;

// Fills in what the keyring lacks for `students`; keeps what it has. Runs the io_context until it is done.
// Errors: invalid_argument (a school without a token), what the server said, unavailable.
Result<int> enroll_missing(asio::io_context& io, const Server& server, const Clock& clock,
                           const std::vector<Student>& students, const Tokens& tokens, Keyring& keyring);

}  // namespace rollcall::district
