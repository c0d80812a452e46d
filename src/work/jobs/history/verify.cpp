#include <fmt/format.h>

#include <fstream>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/redact.hpp"
#include "work/jobs/history/read.hpp"
#include "work/jobs/sql.hpp"

namespace stele::jobs {

namespace {

constexpr std::size_t kChunk = 1 << 16;

std::string path_of(const std::string& uri) {
    if (uri.starts_with("file://")) return uri.substr(7);
    if (uri.find("://") == std::string::npos) return uri;
    throw Error(Code::unsupported, fmt::format("{} is no file of this machine", redact(uri)),
                "compare its SHA-256 yourself: `stele job artifacts` shows it");
}

Verified compare(const Artifact& artifact) {
    std::ifstream file(path_of(artifact.uri), std::ios::binary);
    if (!file) return Verified::missing;
    Sha256 hash;
    std::string chunk(kChunk, '\0');
    while (file.read(chunk.data(), kChunk) || file.gcount() > 0)
        hash.add(std::string_view(chunk).substr(0, std::size_t(file.gcount())));
    return hash.hex() == artifact.sha256 ? Verified::ok : Verified::changed;
}

}  // namespace

Artifact verify(runtime::Context& context, const ArtifactInput& input) {
    const runtime::Caller& caller = context.caller;
    if (!context.local_files)
        throw Error(Code::forbidden, "artifacts are compared on the machine where the files are",
                    "run `stele job verify_artifact ID` there");
    const Uuid id = id_of(input.id);
    const auto read = [&] {
        return context.db.once(call_of(context), sql::artifacts, caller.org, caller.project,
                               std::optional<Uuid>(), std::optional<Uuid>(id), 1);
    };
    const pg::Result rows = read();
    if (rows.empty())
        throw Error(Code::not_found, fmt::format("there is no artifact {}", input.id),
                    "`stele job artifacts` shows what there is");
    const Verified verified = compare(read_artifact(rows[0]));
    context.db.once(call_of(context), sql::verified, caller.org, caller.project, id,
                    reflect::name_of(verified));
    return read_artifact(read()[0]);
}

}  // namespace stele::jobs
