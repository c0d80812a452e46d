#include "foundation/pg/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <thread>

#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"
#include "foundation/pg/environment.hpp"
#include "foundation/pg/error.hpp"

namespace stele::pg {

namespace {

// How often a wait looks whether the caller has gone away.
constexpr std::chrono::milliseconds kCancelCheck{100};

struct ClearResult {
    void operator()(pg_result* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<pg_result, ClearResult>;

void poll_socket(pg_conn* connection, short events, std::chrono::milliseconds time) {
    pollfd fd{PQsocket(connection), events, 0};
    ::poll(&fd, 1, int(time.count()));  // EINTR and time-outs are the caller's loop to handle
}

std::vector<const char*> keywords_and(const std::map<std::string, std::string>& given,
                                      std::vector<const char*>& values) {
    std::vector<const char*> keywords;
    const auto add = [&](const char* keyword, const char* value) {
        keywords.push_back(keyword);
        values.push_back(value);
    };
    for (const auto& [keyword, value] : given) add(keyword.c_str(), value.c_str());
    add("client_encoding", "UTF8");
    add("fallback_application_name", "stele");
    add(nullptr, nullptr);
    return keywords;
}

}  // namespace

std::unique_ptr<Connection> Connection::open(const ConnInfo& info, const ConnectOptions& options,
                                             Deadline deadline) {
    std::vector<const char*> values;
    const std::map<std::string, std::string> given = libpq_values(info);
    const auto keywords = keywords_and(given, values);
    std::unique_ptr<Connection> self(
        new Connection(PQconnectStartParams(keywords.data(), values.data(), 0), info, options));
    pg_conn* connection = self->connection_;
    if (!connection) throw Error(Code::unavailable, "out of memory while connecting");
    // Verbose texts carry the SQLSTATE of a refusal, which libpq 15 keeps to itself otherwise.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
         state = PQconnectPoll(connection)) {
        if (PQstatus(connection) == CONNECTION_BAD || state == PGRES_POLLING_FAILED)
            throw connection_error(connection, info.where());
        if (time_left(deadline).count() == 0)
            throw ServerError(Code::unavailable,
                              fmt::format("PostgreSQL: error (timeout at {})", info.where()),
                              "check the network and the firewall between here and the server",
                              "08001", "", true, true);
        // The socket changes between polls (TLS, several hosts): asked for each time.
        poll_socket(connection, state == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                    time_left(deadline));
    }
    PQsetnonblocking(connection, 1);
    PQsetNoticeProcessor(
        connection,
        [](void* context, const char* message) {
            auto* owner = static_cast<Connection*>(context);
            if (owner->notice_)
                owner->notice_(message);
            else
                log::debug("PostgreSQL: {}", message);
        },
        self.get());
    return self;
}

Connection::Connection(pg_conn* connection, ConnInfo info, ConnectOptions options)
    : connection_(connection), info_(std::move(info)), options_(options) {}

Connection::~Connection() {
    PQfinish(connection_);
}

std::string Connection::scram_verifier(const std::string& role, const std::string& password) const {
    const std::unique_ptr<char, decltype(&PQfreemem)> verifier(
        PQencryptPasswordConn(connection_, password.c_str(), role.c_str(), "scram-sha-256"),
        &PQfreemem);
    if (!verifier)
        throw Error(Code::failed, fmt::format("the password of {} cannot be hashed", role),
                    PQerrorMessage(connection_));
    return verifier.get();
}

void Connection::lost(std::string_view what) {
    broken_ = true;
    throw connection_lost(info_.where(), what);
}

// PQcancel blocks and may hang with the network, so it runs on a thread of its own; the connection
// itself is given up.
void Connection::cancel_and_break() {
    broken_ = true;
    if (PGcancel* cancel = PQgetCancel(connection_))
        std::thread([cancel] {
            char message[256];
            PQcancel(cancel, message, sizeof message);
            PQfreeCancel(cancel);
        }).detach();
}

void Connection::wait(bool for_write, Deadline deadline, const std::stop_token& cancelled) {
    // The server cancels itself at the deadline (statement_timeout); the grace lets its answer
    // arrive.
    const auto left = time_left(deadline + limits::kCancelGrace);
    if (cancelled.stop_requested()) {
        cancel_and_break();
        throw Error(Code::cancelled, "the caller went away");
    }
    if (left.count() == 0) {
        cancel_and_break();
        throw Error(Code::deadline_exceeded,
                    fmt::format("PostgreSQL at {} did not answer in time", info_.where()),
                    "the server is overloaded or the network is down; `stele db status` tells", {},
                    true);
    }
    const bool slices = cancelled.stop_possible();
    poll_socket(connection_, short(for_write ? POLLIN | POLLOUT : POLLIN),
                slices ? std::min(left, kCancelCheck) : left);
}

void Connection::flush_output(Deadline deadline, const std::stop_token& cancelled) {
    for (;;) {
        const int pending = PQflush(connection_);
        if (pending == 0) return;
        if (pending < 0) lost(PQerrorMessage(connection_));
        wait(true, deadline, cancelled);
        // Reading while writing: a server that is itself blocked on writing would wait for ever.
        if (PQconsumeInput(connection_) == 0) lost(PQerrorMessage(connection_));
    }
}

pg_result* Connection::next_result(Deadline deadline, const std::stop_token& cancelled) {
    while (PQisBusy(connection_)) {
        wait(false, deadline, cancelled);
        if (PQconsumeInput(connection_) == 0) lost(PQerrorMessage(connection_));
    }
    return PQgetResult(connection_);
}

void Connection::enter_pipeline() {
    if (PQpipelineStatus(connection_) == PQ_PIPELINE_OFF && PQenterPipelineMode(connection_) != 1)
        lost(PQerrorMessage(connection_));
}

void Connection::leave_pipeline() {
    if (PQpipelineStatus(connection_) != PQ_PIPELINE_OFF && PQexitPipelineMode(connection_) != 1)
        lost(PQerrorMessage(connection_));
}

void Connection::queue(const Statement& statement, const Params& params) {
    enter_pipeline();
    note_executed(statement);
    const auto values = params.values();
    const auto formats = params.formats();
    const bool prepare = options_.prepared_statements && *statement.name;
    const std::string name = prepare ? prepared_name(statement) : "";
    // What is being prepared further up in this pipeline is as good as prepared.
    const auto same = [&](const Queued& q) { return q.preparing == name; };
    if (prepare && !prepared_.contains(name) && std::ranges::none_of(queued_, same)) {
        if (PQsendPrepare(connection_, name.c_str(), statement.text, params.size(),
                          params.oids()) != 1)
            lost(PQerrorMessage(connection_));
        queued_.push_back({&statement, name});
    }
    const int sent =
        prepare ? PQsendQueryPrepared(connection_, name.c_str(), params.size(), values.data(),
                                      params.lengths(), formats.data(), 1)
                : PQsendQueryParams(connection_, statement.text, params.size(), params.oids(),
                                    values.data(), params.lengths(), formats.data(), 1);
    if (sent != 1) lost(PQerrorMessage(connection_));
    queued_.push_back({&statement, ""});
}

void Connection::queue_set_local(const char* setting, const Uuid& value) {
    static const Statement kSetLocal{"pg.set_local", ""};  // for errors; each text is another one
    enter_pipeline();
    const std::string text = fmt::format("SET LOCAL {} = '{}'", setting, value.text());
    if (PQsendQueryParams(connection_, text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) != 1)
        lost(PQerrorMessage(connection_));
    queued_.push_back({&kSetLocal, ""});
}

void Connection::send_queued() {
    if (PQflush(connection_) < 0) lost(PQerrorMessage(connection_));
}

std::vector<Result> Connection::flush(Deadline deadline, const std::stop_token& cancelled) {
    const std::vector<Queued> queued = std::move(queued_);
    queued_.clear();
    if (PQpipelineSync(connection_) != 1) lost(PQerrorMessage(connection_));
    flush_output(deadline, cancelled);
    std::vector<Result> out;
    std::unique_ptr<ServerError> failure;
    std::size_t at = 0;
    for (;;) {
        ResultHandle result(next_result(deadline, cancelled));
        if (!result) {  // the end of one statement's results
            if (PQstatus(connection_) == CONNECTION_BAD) lost(PQerrorMessage(connection_));
            ++at;
            continue;
        }
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_PIPELINE_SYNC) break;
        // A dying server may never deliver the sync: without one more statement to answer for,
        // stop.
        if (at >= queued.size()) lost(PQresultErrorMessage(result.get()));
        const Queued& current = queued[at];
        if (status == PGRES_PIPELINE_ABORTED) continue;
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            if (!failure)
                failure =
                    std::make_unique<ServerError>(error_of(result.get(), current.statement->name));
            if (failure->connection_lost()) {
                broken_ = true;
                throw *failure;
            }
            continue;
        }
        if (!current.preparing.empty())
            prepared_.insert(current.preparing);
        else
            out.emplace_back(result.release());
    }
    if (failure) throw *failure;
    return out;
}

