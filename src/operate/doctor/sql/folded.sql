-- Per kind of item of this tenant: how many rows say that they are in a segment, how many items the segments
-- say they hold, and whether as many blocks are there as the manifest asks for.
SELECT f.kind, f.rows, coalesce(s.items, 0)::bigint, coalesce(s.complete, true)
FROM (SELECT 'memory' AS kind, count(*) AS rows FROM memories
      WHERE org_id = stele_org() AND project_id = stele_project() AND indexed
      UNION ALL
      SELECT 'message', count(*) FROM chat_messages
      WHERE org_id = stele_org() AND project_id = stele_project() AND indexed
      UNION ALL
      SELECT 'summary', count(*) FROM chat_summaries
      WHERE org_id = stele_org() AND project_id = stele_project() AND indexed) f
    LEFT JOIN (SELECT kind, sum(documents - removed) AS items,
                      bool_and(buckets + (documents + 63) / 64 + 1 =
                               (SELECT count(*) FROM search_blocks b
                                WHERE b.org_id = stele_org() AND b.project_id = stele_project()
                                  AND b.segment = m.segment)) AS complete
               FROM search_segments m
               WHERE org_id = stele_org() AND project_id = stele_project()
               GROUP BY kind) s USING (kind)
ORDER BY f.kind
