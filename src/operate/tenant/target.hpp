// Questions to a database that both directions ask, and how they say how far they are.
#pragma once

#include "operate/tenant/catalog.hpp"
#include "runtime/context.hpp"

namespace stele::tenant {

// The ledger, oldest first.
std::vector<MigrationRef> migrations_of(Session& session);

// Error(refused) unless the session's database has the schema that the file was made from: the same
// migrations and the same tables, column by column.
void require_same_schema(Session& session, const Header& header, const std::vector<Table>& tables);

// Tells the context now and then, and throws Error(cancelled) when the caller has gone.
class RowProgress {
  public:
    RowProgress(const runtime::Context& context, std::string_view what, std::uint64_t total)
        : context_(context), what_(what), total_(total) {}
    void row() {
        if (++rows_ % 1024 == 0 || rows_ == total_) tell();
    }
    void skip(std::uint64_t rows) { rows_ += rows; }

  private:
    void tell() const;
    const runtime::Context& context_;
    std::string_view what_;
    std::uint64_t total_;
    std::uint64_t rows_ = 0;
};

}  // namespace stele::tenant
