-- Rows for bench/ops.sh: :rows memories with a vector each, a tenth of them one tenant's.
CREATE TEMP TABLE words AS
    SELECT array_agg(substr(md5(i::text), 1, 3 + i % 7)) AS all_words FROM generate_series(1, 5000) i;
INSERT INTO embedding_models (name, dimensions, weights_hash, active) VALUES ('bench', 384, 'bench', true);
-- Five thousand texts and vectors, used again and again: more than a compressor looks back over.
CREATE TEMP TABLE samples AS
SELECT s, (SELECT string_agg(all_words[1 + (random() * 4999)::int], ' ') FROM generate_series(1, 60 + s * 0), words) AS content,
       (SELECT format('{%s}/1000000000', string_agg((1 + t * 20000000 + s * 17 % 19999999) || ':1.5', ',' ORDER BY t))
          FROM generate_series(1, 40) t)::sparsevec AS lexemes,
       (SELECT array_agg(random() - 0.5)::vector(384)::halfvec FROM generate_series(1, 384 + s * 0)) AS embedding
FROM generate_series(1, 5000) s;
INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, trust, content, content_hash,
                      lexemes, tags, metadata, pinned, created_at, updated_at)
SELECT md5('org' || CASE WHEN i % 10 = 0 THEN 0 ELSE 1 + i % 100 END)::uuid, md5('project')::uuid,
       (lpad(to_hex(i), 12, '0') || substr(md5(i::text), 1, 20))::uuid, 'global', 'bench', 'learning', 'fact', 'self',
       'unverified', content || ' ' || i, sha256((content || i)::bytea), lexemes, ARRAY['bench'],
       jsonb_build_object('n', i), false, now(), now()
FROM generate_series(1, :rows) i JOIN samples ON s = 1 + i % 5000
ORDER BY i;
INSERT INTO memory_vectors (org_id, project_id, memory_id, model, embedding)
SELECT m.org_id, m.project_id, m.id, (SELECT min(id) FROM embedding_models), s.embedding
FROM memories m JOIN samples s ON s.s = 1 + (m.metadata ->> 'n')::int % 5000
ORDER BY m.id;
VACUUM ANALYZE;
