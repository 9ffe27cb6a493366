# What this site needs, in one place. The file is yours: it is not overwritten.
# Options of sbatch, such as --account=NAME or --qos=NAME.
options=({options})
# Modules that must be loaded: module load ...
# How the program is started, in a container for instance: (apptainer exec image.sif limitcheck)
program=({program})
