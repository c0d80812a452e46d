#include <fmt/format.h>

#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"

namespace stele::reference {

namespace {

std::string families(const Sources& sources, std::string_view prefix) {
    std::string out;
    for (const runtime::MetricFamily& family : sources.metrics) {
        if (!family.name.starts_with(prefix)) continue;
        std::string labels;
        if (!family.labels.empty())
            labels = fmt::format(", labels `{}`", fmt::join(family.labels, "`, `"));
        out += item(fmt::format("`{}` ({}{}): {}", family.name, family.kind, labels, family.help));
    }
    return out;
}

}  // namespace

std::string metrics_page(const Sources& sources) {
    return title("Metrics", "metrics") +
           prose(
               "`GET /metrics` answers in Prometheus' text format. It needs the server's token "
               "where the server has one. Alert rules are in `deploy/prometheus-alerts.yaml`, a "
               "dashboard in `deploy/grafana-dashboard.json`.") +
           "\n\n## Stele\n\n" + families(sources, "stele_") + "\n## PostgreSQL\n\n" +
           prose(
               "Names and labels are those of postgres_exporter. They are untyped, because many "
               "of these names are not what Prometheus asks of a counter. While the database "
               "does not answer, only `pg_up` is there.") +
           "\n\n" + families(sources, "pg_");
}

}  // namespace stele::reference
