-- Whether memories of these scopes have been waiting for their vector for more than five seconds, of the first thousand
-- that wait, and whether any was set aside. One that was stored a moment ago is found by its words until its vector comes.
-- plan: page
-- $1 org, $2 project, $3 scopes (NULL: all), $4 model
SELECT EXISTS (SELECT FROM (SELECT q.memory_id FROM embedding_queue q
                            WHERE q.org_id = $1 AND q.project_id = $2 AND q.queued_at < now() - interval '5 s'
                            LIMIT 1000) w
                   CROSS JOIN LATERAL (SELECT o.scope FROM memories o
                                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = w.memory_id LIMIT 1) m
               WHERE $3::text[] IS NULL OR m.scope = ANY ($3)),
       EXISTS (SELECT FROM (SELECT d.item FROM dead_letters d
                            WHERE d.org_id = $1 AND d.project_id = $2 AND d.task = 'embedding' AND d.kind = 'memory'
                                AND d.model = $4 LIMIT 1000) g
                   CROSS JOIN LATERAL (SELECT o.scope FROM memories o
                                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = g.item LIMIT 1) m
               WHERE $3::text[] IS NULL OR m.scope = ANY ($3))
