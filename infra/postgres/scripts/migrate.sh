#!/usr/bin/env bash
# The name under which readers of Caracal's guide know it; docs/guides/from-caracal.md.
exec "${STELE_BINARY:-stele}" db migrate "$@"
