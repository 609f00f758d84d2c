# To be sourced: what Open MPI needs to start anywhere. Explained in the README, "mpirun".
# Names OMPI_* serve Open MPI 4, PRTE_* and PMIX_* its version 5.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1           # root, as in containers
export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe # more ranks than cores
export OMPI_MCA_hwloc_base_binding_policy=none PRTE_MCA_hwloc_default_binding_policy=none   # ranks share the cores
export OMPI_MCA_mpi_yield_when_idle=1                                      # a waiting rank lets others run
export OMPI_MCA_btl_vader_single_copy_mechanism=none                       # needs a right that containers lack
export OMPI_MCA_btl_base_warn_component_unused=0
export OMPI_MCA_orte_execute_quiet=1                                       # our exit status speaks, not a banner
if [ -z "$(ls /sys/class/net 2>/dev/null | grep -v '^lo$')" ]; then         # a machine without network
  export OMPI_MCA_oob_tcp_if_include=lo OMPI_MCA_btl=self,vader PMIX_MCA_ptl_tcp_if_include=lo PRTE_MCA_oob_tcp_if_include=lo
fi
