-- Who searches by meaning knows the lists, and chooses them: comparing a question with the centroids of a million
-- items took the server a millisecond. src/retrieval/centroids.hpp.
SET LOCAL lock_timeout = '5s';

-- The items whose codes are nearest to the question's, from the lists that the caller chose and the nearest of those
-- that it does not know: their numbers are higher than `newest`. The caller compares their vectors.
CREATE FUNCTION stele_nearest_in(org uuid, project uuid, of_kind text, of_model integer, question halfvec,
                                 only_scopes text[], chosen integer[], newest integer, lists integer, most integer)
    RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 200 SET enable_seqscan = off AS $$
DECLARE
    near integer[] := chosen || ARRAY(SELECT l.list FROM vector_lists l
                                      WHERE l.org_id = org AND l.project_id = project AND l.kind = of_kind
                                          AND l.model = of_model AND l.list > newest
                                      -- The first list and those that are being split are always among them.
                                      ORDER BY CASE WHEN NOT l.closing THEN l.centroid <=> question END NULLS FIRST
                                      LIMIT lists);
    hashes integer[] := ARRAY(SELECT hashtext(s) FROM unnest(only_scopes) s);
    bits bit varying := binary_quantize(question);
BEGIN
    IF only_scopes IS NULL THEN
        RETURN QUERY SELECT c.item FROM vector_codes c
            WHERE c.org_id = org AND c.project_id = project AND c.kind = of_kind AND c.model = of_model
                AND c.list = ANY (near)
            ORDER BY c.code <~> bits LIMIT most;
    ELSE
        RETURN QUERY SELECT c.item FROM vector_codes c
            WHERE c.org_id = org AND c.project_id = project AND c.kind = of_kind AND c.model = of_model
                AND c.list = ANY (near) AND c.scope = ANY (hashes)
            ORDER BY c.code <~> bits LIMIT most;
    END IF;
END
$$;
