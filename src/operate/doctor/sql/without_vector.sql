-- Memories of this tenant without a vector that nobody is going to bring; counted to 1000.
SELECT count(*) FROM (
    SELECT FROM memories m
     WHERE m.org_id = stele_org() AND m.project_id = stele_project()
       AND NOT EXISTS (SELECT FROM memory_vectors v WHERE v.org_id = m.org_id AND v.project_id = m.project_id AND v.memory_id = m.id)
       AND NOT EXISTS (SELECT FROM embedding_queue q WHERE q.org_id = m.org_id AND q.project_id = m.project_id AND q.memory_id = m.id)
     LIMIT 1000) bare
