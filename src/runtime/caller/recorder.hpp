// What a call leaves in the audit log, and who takes it there.
#pragma once

#include <string>
#include <vector>

#include "runtime/caller/caller.hpp"

namespace stele::pg {
class Transaction;
}

namespace stele::runtime {

// What of an operation is recorded: nothing; that something was changed, a secret revealed, or
// something read.
enum class Audit { none, change, reveal, read };
std::string_view name_of(Audit audit);

struct AuditEvent {
    std::string type;      // "admin"
    std::string action;    // the operation's name
    std::string decision;  // ok, failed
    std::string request_id;
    std::string resource;              // what was changed, where it has a name; may be empty
    std::vector<std::string> changed;  // names of fields, never their values
};

class Recorder {
  public:
    virtual ~Recorder() = default;
    // `tx` is the transaction that makes the change, so that both are there or neither; null where
    // the operation has none of its own. Throws Error(unavailable): then nothing has happened.
    virtual void record(pg::Transaction* tx, const Caller& caller, const AuditEvent& event) = 0;
};

// Until the audit log has its table: a line of the log.
class LogRecorder : public Recorder {
  public:
    void record(pg::Transaction* tx, const Caller& caller, const AuditEvent& event) override;
};

// The record of one call. The operation that changes something writes it as the last statement of
// its own transaction; the dispatcher writes it for operations that have none.
class AuditTrail {
  public:
    AuditTrail(Recorder& recorder, AuditEvent event)
        : recorder_(recorder), event_(std::move(event)) {}
    // May be called again when the transaction is run again; the last one counts.
    void record(pg::Transaction& tx, const Caller& caller, std::string resource,
                std::vector<std::string> changed);
    // Nothing when the operation has recorded by itself.
    void finish(const Caller& caller, std::string decision);
    bool recorded() const { return recorded_; }

  private:
    Recorder& recorder_;
    AuditEvent event_;
    bool recorded_ = false;
};

}  // namespace stele::runtime
