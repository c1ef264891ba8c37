#!/usr/bin/env bash
# Runs the cluster tests against a throw-away Kubernetes: SIDECAR_CLUSTER_TOOLS=FOLDER eng/cluster-tests.sh
# FOLDER holds build.sh, which installs that Kubernetes, and run.sh COMMAND, which runs a command against it with KUBECONFIG set, importing
# the image archives of the folder CLUSTER_IMAGES. Needs root and podman. Not part of .ci/run: building Kubernetes takes minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ -x ${SIDECAR_CLUSTER_TOOLS:-}/run.sh ]] || { echo "cluster-tests: SIDECAR_CLUSTER_TOOLS must name a folder with build.sh and run.sh" >&2; exit 1; }

CLUSTER_IMAGES=$(mktemp -d)
trap 'rm -rf "$CLUSTER_IMAGES"' EXIT
export CLUSTER_IMAGES
dotnet build tests/SidecarAspire.Cluster.Tests
CONTAINER_TOOL=podman eng/build-images.sh --from-host --archives "$CLUSTER_IMAGES"
"$SIDECAR_CLUSTER_TOOLS/build.sh"
"$SIDECAR_CLUSTER_TOOLS/run.sh" dotnet test tests/SidecarAspire.Cluster.Tests --no-build
