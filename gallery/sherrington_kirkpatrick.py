"""Two copies of N spins with the same random couplings, by heat-bath Monte Carlo; many systems side by side."""
from draws import np, serve_together

WARM, SWEEPS = 20, 20


def draws(rngs, N, inverse_temperature, field, **_):
    systems = np.arange(len(rngs))[:, None]
    couplings = np.array([rng.standard_normal((N, N)) for rng in rngs])
    couplings = np.triu(couplings, 1) / np.sqrt(N)
    couplings = couplings + couplings.transpose(0, 2, 1)
    uniform = np.array([rng.random((WARM + SWEEPS, N, 2)) for rng in rngs])
    spins = np.array([rng.choice([-1.0, 1.0], (N, 2)) for rng in rngs])
    local = couplings @ spins
    overlap = np.zeros(len(rngs))
    for sweep in range(WARM + SWEEPS):
        for i in range(N):
            mean = np.tanh(inverse_temperature * local[:, i] + field)
            new = np.where(uniform[:, sweep, i] < (1 + mean) / 2, 1.0, -1.0)
            local += couplings[:, :, i, None] * (new - spins[:, i])[:, None, :]
            spins[:, i] = new
        if sweep >= WARM:
            means = np.tanh(inverse_temperature * local + field)
            overlap += np.mean(means[..., 0] * means[..., 1], axis=1) / SWEEPS
    return [{"overlap": one} for one in overlap]


serve_together(draws)