Result Connection::run(const Statement& statement, const Params& params, Deadline deadline) {
    queue(statement, params);
    return std::move(flush(deadline).back());
}

Result Connection::script(const std::string& sql, Deadline deadline,
                          const std::stop_token& cancelled) {
    leave_pipeline();
    if (PQsendQuery(connection_, sql.c_str()) != 1) lost(PQerrorMessage(connection_));
    flush_output(deadline, cancelled);
    ResultHandle last;
    std::unique_ptr<ServerError> failure;
    while (ResultHandle result{next_result(deadline, cancelled)}) {
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            broken_ = true;  // nobody is here to feed or to drain it
            throw Error(Code::unsupported, "COPY to or from the client cannot stand in a script");
        }
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && !failure)
            failure = std::make_unique<ServerError>(error_of(result.get(), "script"));
        last = std::move(result);
    }
    if (PQstatus(connection_) == CONNECTION_BAD) broken_ = true;
    if (failure) throw *failure;
    return Result(last.release());
}

std::vector<std::string> Connection::notifications(int wake_fd, std::chrono::milliseconds time) {
    std::vector<std::string> out;
    for (const bool waited : {false, true}) {
        if (PQconsumeInput(connection_) == 0) lost(PQerrorMessage(connection_));
        while (PGnotify* one = PQnotifies(connection_)) {
            if (one->be_pid != PQbackendPID(connection_)) out.emplace_back(one->extra);
            PQfreemem(one);
        }
        if (waited || !out.empty()) break;
        pollfd fds[2] = {{PQsocket(connection_), POLLIN, 0}, {wake_fd, POLLIN, 0}};
        ::poll(fds, 2, int(time.count()));
    }
    return out;
}

