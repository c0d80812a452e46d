#include "operate/tenant/models.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>

#include "foundation/base/error.hpp"
#include "operate/tenant/sql.hpp"

namespace stele::tenant {

namespace {

struct Registered {
    int id;
    ModelRef model;
};

std::vector<Registered> registered(Session& session) {
    std::vector<Registered> out;
    for (const auto row : session.query(sql::models))
        out.push_back(
            {row.get<std::int32_t>(0),
             {row.get<std::string>(1), row.get<std::int32_t>(2), row.get<std::string>(3)}});
    return out;
}

std::optional<int> id_here(const std::vector<Registered>& known, const ModelRef& model) {
    for (const auto& [id, other] : known) {
        if (other.name != model.name || other.weights_hash != model.weights_hash) continue;
        if (other.dimensions == model.dimensions) return id;
        throw Error(Code::conflict,
                    fmt::format("the model {} has {} dimensions in the file and {} in the database",
                                model.name, model.dimensions, other.dimensions),
                    "their vectors cannot stand in one database");
    }
    return std::nullopt;
}

}  // namespace

std::string ModelNumbers::place_of(const std::string& column) const {
    return fmt::format("array_position('{{{}}}'::smallint[], {})::smallint", fmt::join(ids, ","),
                       column);
}

std::string ModelNumbers::id_of(const std::string& place) const {
    return fmt::format("('{{{}}}'::smallint[])[{}]", fmt::join(ids, ","), place);
}

ModelNumbers models_in_use(Session& session, const std::vector<Table>& tables) {
    std::set<int> used;
    for (const Table& table : tables)
        for (const Column& column : table.columns)
            if (column.is_model)
                for (const auto row : session.script(
                         fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL",
                                     column.sql, table.sql)))
                    used.insert(std::stoi(std::string(row.raw(0))));
    ModelNumbers out;
    for (auto& [id, model] : registered(session))
        if (used.contains(id)) {
            out.ids.push_back(id);
            out.models.push_back(std::move(model));
        }
    return out;
}

ModelNumbers find_models(Session& session, const std::vector<ModelRef>& models, bool write,
                         std::vector<std::string>& missing) {
    std::vector<Registered> known = registered(session);
    ModelNumbers out{models, {}};
    missing.clear();
    for (const ModelRef& model : models) {
        std::optional<int> id = id_here(known, model);
        if (!id) {
            missing.push_back(model.name);
            if (write) {
                session.query(sql::register_model, model.name, model.dimensions,
                              model.weights_hash);
                known = registered(session);
                id = id_here(known, model);
                if (!id)
                    throw Error(Code::conflict, "another process registers models just now",
                                "run this again", {}, true);
            }
        }
        out.ids.push_back(id.value_or(0));
    }
    return out;
}

}  // namespace stele::tenant
