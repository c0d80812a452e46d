// Indexes, vectors, collations: what makes search slow or wrong.
#include "foundation/embed/embedder.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/reembed.hpp"
#include "knowledge/vectors/model.hpp"
#include "operate/doctor/tests/examination.hpp"

namespace stele::doctor {
namespace {

void invalidate(const TestDatabase& database, const std::string& index) {
    query(database.url(),
          "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '" + index + "'::regclass");
}

TEST(Lexical, MissingAndInvalid) {
    const TestDatabase database;
    query(database.url(),
          "DROP INDEX memories_content; ALTER TABLE embedding_queue DROP CONSTRAINT "
          "embedding_queue_pkey");
    invalidate(database, "memories_recent");
    Examination examination(database.app_url());
    run_sql(database.url(),
            expect_finding(examination.check("lexical"), Verdict::fail,
                           "memories_recent is INVALID, memories_content is missing, "
                           "embedding_queue_pkey is missing",
                           "read the whole table", "REINDEX INDEX CONCURRENTLY memories_recent;")
                .mend);
    expect_pass(examination.check("lexical"));
    const std::string key = query(
        database.url(), "SELECT indexdef FROM pg_indexes WHERE indexname = 'memories_content'");
    EXPECT_THAT(key, HasSubstr("CREATE UNIQUE INDEX"));
    EXPECT_THAT(key, HasSubstr("WHERE (superseded_by IS NULL)"));
}

TEST(Segments, RowsAndSegmentsOfTwoMoments) {
    const TestDatabase database;
    Examination examination(database.app_url());
    expect_pass(examination.check("segments"));
    const std::string tenant =
        "'00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001'";
    const std::string add =
        "INSERT INTO search_segments (org_id, project_id, kind, segment, documents, buckets, "
        "bytes, "
        "first_id, last_id) SELECT " +
        tenant + ", 'memory', i, 2, 1, 1, i, i FROM gen_random_uuid() i";
    query(database.url(), add);
    expect_finding(examination.check("segments"), Verdict::fail,
                   "memory: 0 rows are marked as indexed, the segments hold 2", "two moments",
                   "stele segments refold");
    query(database.url(), "UPDATE search_segments SET removed = 2");
    expect_finding(examination.check("segments"), Verdict::fail,
                   "memory: blocks of a segment are missing", "two moments",
                   "stele segments refold");
    query(database.url(), "DELETE FROM search_segments");
    expect_pass(examination.check("segments"));
}

TEST(Hnsw, InvalidThenUnused) {
    const TestDatabase database;
    Examination examination(database.app_url());
    expect_pass(examination.check("hnsw"));
    query(database.url(),
          "CREATE INDEX near ON memory_vectors USING hnsw ((embedding::halfvec(3)) "
          "halfvec_cosine_ops)");
    invalidate(database, "near");
    run_sql(database.url(),
            expect_finding(examination.check("hnsw"), Verdict::fail, "public.near is INVALID",
                           "cut short", "REINDEX INDEX CONCURRENTLY public.near;")
                .mend);
    run_sql(database.url(),
            expect_finding(examination.check("hnsw"), Verdict::warn, "public.near was never used",
                           "only costs writes", "DROP INDEX CONCURRENTLY public.near;")
                .mend);
    expect_pass(examination.check("hnsw"));
}

TEST(Indexes, InvalidAndDouble) {
    const TestDatabase database;
    query(database.url(),
          "CREATE TABLE t (a int); CREATE INDEX one ON t (a); CREATE INDEX two ON t (a)");
    query(database.url(), "CREATE INDEX broken ON t ((a + 1))");
    invalidate(database, "broken");
    Examination examination(database.app_url());
    const auto found = expect_finding(examination.check("indexes"), Verdict::warn,
                                      "public.two: the same as public.one", "costs every write",
                                      "DROP INDEX CONCURRENTLY public.two;");
    EXPECT_THAT(found.mend, HasSubstr("REINDEX INDEX CONCURRENTLY public.broken;"));
    run_sql(database.url(), found.mend);
    expect_pass(examination.check("indexes"));
}

TEST(Collation, ChangedUnderTheIndexes) {
    const ThrowawayServer server;
    query(server.url(),
          "CREATE DATABASE sorted LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8' TEMPLATE "
          "template0");
    query(server.url(), "UPDATE pg_database SET datcollversion = '1.0' WHERE datname = 'sorted'");
    query(server.url("sorted"),
          "CREATE COLLATION german (provider = icu, locale = 'de'); UPDATE pg_collation SET "
          "collversion = '2.0' WHERE collname = 'german'");
    Examination examination(server.url("sorted"));
    const auto found = expect_finding(examination.check("collation"), Verdict::warn,
                                      "the database's own: 1.0 then", "may miss rows",
                                      "ALTER DATABASE \"sorted\" REFRESH COLLATION VERSION;");
    EXPECT_THAT(found.evidence, HasSubstr("public.german: 2.0 then"));
    run_sql(server.url("sorted"), found.mend);
    expect_pass(examination.check("collation"));
}

// ---- embedding

class Fake : public embed::Embedder {
  public:
    const embed::ModelInfo& info() const override { return info_; }
    std::vector<embed::Vector> embed(std::span<const std::string> texts, embed::Purpose,
                                     std::chrono::steady_clock::time_point) override {
        return std::vector<embed::Vector>(texts.size(), {1, 0, 0});
    }

