// The running server: builds and owns everything in order, and is the one place that starts threads.
//
//   loop     every connection, TLS, the agents' check-ins
//   workers  what waits for the database
//   hashers  passwords, which take long: their crowd keeps nobody else waiting
//   writer   commits the reports that the loop queued (service::Ingest)
//   jobs     live events, writing behind, retention, certificates, sessions
//   imports  reads rosters, one after the other
//   merger   turns days of the report log into segments, a step after the other
//   admin    one local command after the other
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "common/net/http_server.h"
#include "common/net/loop.h"
#include "server/admin_socket.h"
#include "server/api/door.h"
#include "server/api/events.h"
#include "server/api/guard.h"
#include "server/api/metrics.h"
#include "server/api/static_files.h"
#include "server/core.h"

namespace rollcall {

class App {
 public:
  // Doors are open when it returns. Everything that is handed in outlives the result.
  static Result<std::unique_ptr<App>> open(const ServerConfig& config, Machinery machinery, Phase& phase);
  ~App();  // stops in order: doors, then what they acknowledged, then what is written behind

  // Certificates are read again and handed to the doors. On error the old ones stay.
  Result<> reload();
  // Is the loop still turning? Asks it, and says whether it answered since the last time.
  bool is_alive();

  std::string where() const;  // one line for the log

 private:
  App(std::unique_ptr<Core> core, api::StaticFiles console);
  Result<> open_doors();
  Result<std::unique_ptr<net::HttpServer>> open_door(const std::string& name, const DoorSettings& settings,
                                                     std::unique_ptr<net::ServerTls> tls, api::Door& handler);
  void start_threads();
  void run_jobs();
  void run_merger();
  void run_imports();
  std::int64_t run_due_jobs();  // when the next one is due
  void renew_certificate(std::int64_t now_ms);
  Result<> hand_out_certificates();
  std::string metrics_page() const;

  std::unique_ptr<Core> core_;
  api::StaticFiles console_;
  api::EventHub hub_;
  api::PeopleGuard people_guard_;
  api::AgentsGuard agents_guard_;
  api::PublicGuard probe_guard_;
  api::DoorMetrics people_metrics_{"people"}, agents_metrics_{"agents"}, probe_metrics_{"probe"};
  std::unique_ptr<api::Door> people_door_, agents_door_, probe_door_;

  net::Loop loop_;
  std::unique_ptr<net::WorkerPool> workers_;
  api::FairQueue hashing_;  // what the next have to do
  std::unique_ptr<net::WorkerPool> hashers_;
  std::unique_ptr<net::HttpServer> people_, agents_, probe_;
  std::atomic<bool> doors_open_{};  // the three above are set
  std::unique_ptr<AdminSocket> admin_;

  std::mutex mutex_;  // guards the two below
  std::condition_variable stop_jobs_;
  bool stopping_{};
  std::int64_t certificate_due_ms_{};  // jobs thread only
  std::mutex credentials_mutex_;       // reload and renewal
  std::shared_ptr<std::atomic<bool>> loop_answered_;
  std::thread loop_thread_, writer_thread_, jobs_thread_, merger_thread_, imports_thread_, admin_thread_;
};

}  // namespace rollcall
