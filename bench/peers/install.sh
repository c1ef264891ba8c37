#!/usr/bin/env bash
# Installs what `SidecarAspire.Bench -- compare` measures and measures with: from Debian, nothing else. Root on Debian 12.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DEBIAN_FRONTEND=noninteractive
missing=()
for tool in nginx:nginx-light haproxy:haproxy wrk:wrk h2load:nghttp2-client taskset:util-linux perf:linux-perf; do
    command -v "${tool%%:*}" > /dev/null || missing+=("${tool##*:}")
done
if ((${#missing[@]} > 0)); then
    apt-get update -qq
    # Debian starts what it installs; only the bench's own instances may run.
    printf '#!/bin/sh\nexit 101\n' > /tmp/policy-rc.d.$$ && chmod +x /tmp/policy-rc.d.$$
    POLICYRCD=/tmp/policy-rc.d.$$ apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
    rm -f /tmp/policy-rc.d.$$
fi
echo "installed: nginx $(nginx -v 2>&1 | cut -d/ -f2), $(haproxy -v | head -n 1 | cut -d- -f1,2), $(h2load --version), $(perf --version)"
