#!/usr/bin/env bash
# Builds both images, the legacy app's and the sidecar's: eng/build-images.sh [--from-host] [--archives FOLDER]
#   --from-host        without a registry: this machine's Node.js, .NET SDK and libraries instead of base images
#   --archives FOLDER  saves each image there too, as NAME.tar
# CONTAINER_TOOL is docker or podman; by default the first of the two that works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    echo "build-images: $*" >&2
    exit 1
}

from_host=false archives=''
while (($# > 0)); do
    case $1 in
        --from-host) from_host=true ;;
        --archives)
            (($# > 1)) || fail "--archives needs a folder"
            archives=$2
            shift
            ;;
        *) fail "'$1' is not allowed; it must be --from-host or --archives FOLDER" ;;
    esac
    shift
done

tool=${CONTAINER_TOOL:-}
if [[ -z $tool ]]; then
    for candidate in docker podman; do
        "$candidate" info > /dev/null 2>&1 && tool=$candidate && break
    done
    [[ -n $tool ]] || fail "neither docker nor podman works here"
fi

commit=$(git rev-parse HEAD 2> /dev/null || true)
app=docker.io/library/legacy-app:$(sed -nE 's/^  "version": "(.*)",$/\1/p' LegacyApp/package.json)
sidecar=docker.io/library/sidecar-proxy:$(sed -nE 's|^ *<Version>(.*)</Version>$|\1|p' Directory.Build.props)

# What the loader finds for these files, at the same place below a root.
copy_libraries() {
    local root=$1
    shift
    { ldd "$@" 2> /dev/null || true; } | awk '$3 ~ "^/" { print $3 } $1 ~ "^/" && $1 !~ ":$" { print $1 }' | sort -u \
        | xargs -r cp -L --parents -t "$root"
}

prepare_root() {
    local root=$1 user=$2 id=$3
    mkdir -p "$root/etc" "$root/app"
    mkdir -m 1777 "$root/tmp"
    printf '%s:x:%d:%d::/:/\n' root 0 0 "$user" "$id" "$id" > "$root/etc/passwd"
    printf '%s:x:%d:\n' root 0 "$user" "$id" > "$root/etc/group"
    echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
}

import() {
    local root=$1 image=$2 change changes=()
    shift 2
    for change in "$@"; do changes+=(--change "$change"); done
    tar --owner=0 --group=0 --numeric-owner -C "$root" -c . | "$tool" import "${changes[@]}" - "$image" > /dev/null
}

app_from_host() {
    local root=$work/app
    prepare_root "$root" node 1000
    cp LegacyApp/*.js LegacyApp/package.json LegacyApp/package-lock.json LegacyApp/.npmrc "$root/app"
    npm ci --prefix "$root/app" --omit=dev --no-audit --no-fund --silent
    install -D "$(node -p process.execPath)" "$root/usr/local/bin/node"
    copy_libraries "$root" "$root/usr/local/bin/node"
    import "$root" "$app" 'ENV NODE_ENV=production' 'ENV PATH=/usr/local/bin' 'WORKDIR /app' 'USER 1000' 'EXPOSE 8080' 'CMD ["node", "app.js"]'
}

sidecar_from_host() {
    local root=$work/sidecar tls
    prepare_root "$root" app 1654
    dotnet publish Sidecar.Proxy --use-current-runtime -p:SourceRevisionId="$commit" --output "$root/app" --verbosity quiet --nologo \
        || fail "the sidecar could not be published"
    # .NET looks for OpenSSL when it first needs it, so ldd does not name it.
    tls=$(ldconfig -p | awk '/lib(ssl|crypto)\.so\.3 / { print $NF }')
    # shellcheck disable=SC2086
    copy_libraries "$root" "$root"/app/Sidecar.Proxy $tls
    # shellcheck disable=SC2086
    cp -L --parents -t "$root" $tls /etc/ssl/certs/ca-certificates.crt
    import "$root" "$sidecar" 'ENV PORT=8080' 'WORKDIR /app' 'USER 1654' 'EXPOSE 8080' 'EXPOSE 9901' 'ENTRYPOINT ["/app/Sidecar.Proxy"]'
}

if $from_host; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    app_from_host
    sidecar_from_host
else
    "$tool" build --tag "$app" LegacyApp
    "$tool" build --tag "$sidecar" --file Sidecar.Proxy/Dockerfile --build-arg COMMIT="$commit" .
fi

for image in "$app" "$sidecar"; do
    if [[ -n $archives ]]; then
        name=${image##*/}
        mkdir -p "$archives"
        rm -f "$archives/${name%%:*}.tar"
        "$tool" save --output "$archives/${name%%:*}.tar" "$image"
    fi
    echo "${image#docker.io/library/}: $(($("$tool" image inspect --format '{{.Size}}' "$image") / 1000000)) MB"
done
