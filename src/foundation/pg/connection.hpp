// One connection to PostgreSQL: synchronous calls with a deadline over libpq's pipeline mode.
//
// A connection belongs to one thread at a time. Every wait ends at the deadline; a connection that
// had to be given up in the middle of something is broken() and is closed by its owner.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/pg/conninfo.hpp"
#include "foundation/pg/params.hpp"
#include "foundation/pg/result.hpp"
#include "foundation/pg/statement.hpp"

struct pg_conn;

namespace stele::pg {

struct ConnectOptions {
    bool prepared_statements = true;
};

class Connection {
  public:
    // Throws ServerError(unavailable) that tells refused, timeout, DNS, TLS, wrong password and
    // wrong database apart.
    static std::unique_ptr<Connection> open(const ConnInfo& info, const ConnectOptions& options,
                                            Deadline deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Queue statements, then send them with one sync and collect every result: one round trip. The
    // statements of one flush are one transaction unless they BEGIN and COMMIT themselves. The
    // first error is thrown after all answers were read, so the connection stays usable.
    void queue(const Statement& statement, const Params& params);
    // SET LOCAL of a setting of Stele's own, after a BEGIN. It takes no parameters, so its text is
    // made of a name of this program and a UUID that was parsed.
    void queue_set_local(const char* setting, const Uuid& value);
    void send_queued();  // without waiting: what the socket does not take, flush() sends
    std::vector<Result> flush(Deadline deadline, const std::stop_token& cancelled = {});

    // One statement, one round trip. Outside BEGIN it commits by itself.
    Result run(const Statement& statement, const Params& params, Deadline deadline);
    // SQL that is not a named statement: migrations, operators' verbs. May hold several commands;
    // answers with the last one's rows (text format).
    Result script(const std::string& sql, Deadline deadline, const std::stop_token& cancelled = {});

    // COPY … TO STDOUT: each chunk is one line in text format or a part of the binary stream.
    void copy_out(const std::string& sql, const std::function<void(std::string_view)>& sink,
                  Deadline deadline);
    // COPY … FROM STDIN: `source` fills the buffer and returns false at the end. Returns the rows.
    std::uint64_t copy_in(const std::string& sql, const std::function<bool(std::string&)>& source,
                          Deadline deadline);

    // After LISTEN: waits until others have notified, `wake_fd` can be read or the time is over.
    // Gives what they said.
    std::vector<std::string> notifications(int wake_fd, std::chrono::milliseconds time);

    // What ALTER ROLE … PASSWORD takes in place of the password, which so never leaves this process
    // (RFC 5803). Asks the server nothing.
    std::string scram_verifier(const std::string& role, const std::string& password) const;

    bool broken() const;
    // Looks, without waiting, whether the server has hung up on this idle connection.
    bool alive();
    bool in_transaction() const;
    void mark_broken() { broken_ = true; }
    const ConnInfo& info() const { return info_; }
    const TypeOids& types() const { return types_; }
    void set_types(TypeOids types) { types_ = types; }
    int server_version() const;  // 170012
    int backend_pid() const;
    void on_notice(std::function<void(std::string_view)> handler) { notice_ = std::move(handler); }

  private:
    Connection(pg_conn* connection, ConnInfo info, ConnectOptions options);
    void wait(bool for_write, Deadline deadline, const std::stop_token& cancelled);
    void flush_output(Deadline deadline, const std::stop_token& cancelled);
    pg_result* next_result(Deadline deadline, const std::stop_token& cancelled);
    void cancel_and_break();
    std::uint64_t finish_copy(Deadline deadline);
    void leave_pipeline();
    void enter_pipeline();
    [[noreturn]] void lost(std::string_view what);

    struct Queued {
        const Statement* statement;
        std::string preparing;  // the name it is given on the server; "": it is executed
    };

    pg_conn* connection_;
    ConnInfo info_;
    ConnectOptions options_;
    TypeOids types_;
    std::set<std::string, std::less<>> prepared_;
    std::vector<Queued> queued_;
    std::function<void(std::string_view)> notice_;
    bool broken_ = false;
};

}  // namespace stele::pg