void Connection::copy_out(const std::string& sql, const std::function<void(std::string_view)>& sink,
                          Deadline deadline) {
    leave_pipeline();
    if (PQsendQuery(connection_, sql.c_str()) != 1) lost(PQerrorMessage(connection_));
    flush_output(deadline, {});
    const ResultHandle start(next_result(deadline, {}));
    if (PQresultStatus(start.get()) != PGRES_COPY_OUT) throw error_of(start.get(), "copy");
    for (;;) {
        char* chunk = nullptr;
        const int length = PQgetCopyData(connection_, &chunk, 1);
        const std::unique_ptr<char, decltype(&PQfreemem)> owner(chunk, &PQfreemem);
        if (length > 0) {
            sink({chunk, std::size_t(length)});
        } else if (length == 0) {
            wait(false, deadline, {});
            if (PQconsumeInput(connection_) == 0) lost(PQerrorMessage(connection_));
        } else {
            break;
        }
    }
    finish_copy(deadline);
}

std::uint64_t Connection::copy_in(const std::string& sql,
                                  const std::function<bool(std::string&)>& source,
                                  Deadline deadline) {
    leave_pipeline();
    if (PQsendQuery(connection_, sql.c_str()) != 1) lost(PQerrorMessage(connection_));
    flush_output(deadline, {});
    const ResultHandle start(next_result(deadline, {}));
    if (PQresultStatus(start.get()) != PGRES_COPY_IN) throw error_of(start.get(), "copy");
    std::string buffer;
    try {
        while (source(buffer)) {
            while (PQputCopyData(connection_, buffer.data(), int(buffer.size())) == 0)
                wait(true, deadline, {});
            buffer.clear();
        }
    } catch (...) {
        broken_ = true;  // closing the connection is what aborts a COPY for certain
        throw;
    }
    while (PQputCopyEnd(connection_, nullptr) == 0) wait(true, deadline, {});
    // A COPY that the server has refused already can no longer be flushed; its answer says why.
    while (PQflush(connection_) == 1) {
        wait(true, deadline, {});
        PQconsumeInput(connection_);
    }
    return finish_copy(deadline);
}

// Reads what ends a COPY to its end, so that the connection can go on, then throws what went wrong.
std::uint64_t Connection::finish_copy(Deadline deadline) {
    std::uint64_t rows = 0;
    std::unique_ptr<ServerError> failure;
    while (ResultHandle result{next_result(deadline, {})}) {
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK)
            rows = Result(result.release()).affected();
        else if (!failure)
            failure = std::make_unique<ServerError>(error_of(result.get(), "copy"));
    }
    if (failure) throw *failure;
    return rows;
}

bool Connection::broken() const {
    return broken_ || PQstatus(connection_) == CONNECTION_BAD;
}
bool Connection::alive() {
    // A server that hangs up says why first: its words are read, and then the end behind them.
    pollfd fd{PQsocket(connection_), POLLIN, 0};
    while (::poll(&fd, 1, 0) > 0)
        if (PQconsumeInput(connection_) != 1) return false;
    return !broken();  // silence is what an idle connection does
}

bool Connection::in_transaction() const {
    return PQtransactionStatus(connection_) != PQTRANS_IDLE;
}
int Connection::server_version() const {
    return PQserverVersion(connection_);
}
int Connection::backend_pid() const {
    return PQbackendPID(connection_);
}

}  // namespace stele::pg