  private:
    embed::ModelInfo info_{"fake", 3, "hash-of-fake", 100};
};

// What `stele memory reembed` does.
void reembed(Examination& examination) {
    runtime::Context context = examination.context();
    const pg::Tenant mine{context.caller.org, context.caller.project};
    memory::reembed(context, {memory::refill()},
                    [&](runtime::Context&) { return std::vector{mine}; });
}

class Embedding : public testing::Test {
  protected:
    Embedding() {
        examination.embedder = &fake;
        examination.settings.embedding.kind = runtime::EmbedderKind::builtin;
    }
    const TestDatabase database;
    Fake fake;
    Examination examination{database.app_url()};
};

TEST_F(Embedding, NoModel) {
    examination.embedder = nullptr;
    expect_finding(examination.check("embedding"), Verdict::warn, "meanings are not",
                   "not installed", "./script/fetch-model");
    examination.embedder = &fake;
    expect_pass(examination.check("embedding"));
    examination.embedder = nullptr;
    examination.settings.embedding.kind = runtime::EmbedderKind::none;
    expect_pass(examination.check("embedding"));
}

TEST_F(Embedding, EndpointDown) {
    auto& settings = examination.settings.embedding;
    settings.kind = runtime::EmbedderKind::endpoint;
    settings.url = fmt::format("http://127.0.0.1:{}/v1", testing::free_port());
    const auto endpoint = embed::make_embedder({.kind = embed::Kind::endpoint,
                                                .model_dir = {},
                                                .url = settings.url,
                                                .model = "m",
                                                .api_key = {},
                                                .dimensions = 3});
    examination.embedder = endpoint.get();
    expect_finding(examination.check("embedding"), Verdict::fail, "127.0.0.1", "does not answer",
                   "curl -sS " + settings.url + "/embeddings");
    examination.embedder = &fake;  // it answers
    expect_pass(examination.check("embedding"));
}

TEST_F(Embedding, VectorsOfAnotherModel) {
    query(database.url(),
          "INSERT INTO embedding_models (name, dimensions, weights_hash, active) "
          "VALUES ('other', 384, 'x', true)");
    put_memory(database.url());
    expect_finding(examination.check("embedding"), Verdict::fail,
                   "other (384 dimensions); this process: fake (3", "cannot be compared",
                   "stele memory reembed");
    reembed(examination);
    expect_pass(examination.check("embedding"));
}

TEST_F(Embedding, SameModelOfAnotherDimension) {
    query(database.url(),
          "INSERT INTO embedding_models (name, dimensions, weights_hash, active) "
          "VALUES ('fake', 4, 'hash-of-fake', true)");
    expect_finding(examination.check("embedding"), Verdict::fail, "fake (4 dimensions)",
                   "cannot be compared", "stele memory reembed");
}

TEST_F(Embedding, TheQueueIsOld) {
    put_memory(database.url());
    query(database.url(),
          "INSERT INTO embedding_queue SELECT org_id, project_id, id, now() - interval '1 hour' "
          "FROM memories");
    expect_finding(examination.check("embedding"), Verdict::warn, "1 memories wait for a vector",
                   "works on the queue", "stele background list");
    reembed(examination);
    expect_pass(examination.check("embedding"));
    EXPECT_EQ(query(database.url(), "SELECT count(*) FROM memory_vectors"), "1");
}

TEST_F(Embedding, MemoriesWithoutAVector) {
    put_memory(database.url());
    expect_finding(examination.check("embedding"), Verdict::warn,
                   "1 memories of this project have no vector", "while there was no embedder",
                   "stele memory reembed");
    reembed(examination);
    expect_pass(examination.check("embedding"));
}

}  // namespace
}  // namespace stele::doctor
