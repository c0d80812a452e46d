// The statements of an import, over tables and columns that the catalog names.
#pragma once

#include <string>

#include "operate/tenant/catalog.hpp"
#include "operate/tenant/models.hpp"

namespace stele::tenant {

// The stage is a temporary table with one table's columns; rows of the file wait there to be
// compared and inserted. In it, a model is still its place in the file.
std::string create_stage(const Table& table);
std::string fill_stage(const Table& table);  // COPY … FROM STDIN
inline constexpr const char* kEmptyStage = "TRUNCATE pg_temp.stele_stage";
inline constexpr const char* kDropStage = "DROP TABLE pg_temp.stele_stage";

// Inserts what is not there yet; what is there, by any unique index, stays as it is.
std::string insert_staged(const Table& table, const ModelNumbers& models);
// How many staged rows are there already with their key: "the very same", "all".
std::string count_present(const Table& table, const ModelNumbers& models);

// Each answers id, hash in the file, other id, hash in the database and, in every row, the number
// of all conflicts of its kind; at most `limit` rows.
std::string other_content(const Table& table, const ModelNumbers& models, std::size_t limit);
std::string other_key(const Table& table, const UniqueIndex& index, const ModelNumbers& models,
                      std::size_t limit);
// Id and hash of staged rows whose key cannot be seen in the table, and two empty texts.
std::string not_there(const Table& table, const ModelNumbers& models, std::size_t limit);

}  // namespace stele::tenant
