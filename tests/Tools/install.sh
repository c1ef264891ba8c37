#!/usr/bin/env bash
# Installs what tests need and this machine lacks, on Debian or Ubuntu as root: install.sh [TEST-PROJECT]
# Ends with 0 whatever happens: tests without their tool are skipped, and say how to install it. SIDECAR_TEST_INSTALL=off turns it off.
set -uo pipefail
[[ ${SIDECAR_TEST_INSTALL:-} != off ]] && ((EUID == 0)) && command -v apt-get > /dev/null || exit 0
list=$(dirname "${BASH_SOURCE[0]}")/tools.txt

is_there() {
    local all any candidate
    for all in $1; do
        for any in ${all//,/ }; do
            candidate=$(type -P "$any") && [[ -x $candidate ]] && continue 2
            [[ $any == /* && -f $any ]] && continue 2
        done
        return 1
    done
}

missing() {
    local tool found_by packages projects
    while IFS='|' read -r tool found_by packages projects; do
        [[ $tool == \#* || " $projects " != *" ${1:-} "* && -n ${1:-} ]] || is_there "$found_by" || echo $tool $packages
    done < "$list"
}

[[ -n $(missing "$@") ]] || exit 0
# One at a time: the others find everything installed.
exec 9> /var/lock/sidecar-test-tools.lock
flock 9
mapfile -t tools < <(missing "$@")
((${#tools[@]} > 0)) || exit 0

echo "Installing Debian packages for the tests, once (SIDECAR_TEST_INSTALL=off turns this off): $(cut -d ' ' -f 2- <<< "$(printf '%s\n' "${tools[@]}")" | xargs)"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt-get update -qq -o Acquire::Retries=3 > "$log" 2>&1 || tail -n 3 "$log"
for i in "${!tools[@]}"; do
    read -r tool packages <<< "${tools[i]}"
    echo "[$((i + 1))/${#tools[@]}] $tool"
    # shellcheck disable=SC2086
    if ! apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 $packages > "$log" 2>&1; then
        echo "$tool could not be installed, the tests that need it will be skipped:"
        tail -n 3 "$log"
    elif [[ -d /run/systemd/system ]]; then
        # Tests start their own.
        systemctl disable --quiet --now "$tool.service" 2> /dev/null
    fi
done
exit 0
