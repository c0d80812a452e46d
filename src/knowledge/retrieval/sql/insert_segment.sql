-- A segment's line in the manifest; its blocks are written in the same transaction.
-- $1 org, $2 project, $3 kind, $4 segment, $5 documents, $6 buckets, $7 bytes of postings, $8 first id, $9 last id
INSERT INTO search_segments (org_id, project_id, kind, segment, documents, buckets, bytes, first_id, last_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
