#!/usr/bin/env bash
# Prints the folder that holds a real kube-apiserver: $KUBEBUILDER_ASSETS, else the one on PATH, else one that
# is built once from Debian's own Kubernetes source package (6 to 10 minutes on two cores, network needed for
# that package and its build tools only) and kept in the user's cache folder.
set -euo pipefail

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  [ -x "$KUBEBUILDER_ASSETS/kube-apiserver" ] && { echo "$KUBEBUILDER_ASSETS"; exit 0; }
  echo "control-plane.sh: KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS holds no kube-apiserver; mend or unset it" >&2
  exit 1
fi
if on_path=$(command -v kube-apiserver); then dirname "$on_path"; exit 0; fi

version=1.20.2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/athanor/kubernetes-$version
mkdir -p "$cache/bin"
built() { [ -x "$cache/bin/kube-apiserver" ]; }
if built; then echo "$cache/bin"; exit 0; fi
exec 9>"$cache/build.lock"
flock 9  # another run may be building: wait, then look again
if built; then echo "$cache/bin"; exit 0; fi

work=$cache/build
log=$cache/build.log
tree=$work/go/src/k8s.io/kubernetes
tools=(golang-1.19-go golang-1.19-src rsync jq make dpkg-dev ca-certificates bash-completion python3)

apt() { apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" </dev/null; }

install_tools() {
  local missing=() as_root=() tool
  for tool in "${tools[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$tool" 2>/dev/null)" = installed ] || missing+=("$tool")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then as_root=(sudo); fi
  install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
    -o DPkg::Lock::Timeout=600 install --no-install-recommends "${missing[@]}" </dev/null; }
  install || { "${as_root[@]}" apt-get -qq update </dev/null; install; }
}

# The machine's own Debian archives, asked for source packages: no address is named here. Archives of others
# (their suite isn't the release's code name) are left out. The lists stay inside the work folder.
write_source_lists() {
  . /etc/os-release
  mkdir -p "$work/apt/parts" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  python3 - "$VERSION_CODENAME" "$work/apt/parts" <<'PY'
import glob, os, re, sys

release, target = sys.argv[1:]
ours = lambda suites: any(re.match(rf"{release}([-/]|$)", suite) for suite in suites.split())
for path in glob.glob("/etc/apt/sources.list.d/*.sources"):
    stanzas = [s for s in re.split(r"\n\s*\n", open(path).read()) if
               (suites := re.search(r"(?mi)^Suites:(.*)$", s)) and ours(suites.group(1))]
    if stanzas:
        text = "\n\n".join(re.sub(r"(?mi)^Types:.*$", "Types: deb-src", s) for s in stanzas)
        open(os.path.join(target, os.path.basename(path)), "w").write(text + "\n")
for path in ["/etc/apt/sources.list", *glob.glob("/etc/apt/sources.list.d/*.list")]:
    if not os.path.exists(path):
        continue
    # deb [options] address suite component...
    matches = [re.match(r"deb\s+(\[[^]]*\]\s+)?\S+\s+(\S+)\s", line) for line in open(path)]
    lines = [match for match in matches if match and ours(match.group(2))]
    if lines:
        text = "".join("deb-src" + match.string[len("deb"):] for match in lines)
        open(os.path.join(target, os.path.basename(path).removesuffix(".list") + ".list"), "w").write(text)
PY
}

fetch_source() {
  local options=(
    -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/apt/parts"
    -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache" -o "APT::Sandbox::User=$(id -un)"
  )
  write_source_lists
  apt "${options[@]}" update
  cd "$work"
  apt "${options[@]}" source --download-only kubernetes
  tar xzf kubernetes_1.20*.orig.tar.gz
  mkdir -p "${tree%/*}"
  mv kubernetes-1.20* "$tree"
}

# The vendored modern-go/reflect2 1.0.1 crashes as soon as a map is encoded by a Go of 1.18 or later. The
# compiler is told to read Debian's 1.0.2 in its place; the tree itself stays as it is.
write_overlay() {
  cd "$work"
  apt download -o "APT::Sandbox::User=$(id -un)" golang-github-modern-go-reflect2-dev
  dpkg -x golang-github-modern-go-reflect2-dev_*.deb reflect2
  python3 - "$tree/vendor/github.com/modern-go/reflect2" \
    "$work/reflect2/usr/share/gocode/src/github.com/modern-go/reflect2" >"$work/overlay.json" <<'PY'
import json, os, sys

old, new = sys.argv[1:]
sources = lambda folder: {name for name in os.listdir(folder) if name.endswith((".go", ".s"))}
# An empty replacement means that the file isn't there.
json.dump({"Replace": {f"{old}/{name}": f"{new}/{name}" if name in sources(new) else ""
                       for name in sources(old) | sources(new)}}, sys.stdout)
PY
}

compile() {
  # Debian's Go by its own path: another one on PATH may no longer build without modules. Nothing but the
  # vendored sources is read.
  export PATH=/usr/lib/go-1.19/bin:$PATH GOPATH=$work/go GOCACHE=$work/gocache GOFLAGS='' GOPROXY=off CGO_ENABLED=0
  export GOMAXPROCS=${GOMAXPROCS:-$(nproc)}
  unset GOROOT GO111MODULE
  cd "$tree"
  make generated_files
  # In GOPATH mode the packages to stamp lie under vendor/; without it /version says v0.0.0-master.
  local stamp="" package
  for package in component-base/version client-go/pkg/version; do
    package=k8s.io/kubernetes/vendor/k8s.io/$package
    stamp+=" -X $package.gitVersion=v$version -X $package.gitMajor=1 -X $package.gitMinor=20"
    stamp+=" -X $package.gitTreeState=clean"
  done
  GO111MODULE=off go build -overlay "$work/overlay.json" -ldflags="-s -w$stamp" \
    -o "$work/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver
  mv "$work/kube-apiserver" "$cache/bin/kube-apiserver"
}

clean_up() { chmod -R u+w "$work" 2>/dev/null || true; rm -rf "$work"; }
trap clean_up EXIT
trap 'exit 130' INT TERM
clean_up
mkdir -p "$work"
echo "building kube-apiserver $version from Debian's source package, once: 6 to 10 minutes (log: $log)" >&2
build() { install_tools; fetch_source; write_overlay; compile; }
# A function tested by || or if runs without errexit: a shell of its own keeps it.
set +e
(set -ex; build) >"$log" 2>&1 9>&-
result=$?
set -e
if [ $result -ne 0 ]; then
  tail -n 20 "$log" >&2
  echo "control-plane.sh: kube-apiserver could not be built (log: $log)." >&2
  echo "Set KUBEBUILDER_ASSETS to a folder that holds a kube-apiserver to do without the build." >&2
  exit 1
fi
rm -f "$log"
echo "$cache/bin"
