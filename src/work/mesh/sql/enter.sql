-- Registers an instance: its name is who it is, so a name that is known keeps its id. Gives the id, whether it was
-- known, restarts, the endpoint that was alive under this name until now (or none), revision.
-- $1 org, $2 project, $3 id of a new one, $4 name, $5 posse, $6 role, $7 expertise, $8 model and $9 vector of that or
-- none, $10 capabilities, $11 models, $12 endpoint, $13 version, $14 seconds that a beat counts
WITH before AS (
    SELECT i.endpoint FROM mesh_instances i
        JOIN mesh_heartbeats b ON b.org_id = i.org_id AND b.project_id = i.project_id AND b.id = i.id
    WHERE i.org_id = $1 AND i.project_id = $2 AND i.name = $4 AND NOT b.gone
        AND b.heartbeat_at > now() - make_interval(secs => $14)
), said AS (
    INSERT INTO mesh_instances AS m (org_id, project_id, id, name, posse, role, expertise, expertise_model,
                                     expertise_vector, capabilities, models, endpoint, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8::int, $9::halfvec, $10, $11, $12, $13)
    ON CONFLICT (org_id, project_id, name) DO UPDATE
        SET posse = excluded.posse, role = excluded.role, expertise = excluded.expertise,
            expertise_model = excluded.expertise_model, expertise_vector = excluded.expertise_vector,
            capabilities = excluded.capabilities, models = excluded.models, endpoint = excluded.endpoint,
            version = excluded.version, restarts = m.restarts + 1, revision = m.revision + 1, updated_at = now()
    RETURNING m.id, m.restarts, m.revision
), beat AS (
    INSERT INTO mesh_heartbeats (org_id, project_id, id, revision)
    SELECT $1, $2, s.id, s.revision FROM said s
    ON CONFLICT (org_id, project_id, id) DO UPDATE
        SET revision = excluded.revision, heartbeat_at = now(), gone = false, status = 'idle', active_jobs = 0,
            uptime_seconds = 0
)
SELECT s.id, s.restarts > 0, s.restarts, (SELECT endpoint FROM before WHERE endpoint <> $12), s.revision FROM said s
