#!/usr/bin/env bash
# One study as an array job of Slurm, every task with its share of the members:
#
#   cargo build --release --example study
#   sbatch --array=0-9 examples/studies/slurm.sh STUDY.toml OUT_DIR
#   target/release/examples/study collect OUT_DIR      # when all tasks have ended
#
# Every task runs what no other one runs (the file system needs locks that hold across machines). Without locks give the
# number of shares: task I then runs share I of N, and only that.
#
#   sbatch --array=0-9 examples/studies/slurm.sh STUDY.toml OUT_DIR 10
#
# Options of sbatch go before the script and replace those below: --cpus-per-task, --time, --mem, --partition.
# A task that comes near its time limit saves its members and goes back into the queue, until nothing is left to do;
# `scancel --signal=USR1 --batch JOB` does the same at once. `scancel JOB` saves and ends it; submitted again, it goes on.
#SBATCH --job-name=dermaweave
#SBATCH --output=slurm-%A_%a.out
#SBATCH --open-mode=append
#SBATCH --cpus-per-task=4
#SBATCH --time=04:00:00
#SBATCH --requeue
# Not SIGTERM: scancel sends that one to this shell and to the process, which ends unsaved at the second signal.
#SBATCH --signal=B:USR1@120
study=${STUDY:-target/release/examples/study}
file=${1:?name a study file}
out=${2:?name the folder of the study}
shares=${3:-}

if [ -z "$shares" ]; then
  members=(--claim)
else
  share=${SLURM_ARRAY_TASK_ID:?submit with --array=0-$((shares - 1))}
  [ "$share" -lt "$shares" ] || { echo "task $share has no share: submit with --array=0-$((shares - 1))" >&2; exit 2; }
  # The first line of the status is such as `240 members: 12 waiting, ...`.
  count=$("$study" status "$file" --out "$out") || exit
  count=${count%% *}
  members=(--members "$((count * share / shares))..$((count * (share + 1) / shares))")
fi

"$study" run "$file" --out "$out" "${members[@]}" --threads "${SLURM_CPUS_PER_TASK:-1}" --no-collect &
process=$!
again=false
trap 'again=true; kill -TERM "$process"' USR1
# The process has its own SIGTERM; this shell waits for it.
trap : TERM
# A trapped signal ends a wait early.
while kill -0 "$process" 2> /dev/null; do wait "$process"; done
wait "$process"
status=$?

if [ "$status" = 130 ] && "$again"; then
  # A task by this name: the number alone may mean the whole array.
  scontrol requeue "${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_}${SLURM_ARRAY_TASK_ID:-$SLURM_JOB_ID}"
fi
exit "$status"
