// How far an import that commits batch by batch has come, kept in a file beside the imported one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "foundation/base/reflect.hpp"

namespace stele::tenant {

// It may be one batch behind the database, never ahead of it: it is written after the commit.
struct ResumePoint {
    std::string file_sha256;  // the trailer's
    std::string database;     // which one, whatever its address
    std::string org;          // the tenant there
    std::string project;
    int table = 0;          // the sections before this one are committed,
    std::int64_t rows = 0;  // and so many rows of this one
    template <class S = ResumePoint>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("fileSha256", &S::file_sha256, "The trailer's checksum"),
            field("database", &S::database, "The database's identity"),
            field("org", &S::org, "First half of the tenant there"),
            field("project", &S::project, "Second half of the tenant there"),
            field("table", &S::table, "How many sections are committed whole"),
            field("rows", &S::rows, "How many rows of the next one are committed"));
    }
};

// "<file>.progress"
std::filesystem::path resume_path(const std::filesystem::path& file);

// What a run before left, if it was about the same file, database and tenant as `wanted`.
std::optional<ResumePoint> load_resume_point(const std::filesystem::path& file,
                                             const ResumePoint& wanted);
void save_resume_point(const std::filesystem::path& file, const ResumePoint& point);
void remove_resume_point(const std::filesystem::path& file);

}  // namespace stele::tenant
