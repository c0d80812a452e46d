-- A migration was reverted. $1 version.
DELETE FROM schema_migrations WHERE version = $1
