-- A migration was reverted. $1 version.
DELETE FROM public.schema_migrations WHERE version = $1
