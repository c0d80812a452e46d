#include "knowledge/conversations/importer.hpp"

#include <fmt/format.h>

#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/database.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"

namespace stele::conversations {

namespace {

constexpr std::size_t kBatchBytes = 8 * 1024 * 1024;

std::size_t bytes_of(const std::vector<NewMessage>& messages) {
    std::size_t out = 0;
    for (const NewMessage& m : messages) out += m.input.content.size();
    return out;
}

}  // namespace

void Importer::add(LogInput message) {
    if (message.content.empty()) {
        ++out.empty;
        return;
    }
    const std::string place = message.thread_id.value_or("") + " " + message.dedup_key.value_or("");
    const std::size_t cut_bytes = cut(message.content, limits::kMessageBytes);
    if (cut_bytes > 0) {
        message.metadata["cutBytes"] = cut_bytes;
        out.add_cut(place, fmt::format("{} bytes at the end", cut_bytes));
    }
    if (message.timestamp)
        last_time_[*message.thread_id] = *message.timestamp;
    else if (const auto before = last_time_.find(*message.thread_id); before != last_time_.end())
        message.timestamp = before->second;
    if (input_.scope) message.scope = input_.scope;
    // The bounds of log hold for what comes from elsewhere, too.
    add(prepare(context_, reflect::read<LogInput>(reflect::write(message)), at_));
}

void Importer::add(NewMessage message) {
    pending_.push_back(std::move(message));
    ++out.read;
    if (pending_.size() == limits::kBatch || bytes_of(pending_) > kBatchBytes) flush();
}

void Importer::add_duplicates(std::int64_t count) {
    out.read += count;
    out.duplicates += count;
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

void Importer::fork(const std::string& thread, const Place& origin) {
    flush();
    const runtime::Caller& caller = context_.caller;
    const pg::Result place = context_.db.once(call_of(context_), sql::place_of_key, caller.org,
                                              caller.project, origin.thread, origin.key);
    if (place.empty()) return;
    ForkInput input;
    input.thread_id = origin.thread;
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
        problem = error.what();
    } catch (const std::exception& error) {  // of Boost.JSON: not what a transcript looks like
        problem = error.what();
    }
    if (!lenient_)
        throw Error(Code::invalid_argument, fmt::format("{}: {}", where, problem),
                    "mend it, or leave such places out with --lenient, and import again: what is "
                    "there already is not stored twice");
    out.add_skipped(where, problem);
}

void Importer::read_source(const Source& source, const std::function<void(std::istream&)>& read) {
    const auto in = source.path.empty()
                        ? ingest::open_text(std::make_unique<std::istringstream>(*input_.data),
                                            source.name, out)
                        : ingest::open_text(source.path, out);
    read(*in);
}

void Importer::file(const Source& source, const std::function<void(std::istream&)>& read) {
    ++files_;
    if (source.path.empty() || !std::filesystem::is_directory(*input_.path))
        return read_source(source, read);
    try {
        read_source(source, read);
    } catch (const Error& error) {
        if (error.code() != Code::invalid_argument && error.code() != Code::too_large) throw;
        ++files_refused_;
        const std::string_view what = error.what();
        out.add_skipped(what.starts_with(source.name) ? "not read to its end" : source.name, what);
    }
}

void Importer::finish() {
    flush();
    if (files_ > 0 && files_refused_ == files_ && out.read == 0)
        throw Error(Code::invalid_argument,
                    out.problems.empty() ? "no file could be read" : out.problems.front(),
                    "leave out what cannot be read with --lenient");
}

}  // namespace stele::conversations
