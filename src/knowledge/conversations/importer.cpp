#include "knowledge/conversations/importer.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/database.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"

namespace stele::conversations {

namespace {

constexpr std::size_t kProblems = 20;
constexpr std::size_t kBatchBytes = 8 * 1024 * 1024;

std::size_t bytes_of(const std::vector<NewMessage>& messages) {
    std::size_t out = 0;
    for (const NewMessage& m : messages) out += m.input.content.size();
    return out;
}

}  // namespace

void Importer::add(LogInput message) {
    const std::size_t cut_bytes = cut(message.content, limits::kMessageBytes);
    if (message.content.empty()) return;
    if (cut_bytes > 0) message.metadata["cutBytes"] = cut_bytes;
    if (input_.scope) message.scope = input_.scope;
    // The bounds of log hold for what comes from elsewhere, too.
    add(prepare(context_, reflect::read<LogInput>(reflect::write(message)), at_));
}

void Importer::add(NewMessage message) {
    pending_.push_back(std::move(message));
    ++out.read;
    if (pending_.size() == limits::kBatch || bytes_of(pending_) > kBatchBytes) flush();
}

void Importer::flush() {
    if (pending_.empty()) return;
    context_.deadline = deadline_in(limits::kDeadline);  // of each batch, not of the whole import
    const LogBatchOutput done = log_all(context_, pending_);
    out.logged += done.logged;
    out.duplicates += done.duplicates;
    pending_.clear();
    if (context_.progress) context_.progress({double(out.read), 0, "messages"});
}

void Importer::fork(const std::string& thread, const std::string& origin,
                    const std::string& dedup_key) {
    flush();
    const runtime::Caller& caller = context_.caller;
    const pg::Result place = context_.db.once(call_of(context_), sql::place_of_key, caller.org,
                                              caller.project, origin, dedup_key);
    if (place.empty()) return;
    ForkInput input;
    input.thread_id = origin;
    input.at_seq = place[0].get<std::int32_t>(0);
    input.new_thread_id = thread;
    try {
        conversations::fork(context_, input);
    } catch (const Error& error) {
        // An earlier import made the thread, before its origin's message was there; or the chain of
        // forks is too long: it stands alone, with all its messages.
        if (error.code() != Code::conflict) throw;
    }
}

void Importer::title(const std::string& thread, const std::string& title) {
    if (trim(title).empty()) return;
    flush();
    const runtime::Caller& caller = context_.caller;
    context_.db.once(call_of(context_), sql::set_title, caller.org, caller.project, thread,
                     excerpt(title, limits::kUriBytes - 4));
}

void Importer::piece(const std::string& where, const std::function<void()>& read) {
    std::string problem;
    try {
        read();
        return;
    } catch (const Error& error) {
        if (error.code() != Code::invalid_argument) throw;
        problem = fmt::format("{}: {}", where, error.what());
    } catch (const std::exception& error) {  // of Boost.JSON: not what a transcript looks like
        problem = fmt::format("{}: {}", where, error.what());
    }
    if (!input_.lenient)
        throw Error(Code::invalid_argument, problem,
                    "mend it, or leave such places out with --lenient, and import again: what is "
                    "there already is not stored twice");
    ++out.skipped;
    if (out.problems.size() < kProblems) out.problems.push_back(problem);
}

}  // namespace stele::conversations
