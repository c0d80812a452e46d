#include "knowledge/memory/transfer.hpp"

#include <fmt/format.h>

#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/new_file.hpp"
#include "foundation/ingest/read.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/edges.hpp"
#include "knowledge/memory/insert.hpp"
#include "knowledge/memory/store.hpp"
#include "runtime/local_files.hpp"

namespace stele::memory {

namespace {

// How long an import waits for vectors before it leaves the rest to the background.
constexpr std::chrono::minutes kVectorPatience{2};

constexpr std::string_view kInstead = "send the text itself, or use `stele import` there";

// Collects memories and stores them a batch at a time.
class Importer {
  public:
    Importer(runtime::Context& context, const ImportInput& input)
        : context_(context), input_(input) {}

    void add(StoreInput memory) {
        if (input_.scope)
            memory.scope = input_.scope;
        else if (!memory.scope)
            memory.scope = context_.caller.scope;
        add(prepare(context_, std::move(memory), at_));
    }

    void add(NewMemory memory) {
        if (memory.superseded_by) superseded_.push_back(memory.id);
        pending_.push_back(std::move(memory));
        ++out.read;
        if (pending_.size() == limits::kBatch) flush();
    }

    void flush() {
        if (pending_.empty()) return;
        context_.deadline =
            deadline_in(limits::kDeadline);  // of each batch, not of the whole import
        const StoreBatchOutput done = insert_all(context_, pending_, at_);
        out.stored += done.stored;
        out.duplicates += done.duplicates;
        pending_.clear();
        if (context_.progress) context_.progress({double(out.read), 0, "memories"});
    }

    // A memory and its successor come in either order, also in two batches.
    void finish() {
        flush();
        for (std::size_t done = 0; done < superseded_.size(); done += limits::kBatch) {
            const auto begin = superseded_.begin() + std::ptrdiff_t(done);
            const std::size_t count = std::min(limits::kBatch, superseded_.size() - done);
            context_.deadline = deadline_in(limits::kDeadline);
            write_edges(context_, {begin, begin + std::ptrdiff_t(count)});
        }
    }

    Timestamp at() const { return at_; }
    ImportOutput out;

  private:
    runtime::Context& context_;
    const ImportInput& input_;
    const Timestamp at_ = now();
    std::vector<NewMemory> pending_;
    std::vector<Uuid> superseded_;
};

// One line of an export: what write(Memory) gave, so that a round trip changes nothing.
NewMemory from_export(const runtime::Context& context, const json::object& line,
                      const std::optional<std::string>& scope, Timestamp at) {
    const Memory m = reflect::read<Memory>(line);
    StoreInput in;
    in.content = m.content;
    in.category = m.category;
    in.source = m.source;
    in.scope = scope ? *scope : m.scope;
    in.type = m.type;
    in.tags = m.tags;
    in.metadata = m.metadata;
    in.pinned = m.pinned;
    in.trust = m.trust;
    in.retention = m.retention;
    in.expires_at = m.expires_at;
    in.valid_from = m.valid_from;
    in.valid_until = m.valid_until;
    in.timestamp = m.timestamp;
    in.source_uri = m.source_uri;
    in.commit = m.commit;
    in.file = m.file;
    in.job_id = m.job_id;
    in.message_id = m.message_id;
    in.id = m.id;
    // The bounds of store hold for what comes back in, too.
    in = reflect::read<StoreInput>(reflect::write(in));
    NewMemory out = prepare(context, std::move(in), at);
    out.instance = m.instance;
    out.version = m.version;
    out.updated = m.updated_at;
    if (m.superseded_by) out.superseded_by = Uuid::parse(*m.superseded_by);
    return out;
}

void import_jsonl(runtime::Context& context, const ImportInput& input, std::istream& in,
                  const std::string& name, Importer& importer) {
    ingest::for_each_json_line(in, name, importer.out, [&](const ingest::Line& line) {
        try {
            const json::object object =
                ingest::read_json_object(line.text, line.place, importer.out);
            if (object.contains("contentHash"))
                importer.add(from_export(context, object, input.scope, importer.at()));
            else
                importer.add(reflect::read<StoreInput>(object));
        } catch (const Error& error) {
            if (error.code() != Code::invalid_argument) throw;
            throw Error(Code::invalid_argument, fmt::format("{}: {}", line.place, error.what()),
                        "nothing of this batch was stored; mend the line and import again: what is "
                        "there already is not stored twice");
        }
    });
}

std::int64_t fill_after_import(runtime::Context& context) {
    if (!context.embedder || !context.local_files) return 0;
    context.deadline = deadline_in(kVectorPatience);
    return fill_all(context);
}

}  // namespace

ImportOutput import_memories(runtime::Context& context, const ImportInput& input) {
    if (input.path.has_value() == input.data.has_value())
        throw Error(Code::invalid_argument, "path: give a path or data, one of the two");
    if (input.path) runtime::require_local_files(context, "path", kInstead);
    if (input.data && input.format == ImportFormat::git)
        throw Error(Code::invalid_argument, "data: a git history is read from a path");
    Importer importer(context, input);
    const Sink sink = [&](StoreInput memory) { importer.add(std::move(memory)); };
    ingest::Notes& notes = importer.out;
    if (input.format == ImportFormat::git) {
        read_git(*input.path, input.max_commits, notes, sink);
    } else if (input.format == ImportFormat::markdown) {
        if (input.path)
            read_markdown(input, notes, sink);
        else
            read_markdown_text(ingest::as_text(*input.data, "data", notes), "data", sink);
    } else {
        const auto in = input.path
                            ? ingest::open_text(*input.path, notes)
                            : ingest::open_text(std::make_unique<std::istringstream>(*input.data),
                                                "data", notes);
        const std::string name = input.path.value_or("data");
        if (input.format == ImportFormat::mcp)
            read_mcp_memory(*in, name, notes, sink);
        else
            import_jsonl(context, input, *in, name, importer);
    }
    importer.finish();
    importer.out.vectors = fill_after_import(context);
    return importer.out;
}

ExportOutput export_memories(runtime::Context& context, const ExportInput& input) {
    Filter filter = input;
    if (!filter.scope) filter.scope = "all";
    ExportOutput out;
    if (input.file) runtime::require_local_files(context, "file", kInstead);
    std::optional<std::string> cursor = input.cursor;
    std::string data;
    std::optional<NewFile> file;  // private, for memories are
    if (input.file) file.emplace(*input.file, "file");
    do {
        context.deadline = deadline_in(limits::kDeadline);
        const ListOutput page = list(context, filter, std::min(input.limit, 1000), cursor);
        for (const Memory& m : page.results) data += serialize(reflect::write(m)) + "\n";
        out.count += std::int64_t(page.results.size());
        cursor = page.next_cursor;
        if (file) {
            file->write(data);
            data.clear();
            if (context.progress) context.progress({double(out.count), 0, "memories"});
        }
    } while (cursor && (file || out.count < input.limit));
    if (!file) {
        out.data = std::move(data);
        out.next_cursor = cursor;
        return out;
    }
    file->finish();
    out.file = input.file;
    return out;
}

}  // namespace stele::memory
