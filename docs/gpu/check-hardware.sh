#!/usr/bin/env bash
# Checks crvqa on the GPU of this machine: everything that cannot be checked without one.
#
#   docs/gpu/check-hardware.sh FOLDER [options]
#
# FOLDER gets the results: summary.txt, machine.txt, a log for each check, the experiment's report, the store, the
# benchmarks as JSON. A second run goes on with the store that it finds there.
#
#   --gpu N         which GPU, as nvidia-smi numbers them (default 0)
#   --only LIST     checks to run, separated by commas, of doctor,golden,experiment,resume,bench (default: all)
#   --python FILE   an interpreter with torch, transformers and numpy, for bench (default: the one beside
#                   PYTORCH_LIBRARY_PATH, in the same Python environment)
#   --batch-size N  examples of a step in bench (default 256)
#   --rounds N      pairs of runs in bench (default 3)
#
# Before: PYTORCH_LIBRARY_PATH names libtorch 2.7.1 for CUDA 12.8 (docs/gpu.md). MVN, where set, is called for mvn, such
# as MVN="mvn -o" on a machine without a network.
#
# Ends with 0 when every check passed, 1 when one failed, 2 on wrong use, 3 when something is missing that a check needs,
# 130 when it was interrupted.
# shellcheck disable=SC2317  # checks are called by their names
set -euo pipefail

readonly ALL=doctor,golden,experiment,resume,bench
readonly PASSED=0 FAILED=1 WRONG_USE=2 MISSING=3 INTERRUPTED=130

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
home=$(cd "$here/../.." && pwd -P)
crvqa=$home/crvqa
read -r -a mvn <<<"${MVN:-mvn}"

die() {
  printf 'check-hardware: %s\n' "$2" >&2
  exit "$1"
}

say() {
  printf '%s\n' "$*" | tee -a "$out/summary.txt"
}

usage() {
  sed -n '2,/^set -euo/{/^set/d;/shellcheck/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
}

# --- arguments ---------------------------------------------------------------------------------------------------

out='' gpu=0 only=$ALL python='' batch_size=256 rounds=3

number() {
  [[ $2 =~ ^[0-9]+$ ]] || die $WRONG_USE "$1 is \"$2\", expected a whole number"
}

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit $PASSED
      ;;
    --gpu | --only | --python | --batch-size | --rounds)
      [ $# -ge 2 ] || die $WRONG_USE "$1 needs a value; --help tells more"
      case $1 in
        --gpu) number "$1" "$2" && gpu=$2 ;;
        --only) only=$2 ;;
        --python) python=$2 ;;
        --batch-size) number "$1" "$2" && batch_size=$2 ;;
        --rounds) number "$1" "$2" && rounds=$2 ;;
      esac
      shift 2
      ;;
    -*) die $WRONG_USE "there is no option $1; --help tells which there are" ;;
    *)
      [ -z "$out" ] || die $WRONG_USE "one folder is expected, found $out and $1"
      out=$1
      shift
      ;;
  esac
done
[ -n "$out" ] || die $WRONG_USE "name a folder for the results; --help tells more"
IFS=, read -r -a checks <<<"$only"
[ ${#checks[@]} -gt 0 ] || die $WRONG_USE "--only is empty, expected some of $ALL"
for check in "${checks[@]}"; do
  case ,$ALL, in
    *,"$check",*) ;;
    *) die $WRONG_USE "--only names \"$check\", expected some of $ALL" ;;
  esac
done

wanted() {
  case ,$only, in
    *,"$1",*) return 0 ;;
    *) return 1 ;;
  esac
}

# --- what must be there ------------------------------------------------------------------------------------------

needs() {
  command -v "$1" >/dev/null 2>&1 || die $MISSING "there is no $1 on PATH. $2"
}

needs nvidia-smi "It comes with NVIDIA's driver, which this machine lacks, or hides from this container."
nvidia-smi --id="$gpu" --query-gpu=name --format=csv,noheader >/dev/null 2>&1 ||
  die $MISSING "nvidia-smi shows no GPU $gpu: $(nvidia-smi -L 2>&1 | head -n 1)"
[ -n "${PYTORCH_LIBRARY_PATH:-}" ] || die $MISSING "PYTORCH_LIBRARY_PATH is not set; docs/gpu.md tells how"
[ -f "$PYTORCH_LIBRARY_PATH/libtorch_cuda.so" ] ||
  die $MISSING "PYTORCH_LIBRARY_PATH is $PYTORCH_LIBRARY_PATH, where there is no libtorch_cuda.so"
if wanted golden; then needs "${mvn[0]}" "Install Maven 3.8.7 or newer."; fi
if wanted bench; then
  needs python3 "The comparison is written in Python."
  # .../lib/python3.x/site-packages/torch/lib
  [ -n "$python" ] || python=$PYTORCH_LIBRARY_PATH/../../../../../bin/python
  "$python" -c 'import numpy, torch, transformers; assert torch.cuda.is_available()' >/dev/null 2>&1 ||
    die $MISSING "$python lacks torch with a GPU, transformers or numpy. Install them there, name another with --python,
or leave the comparison out: --only ${ALL%,bench}"
fi

# --- one GPU, the settings that docs/gpu.md names ----------------------------------------------------------------

