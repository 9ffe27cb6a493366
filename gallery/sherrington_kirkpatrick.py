"""Two copies of N spins with the same random couplings, by heat-bath Monte Carlo; many systems side by side."""
from draws import np, serve_together

WARM, SWEEPS = 10, 10


def draws(rngs, N, inverse_temperature, field, **_):
    upper = np.triu(np.array([rng.standard_normal((N, N)) for rng in rngs]), 1) / np.sqrt(N)
    couplings = upper + upper.transpose(0, 2, 1)
    rows = np.ascontiguousarray(couplings.transpose(1, 0, 2))
    uniform = np.array([rng.random((2, WARM + SWEEPS, N)) for rng in rngs]).transpose(2, 3, 1, 0).copy()
    # Copies, systems, spins.
    spins = np.array([rng.choice([-1.0, 1.0], (2, N)) for rng in rngs]).transpose(1, 0, 2).copy()
    local = np.einsum("csj,sji->csi", spins, couplings)
    overlap = np.zeros(len(rngs))
    for sweep in range(WARM + SWEEPS):
        for i in range(N):
            mean = np.tanh(inverse_temperature * local[:, :, i] + field)
            new = np.where(uniform[sweep, i] < (1 + mean) / 2, 1.0, -1.0)
            local += rows[i] * (new - spins[:, :, i])[:, :, None]
            spins[:, :, i] = new
        if sweep >= WARM:
            first, second = np.tanh(inverse_temperature * local + field)
            overlap += np.mean(first * second, axis=1) / SWEEPS
    return [{"overlap": one} for one in overlap]


serve_together(draws)
