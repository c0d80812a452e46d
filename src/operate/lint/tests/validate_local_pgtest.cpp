// `db validate` on the local cluster, whose owner may create databases but not every extension.
#include "operate/cluster/tests/local_cluster_fixture.hpp"
#include "operate/lint/operations.hpp"
#include "operate/setup/tests/context.hpp"

namespace stele::ops {
namespace {

std::string scratch_databases(const std::string& url) {
    return query(url, "SELECT count(*) FROM pg_database WHERE datname LIKE 'stele_validate_%'");
}

TEST_F(LocalCluster, IsValidatedWithItsSuperusersHelp) {
    ensure();
    const ClusterUrls urls = *local_cluster_urls();
    Bench bench(urls.app, "", lint::register_operations);
    const json::value output = bench.run("db.validate", {{"runners", 3}});
    EXPECT_EQ(output.at("exitCode"), 0) << pretty(output);
    EXPECT_EQ(scratch_databases(urls.superuser), "0");
}

TEST_F(LocalCluster, AnOwnerAloneIsToldWhatHeMayNot) {
    ensure();
    const ClusterUrls urls = *local_cluster_urls();
    Bench bench(urls.app, "", lint::register_operations);
    const json::value output = bench.run("db.validate", {{"scratchUrl", json::string(urls.admin)}});
    EXPECT_EQ(output.at("exitCode"), 1);
    ASSERT_EQ(output.at("checks").as_array().size(), 1u);
    EXPECT_EQ(output.at("checks").at(0).at("name"), "apply");
    EXPECT_THAT(serialize(output), HasSubstr("permission denied to create extension"));
    EXPECT_EQ(scratch_databases(urls.superuser), "0");
}

}  // namespace
}  // namespace stele::ops
