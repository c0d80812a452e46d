// A database and a folder of transcripts, for the tests of importers.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/tests/fixture.hpp"
#include "knowledge/conversations/transfer.hpp"
#include "support/temp_folder.hpp"

namespace stele::conversations {

namespace fs = std::filesystem;

class ImportTest : public ::testing::Test {
  protected:
    void write(const std::string& path, const std::string& text) const { folder.write(path, text); }

    ImportOutput import(ImportFormat format, const std::string& data, bool lenient = false) {
        ImportInput in;
        in.format = format;
        in.data = data;
        in.lenient = lenient;
        return import_threads(context, in);
    }

    ImportOutput import_path(ImportFormat format, const fs::path& path) {
        ImportInput in;
        in.format = format;
        in.path = path.string();
        return import_threads(context, in);
    }

    // What an import is refused with.
    std::string problem_of(ImportFormat format, const std::string& data) {
        try {
            import(format, data);
            return "";
        } catch (const Error& error) {
            return error.what();
        }
    }

    World world;
    runtime::Context context = world.context();
    testing::TempFolder folder;
    const fs::path& root = folder.path;
};

}  // namespace stele::conversations
