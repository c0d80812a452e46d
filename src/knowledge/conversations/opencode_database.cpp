// OpenCode's SQLite database, opened for reading alone.
#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/opencode.hpp"

namespace stele::conversations {

namespace {

class Database {
  public:
    explicit Database(const std::filesystem::path& path) : path_(path.string()) {
        const int code = sqlite3_open_v2(path_.c_str(), &db_, SQLITE_OPEN_READONLY, nullptr);
        if (code != SQLITE_OK) {
            const std::string why = db_ ? sqlite3_errmsg(db_) : "out of memory";
            sqlite3_close(db_);
            throw Error(Code::invalid_argument, fmt::format("path: {}: {}", path_, why));
        }
        sqlite3_busy_timeout(db_, 5000);  // milliseconds: OpenCode may be writing
    }
    ~Database() { sqlite3_close(db_); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Calls read(statement) for each row; `key` is the statement's parameter.
    template <class Read>
    void query(const char* sql, const std::string& key, const Read& read) const {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) refuse();
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(statement,
                                                                          sqlite3_finalize);
        if (!key.empty())
            sqlite3_bind_text(statement, 1, key.data(), int(key.size()), SQLITE_STATIC);
        int code = sqlite3_step(statement);
        for (; code == SQLITE_ROW; code = sqlite3_step(statement)) read(statement);
        if (code != SQLITE_DONE) refuse();
    }

    const std::string& path() const { return path_; }

  private:
    [[noreturn]] void refuse() const {
        throw Error(Code::invalid_argument, fmt::format("path: {}: {}", path_, sqlite3_errmsg(db_)),
                    "is it OpenCode's database, of version 1.2 or later?");
    }

    std::string path_;
    sqlite3* db_ = nullptr;
};

std::string text(sqlite3_stmt* row, int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
    return bytes ? std::string(bytes, std::size_t(sqlite3_column_bytes(row, column))) : "";
}

std::vector<OpenCodeMessage> messages_of(const Database& db, const std::string& session,
                                         Importer& importer) {
    std::vector<OpenCodeMessage> out;
    db.query(
        "SELECT id, data, time_created FROM message WHERE session_id = ?1 "
        "ORDER BY time_created, id",
        session, [&](sqlite3_stmt* row) {
            const std::string id = text(row, 0);
            const std::string place = fmt::format("{} message {}", db.path(), id);
            importer.piece(place, [&] {
                json::object info = ingest::read_json_object(text(row, 1), place, importer.out);
                info["id"] = id;
                if (!info.contains("time"))
                    info["time"] = {{"created", sqlite3_column_int64(row, 2)}};
                out.push_back({place, std::move(info), {}});
            });
        });
    for (OpenCodeMessage& message : out)
        db.query("SELECT id, data FROM part WHERE message_id = ?1 ORDER BY id",
                 text_at(message.info, "id"), [&](sqlite3_stmt* row) {
                     const std::string id = text(row, 0);
                     const std::string place = fmt::format("{} part {}", db.path(), id);
                     importer.piece(place, [&] {
                         json::object part =
                             ingest::read_json_object(text(row, 1), place, importer.out);
                         part["id"] = id;
                         message.parts.push_back(std::move(part));
                     });
                 });
    return out;
}

}  // namespace

void collect_database(const std::filesystem::path& path, Importer& importer,
                      std::vector<OpenCodeSession>& out) {
    const auto db = std::make_shared<Database>(path);
    db->query("SELECT id, parent_id, directory, title, time_created FROM session ORDER BY id", "",
              [&](sqlite3_stmt* row) {
                  const std::string id = text(row, 0);
                  json::object info{{"id", id},
                                    {"parentID", text(row, 1)},
                                    {"directory", text(row, 2)},
                                    {"title", text(row, 3)},
                                    {"time", {{"created", sqlite3_column_int64(row, 4)}}}};
                  out.push_back({fmt::format("{} session {}", db->path(), id), std::move(info),
                                 [db, id, &importer] { return messages_of(*db, id, importer); }});
              });
}

}  // namespace stele::conversations
