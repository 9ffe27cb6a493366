//! What the allocator does with freed memory.

/// Asks the C library to keep freed memory of the process instead of giving it back: matrices of the same sizes are allocated for every
/// network that is drawn, and fresh pages cost a third of the time of a draw of random features at d = 1000, m = 2000. Blocks above 32 MiB
/// are given back all the same. To be called at the start of a program. It changes no result, and does nothing if the C library is not
/// GNU's.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// The largest that the library accepts: blocks above it are always given back.
        const LARGEST: libc::c_int = 32 << 20;
        // SAFETY: both calls only set parameters of the allocator. It leaves a parameter unchanged if it does not accept the value.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGEST);
            libc::mallopt(libc::M_TRIM_THRESHOLD, libc::c_int::MAX);
        }
    }
}
