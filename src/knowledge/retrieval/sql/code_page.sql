-- Codes for a page of a tenant's vectors, in the order of their items; the last one is where the next page begins.
-- $1 org, $2 project, $3 kind, $4 after this item, $5 at most
SELECT count(*), (array_agg(v.item ORDER BY v.item DESC))[1],
       CASE WHEN count(*) > 0
            THEN stele_write_codes($3, array_agg($1::uuid), array_agg($2::uuid), array_agg(v.item),
                                    array_agg(v.scope), array_agg(v.model), array_agg(v.embedding))::text END
FROM stele_vector_page($1, $2, $3, $4, $5) v
