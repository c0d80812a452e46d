// The files below a folder that somebody would call theirs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "foundation/ingest/notes.hpp"

namespace stele::ingest {

struct FolderRules {
    std::string ending;  // of a file's name: ".md"
    std::vector<std::string>
        include;  // folders taken all the same: a name, or a path below the root
};

// The root itself when it is a file, else the files below it, sorted. Left out: hidden folders,
// node_modules, and what git ignores, by .gitignore also outside a repository. Links to folders are
// not followed. A folder that may not be read, and a git that does not answer, go into the notes.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& root,
                                               const FolderRules& rules, Notes& notes);

}  // namespace stele::ingest
