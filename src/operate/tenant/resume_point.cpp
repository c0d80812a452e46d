#include "operate/tenant/resume_point.hpp"

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"

namespace stele::tenant {

std::filesystem::path resume_path(const std::filesystem::path& file) {
    return file.string() + ".progress";
}

std::optional<ResumePoint> load_resume_point(const std::filesystem::path& file,
                                             const ResumePoint& wanted) {
    const auto text = ops::read_file(resume_path(file));
    if (!text) return std::nullopt;
    try {
        const auto point = reflect::read<ResumePoint>(parse_json(*text, "the progress file"));
        const bool same = point.file_sha256 == wanted.file_sha256 &&
                          point.database == wanted.database && point.org == wanted.org &&
                          point.project == wanted.project;
        return same ? std::optional(point) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;  // starting over is safe: what is there already is found identical
    }
}

void save_resume_point(const std::filesystem::path& file, const ResumePoint& point) {
    ops::write_file(resume_path(file), serialize(reflect::write(point)) + "\n", 0600);
}

void remove_resume_point(const std::filesystem::path& file) {
    std::error_code ignored;  // left behind, it is about a finished import: the next run sees that
    std::filesystem::remove(resume_path(file), ignored);
}

}  // namespace stele::tenant
