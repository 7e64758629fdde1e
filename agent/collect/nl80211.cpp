#include "agent/collect/nl80211.h"

#include <fmt/core.h>
#include <linux/nl80211.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <functional>
#include <memory>

#include "common/base/text.h"

namespace rollcall::collect {
namespace {

struct FreeSocket {
  void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};
struct FreeMessage {
  void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using Socket = std::unique_ptr<nl_sock, FreeSocket>;
using Message = std::unique_ptr<nl_msg, FreeMessage>;

template <std::size_t Count>
bool parse_into(std::array<nlattr*, Count>& table, std::string_view attributes) {
  // libnl only reads through this pointer; its interface has no const.
  auto* head = reinterpret_cast<nlattr*>(const_cast<char*>(attributes.data()));
  return nla_parse(table.data(), Count - 1, head, static_cast<int>(attributes.size()), nullptr) == 0;
}

std::string_view payload(nlattr* attribute) {
  return {static_cast<const char*>(nla_data(attribute)), static_cast<std::size_t>(nla_len(attribute))};
}

std::optional<double> parse_rate(std::string_view attributes) {
  std::array<nlattr*, NL80211_RATE_INFO_MAX + 1> rate{};
  if (!parse_into(rate, attributes)) return std::nullopt;
  // In units of 100 kbit/s.
  if (nlattr* wide = rate[NL80211_RATE_INFO_BITRATE32]; wide && nla_len(wide) >= 4)
    return nla_get_u32(wide) / 10.0;
  if (nlattr* old = rate[NL80211_RATE_INFO_BITRATE]; old && nla_len(old) >= 2) return nla_get_u16(old) / 10.0;
  return std::nullopt;
}

using OnAttributes = std::function<void(std::string_view)>;

int on_message(nl_msg* message, void* argument) {
  auto* header = static_cast<genlmsghdr*>(nlmsg_data(nlmsg_hdr(message)));
  (*static_cast<OnAttributes*>(argument))(
      {reinterpret_cast<const char*>(genlmsg_attrdata(header, 0)),
       static_cast<std::size_t>(std::max(genlmsg_attrlen(header, 0), 0))});
  return NL_OK;
}

// `interface_index` 0: of all interfaces.
Result<> dump(nl_sock* socket, int family, std::uint8_t command, int interface_index, OnAttributes visit) {
  const Message message(nlmsg_alloc());
  if (!message || !genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP, command, 0)) {
    return fail(Errc::io, "nl80211: no memory for a message");
  }
  if (interface_index != 0) {
    nla_put_u32(message.get(), NL80211_ATTR_IFINDEX, static_cast<std::uint32_t>(interface_index));
  }
  nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, on_message, &visit);
  int code = nl_send_auto(socket, message.get());
  if (code >= 0) code = nl_recvmsgs_default(socket);
  if (code < 0) return fail(Errc::io, fmt::format("nl80211: {}", nl_geterror(code)));
  return {};
}

}  // namespace

std::optional<WifiInterface> parse_wifi_interface(std::string_view attributes) {
  std::array<nlattr*, NL80211_ATTR_MAX + 1> table{};
  if (!parse_into(table, attributes)) return std::nullopt;
  nlattr* index = table[NL80211_ATTR_IFINDEX];
  nlattr* name = table[NL80211_ATTR_IFNAME];
  nlattr* type = table[NL80211_ATTR_IFTYPE];
  if (!index || nla_len(index) < 4 || !name || nla_len(name) < 1) return std::nullopt;
  if (!type || nla_len(type) < 4 || nla_get_u32(type) != NL80211_IFTYPE_STATION) return std::nullopt;
  const auto text = payload(name);
  WifiInterface found{static_cast<int>(nla_get_u32(index)), std::string(text.substr(0, text.find('\0'))), ""};
  if (nlattr* ssid = table[NL80211_ATTR_SSID]; ssid && nla_len(ssid) <= 32) found.ssid = payload(ssid);
  return found;
}

void parse_wifi_station(std::string_view attributes, WifiLink& link) {
  std::array<nlattr*, NL80211_ATTR_MAX + 1> table{};
  if (!parse_into(table, attributes)) return;
  if (nlattr* mac = table[NL80211_ATTR_MAC]; mac && nla_len(mac) == 6) {
    const auto bytes = payload(mac);
    link.bssid.clear();
    for (const char byte : bytes) {
      link.bssid += fmt::format("{}{:02x}", link.bssid.empty() ? "" : ":", static_cast<unsigned char>(byte));
    }
  }
  nlattr* info = table[NL80211_ATTR_STA_INFO];
  std::array<nlattr*, NL80211_STA_INFO_MAX + 1> station{};
  if (!info || !parse_into(station, payload(info))) return;
  nlattr* signal = station[NL80211_STA_INFO_SIGNAL_AVG];
  if (!signal) signal = station[NL80211_STA_INFO_SIGNAL];
  if (signal && nla_len(signal) >= 1) link.signal_dbm = static_cast<std::int8_t>(nla_get_u8(signal));
  if (nlattr* rate = station[NL80211_STA_INFO_TX_BITRATE]) link.rate_mbps = parse_rate(payload(rate));
}

Result<std::vector<WifiLink>> read_wifi_links() {
  const Socket socket(nl_socket_alloc());
  if (!socket) return fail(Errc::io, "nl80211: no memory for a socket");
  if (const int code = genl_connect(socket.get()); code < 0) {
    return fail(Errc::io, fmt::format("nl80211: {}", nl_geterror(code)));
  }
  const timeval patience{1, 0};
  setsockopt(nl_socket_get_fd(socket.get()), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int family = genl_ctrl_resolve(socket.get(), "nl80211");
  if (family == -NLE_OBJ_NOTFOUND) return fail(Errc::not_found, "nl80211: this kernel has no wireless");
  if (family < 0) return fail(Errc::io, fmt::format("nl80211: {}", nl_geterror(family)));

  std::vector<WifiInterface> interfaces;
  TRY(dump(socket.get(), family, NL80211_CMD_GET_INTERFACE, 0, [&](std::string_view attributes) {
    if (auto found = parse_wifi_interface(attributes)) interfaces.push_back(std::move(*found));
  }));
  std::vector<WifiLink> links;
  for (const auto& interface : interfaces) {
    WifiLink link{
        .interface = interface.name, .ssid = interface.ssid, .bssid = {}, .signal_dbm = {}, .rate_mbps = {}};
    bool associated = false;
    TRY(dump(socket.get(), family, NL80211_CMD_GET_STATION, interface.index,
             [&](std::string_view attributes) {
               associated = true;
               parse_wifi_station(attributes, link);
             }));
    if (associated) links.push_back(std::move(link));
  }
  return links;
}

}  // namespace rollcall::collect
