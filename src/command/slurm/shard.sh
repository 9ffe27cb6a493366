#!/usr/bin/env bash
# written by limitcheck; changes are overwritten
# One task of the array: a shard of the report. Into its time limit it keeps its finished draws and queues again.
#SBATCH --job-name=limitcheck
#SBATCH --array=1-{shards}{limit}
#SBATCH --time={time}
#SBATCH --mem={mem}
#SBATCH --cpus-per-task={cpus}
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
folder={folder}
. "$folder/site.sh"
number=$SLURM_ARRAY_TASK_ID
child=
trap 'test -z "$child" || kill -TERM "$child"' TERM
"${program[@]}" {draw} --jobs {cpus} --shard "$number/{shards}" --results "$folder/shards/$number.jsonl" &
child=$!
# A signal ends a wait before the program has ended.
for _ in 1 2 3; do
    wait "$child"
    code=$?
    test "$code" -eq 143 || break
done
case "$code" in
0 | 1 | 2) exit 0 ;; # verdicts, whatever they are
130 | 143)
    # The number of the job alone may mean the whole array. A job that its user has cancelled is not running.
    task=${SLURM_ARRAY_JOB_ID}_$number
    if [ "$(squeue -h -j "$task" -o %T)" = RUNNING ]; then scontrol requeue "$task"; fi
    exit 130
    ;;
*) exit "$code" ;;
esac
