#!/usr/bin/env bash
# written by limitcheck; changes are overwritten
# After the array: puts the shards together, says what is missing, and writes the report.
#SBATCH --job-name=limitcheck-report
#SBATCH --time={time}
#SBATCH --mem={mem}
#SBATCH --cpus-per-task={cpus}
folder={folder}
. "$folder/site.sh"
"${program[@]}" merge "$folder"/shards/*.jsonl --out "$folder/merged.jsonl"
code=$?
if [ "$code" -ne 0 ]; then
    echo "no report yet: submit again; what is finished is not drawn again" >&2
    exit "$code"
fi
"${program[@]}" {write} --jobs {cpus} --from "$folder/merged.jsonl" --out "$folder/report"