mkdir -p "$out" || die $WRONG_USE "cannot make the folder $out"
out=$(cd "$out" && pwd -P)
: >"$out/summary.txt"
uuid=$(nvidia-smi --id="$gpu" --query-gpu=uuid --format=csv,noheader)
export CUDA_VISIBLE_DEVICES=$uuid
export PYTORCH_FLAVOR=${PYTORCH_FLAVOR:-cu128} PYTORCH_VERSION=${PYTORCH_VERSION:-2.7.1}
export PYTORCH_LIBRARY_EXCLUSION=${PYTORCH_LIBRARY_EXCLUSION-libaoti_custom_ops.so,libbackend_with_compiler.so,libc10d_cuda_test.so,libjitbackend_test.so,libshm.so,libtorchbind_test.so}
export CUBLAS_WORKSPACE_CONFIG=${CUBLAS_WORKSPACE_CONFIG:-:4096:8}
export PYTORCH_CUDA_ALLOC_CONF=${PYTORCH_CUDA_ALLOC_CONF:-expandable_segments:True}
export CRVQA_LOCAL=$out/cluster
# States often, so that a killed task has one to go on from.
export CRVQA_CHECKPOINT_STEPS=${CRVQA_CHECKPOINT_STEPS:-50}
store=file://$out/store

machine() {
  git -C "$home" log -1 --format='revision %H' 2>/dev/null || echo "revision unknown"
  uname -srm
  grep -m 1 'model name' /proc/cpuinfo || true
  java -version 2>&1 || true
  echo "libtorch $PYTORCH_LIBRARY_PATH"
  env | grep -E '^(CRVQA|CUDA|CUBLAS|NVIDIA|PYTORCH|TORCH)_' | sort
  nvidia-smi --id="$gpu" --query-gpu=name,uuid,driver_version,memory.total,clocks.max.sm,power.limit,mig.mode.current \
    --format=csv
  nvidia-smi --id="$gpu" --query-compute-apps=pid,name,used_memory --format=csv
}

# --- the checks --------------------------------------------------------------------------------------------------

cluster_up() {
  "$crvqa" local up --device gpu --gpus "$gpu" --store "$store"
  "$crvqa" local status
}

cluster_down() {
  [ ! -d "$CRVQA_LOCAL" ] || "$crvqa" local down >>"$out/cluster.log" 2>&1 || true
}

# The device, the engine on it and its self-test, without any service. Looking at a store makes none.
check_doctor() {
  mkdir -p "$out/store"
  "$crvqa" doctor --store "$store" --size-mib 0 --device gpu:0
}

# The reference values of models, losses, masks and optimizers, computed on the GPU.
check_golden() {
  (cd "$home" && "${mvn[@]}" -B -pl vqa -am test -Dcrvqa.test.device=gpu:0 -Dcrvqa.test.copying.skip=true -Dspotless.check.skip=true)
}

# A one-layer LXMERT as wide as the sample's vocabulary and features.
config() {
  sed -e "s/\"vocab_size\": [0-9]*/\"vocab_size\": $(wc -l <"$1/vocab.txt")/" \
    -e 's/"visual_feat_dim": [0-9]*/"visual_feat_dim": 32/' "$home/docs/clients/tiny-lxmert.json"
}

# All three stages and the evaluation, through all services.
check_experiment() {
  cluster_up
  [ -d "$out/sample" ] || "$crvqa" data sample --out "$out/sample"
  "$crvqa" data import --vqa-cp "$out/sample" --name sample --replace
  config "$out/sample" >"$out/tiny.json"
  "$crvqa" model init "$out/tiny.json" --name tiny-sample --replace
  "$crvqa" submit "$home/docs/results/sample.yaml" --watch --output json >"$out/report.json"
  "$crvqa" doctor --store "$store" --size-mib 0
  # The manifests, not the configuration, say where it was computed.
  local on_gpu elsewhere
  on_gpu=$(manifests gpu:0)
  elsewhere=$(manifests cpu)
  echo "$on_gpu artifacts were computed on the GPU, $elsewhere on the CPU"
  [ "$on_gpu" -gt 0 ] && [ "$elsewhere" -eq 0 ]
}

# How many artifacts in the store were computed on this device.
manifests() {
  { grep -rlE "\"device\": *\"$1\"" "$out/store" --include='manifest.json' || true; } | wc -l
}

# A task that is killed and goes on ends in the bytes of one that was not: also proves that two runs on this GPU agree.
check_resume() {
  cluster_up
  "$crvqa" verify-resume --store "$store" --output json >"$out/resume.json"
}

# Against PyTorch on the same GPU, in both precisions. No worker may hold the GPU meanwhile.
check_bench() {
  cluster_down
  local precision status=0
  for precision in float32 bfloat16; do
    python3 "$home/docs/bench/compare.py" --python "$python" --device cuda --precision "$precision" \
      --batch-size "$batch_size" --rounds "$rounds" --output json >"$out/bench-$precision.json" || status=1
  done
  return "$status"
}

# --- run ---------------------------------------------------------------------------------------------------------

trap 'trap - INT TERM EXIT; cluster_down; say "interrupted"; exit $INTERRUPTED' INT TERM
trap cluster_down EXIT

machine >"$out/machine.txt" 2>&1
say "$(nvidia-smi --id="$gpu" --query-gpu=name,driver_version,memory.total --format=csv,noheader) (GPU $gpu)"
result=$PASSED
for check in "${checks[@]}"; do
  log=$out/$check.log
  began=$SECONDS
  # Not as a condition: bash would ignore failing commands inside of it.
  set +e
  (
    set -e
    "check_$check"
  ) >"$log" 2>&1
  status=$?
  set -e
  if [ $status -eq 0 ]; then
    say "passed  $check  ($((SECONDS - began)) s)"
  else
    result=$FAILED
    say "FAILED  $check  ($((SECONDS - began)) s, status $status); the end of $log:"
    tail -n 15 "$log" | sed 's/^/        /' | tee -a "$out/summary.txt"
  fi
done
say "Results are in $out"
exit $result
