#!/usr/bin/env bash
# Makes the reports of docs/results.md: each experiment of this folder, on services of this machine.
#
#   docs/results/measure.sh FOLDER [SETS]
#
# FOLDER is where everything goes: store, logs and the reports report-<set>.{txt,json}; a second run finds what the first
# computed. SETS, where given, holds the folders `synthetic` and `real-text` with VQA-CP JSON, features.tsv and vocab.txt
# as the definition scripts of the two sets write them; without it only the set of `crvqa data sample` is measured.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
crvqa=$here/../../crvqa
[ $# -ge 1 ] || { sed -n '2,9p' "${BASH_SOURCE[0]}" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
sets=${2:-}

# A one-layer LXMERT whose vocabulary and region features are as wide as the set's: vocabulary file, feature width.
config() {
  sed -e "s/\"vocab_size\": [0-9]*/\"vocab_size\": $(wc -l <"$1")/" -e "s/\"visual_feat_dim\": [0-9]*/\"visual_feat_dim\": $2/" \
    "$here/../clients/tiny-lxmert.json"
}

# Name of the set, folder with its files, feature width.
prepare() {
  # As the definition scripts' PyTorch targets count candidate answers.
  "$crvqa" data import --vqa-cp "$2" --answers-from train+test --name "$1" --replace
  config "$2/vocab.txt" "$3" >"$folder/tiny-$1.json"
  "$crvqa" model init "$folder/tiny-$1.json" --name "tiny-$1" --replace
}

# Name of the experiment.
run() {
  local id
  id=$("$crvqa" submit "$here/$1.yaml")
  "$crvqa" watch "$id"
  "$crvqa" report "$id" >"$folder/report-$1.txt"
  "$crvqa" report "$id" --output json >"$folder/report-$1.json"
}

export CRVQA_LOCAL=$folder/cluster
"$crvqa" local up --store "file://$folder/store"
trap '"$crvqa" local down' EXIT
if [ -n "$sets" ]; then
  prepare synthetic "$sets/synthetic" 32
  prepare real-text "$sets/real-text" 64
  run real-text
  run real-text-lpf1
  run synthetic
  run synthetic-eight-seeds
fi
[ -d "$folder/sample" ] || "$crvqa" data sample --out "$folder/sample"
prepare sample "$folder/sample" 32
run sample
