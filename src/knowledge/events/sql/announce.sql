-- Says something to who watches a tenant, in the order of the arrays. $1 org, $2 project, $3 types, $4 jobs or none,
-- $5 sessions or none, $6 data → id
SELECT stele_announce($1, $2, s.type, s.job, s.session, s.data::jsonb)
FROM unnest($3::text[], $4::uuid[], $5::text[], $6::text[]) AS s (type, job, session, data)
